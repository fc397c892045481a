import assert from 'node:assert/strict';
import test from 'node:test';
import { only, parse, sampleShow } from '../../../../test/support/sample-show.ts';

const { '@id': _, ...show } = sampleShow;
const event = (changes: object = {}) => ({ ...show, ...changes });
const titles = (document: unknown) => parse(document).shows.map(({ title }) => title);
const starts = (changes: object) =>
  parse(event(changes)).shows.map(({ startsAt }) => new Date(startsAt).toISOString().slice(0, 16));
const reasons = (remarks: readonly { place: string; reason: string }[]) =>
  remarks.map(({ place, reason }) => `${place} ${reason}`);

test('every date of a list is a show; one that cannot be read is refused by itself', () => {
  const { shows, refusals } = parse(event({ startDate: ['2027-05-01T20:00', '2027-05-02T20:00', 'soon'] }));
  assert.equal(shows.length, 2);
  assert.deepEqual(reasons(refusals), ['f#/startDate/2 startDate "soon" is no ISO 8601 date (2027-05-31T20:00)']);
  assert.equal(new Set(shows.map(({ sourceId }) => sourceId)).size, 2);
  const { shows: ended } = parse(
    event({ startDate: ['2027-05-01T20:00', '2027-05-02T20:00'], endDate: '2027-05-02T23:00' }),
  );
  assert.deepEqual(
    ended.map(({ endsAt }) => endsAt && new Date(endsAt).toISOString()),
    [null, '2027-05-02T21:00:00.000Z'],
  );
});

const schedules: [string, object, string[]][] = [
  ['one date', { startDate: '2027-05-03', startTime: '20:30' }, ['2027-05-03T18:30']],
  [
    'weeks',
    { startDate: '2027-05-03', endDate: '2027-05-20', repeatFrequency: 'P1W', startTime: '20:00' },
    ['2027-05-03T18:00', '2027-05-10T18:00', '2027-05-17T18:00'],
  ],
  [
    'days of the week',
    { startDate: '2027-05-04', repeatCount: 3, byDay: ['https://schema.org/Tuesday', 'FR'], startTime: '20:00' },
    ['2027-05-04T18:00', '2027-05-07T18:00', '2027-05-11T18:00'],
  ],
  [
    'months',
    { startDate: '2027-01-31T20:00', repeatFrequency: 'P1M', repeatCount: 3 },
    ['2027-01-31T19:00', '2027-03-31T18:00', '2027-05-31T18:00'],
  ],
  [
    'days but one',
    { startDate: '2027-05-01T20:00', endDate: '2027-05-03', repeatFrequency: 'Daily', exceptDate: '2027-05-02' },
    ['2027-05-01T18:00', '2027-05-03T18:00'],
  ],
  [
    'another time zone',
    { startDate: '2027-05-01', startTime: '20:00', scheduleTimezone: 'Europe/London' },
    ['2027-05-01T19:00'],
  ],
];
for (const [what, eventSchedule, expected] of schedules) {
  test(`a schedule of ${what} is read`, () => {
    assert.deepEqual(
      starts({ startDate: undefined, eventSchedule: { '@type': 'Schedule', ...eventSchedule } }),
      expected,
    );
  });
}

test('several schedules, and the day on which the whole begins, are all the dates there are', () => {
  const eventSchedule = [{ startDate: '2027-05-01T20:00' }, { startDate: '2027-05-05', startTime: '19:00' }];
  assert.deepEqual(starts({ startDate: '2027-05-01', eventSchedule }), ['2027-05-01T18:00', '2027-05-05T17:00']);
});

test('a schedule that is not understood is refused, or noted where a date stands beside it', () => {
  for (const eventSchedule of [
    { startDate: '2027-05-01', repeatFrequency: 'P1W' },
    { startDate: '2027-05-01', repeatFrequency: 'P1M', byMonthWeek: 2, repeatCount: 4 },
    { startDate: '2027-05-01', repeatFrequency: 'now and then', repeatCount: 4 },
    { startDate: '2027-05-01', repeatFrequency: 'P1D', repeatCount: 5_000 },
    { repeatFrequency: 'P1D' },
  ]) {
    const alone = parse(event({ startDate: undefined, eventSchedule }));
    assert.deepEqual([alone.shows.length, alone.refusals[0]?.place], [0, 'f#/eventSchedule']);
    const beside = parse(event({ eventSchedule }));
    assert.equal(beside.shows.length, 1);
    assert.match(beside.notes[0]!.reason, /its eventSchedule was left out/);
  }
});

