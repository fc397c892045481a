import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openImportDesk } from '../support/import-desk.ts';
import { needs } from '../support/needs.ts';

const { bring, showPage, event, change, buyOne, database } = await openImportDesk();
let nameCount = 0;
/** A name that no other test uses. */
const fresh = () => `Show ${++nameCount}`;

/** 2,948 concerts, 99 of which have a second show of the same name, day and venue, and 7 without a date. */
function season() {
  const day = (i: number) => new Date(Date.UTC(2029, 0, 1 + (i % 365))).toISOString().slice(0, 10);
  const concert = (i: number, more: object = {}) => ({
    '@type': 'MusicEvent',
    identifier: `concert:${i}`,
    url: `https://concerts.example/${i}`,
    name: `Concert ${i % 2_941}`,
    startDate: day(i % 2_941),
    location: { '@type': 'Place', name: `Hall ${i % 7}`, address: { addressLocality: 'Graz', addressCountry: 'AT' } },
    offers: { price: 10 + (i % 30), priceCurrency: 'EUR' },
    ...more,
  });
  const firsts = Array.from({ length: 2_941 }, (_, i) => concert(i));
  const seconds = Array.from({ length: 99 }, (_, i) => ({
    ...firsts[i * 7]!,
    identifier: `concert:${i * 7}:late`,
    url: `https://concerts.example/${i * 7}/late`,
  }));
  const undated = Array.from({ length: 7 }, (_, i) => concert(9_000 + i, { startDate: undefined }));
  return [...firsts, ...seconds, ...undated];
}

/** As several documents: a gateway waits a minute for what one of them brings. */
async function bringInParts(concerts: readonly object[]) {
  const size = 400;
  const shows: number[] = [];
  const counts = [0, 0, 0, 0, 0];
  for (let from = 0; from < concerts.length; from += size) {
    const part = await bring(concerts.slice(from, from + size));
    shows.push(...part.shows);
    for (const [i, count] of part.counts.entries()) counts[i]! += count;
  }
  return { shows, counts };
}

test('of 3,047 concerts with 99 second shows and 7 without a date, 3,040 come in; again, nothing changes', async () => {
  const concerts = season();
  assert.equal(concerts.length, 3_047);
  const first = await bringInParts(concerts);
  assert.deepEqual(first.counts, [3_040, 0, 0, 0, 7]);
  assert.equal(new Set(first.shows).size, 3_040);
  assert.deepEqual((await bringInParts(concerts)).counts, [0, 0, 3_040, 0, 7]);
  assert.deepEqual((await bringInParts([...concerts].reverse())).counts, [0, 0, 3_040, 0, 7]);
});

const place = (more: object) => ({
  location: {
    '@type': 'Place',
    name: 'Old Mill',
    address: { addressLocality: 'Berlin', addressCountry: 'DE' },
    ...more,
  },
});
const town = (address: object) => ({ location: { '@type': 'Place', name: 'Civic Center', address } });
/** What two shows of one name, start and venue may differ in. */
const pairs: [string, object, object][] = [
  ['identifier', { identifier: 'x:1' }, { identifier: 'x:2' }],
  ['a numeric identifier', { identifier: 1 }, { identifier: 2 }],
  [
    'a property value',
    { identifier: { '@type': 'PropertyValue', propertyID: 'box', value: '7' } },
    { identifier: { '@type': 'PropertyValue', propertyID: 'box', value: '8' } },
  ],
  ['url', { url: 'https://s.example/1' }, { url: 'https://s.example/2' }],
  ['a relative url', { url: '/shows/1' }, { url: '/shows/2' }],
  ['@id', { '@id': 'https://s.example/p/1' }, { '@id': 'https://s.example/p/2' }],
  [
    'the url of the offer',
    { offers: { price: 20, priceCurrency: 'EUR', url: 'https://s.example/buy?show=1' } },
    { offers: { price: 20, priceCurrency: 'EUR', url: 'https://s.example/buy?show=2' } },
  ],
  ['the room', place({ containedInPlace: { name: 'Room A' } }), place({ containedInPlace: { name: 'Room B' } })],
  ['organiser', { organizer: { '@type': 'Organization', name: 'Ada Ltd' } }, { organizer: 'Bo Ltd' }],
  ['language', { inLanguage: 'en' }, { inLanguage: { '@type': 'Language', name: 'Deutsch' } }],
  [
    'the work',
    { workFeatured: { '@type': 'Movie', name: 'One' } },
    { workFeatured: { '@type': 'Movie', name: 'Two' } },
  ],
  ['performers', { performer: 'Ada' }, { performer: ['Bo', 'Cy'] }],
  ['town', town({ addressLocality: 'Springfield' }), town({ addressLocality: 'Shelbyville' })],
  [
    'region',
    town({ addressLocality: 'Springfield', addressRegion: 'IL', addressCountry: 'US' }),
    town({ addressLocality: 'Springfield', addressRegion: 'MA', addressCountry: 'US' }),
  ],
  [
    'the part of the country',
    town({ addressLocality: 'Frankfurt', postalCode: '60311', addressCountry: 'DE' }),
    town({ addressLocality: 'Frankfurt', postalCode: '15230', addressCountry: 'DE' }),
  ],
  ['country', town({ addressCountry: 'CA' }), town({ addressCountry: 'NZ' })],
  [
    'the room of an online show',
    { location: { '@type': 'VirtualLocation', url: 'https://meet.example/a' } },
    { location: { '@type': 'VirtualLocation', url: 'https://meet.example/b' } },
  ],
];
for (const [what, one, other] of pairs) {
  test(`two shows that differ in ${what} alone are two: in one document, and in two`, async () => {
    const name = fresh();
    const both = [showPage({ name, ...one }), showPage({ name, ...other })];
    assert.deepEqual((await bring(both)).counts, [2, 0, 0, 0, 0]);
    assert.deepEqual((await bring(both)).counts, [0, 0, 2, 0, 0]);
    const apart = { name: fresh(), startDate: '2028-03-02T20:00:00' };
    assert.deepEqual((await bring(showPage({ ...apart, ...one }))).counts, [1, 0, 0, 0, 0]);
    const second = await bring(showPage({ ...apart, ...other, description: 'the second' }));
    assert.deepEqual(second.counts, [1, 0, 0, 0, 0]);
    assert.deepEqual((await bring(showPage({ ...apart, ...one }))).counts, [0, 0, 1, 0, 0]);
    assert.equal((await event(second.shows[0])).description, 'the second');
  });
}

