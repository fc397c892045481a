import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from '../../src/platform/postgres/migrate.ts';
import { databaseBefore } from '../support/data-of-before.ts';

const { database } = await databaseBefore('0030');
const [march, may] = [Date.UTC(2027, 2, 1, 20), Date.UTC(2027, 4, 1, 20)];

/** A show as the version before left it: its start now, and what its history says, step by step. */
async function show(status: string, startsAt: number, steps: readonly (readonly [string, object, string])[]) {
  const [venue] = await database.query<{ id: number }>(
    `INSERT INTO venues (name, address, city, time_zone) VALUES ('House', 'Lane 1', 'Bern', 'UTC') RETURNING venue_id AS id`,
  );
  const [row] = await database.query<{ id: number }>(
    `INSERT INTO events (venue_id, title, status, starts_at, time_zone, currency, published_at)
     VALUES ($1, 'Late Show', $2, $3, 'UTC', 'EUR', now()) RETURNING event_id AS id`,
    [venue!.id, status, new Date(startsAt)],
  );
  for (const [no, [type, data, correlationId]] of steps.entries()) {
    await database.query(
      `INSERT INTO event_store (stream, version, type, data, metadata, occurred_at) VALUES ($1, $2, $3, $4, $5, now())`,
      [`event-${row!.id}`, no + 1, type, JSON.stringify(data), JSON.stringify({ actor: 'key:1', correlationId })],
    );
  }
  return row!.id;
}
const noteChange = (eventId: number, state: string) =>
  database.query(
    `INSERT INTO show_changes (change_id, organizer_id, event_id, kind, state, change, created_at)
     VALUES (gen_random_uuid(), 1, $1, 'moved', $2, '{}', now())`,
    [eventId, state],
  );

test('shows of the version before: what their buyers know, and who is still to be notified', async () => {
  const created = ['EventCreated', { startsAt: march }, 'made'] as const;
  const putOff = ['EventPostponed', { previousStatus: 'published' }, 'put-off'] as const;
  const toMay = (request: string) => ['EventUpdated', { changes: { startsAt: may } }, request] as const;
  const of = {
    postponed: await show('postponed', march, [created, putOff]),
    redated: await show('postponed', may, [created, putOff, toMay('later')]),
    together: await show('postponed', may, [created, toMay('put-off'), putOff]),
    movedBefore: await show('postponed', may, [created, toMay('before'), putOff]),
    onSale: await show('published', march, [created]),
  };
  await noteChange(of.onSale, 'running');
  await noteChange(of.postponed, 'done');
  assert.ok((await migrate(database)) > 1);
  const rows = await database.query<{ id: number; edition: number; moved: number; known: { facts: object } | null }>(
    'SELECT event_id AS id, edition, moved_edition AS moved, known_as AS known FROM events',
  );
  const found = (id: number) => rows.find((row) => row.id === id)!;
  const starts = (id: number) => (found(id).known?.facts as { startsAt: number } | undefined)?.startsAt;
  assert.deepEqual([of.postponed, of.redated, of.together, of.movedBefore, of.onSale].map(starts), [
    march,
    march,
    march,
    may,
    undefined,
  ]);
  const facts = { doorsAt: null, endsAt: null, timeZone: 'UTC', venue: 'House', address: 'Lane 1, Bern' };
  assert.deepEqual(found(of.redated).known?.facts, { startsAt: march, ...facts });
  assert.deepEqual([found(of.onSale).edition, found(of.onSale).moved, found(of.postponed).edition], [1, 1, 0]);
  const changes = await database.query<{ state: string; edition: number }>(
    'SELECT state, edition FROM show_changes ORDER BY state',
  );
  assert.deepEqual(
    changes.map(({ state, edition }) => [state, edition]),
    [
      ['done', 0],
      ['running', 1],
    ],
  );
});
