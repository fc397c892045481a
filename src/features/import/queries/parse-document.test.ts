import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { samplePlan } from '../../../../test/support/sample-plan.ts';
import type { ParsedShow } from '../domain/parsed.ts';
import { parseDocument } from './parse-document.ts';

const show = {
  '@context': 'https://schema.org',
  '@type': 'MusicEvent',
  '@id': 'https://example.org/shows/1',
  name: 'Night of the Harps',
  startDate: '2027-05-01T20:00:00+02:00',
  location: { '@type': 'Place', name: 'Old Mill', address: 'Mill Lane 1, 10115 Berlin, Germany' },
};

function parse(document: unknown, options = {}) {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return parseDocument('f', Buffer.from(text), options);
}

/** The one show of a document. */
function only(changes: object, options = {}): ParsedShow {
  const { shows, refusals } = parse({ ...show, ...changes }, options);
  assert.deepEqual(refusals, []);
  assert.equal(shows.length, 1);
  return shows[0]!;
}

/** Why the one show is refused. */
function refusal(changes: object): string {
  const { shows, refusals } = parse({ ...show, ...changes });
  assert.equal(shows.length, 0);
  assert.equal(refusals.length, 1);
  return `${refusals[0]!.place} ${refusals[0]!.reason}`;
}

const titles = (document: unknown) => parse(document).shows.map(({ title }) => title);
const block = (text: string) => `<script type="application/ld+json">${text}</script>`;
const json = JSON.stringify(show);
const second = { ...show, '@id': 'https://example.org/shows/2', name: 'Second' };

test('a single event, a list, a graph, and a graph within a graph are read', () => {
  assert.deepEqual(titles(show), ['Night of the Harps']);
  assert.deepEqual(titles([show, second]), ['Night of the Harps', 'Second']);
  assert.deepEqual(titles({ '@graph': [show, { '@graph': [second] }] }), ['Night of the Harps', 'Second']);
});

test('events are found in item lists and under a venue', () => {
  const list = { '@type': 'ItemList', itemListElement: [{ '@type': 'ListItem', item: show }] };
  assert.deepEqual(titles(list), ['Night of the Harps']);
  assert.deepEqual(titles({ '@type': 'Place', name: 'Old Mill', event: [show, second] }), [
    'Night of the Harps',
    'Second',
  ]);
});

for (const type of [
  'Event',
  'TheaterEvent',
  'Festival',
  'schema:ComedyEvent',
  'http://schema.org/DanceEvent',
  ['Thing', 'https://schema.org/SportsEvent'],
  'EducationEvent',
  'ScreeningEvent',
]) {
  test(`the type ${JSON.stringify(type)} is an event`, () => {
    assert.match(only({ '@type': type }).type, /^(\w*Event|Festival)$/);
  });
}

test('property names may carry a prefix or be whole addresses with wrapped values', () => {
  const expanded = {
    '@type': ['http://schema.org/MusicEvent'],
    'http://schema.org/name': [{ '@value': 'Expanded', '@language': 'en' }],
    'http://schema.org/startDate': [{ '@type': 'http://schema.org/DateTime', '@value': '2027-05-01T20:00:00Z' }],
    'schema:location': { '@type': 'schema:Place', 'schema:name': 'Old Mill' },
  };
  const [read] = parse([expanded]).shows;
  assert.equal(read?.title, 'Expanded');
  assert.equal(read?.venue.name, 'Old Mill');
});

test('things named by their @id are looked up in the document', () => {
  const { location: place, ...rest } = show;
  const graph = [
    { ...rest, location: { '@id': '#mill' }, performer: [{ '@id': '#ada' }] },
    { ...place, '@id': '#mill' },
    { '@id': '#ada', '@type': 'Person', name: 'Ada' },
  ];
  const [read] = parse({ '@graph': graph }).shows;
  assert.equal(read?.venue.name, 'Old Mill');
  assert.deepEqual(read?.performers, ['Ada']);
});

test('the parts of a festival are shows of a series, at its place unless they say another', () => {
  const part = { '@type': 'MusicEvent', name: 'Day one', startDate: '2027-05-01T18:00:00+02:00' };
  const { shows } = parse({
    ...show,
    '@type': 'Festival',
    subEvent: [part, { ...part, name: 'Day two', startDate: '2027-05-02T18:00:00+02:00' }],
  });
  assert.deepEqual(
    shows.map(({ title, series, venue }) => [title, series, venue.name]),
    [
      ['Night of the Harps', null, 'Old Mill'],
      ['Day one', 'Night of the Harps', 'Old Mill'],
      ['Day two', 'Night of the Harps', 'Old Mill'],
    ],
  );
});