test('a show described again word for word counts once, with the place of both', async () => {
  const name = fresh();
  const { counts, repetitions } = await bring(
    [showPage({ name }), showPage({ name: fresh() }), showPage({ name })],
    '?name=f',
  );
  assert.deepEqual(counts, [2, 0, 0, 1, 0]);
  assert.deepEqual(repetitions, [{ place: 'f#/2', of: 'f#/0' }]);
  const lines = `${JSON.stringify(showPage({ name }))}\n${JSON.stringify(showPage({ name }))}`;
  const again = await bring(lines, '?name=f');
  assert.deepEqual(again.counts, [0, 0, 1, 1, 0]);
  assert.deepEqual(again.repetitions, [{ place: 'f:2#', of: 'f:1#' }]);
});

test('a show described again in other words is refused, and the reason names no @id where there is none', async () => {
  const name = fresh();
  const { counts, refusals } = await bring([showPage({ name }), showPage({ name, description: 'other' })], '?name=f');
  assert.deepEqual(counts, [1, 0, 0, 0, 1]);
  assert.deepEqual(refusals, [
    { place: 'f#/1', reason: 'has the same name, start and venue as f#/0, and says something else' },
  ]);
});

test('an @id that stands on every page of a site names no show by itself', async () => {
  const page = (name: string, startDate: string, price: number) =>
    showPage({ '@id': 'https://one.example/#event', name, startDate, offers: { price, priceCurrency: 'EUR' } });
  const [first, second, third] = [fresh(), fresh(), fresh()];
  const { shows } = await bring(page(first!, '2028-04-01T20:00', 11), '?publish=true&capacity=9');
  await buyOne(shows[0]);
  const other = await bring(page(second!, '2028-04-02T20:00', 12), '?publish=true&capacity=9');
  assert.deepEqual(other.counts, [1, 0, 0, 0, 0]);
  assert.deepEqual((await bring(page(third!, '2028-04-03T20:00', 13))).counts, [1, 0, 0, 0, 0]);
  const before = await event(shows[0]);
  assert.deepEqual([before.title, before.ticketTypes[0].price], [first, 11]);
  assert.deepEqual((await bring(page(first!, '2028-04-01T20:00', 11))).counts, [0, 0, 1, 0, 0]);
  assert.deepEqual((await bring(page(second!, '2028-04-02T20:00', 12))).counts, [0, 0, 1, 0, 0]);
});

test('the home page as the address of every show names none of them', async () => {
  const page = (name: string, startDate: string, more: object = {}) =>
    showPage({ url: 'https://home.example/', name, startDate, ...more });
  const [one, two, three] = [fresh(), fresh(), fresh()];
  const shows = [page(one!, '2028-05-01T20:00'), page(two!, '2028-05-01T20:00'), page(three!, '2028-05-02T20:00')];
  assert.deepEqual((await bring(shows)).counts, [3, 0, 0, 0, 0]);
  assert.deepEqual((await bring(page(fresh(), '2028-05-03T20:00'))).counts, [1, 0, 0, 0, 0]);
  assert.deepEqual((await bring(shows)).counts, [0, 0, 3, 0, 0]);
});

