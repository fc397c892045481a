import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from '../../src/platform/postgres/migrate.ts';
import { databaseBefore } from '../support/data-of-before.ts';

test('venues and names of shows that bear withdrawn country codes bear those of today', async () => {
  const { database } = await databaseBefore('0060');
  for (const country of ['FX', 'SU', 'FR', null]) {
    await database.query(`INSERT INTO venues (name, time_zone, country) VALUES ('House', 'UTC', $1)`, [country]);
  }
  const [event] = await database.query<{ id: number }>(
    `INSERT INTO events (venue_id, title, status, starts_at, time_zone, currency)
     VALUES (1, 'Show', 'draft', '2030-03-01T20:00:00Z', 'UTC', 'EUR') RETURNING event_id AS id`,
  );
  for (const name of ['country fx', 'country fr', 'country su', 'work fx']) {
    await database.query('INSERT INTO show_names (organizer_id, name, event_id) VALUES (1, $1, $2)', [name, event!.id]);
  }
  await migrate(database);
  const venues = await database.query<{ country: string | null }>('SELECT country FROM venues ORDER BY venue_id');
  assert.deepEqual(
    venues.map(({ country }) => country),
    ['FR', 'RU', 'FR', null],
  );
  const names = await database.query<{ name: string }>('SELECT name FROM show_names ORDER BY name');
  assert.deepEqual(
    names.map(({ name }) => name),
    ['country fr', 'country ru', 'work fx'],
  );
});