test('of several places the first is taken, and the others are said', () => {
  const place = { '@type': 'Place', name: 'Other' };
  assert.match(parse(event({ location: [show.location, place] })).notes[0]!.reason, /several places/);
  assert.match(
    parse(event({ location: [show.location, { '@type': 'VirtualLocation' }] })).notes[0]!.reason,
    /is online too/,
  );
});

test('a place that is named with its type is followed', () => {
  const document = [event({ location: { '@type': 'Place', '@id': '#mill' } }), { ...show.location, '@id': '#mill' }];
  assert.equal(parse(document).shows[0]?.venue.name, 'Old Mill');
});

test('what looks like a show and is of no type that we know is refused, other nodes are noted', () => {
  const { shows, refusals, notes } = parse([
    event(),
    event({ '@type': 'Concert', name: 'Second' }),
    event({ '@type': undefined, name: 'Third' }),
    { '@type': 'Recipe', name: 'Soup' },
    { '@type': 'WebSite', name: 'Site' },
  ]);
  assert.equal(shows.length, 1);
  assert.deepEqual(reasons(refusals), [
    'f#/1 is of the type "Concert", which is no event: write Event, or one of schema.org\'s types of it',
    "f#/2 has no @type: write Event, or one of schema.org's types of it",
  ]);
  assert.deepEqual(reasons(notes), ['f# also describes what are no events, and was left out: Recipe']);
});

test('shows are found under performers, places and wholes of other shows', () => {
  const other = (name: string) => event({ name, startDate: '2027-06-01T20:00' });
  assert.deepEqual(
    titles(event({ performer: { '@type': 'MusicGroup', name: 'Trio', event: [other('By the trio')] } })),
    ['Night of the Harps', 'By the trio'],
  );
  assert.deepEqual(titles(event({ location: { ...show.location, events: other('At the mill') } })), [
    'Night of the Harps',
    'At the mill',
  ]);
  const { location: __, ...elsewhere } = show;
  const festival = { '@type': 'Festival', name: 'Week', startDate: '2027-05-01', subEvent: [other('Sister'), event()] };
  const { shows, repetitions, notes } = parse(event({ superEvent: festival }));
  assert.deepEqual(
    shows.map(({ title, series }) => [title, series]),
    [
      ['Night of the Harps', null],
      ['Sister', 'Week'],
    ],
  );
  assert.deepEqual(repetitions, [{ place: 'f#/superEvent/subEvent/1', of: 'f#' }]);
  assert.match(notes[0]!.reason, /the whole that this show is a part of.*"Week"/);
  const [listed] = parse({ ...show.location, '@type': 'MusicVenue', event: [elsewhere] }).shows;
  assert.equal(listed?.venue.name, 'Old Mill');
  const [reversed] = parse({ ...show.location, '@reverse': { location: [elsewhere] } }).shows;
  assert.equal(reversed?.venue.name, 'Old Mill');
  const [played] = parse({ '@type': 'MusicGroup', name: 'Trio', event: event() }).shows;
  assert.deepEqual(played?.performers, ['Trio']);
});

test('a series with parts is no show itself, whichever way they hang together; its parts have what it says', () => {
  const series = { ...show, '@type': 'EventSeries', '@id': 'https://s.example/series', offers: { price: 5 } };
  const parts = [
    { '@type': 'Event', startDate: '2027-05-01T20:00' },
    { '@type': 'Event', startDate: '2027-05-02T20:00' },
  ];
  const { shows } = parse({ ...series, subEvent: parts });
  assert.deepEqual(
    shows.map(({ title, venue, offers }) => [title, venue.name, offers[0]?.priceMinor]),
    [
      ['Night of the Harps', 'Old Mill', 500],
      ['Night of the Harps', 'Old Mill', 500],
    ],
  );
  const hanging = parts.map((part, i) => ({
    ...show,
    ...part,
    name: `Part ${i}`,
    superEvent: { '@id': series['@id'] },
  }));
  assert.deepEqual(titles({ '@graph': [series, ...hanging] }), ['Part 0', 'Part 1']);
  assert.deepEqual(titles(series), ['Night of the Harps']);
  const deep = { '@type': 'Festival', name: 'Slot', startDate: '2027-05-01T18:00' };
  assert.equal(parse(event({ subEvent: { ...deep, name: 'Day', subEvent: deep } })).shows[2]?.venue.name, 'Old Mill');
});