for (const [what, identity] of [
  ['@id', { '@id': 'https://t.example/1' }],
  ['identifier', { identifier: 'time:1' }],
  ['url', { url: 'https://t.example/time' }],
] as const) {
  test(`a corrected time is an update of a show with ${what}, and so is another name`, async () => {
    const name = fresh();
    const { shows } = await bring(showPage({ name, ...identity }));
    const later = await bring(showPage({ name, ...identity, startDate: '2028-03-01T19:00:00' }));
    assert.deepEqual([later.counts, later.shows], [[0, 1, 0, 0, 0], shows]);
    const renamed = await bring(showPage({ name: `${name} again`, ...identity, startDate: '2028-03-01T19:00:00' }));
    assert.deepEqual([renamed.counts, renamed.shows], [[0, 1, 0, 0, 0], shows]);
  });
}

test('a page that had one date and later two keeps the first, whichever comes first', async () => {
  const date = (name: string, startDate: string) => showPage({ '@id': 'https://dates.example/x', name, startDate });
  const name = fresh();
  const { shows } = await bring(date(name, '2028-08-01T20:00'));
  const later = await bring([date(name, '2028-08-02T20:00'), date(name, '2028-08-01T20:00')]);
  assert.deepEqual(later.counts, [1, 0, 1, 0, 0]);
  assert.equal(later.shows[1], shows[0]);
  const lists = showPage({ '@id': 'https://dates.example/list', name: fresh(), startDate: '2028-08-01T20:00' });
  await bring(lists);
  const both = await bring({ ...lists, startDate: ['2028-08-01T20:00', '2028-08-02T20:00'] });
  assert.deepEqual(both.counts, [1, 0, 1, 0, 0]);
});

test('of several dates under one address, one whose time is corrected is an update', async () => {
  const [name, other] = [fresh(), fresh()];
  const date = (startDate: string, title = name!) =>
    showPage({ url: 'https://dates.example/tour', name: title, startDate });
  const first = await bring([date('2028-08-01T20:00'), date('2028-08-02T20:00'), date('2028-08-03T20:00')]);
  const corrected = [date('2028-08-01T20:00'), date('2028-08-02T19:00'), date('2028-08-03T20:00')];
  const second = await bring(corrected);
  assert.deepEqual([second.counts, second.shows], [[0, 1, 2, 0, 0], first.shows]);
  const longer = await bring([...corrected, date('2028-08-04T20:00'), date('2028-08-05T20:00', other)]);
  assert.deepEqual(longer.counts, [2, 0, 3, 0, 0]);
});

test('what staff changed here stays found: name and date both, and nothing changes by the same page', async () => {
  const page = showPage({ '@id': 'https://staff.example/1', name: fresh() });
  const { shows } = await bring(page);
  await change(shows[0], { title: 'Named by hand', startsAt: '2028-07-07T18:00:00Z' });
  const again = await bring(page);
  assert.deepEqual([again.counts, again.shows], [[0, 0, 1, 0, 0], shows]);
  assert.equal((await event(shows[0])).title, 'Named by hand');
});

test('a show found by its name, start and venue is found by what it is called later', async () => {
  const name = fresh();
  const { shows } = await bring(showPage({ name }));
  assert.deepEqual((await bring(showPage({ name, identifier: 'late:1' }))).shows, shows);
  const moved = await bring(showPage({ name, identifier: 'late:1', startDate: '2028-03-02T20:00' }));
  assert.deepEqual([moved.counts, moved.shows], [[0, 1, 0, 0, 0], shows]);
});

test(
  'shows that came in before names were kept are found, and importing them again changes nothing',
  needs('database'),
  async () => {
    const name = fresh();
    const dated = { '@id': 'https://old.example/two', name: `${name} dated` };
    const documents = [
      showPage({ '@id': 'https://old.example/1', name }),
      showPage({ name: `${name} without id` }),
      showPage({ ...dated, startDate: '2028-09-01T20:00' }),
      showPage({ ...dated, startDate: '2028-09-02T20:00' }),
      showPage({ name: `${name} in two towns` }),
      showPage({ '@id': 'https://old.example/3', name: `${name} by hand` }),
    ];
    const { shows } = await bring(documents);
    await change(shows[5], { title: 'By hand', startsAt: '2028-07-07T18:00:00Z' });
    const versions = () =>
      database.query<{ version: number }>('SELECT version FROM events WHERE event_id = ANY($1) ORDER BY event_id', [
        shows,
      ]);
    const before = await versions();
    const migration = readFileSync(
      new URL('../../src/platform/postgres/migrations/0040-show-names.sql', import.meta.url),
      'utf8',
    );
    await database.query('DELETE FROM show_names WHERE true');
    for (const [statement] of migration.matchAll(/INSERT INTO show_names[^;]+;/g)) await database.query(statement);
    const again = await bring(documents);
    assert.deepEqual([again.counts, again.shows], [[0, 0, 6, 0, 0], shows]);
    assert.deepEqual(await versions(), before);
    await database.query('DELETE FROM show_names WHERE true');
    for (const [statement] of migration.matchAll(/INSERT INTO show_names[^;]+;/g)) await database.query(statement);
    const elsewhere = showPage({ name: `${name} in two towns`, ...place({ address: { addressLocality: 'Bern' } }) });
    assert.deepEqual((await bring(elsewhere)).counts, [1, 0, 0, 0, 0]);
  },
);
