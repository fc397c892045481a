import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toLocalIso } from '../../src/kernel/instant.ts';
import { migrate } from '../../src/platform/postgres/migrate.ts';
import { databaseBefore } from '../support/data-of-before.ts';

const { database } = await databaseBefore('0033');

interface Said {
  readonly venueId: number;
  readonly timeZone: string;
}

/** A show as the version before wrote it, with its history. */
async function write(stream: string, type: string, data: object) {
  await database.query(
    `INSERT INTO event_store (stream, version, type, data, metadata, occurred_at)
     SELECT $1, (SELECT count(*) + 1 FROM event_store WHERE stream = $1), $2, $3, '{"actor":"key:1"}', now()`,
    [stream, type, JSON.stringify(data)],
  );
}
async function venue(timeZone: string, corrected = timeZone): Promise<number> {
  const [row] = await database.query<{ id: number }>(
    `INSERT INTO venues (name, time_zone) VALUES ('House', $1) RETURNING venue_id AS id`,
    [corrected],
  );
  await write(`venue-${row!.id}`, 'VenueCreated', { timeZone });
  if (corrected !== timeZone) await write(`venue-${row!.id}`, 'VenueUpdated', { changes: { timeZone: corrected } });
  return row!.id;
}
async function show(created: Said, changes: Partial<Said> = {}): Promise<number> {
  const now = { ...created, ...changes };
  const [row] = await database.query<{ id: number }>(
    `INSERT INTO events (venue_id, title, status, starts_at, time_zone, currency)
     VALUES ($1, 'Late Show', 'published', '2030-03-01T23:30:00Z', $2, 'EUR') RETURNING event_id AS id`,
    [now.venueId, now.timeZone],
  );
  const { id } = row!;
  // As it was found: by the day in its zone.
  const day = toLocalIso(Date.parse('2030-03-01T23:30:00Z'), now.timeZone).slice(0, 10);
  await database.query(
    `INSERT INTO search_documents (event_id, organizer_id, starts_at, shown_until, on_sale_from, on_sale_until, price_rank,
       local_date, stock, runs_long, city, type, words_low, words_high, content_hash, keys, document)
     VALUES ($1, 1, '2030-03-01T23:30:00Z', '2030-03-02T03:30:00Z', '-infinity', '-infinity', 0, $2::date, 2, false, '', '', 0, 0, 7,
       array_to_tsvector(ARRAY['d:' || $2::text, 'm:2030-03', 'show']), $3)`,
    [id, day, JSON.stringify({ title: 'Late Show', timeZone: now.timeZone })],
  );
  await write(`event-${id}`, 'EventCreated', created);
  if (Object.keys(changes).length > 0) await write(`event-${id}`, 'EventUpdated', { changes });
  return id;
}

test('shows of the version before are put by the clock of their venue where that can be known', async () => {
  const [madrid, canary] = [await venue('Europe/Madrid'), await venue('Atlantic/Canary')];
  const corrected = await venue('Europe/Madrid', 'Atlantic/Canary');
  const known = await venue('UTC', 'Europe/Madrid');
  const [unknown, guessed] = [await venue('UTC'), await venue('Etc/GMT-2')];
  const of = {
    moved: await show({ venueId: madrid, timeZone: 'Europe/Madrid' }, { venueId: canary }),
    corrected: await show({ venueId: corrected, timeZone: 'Europe/Madrid' }),
    simple: await show({ venueId: known, timeZone: 'UTC' }),
    imported: await show({ venueId: known, timeZone: 'Etc/GMT-1' }),
    right: await show({ venueId: madrid, timeZone: 'Europe/Madrid' }),
    own: await show({ venueId: madrid, timeZone: 'Europe/Athens' }),
    chosen: await show({ venueId: madrid, timeZone: 'Europe/Madrid' }, { venueId: canary, timeZone: 'Europe/Lisbon' }),
    nowhere: await show({ venueId: unknown, timeZone: 'UTC' }),
    offset: await show({ venueId: guessed, timeZone: 'Etc/GMT-2' }),
    west: await show({ venueId: unknown, timeZone: 'Etc/GMT+10' }),
    zulu: await show({ venueId: unknown, timeZone: 'Etc/UTC' }),
  };
  assert.ok((await migrate(database)) > 0);
  const rows = await database.query<{ id: number; zone: string; version: number }>(
    'SELECT event_id AS id, time_zone AS zone, version FROM events',
  );
  const after: Partial<Record<string, readonly [string, number]>> = Object.fromEntries(
    Object.entries(of).map(([name, id]) => {
      const row = rows.find((each) => each.id === id)!;
      return [name, [row.zone, row.version]];
    }),
  );
  assert.deepEqual(
    { ...after },
    {
      moved: ['Atlantic/Canary', 2],
      corrected: ['Atlantic/Canary', 2],
      simple: ['Europe/Madrid', 2],
      imported: ['Europe/Madrid', 2],
      right: ['Europe/Madrid', 1],
      own: ['Europe/Athens', 1],
      chosen: ['Europe/Lisbon', 1],
      nowhere: ['UTC', 1],
      offset: ['+02:00', 2],
      west: ['-10:00', 2],
      zulu: ['UTC', 2],
    },
  );
  const venues = await database.query<{ zone: string }>('SELECT time_zone AS zone FROM venues ORDER BY venue_id');
  assert.deepEqual(
    venues.map(({ zone }) => zone),
    ['Europe/Madrid', 'Atlantic/Canary', 'Atlantic/Canary', 'Europe/Madrid', 'UTC', 'UTC'],
  );
  const [last] = await database.query<{ type: string; data: object }>(
    'SELECT type, data FROM event_store WHERE stream = $1 ORDER BY version DESC LIMIT 1',
    [`event-${of.moved}`],
  );
  assert.deepEqual(last, { type: 'EventUpdated', data: { changes: { timeZone: 'Atlantic/Canary' } } });
  const documents = await database.query<{ id: number; day: string; keys: string[]; zone: string; hash: string }>(
    `SELECT event_id AS id, local_date::text AS day, tsvector_to_array(keys) AS keys, document ->> 'timeZone' AS zone,
       content_hash::text AS hash FROM search_documents`,
  );
  const days: Partial<Record<keyof typeof of, string>> = {
    simple: '2030-03-02',
    imported: '2030-03-02',
    right: '2030-03-02',
    own: '2030-03-02',
    offset: '2030-03-02',
  };
  for (const [name, id] of Object.entries(of)) {
    const found = documents.find((each) => each.id === id)!;
    const [zone, version] = after[name]!;
    const day = days[name as keyof typeof of] ?? '2030-03-01';
    assert.deepEqual([found.day, found.keys, found.zone], [day, [`d:${day}`, 'm:2030-03', 'show'], zone], name);
    assert.equal(found.hash, version === 2 ? '0' : '7', name);
  }
});
