import assert from 'node:assert/strict';
import test from 'node:test';
import { only, parse, refusal, sampleShow as show } from '../../../../test/support/sample-show.ts';

const second = { ...show, '@id': 'https://example.org/shows/2', name: 'Second' };

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

test('performers come as one, many, texts or nodes, each once', () => {
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
  ['1.500', 150],
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

test('a show listed twice counts once; two dates under one @id are two; two descriptions of one date are refused', () => {
  assert.equal(parse([show, show]).shows.length, 1);
  const two = parse([show, { ...show, startDate: '2027-05-02T20:00:00+02:00' }]).shows;
  assert.equal(new Set(two.map(({ sourceId }) => sourceId)).size, 2);
  const { shows, refusals } = parse([show, { ...show, name: 'Other' }]);
  assert.equal(shows.length, 1);
  assert.match(refusals[0]!.reason, /same @id/);
});
