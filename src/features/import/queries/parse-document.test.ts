import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { samplePlan } from '../../../../test/support/sample-plan.ts';
import { only, parse, sampleShow as show } from '../../../../test/support/sample-show.ts';
import { parseDocument } from './parse-document.ts';

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

test('nodes named by their @id are looked up in the document', () => {
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
