import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../../../../test/support/database.ts';
import { everybody } from '../../../platform/postgres/scope.ts';
import { listPlaces } from './list-places.ts';
import { listPublicOrganizers, listPublicShows, listSitemapFiles } from './list-public-shows.ts';

const now = Date.UTC(2027, 0, 15, 12);
const { database } = await createTestDatabase();
const asEverybody = database.as(everybody);

await database.bypassingRls.query(`WITH venue AS (INSERT INTO venues (name) VALUES ('Hall') RETURNING venue_id)
  INSERT INTO events (event_id, venue_id, title, status, is_active, starts_at, time_zone, currency) OVERRIDING SYSTEM VALUE
  SELECT v.event_id, venue_id, title, status, is_active, starts_at::timestamptz, 'UTC', 'EUR' FROM venue, (VALUES
    (1, 'Night Tide', 'published', true, '2027-02-01'), (2, 'Draft', 'draft', true, '2027-02-01'),
    (3, 'Taken away', 'published', false, '2027-02-01'), (4, 'Over', 'published', true, '2027-01-01'),
    (5, 'Tonight', 'published', true, '2027-01-15T09:00:00Z'), (50000, 'Last of a file', 'cancelled', true, '2027-02-01'),
    (50001, 'First of a file', 'postponed', true, '2027-02-01'), (100001, 'Draft too', 'draft', true, '2027-02-01'),
    (2147483647, 'Highest', 'published', true, '2027-02-01')) v (event_id, title, status, is_active, starts_at)`);

test('files of a sitemap hold what is public and not over, each show in one file, whatever else there is', async () => {
  const files = await listSitemapFiles(asEverybody, now);
  assert.deepEqual(files, [0, 1, 42_949]);
  const shows = await Promise.all(files.map((file) => listPublicShows(asEverybody, file, now)));
  assert.deepEqual(
    shows.map((some) => some.map(({ eventId, slug }) => `${eventId}/${slug}`)),
    [['1/night-tide', '5/tonight', '50000/last-of-a-file'], ['50001/first-of-a-file'], ['2147483647/highest']],
  );
  assert.ok(shows[0]![0]!.updatedAt > 0);
  for (const file of [2, -1, 42_950, 1e9, Number.NaN, 0.5])
    assert.deepEqual(await listPublicShows(asEverybody, file, now), [], `${file}`);
});

test('organisers with a public show are listed by slug, others are not', async () => {
  await database.bypassingRls.query(`INSERT INTO organizers (name, slug) VALUES ('Silent', 'silent')`);
  assert.deepEqual(await listPublicOrganizers(asEverybody, now), ['onsale']);
  assert.deepEqual(await listPublicOrganizers(asEverybody, Date.UTC(2030, 0, 1)), []);
});

test('without a show there are no files, places or types', async () => {
  await database.bypassingRls.query('TRUNCATE events CASCADE');
  assert.deepEqual(await listSitemapFiles(asEverybody, now), []);
  assert.deepEqual(await listPlaces(asEverybody, now), { cities: [], types: [], isExact: true });
});
