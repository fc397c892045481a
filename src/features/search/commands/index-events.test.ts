import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createTestDatabase } from '../../../../test/support/database.ts';
import { noCache } from '../../../platform/cache/cache.ts';
import { createManualClock } from '../../../platform/clock/clock.ts';
import { createPostgresSearchStore, createSearch } from '../index.ts';

const now = Date.UTC(2027, 0, 15, 12);
const { database } = await createTestDatabase();
const clock = createManualClock(now);
const search = createSearch({
  database: { as: () => database, bypassingRls: database },
  reading: { as: () => database },
  store: createPostgresSearchStore({ database }),
  publicStore: null,
  clock,
  cache: noCache,
  counts: { hit: 0, missed: 0 },
});

beforeEach(() =>
  database
    .query(
      'TRUNCATE organizers, venues, performers, events, search_words, search_names, search_cities, search_places RESTART IDENTITY CASCADE',
    )
    .then(() => database.query(`INSERT INTO organizers (name, slug) VALUES ('Onsale', 'onsale')`)),
);

async function addShow(title: string, status = 'published'): Promise<number> {
  const [row] = await database.query<{ event_id: number }>(
    `WITH venue AS (
       INSERT INTO venues (name, city, latitude, longitude) VALUES ('Town Hall', 'Málaga', 36.72, -4.42) RETURNING venue_id),
     event AS (
       INSERT INTO events (venue_id, title, status, starts_at, time_zone, currency, total_capacity, available_capacity)
       SELECT venue_id, $1, $2, '2027-06-01T20:00:00Z', 'Europe/Madrid', 'EUR', 100, 100 FROM venue RETURNING event_id),
     types AS (
       INSERT INTO ticket_types (event_id, name, rates)
       SELECT event_id, 'Standing', '[{"name": "adult", "priceMinor": 4550}, {"name": "child", "priceMinor": 2000}]' FROM event),
     performer AS (INSERT INTO performers (name) VALUES ('Bruce Springsteen') RETURNING performer_id),
     billed AS (
       INSERT INTO event_performers (event_id, performer_id, position) SELECT event_id, performer_id, 0 FROM event, performer)
     SELECT event_id FROM event`,
    [title, status],
  );
  return row!.event_id;
}

async function index(...eventIds: number[]): Promise<void> {
  await database.transaction((tx) => search.indexEvents(tx, eventIds));
}

// biome-ignore lint/suspicious/noExplicitAny: rows as the statement says
async function one(statement: string): Promise<any> {
  return (await database.query(statement))[0];
}

async function find(term: string) {
  const found = await search.queries.searchEvents({ term });
  assert.ok(found.accepted);
  return found.value.items;
}

async function rowVersion(eventId: number): Promise<string | undefined> {
  const rows = await database.query<{ xmin: string }>('SELECT xmin FROM search_documents WHERE event_id = $1', [
    eventId,
  ]);
  return rows[0]?.xmin;
}

test('a public event is found with what the catalogue says of it', async () => {
  const eventId = await addShow('Evening');
  await index(eventId);
  const [found] = await find('springsteen');
  assert.deepEqual(found, {
    eventId,
    title: 'Evening',
    slug: 'evening',
    startsAt: '2027-06-01T20:00:00.000Z',
    localStart: '2027-06-01T22:00:00+02:00',
    timeZone: 'Europe/Madrid',
    previousStartsAt: null,
    seriesId: null,
    venueId: 1,
    venue: 'Town Hall',
    city: 'Málaga',
    performers: [{ performerId: 1, name: 'Bruce Springsteen' }],
    type: 'Event',
    imageUrl: null,
    lowestPrice: 20,
    fromPrice: 20,
    currency: 'EUR',
    availability: 'available',
    onSaleFrom: null,
  });
});

test('drafts and inactive events are not found, and are removed when they become so', async () => {
  const draft = await addShow('Draft', 'draft');
  const shown = await addShow('Shown');
  await index(draft, shown);
  assert.deepEqual(
    (await find('springsteen')).map((event) => event.title),
    ['Shown'],
  );
  await database.query('UPDATE events SET is_active = false WHERE event_id = $1', [shown]);
  await index(shown);
  assert.deepEqual(await find('springsteen'), []);
  await database.query('UPDATE events SET is_active = true WHERE event_id = $1', [shown]);
  await index(shown, 999_999);
  assert.equal((await find('springsteen')).length, 1);
});

test('a deleted event is gone even before anybody indexes', async () => {
  const eventId = await addShow('Shown');
  await index(eventId);
  await database.query('DELETE FROM events WHERE event_id = $1', [eventId]);
  assert.deepEqual(await find('springsteen'), []);
  await index(eventId);
});

test('a change of the venue shows after indexing its events', async () => {
  const eventId = await addShow('Shown');
  await index(eventId);
  await database.query(`UPDATE venues SET name = 'Arena'`);
  await index(eventId);
  assert.deepEqual(await find('town'), []);
  assert.equal((await find('arena')).length, 1);
});

test('availability follows the counters, and nothing is written where the word stays the same', async () => {
  const eventId = await addShow('Shown');
  await index(eventId);
  const before = await rowVersion(eventId);
  for (const [available, word, written] of [
    [90, 'available', false],
    [10, 'available', false],
    [9, 'few left', true],
    [8, 'few left', false],
    [0, 'sold out', true],
    [100, 'available', true],
  ] as const) {
    const last = await rowVersion(eventId);
    await database.query('UPDATE events SET available_capacity = $2 WHERE event_id = $1', [eventId, available]);
    await index(eventId);
    assert.equal((await find('springsteen'))[0]?.availability, word);
    assert.equal((await rowVersion(eventId)) !== last, written, `${available}`);
  }
  assert.notEqual(await rowVersion(eventId), before);
});

