import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verifyDatabase } from '../../src/features/verify/index.ts';
import { startTestApp } from '../support/app.ts';
import { createTestDatabase } from '../support/database.ts';
import { needs } from '../support/needs.ts';
import { organizerDesk } from '../support/organizer-desk.ts';

/** DATABASE_URL may name a superuser (all other tests), or a user who owns the database and nothing else. */
for (const attributes of ['', 'CREATEROLE'] as const) {
  describe(
    `on a database whose owner is no superuser${attributes && ' but may make roles'}`,
    needs('database', 'process'),
    async () => {
      const { database } = await createTestDatabase({ attributes });
      const testApp = await startTestApp({ database });
      const desk = organizerDesk(testApp);
      const one = await desk.full('Alpha');
      const other = await desk.full('Beta');

      test('everything works, and the books are right', async () => {
        await testApp.runJobs();
        await testApp.runJobs();
        const { findings } = await verifyDatabase(database);
        assert.deepEqual(
          findings.filter(({ count }) => count > 0),
          [],
        );
      });

      test('row-level security holds for the owner too', async () => {
        const [who] = await database.query<{ passes: boolean }>(
          'SELECT rolsuper OR rolbypassrls AS passes FROM pg_roles WHERE rolname = current_user',
        );
        assert.equal(who!.passes, false);
        const seen = await database.as({ organizerId: other.organizerId }).query<{ organizerId: number }>(
          `SELECT DISTINCT organizer_id AS "organizerId" FROM
           (SELECT organizer_id FROM events UNION ALL SELECT organizer_id FROM bookings UNION ALL
            SELECT organizer_id FROM event_store UNION ALL SELECT organizer_id FROM api_keys) AS all_rows`,
        );
        assert.deepEqual(seen, [{ organizerId: other.organizerId }]);
        const raw = await database.transaction(async (tx) => {
          await tx.query(`SELECT set_config('app.organizers', $1, true)`, [`{${other.organizerId}}`]);
          return tx.query('SELECT FROM bookings WHERE organizer_id = $1', [one.organizerId]);
        });
        assert.deepEqual(raw, []);
      });

      test('what is another organiser’s is not there', async () => {
        for (const url of [`/api/bookings/${one.ids.bookingId}`, `/api/events/${one.ids.eventId}`]) {
          assert.equal((await testApp.app.inject({ url, headers: other.headers })).statusCode, 404, url);
          assert.equal((await testApp.app.inject({ url, headers: one.headers })).statusCode, 200, url);
        }
      });
    },
  );
}