test('what is left out for its number is said', () => {
  const performer = Array.from({ length: 103 }, (_, i) => `Singer ${i}`);
  assert.match(parse(event({ performer })).notes[0]!.reason, /^3 performers beyond the first 100/);
  const many = Array.from({ length: 20_004 }, (_, i) => event({ name: `Show ${i}` }));
  const { shows, refusals, refusedCount } = parse(many);
  assert.deepEqual([shows.length, refusals.length, refusedCount], [20_000, 1, 4]);
  assert.match(reasons(refusals)[0]!, /^f#\/20000 is beyond the first 20,000 shows, and so are the 3 after it/);
  let deep: object = { '@graph': [event(), event({ name: 'Second' })] };
  for (let i = 0; i < 120; i++) deep = { '@graph': [deep] };
  assert.equal(parse([event({ name: 'Flat' }), deep]).refusedCount, 2);
});

test('a page of very many blocks is read at once, and what is beyond is said', () => {
  const block = (i: number) =>
    `<script type="application/ld+json">${JSON.stringify(event({ name: `Show ${i}` }))}</script>${'\n'.repeat(200)}`;
  const page = `<html>${Array.from({ length: 10_010 }, (_, i) => block(i)).join('')}`;
  const start = performance.now();
  const { shows, refusals } = parse(page);
  // Going through the page anew for each block took three minutes.
  assert.ok(performance.now() - start < 60_000);
  assert.equal(shows.length, 10_000);
  assert.equal(shows[9_999]?.place, `f:${9_999 * 200 + 1}#`);
  assert.match(reasons(refusals)[0]!, /^f has 10,000 blocks of JSON-LD or more/);
});

test('shows that are only linked to are said', () => {
  const { shows, notes } = parse([
    event(),
    { '@type': 'Event', url: 'https://example.org/2' },
    { '@type': 'Event', '@id': 'https://example.org/3' },
  ]);
  assert.equal(shows.length, 1);
  assert.deepEqual(reasons(notes), ['f#/1 names a show (and 1 more) without describing it: import its own page']);
});

test('dates and words as templates write them are understood', () => {
  assert.deepEqual(starts({ startDate: '2027-05-01T08:30:00:00-05:00' }), ['2027-05-01T13:30']);
  assert.deepEqual(starts({ startDate: '2027-05-01T20:00[Europe/London]' }), ['2027-05-01T19:00']);
  assert.deepEqual(starts({ startDate: '2027-05-01', startTime: '19:15' }), ['2027-05-01T17:15']);
  assert.match(parse(event({ startDate: '2027-05' })).refusals[0]!.reason, /names no day/);
  assert.equal(only({ name: { en: 'Night', es: 'Noche' } }).title, 'Night');
  assert.match(parse(event({ name: ['One', 'Two'] })).notes[0]!.reason, /several names.*"Two"/);
  assert.match(parse(event({ eventStatus: 'SoldOut' })).notes[0]!.reason, /eventStatus "SoldOut" is not known/);
  const soldOut = { price: 5, priceCurrency: 'EUR', availability: { '@id': 'https://schema.org/SoldOut' } };
  assert.equal(only({ offers: soldOut }).offers[0]?.isActive, false);
});

test('an offer of several prices is several, and contradictions about prices are noted', () => {
  const prices = (offers: object) => only({ offers }).offers.map(({ name, priceMinor }) => [name, priceMinor]);
  assert.deepEqual(prices({ price: [10, '15'], priceCurrency: 'EUR' }), [
    [null, 1000],
    [null, 1500],
  ]);
  const priceSpecification = [
    { name: 'Adult', price: 10, priceCurrency: 'GBP' },
    { name: 'Child', price: 5, priceCurrency: 'GBP' },
  ];
  assert.deepEqual(prices({ priceSpecification }), [
    ['Adult', 1000],
    ['Child', 500],
  ]);
  const note = (changes: object) => parse(event(changes)).notes[0]?.reason ?? '';
  const range = { '@type': 'AggregateOffer', lowPrice: 20, highPrice: 10, priceCurrency: 'EUR' };
  assert.match(note({ offers: range }), /highest price was left out: it is below the lowest/);
  assert.match(
    note({ offers: { price: 20, priceCurrency: 'EUR' }, isAccessibleForFree: true }),
    /free, and has a price/,
  );
  assert.match(note({ offers: { price: '25.000', priceCurrency: 'EUR' } }), /was read as 25 EUR/);
});