test('what was described in an earlier way is described again, once', async () => {
  const eventIds = [await addShow('One'), await addShow('Two')];
  await index(...eventIds);
  await database.query(
    `UPDATE search_documents SET described_as = 1, content_hash = 1, document = document::jsonb - 'fromPrice'`,
  );
  const [job] = search.jobs;
  await job!.run();
  const { fromPrice } = await one('SELECT document ->> $$fromPrice$$ AS "fromPrice" FROM search_documents LIMIT 1');
  assert.equal(fromPrice, '20');
  const described = await rowVersion(eventIds[0]!);
  await job!.run();
  assert.equal(await rowVersion(eventIds[0]!), described, 'nothing is left to do');
});

test('prices are those that are paid: with fee and tax, of what anybody may buy', async () => {
  const eventId = await addShow('Shown');
  await database.query(
    `UPDATE events SET service_fee = '{"perTicketMinor": 150, "rate": null, "paidBy": "buyer"}',
       tax = '{"name": "IVA", "rate": 100000, "isIncluded": false}' WHERE event_id = $1`,
    [eventId],
  );
  await database.query(
    `INSERT INTO ticket_types (event_id, name, rates, is_hidden) VALUES ($1, 'Friends', '[{"name": "a", "priceMinor": 1}]', true)`,
    [eventId],
  );
  await index(eventId);
  const { document, price_rank: rank } = await one('SELECT document, price_rank FROM search_documents');
  assert.deepEqual([document.lowestPrice, document.fromPrice, rank], [20, 23.65, 23_650]);
});

test('what the home shows is asked once for all, and again after a while', async () => {
  await index(await addShow('Shown'));
  const titles = async () => {
    const answer = await search.queries.comingUp();
    assert.ok(answer.accepted);
    return answer.value.items.map(({ title }) => title);
  };
  assert.deepEqual(await titles(), ['Shown']);
  await index(await addShow('Later'));
  assert.deepEqual(await titles(), ['Shown']);
  clock.advance(10_000);
  assert.deepEqual(await titles(), ['Shown', 'Later']);
});

test('few left and sold out are said of what needs no code', async () => {
  const eventId = await addShow('Shown');
  await database.query(`UPDATE ticket_types SET capacity = 50, available_count = 4 WHERE event_id = $1`, [eventId]);
  await database.query(
    `INSERT INTO ticket_types (event_id, name, rates, is_hidden, capacity, available_count)
     VALUES ($1, 'Friends', '[{"name": "a", "priceMinor": 1}]', true, 50, 50)`,
    [eventId],
  );
  await index(eventId);
  assert.equal((await find('springsteen'))[0]?.availability, 'few left');
  await database.query('UPDATE ticket_types SET available_count = 0 WHERE NOT is_hidden');
  await index(eventId);
  assert.equal((await find('springsteen'))[0]?.availability, 'sold out');
});

test('a rolled back change leaves the documents as they were', async () => {
  const eventId = await addShow('Shown');
  await index(eventId);
  const change = database.transaction(async (tx) => {
    await tx.query(`UPDATE events SET title = 'Other' WHERE event_id = $1`, [eventId]);
    await search.indexEvents(tx, [eventId]);
    throw new Error('changed my mind');
  });
  await assert.rejects(change, /changed my mind/);
  assert.deepEqual(
    (await find('springsteen')).map((event) => event.title),
    ['Shown'],
  );
});

test('transactions that bring the same new words in other orders do not deadlock', async () => {
  const titles = ['Alpha beta', 'Gamma delta', 'Beta alpha', 'Delta gamma', 'Epsilon alpha', 'Zeta gamma'];
  const eventIds = await Promise.all(titles.map((title) => addShow(title)));
  await Promise.all(
    Array.from({ length: 6 }, (_, turn) =>
      database.transaction(async (tx) => {
        // Each transaction has its own events, and takes them one by one, every other one backwards.
        const own = [eventIds[turn]!];
        for (const eventId of own) await search.indexEvents(tx, [eventId]);
        const later = await tx.query<{ event_id: number }>(
          `INSERT INTO events (venue_id, title, status, starts_at, time_zone, currency)
           SELECT 1, title, 'published', '2027-06-01T20:00:00Z', 'UTC', 'EUR' FROM unnest($1::text[]) title RETURNING event_id`,
          [turn % 2 === 0 ? titles : titles.toReversed()],
        );
        for (const { event_id } of later) await search.indexEvents(tx, [event_id]);
      }),
    ),
  );
  assert.ok((await find('alpha')).length >= 6);
  assert.ok((await find('gam')).length >= 6);
});

test('the same event changed by two at once ends with the later facts', async () => {
  const eventId = await addShow('First');
  await index(eventId);
  await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      database.transaction(async (tx) => {
        await tx.query('UPDATE events SET title = $2 WHERE event_id = $1', [eventId, `Title ${i}`]);
        await search.indexEvents(tx, [eventId]);
      }),
    ),
  );
  const [row] = await database.query<{ title: string }>('SELECT title FROM events WHERE event_id = $1', [eventId]);
  assert.equal((await find('springsteen'))[0]?.title, row!.title);
});