test('a series without a date of its own is no show, and not refused', () => {
  const { startDate, ...undated } = show;
  const part = { '@type': 'Event', name: 'Only', startDate };
  assert.deepEqual(titles({ ...undated, '@type': 'EventSeries', subEvent: [part] }), ['Only']);
});

const starts: [string, string, string][] = [
  ['2027-05-01T20:00:00+02:00', '2027-05-01T18:00:00.000Z', 'with zone'],
  ['2027-05-01T20:00:00+0200', '2027-05-01T18:00:00.000Z', 'with a zone without colon'],
  ['2027-05-01T20:00+02', '2027-05-01T18:00:00.000Z', 'with a zone of hours'],
  ['2027-05-01T18:00:00.000Z', '2027-05-01T18:00:00.000Z', 'in UTC'],
  ['2027-05-01T20:00:00', '2027-05-01T18:00:00.000Z', 'without zone, at the venue'],
  ['2027-01-01 20:00', '2027-01-01T19:00:00.000Z', 'without T, in winter'],
  ['2027-05-01', '2027-05-01T18:00:00.000Z', 'without time, at eight in the evening'],
  ['20270501T200000+0200', '2027-05-01T18:00:00.000Z', 'in the basic form'],
  ['2027-04-30T24:00:00+02:00', '2027-04-30T22:00:00.000Z', 'at 24:00'],
];
for (const [written, instant, how] of starts) {
  test(`a start ${how} (${written}) is read`, () => {
    assert.equal(new Date(only({ startDate: written }).startsAt).toISOString(), instant);
  });
}

test('a time of day that had to be chosen is noted', () => {
  const { notes } = parse({ ...show, startDate: '2027-05-01' });
  assert.deepEqual(
    notes.map(({ reason }) => reason),
    ['gives no time of day: 20:00 was taken'],
  );
  const [read] = parse({ ...show, startDate: '2027-05-01', doorTime: '19:00' }).shows;
  assert.equal(new Date(read!.startsAt).toISOString(), '2027-05-01T17:00:00.000Z');
});

