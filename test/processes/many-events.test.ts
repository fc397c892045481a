import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPostgresLeaseRows } from '../../src/platform/ownership/postgres-lease-rows.ts';
import { slotCount } from '../../src/platform/ownership/slots.ts';
import { startTestApp } from '../support/app.ts';
import { insertShows } from '../support/bare-show.ts';
import { boxOffice } from '../support/box-office.ts';
import { createTestDatabase } from '../support/database.ts';
import { needs } from '../support/needs.ts';

const minute = 60_000;
const count = 60;

test(
  'very many events that are each touched once are in memory for ten minutes, or as long as something is held there',
  needs('process', 'database', 'clock', 'jobs'),
  async () => {
    const { database } = await createTestDatabase();
    const app = await startTestApp({ database });
    const office = boxOffice(app);
    const loaded = async () => {
      await app.core.jobs.find(({ name }) => name === 'drop idle ledgers')!.run();
      await app.core.jobs.find(({ name }) => name === 'expire holds')!.run();
      return (await app.core.platform.metrics.ledgersLoaded.get()).values[0]!.value;
    };
    const shows = await insertShows(database, count);
    for (const eventId of shows) assert.equal((await office.availability(eventId)).ticketTypes[0].available, 1);
    assert.equal(await loaded(), count);
    app.clock.advance(5 * minute);
    const held = await office.hold({ eventId: shows[0]!, quantity: 1 });
    app.clock.advance(6 * minute);
    // Those that nobody has asked for since.
    assert.equal(await loaded(), 1);
    app.clock.advance(8 * minute);
    // Idle for longer than ten minutes by now; its hold lasts fifteen.
    assert.equal(await loaded(), 1);
    assert.equal((await office.look(held)).status, 200);
    app.clock.advance(2 * minute);
    assert.equal(await loaded(), 1);
    app.clock.advance(11 * minute);
    assert.equal(await loaded(), 0);
    // And each is there again once it is asked for.
    assert.equal((await office.availability(shows[1]!)).ticketTypes[0].available, 1);
    assert.equal(await loaded(), 1);
  },
);

test('a renewal writes one row, whatever the process owns', needs('database'), async () => {
  const { database, connection } = await createTestDatabase();
  const rows = createPostgresLeaseRows({ connection, bypassingRls: database.bypassingRls });
  const processId = crypto.randomUUID();
  await rows.join({ processId, address: '127.0.0.1:1', roles: ['booking'], version: 'test' });
  const everything = Array.from({ length: slotCount }, (_, slot) => slot);
  assert.equal((await rows.claim(processId, everything)).length, slotCount);
  const written = async () => {
    const [row] = await database.query<{ slots: string; processes: string }>(
      `SELECT (SELECT string_agg(xmin::text, ' ' ORDER BY slot) FROM slots) AS slots,
         (SELECT string_agg(process_id || ' ' || xmin::text, ' ' ORDER BY process_id) FROM processes) AS processes`,
    );
    return row!;
  };
  const before = await written();
  await rows.renew(processId, null);
  const after = await written();
  assert.equal(after.slots, before.slots);
  assert.notEqual(after.processes, before.processes);
  await rows.close();
});