const faulty: [string, object, RegExp][] = [
  ['no date', { startDate: undefined }, /^f# has no date/],
  ['an empty date', { startDate: ' ' }, /has no date/],
  ['words for a date', { startDate: 'next Friday' }, /^f#\/startDate .*no ISO 8601/],
  ['a day that is in no calendar', { startDate: '2027-02-30T20:00' }, /not in the calendar/],
  ['a year far away', { startDate: '+275760-09-13T00:00:00Z' }, /1900/],
  ['an end before the start', { endDate: '2027-04-01T20:00:00+02:00' }, /^f#\/endDate ends before/],
  ['no name and no performers', { name: '' }, /has no name/],
  ['a negative price', { offers: { price: -1, priceCurrency: 'EUR' } }, /^f#\/offers .*negative/],
  ['a price of three decimals', { offers: { price: '12.5055', priceCurrency: 'EUR' } }, /decimals/],
  ['a price in half a yen', { offers: { price: 100.5, priceCurrency: 'JPY' } }, /decimals/],
  ['an unknown currency', { offers: [{ price: 1, priceCurrency: 'QQQ' }] }, /^f#\/offers\/0 "QQQ"/],
  ['a price that is none', { offers: { price: 'ask us', priceCurrency: 'EUR' } }, /no price/],
  ['NUL in its name', { name: 'a\0b' }, /NUL/],
  ['a lone surrogate in its description', { description: 'a\ud800b' }, /surrogate/],
];
for (const [what, changes, reason] of faulty) {
  test(`a show with ${what} is refused with its place`, () => assert.match(refusal(changes), reason));
}

test('the good shows go in beside a refused one', () => {
  const { shows, refusals } = parse({ '@graph': [second, { ...show, startDate: undefined }] });
  assert.equal(shows.length, 1);
  assert.equal(refusals[0]?.place, 'f#/@graph/1');
});

test('a club night that ends the morning after without saying so is understood', () => {
  const read = only({ startDate: '2027-05-01T23:00:00+02:00', endDate: '2027-05-01T05:00:00+02:00' });
  assert.equal(new Date(read.endsAt!).toISOString(), '2027-05-02T03:00:00.000Z');
});

test('status words are understood with and without prefix', () => {
  assert.equal(only({ eventStatus: 'https://schema.org/EventCancelled' }).status, 'cancelled');
  assert.equal(only({ eventStatus: 'EventPostponed' }).status, 'postponed');
  assert.equal(only({ eventStatus: 'schema:EventRescheduled', previousStartDate: '2027-01-01' }).status, 'scheduled');
});

test('performers come as one, many, texts or things, each once', () => {
  assert.deepEqual(only({ performer: 'Ada' }).performers, ['Ada']);
  assert.deepEqual(
    only({ performer: [{ name: 'Ada &amp; the Trio' }, 'Bo', { '@type': 'Person', name: 'bo' }] }).performers,
    ['Ada & the Trio', 'Bo'],
  );
});

test('a venue is a place with parts, a place with text, an address, or a text', () => {
  const address = {
    '@type': 'PostalAddress',
    streetAddress: 'Mill Lane 1',
    addressLocality: 'Berlin',
    postalCode: 10115,
    addressCountry: { '@type': 'Country', name: 'Deutschland' },
  };
  const geo = { latitude: '52,5', longitude: '13.4' };
  const { sourceId: _, ...venue } = only({ location: { '@type': 'Place', name: 'Old Mill', address, geo } }).venue;
  assert.deepEqual(venue, {
    name: 'Old Mill',
    address: 'Mill Lane 1',
    city: 'Berlin',
    region: null,
    postalCode: '10115',
    country: 'DE',
    latitude: 52.5,
    longitude: 13.4,
  });
  assert.deepEqual([only({}).venue.city, only({}).venue.country], ['Berlin', 'DE']);
  assert.equal(only({ location: address }).venue.name, 'Mill Lane 1');
  assert.equal(only({ location: 'Old Mill, Berlin, Germany' }).venue.name, 'Old Mill');
  assert.equal(only({ location: { '@type': 'VirtualLocation', url: 'https://example.org' } }).venue.name, 'Online');
  assert.equal(only({ location: [{ '@type': 'VirtualLocation' }, show.location] }).venue.name, 'Old Mill');
  assert.equal(only({ location: undefined }).venue.name, 'Venue to be announced');
});

test('the time zone follows the place, or the option', () => {
  const at = (location: object) => only({ location: { '@type': 'Place', name: 'X', ...location } }).timeZone;
  assert.equal(only({}).timeZone, 'Europe/Berlin');
  assert.equal(at({ address: { addressRegion: 'Tenerife', addressCountry: 'ES' } }), 'Atlantic/Canary');
  assert.equal(at({ address: { addressLocality: 'Sevilla', addressCountry: 'Spain' } }), 'Europe/Madrid');
  assert.equal(
    at({ address: { addressLocality: 'Austin', addressRegion: 'TX', addressCountry: 'USA' } }),
    'America/Chicago',
  );
  assert.equal(at({ geo: { latitude: 35.6, longitude: 139.7 } }), 'Asia/Tokyo');
  assert.equal(at({}), 'Etc/GMT-2');
  assert.equal(only({}, { timeZone: 'America/New_York' }).timeZone, 'America/New_York');
});

const prices: [unknown, number][] = [
  [12.5, 1250],
  ['12.50', 1250],
  ['12,50', 1250],
  ['€12.50', 1250],
  ['12,50 €', 1250],
  ['EUR 12', 1200],
  ['1.234,50', 123450],
  ['1,234.50', 123450],
  ['1.500', 150000],
  ['Free', 0],
  [0, 0],
  [19.990000000000002, 1999],
  [{ '@value': '7' }, 700],
];
for (const [price, minor] of prices) {
  test(`the price ${JSON.stringify(price)} is ${minor} cents`, () => {
    assert.equal(only({ offers: { '@type': 'Offer', price, priceCurrency: 'EUR' } }).offers[0]?.priceMinor, minor);
  });
}

test('offers come as one, many, or a range, with their sales windows and state', () => {
  const [range] = only({
    offers: { '@type': 'AggregateOffer', lowPrice: '20', highPrice: 60, priceCurrency: 'eur' },
  }).offers;
  assert.deepEqual([range?.priceMinor, range?.highPriceMinor], [2000, 6000]);
  const many = only({
    offers: [
      {
        '@type': 'Offer',
        name: 'Stalls',
        price: 40,
        priceCurrency: 'GBP',
        validFrom: '2027-01-01T10:00:00Z',
        inventoryLevel: { value: 200 },
      },
      {
        '@type': 'Offer',
        name: 'Balcony',
        priceSpecification: { price: '25.00', priceCurrency: 'GBP' },
        availability: 'https://schema.org/SoldOut',
      },
    ],
  });
  assert.equal(many.currency, 'GBP');
  assert.deepEqual(
    many.offers.map(({ name, priceMinor, capacity, isActive }) => [name, priceMinor, capacity, isActive]),
    [
      ['Stalls', 4000, 200, true],
      ['Balcony', 2500, null, false],
    ],
  );
  assert.equal(new Date(many.offers[0]!.salesFrom!).toISOString(), '2027-01-01T10:00:00.000Z');
  const nested = only({
    offers: {
      '@type': 'AggregateOffer',
      priceCurrency: 'EUR',
      lowPrice: 1,
      offers: [
        { name: 'A', price: 5 },
        { name: 'B', price: 7 },
      ],
    },
  });
  assert.deepEqual(
    nested.offers.map(({ priceMinor }) => priceMinor),
    [500, 700],
  );
});

test('text is read as a person reads it, and cut where it is too long', () => {
  const read = only({
    name: 'Rock &amp;amp; Roll&nbsp;<b>Night</b>\n at&#8217;s',
    description: `${'word '.repeat(2_000)}`,
  });
  assert.equal(read.title, 'Rock & Roll Night at’s');
  assert.equal(read.description!.length <= 5_000 && read.description!.endsWith('word…'), true);
});

test('shows without @id have a key that stays the same, and page-local ids are none', () => {
  const keys = ['_:b0', '#event', undefined].map((id) => only({ '@id': id }).sourceId);
  assert.equal(new Set(keys).size, 1);
  assert.match(keys[0]!, /^show:[0-9a-f]{32}$/);
});

test('a show told twice counts once; two dates under one @id are two; two tellings of one date are refused', () => {
  assert.equal(parse([show, show]).shows.length, 1);
  const two = parse([show, { ...show, startDate: '2027-05-02T20:00:00+02:00' }]).shows;
  assert.equal(new Set(two.map(({ sourceId }) => sourceId)).size, 2);
  const { shows, refusals } = parse([show, { ...show, name: 'Other' }]);
  assert.equal(shows.length, 1);
  assert.match(refusals[0]!.reason, /same @id/);
});

const pages: [string, string][] = [
  ['one block', `<!doctype html><html><head>${block(json)}</head></html>`],
  [
    'single quotes and other attributes',
    `<html><script id='x' defer type='application/ld+json' data-a=1>${json}</script>`,
  ],
  ['an unquoted, upper-case type', `<html><SCRIPT TYPE=application/LD+JSON>${json}</SCRIPT >`],
  ['a charset in the type', `<html><script type="application/ld+json; charset=utf-8">${json}</script>`],
  ['CDATA', `<html>${block(`//<![CDATA[\n${json}\n//]]>`)}`],
  ['a comment around the JSON', `<html>${block(`<!--\n${json}\n-->`)}`],
  [
    'other scripts that mention blocks',
    `<html><script>var x = '<script type="application/ld+json">';</script>${block(json)}`,
  ],
  ['a block in a comment', `<html><!-- ${block('{broken')} -->${block(json)}`],
  ['raw line breaks in texts', `<html>${block(json.replace('the Harps', 'the\n Harps'))}`],
  ['a comma too many', `<html>${block(json.replace(/\}$/, ',}'))}`],
  ['a block about something else', `<html>${block('{"@type":"WebSite","name":"x"}')}${block(json)}`],
  ['XHTML with a byte order mark', `\ufeff<?xml version="1.0"?><html>${block(json)}</html>`],
  ['no end', `<html><script type="application/ld+json">${json}`],
];
for (const [what, html] of pages) {
  test(`a saved page with ${what} is read`, () => {
    const { shows, refusals } = parse(html);
    assert.deepEqual(refusals, []);
    assert.equal(shows[0]?.title, 'Night of the Harps');
  });
}

test('in a page with a broken block the others go in, and the fault has its line', () => {
  const { shows, refusals } = parse(`<html>\n${block(json)}\n${block('{\n  "@type": "Event",\n  oops\n}')}`);
  assert.equal(shows.length, 1);
  assert.match(`${refusals[0]?.place} ${refusals[0]?.reason}`, /^f:5:3 is broken JSON/);
});

const unreadable: [string, string | Uint8Array, RegExp][] = [
  ['an empty file', '', /^f is empty/],
  ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0x1a, 0xa, 0, 0, 0, 0xd), /^f is not text/],
  ['a binary file', 'abc\0def', /^f is a binary file/],
  ['broken JSON', '{"a": 1,\n "b": }', /^f:2:7 is broken JSON/],
  ['JSON that stops', '{"@type": "Event"', /^f:1:18 is broken JSON/],
  ['prose', 'Dear Sir or Madam', /^f:1:1 is broken JSON/],
  ['other JSON', '{"name": "onsale", "version": "1"}', /^f holds no schema.org event and is no seating plan$/],
  ['other JSON-LD', '{"@type": "Recipe", "name": "Soup"}', /it describes Recipe$/],
  ['a number', '42', /holds no schema.org event/],
  ['a page without blocks', '<html><body>Hello</body></html>', /^f is a page without JSON-LD/],
  ['JSON nested too deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /nested too deep/],
];
for (const [what, content, reason] of unreadable) {
  test(`${what} is refused in words`, () => {
    const { shows, plans, refusals } = parseDocument('f', Buffer.from(content as string));
    assert.equal(shows.length + plans.length, 0);
    assert.match(`${refusals[0]?.place} ${refusals[0]?.reason}`, reason);
  });
}

test('byte order marks, UTF-16 and one document per line are understood', () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(json, 'utf16le')]);
  assert.equal(parseDocument('f', utf16).shows.length, 1);
  assert.equal(parse(`\ufeff${json}`).shows.length, 1);
  const lines = parse(`${json}\n{oops\n${JSON.stringify(second)}\n`);
  assert.equal(lines.shows.length, 2);
  assert.match(lines.refusals[0]!.place, /^f:2:/);
});

test('a seating plan is known by its form, bare, as exported, or in a list', () => {
  assert.equal(parse(samplePlan()).plans[0]?.content.seatCount, 8);
  const exported = {
    seatingPlanId: 3,
    venueId: 9,
    version: 1,
    name: 'Renamed',
    plan: samplePlan(),
    supplement: { wheelchairSeats: ['1-1'] },
  };
  const [plan] = parse(exported).plans;
  assert.deepEqual([plan?.content.name, plan?.content.venueId], ['Renamed', undefined]);
  assert.equal(parse([samplePlan(), samplePlan({ name: 'Other' })]).plans.length, 2);
});

test('a faulty plan is refused with the place of its first fault and what else is wrong', () => {
  const plan = samplePlan();
  plan.zones[0]!.rows[0]!.seats[1]!.seat_guid = '1-1';
  plan.zones[0]!.rows[1]!.seats[0]!.category = 'Gone';
  const [fault] = parse(plan).refusals;
  assert.equal(fault?.place, 'f#/zones/0/rows/0/seats/1/seat_guid');
  assert.match(fault!.reason, /repeated.*1 more: .*"Gone"/);
});

test('nothing makes the parser throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parse(text)));
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseDocument('f', bytes)));
  const keys = [
    'startDate',
    'endDate',
    'name',
    'location',
    'offers',
    'performer',
    'image',
    'eventStatus',
    '@id',
    '@type',
    'subEvent',
    'doorTime',
    'superEvent',
    'duration',
    'description',
  ];
  const nested = fc.jsonValue({ maxDepth: 3 });
  const part = fc.dictionary(
    fc.constantFrom(
      '@value',
      '@list',
      'name',
      'price',
      'priceCurrency',
      'address',
      'geo',
      'latitude',
      '@type',
      '@id',
      'validFrom',
      'addressCountry',
    ),
    nested,
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), fc.oneof(nested, part, fc.array(part))), (changes) => {
      const { shows, refusals } = parse({ ...show, ...changes });
      for (const one of shows)
        assert(Number.isFinite(one.startsAt) && one.title.length <= 200 && one.venue.name !== '');
      assert(shows.length + refusals.length > 0);
    }),
    { numRuns: 500 },
  );
});

const real = new URL('../../../../../shared/data/tenerife-events.jsonld', import.meta.url);
test('all 70 shows of the Tenerife data are read', { skip: existsSync(real) ? false : 'needs ../shared/data' }, () => {
  const { shows, refusals } = parseDocument('tenerife', readFileSync(real));
  assert.deepEqual(refusals, []);
  assert.equal(shows.length, 70);
  assert.equal(new Set(shows.map(({ venue }) => venue.name)).size, 15);
  assert.deepEqual([...new Set(shows.map(({ timeZone }) => timeZone))], ['Atlantic/Canary']);
});
