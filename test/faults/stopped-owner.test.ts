import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotOf } from '../../src/platform/ownership/slots.ts';
import { createUrlClient } from '../support/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { freshDataDir, serveOnsale, toDatabaseUrl } from '../support/onsale-process.ts';
import { buy, hold, saleStages } from './sale-stages.ts';
import { assertVerified, isDeep, makeShows, ownerKeyOf, say, trialEnv, until } from './scene.ts';

const { database, connection } = await createTestDatabase();
const DATABASE_URL = toDatabaseUrl(connection);
const env = { ...trialEnv, DATABASE_URL };
const dataDir = await freshDataDir();
const owner = await serveOnsale(dataDir, { env });
const ownerKey = await ownerKeyOf(dataDir);
const [first] = await database.query<{ address: string }>(`SELECT address FROM processes WHERE state = 'living'`);
const ownerAddress = first!.address;
const otherDir = await freshDataDir();
const other = await serveOnsale(otherDir, { env });

/** The id of the process that is stopped here, under which it lives now; undefined while it is dead. */
async function ownerId(): Promise<string | undefined> {
  const [row] = await database.query<{ process_id: string }>(
    `SELECT process_id FROM processes WHERE address = $1 AND state = 'living'`,
    [ownerAddress],
  );
  return row?.process_id;
}

/** A show that the process owns which will be stopped. */
async function ownShow(): Promise<number> {
  for (let tries = 0; tries < 60; tries++) {
    const [eventId] = await makeShows(other.url, ownerKey, 1, 3);
    const [row] = await database.query<{ mine: boolean }>(
      'SELECT process_id IS NOT DISTINCT FROM $2 AS mine FROM slots WHERE slot = $1',
      [slotOf(eventId!), (await ownerId()) ?? null],
    );
    if (row!.mine) return eventId!;
  }
  assert.fail('it owns none of 60 shows');
}

const here = createUrlClient(owner.url);
const there = createUrlClient(other.url);
const stages = saleStages({ client: here, url: DATABASE_URL });

const played = Object.entries(stages).filter(([name]) => isDeep || /commit 1|charged/.test(name));

for (const [name, begin] of played) {
  test(`an owner that stands still while ${name}: another sells on, and nothing old is written`, async () => {
    await until('both live', async () => (await ownerId()) !== undefined);
    const { held, token, answer, letGo } = await begin(await ownShow());
    const before = await ownerId();
    const heard = answer?.then(
      (reply) => reply,
      (error: Error) => error,
    );
    process.kill(owner.pid, 'SIGSTOP');
    const stoppedAt = performance.now();
    await letGo?.();
    const lookOther = () => there.send('GET', `/api/events/${held.eventId}/availability`);
    try {
      // Where there is no time for its lease to end by itself, it is over at once.
      if (!isDeep) {
        await until('the other may judge', async () => {
          await database.query(`UPDATE processes SET until = now() - interval '1 s' WHERE process_id = $1`, [before]);
          return (await ownerId()) !== before;
        });
      }
      await until('another answers', async () => {
        const [row] = await database.query<{ mine: boolean }>(
          'SELECT process_id IS NOT DISTINCT FROM $2 AS mine FROM slots WHERE slot = $1',
          [slotOf(held.eventId), before ?? null],
        );
        return !row!.mine && (await lookOther()).status === 200;
      });
      say(`another answers ${Math.round(performance.now() - stoppedAt)} ms after it was stopped`);
      if (isDeep) await until('ten seconds', () => performance.now() - stoppedAt > 10_000);
      // Somebody else takes what is free there.
      const rival = await hold(there, held.eventId);
      assert.equal((await buy(there, rival, 'tok_ok')).status, 201);
    } finally {
      process.kill(owner.pid, 'SIGCONT');
    }
    await until('it is back, as another', async () => {
      const now = await ownerId();
      return now !== undefined && now !== before;
    });
    const reply = await heard;
    let last = await buy(there, held, token);
    await until(
      'its buyer hears how it ended',
      async () => {
        if (![202, 409, 503].includes(last.status)) return true;
        last = await buy(there, held, token);
        return ![202, 409, 503].includes(last.status);
      },
      60_000,
    );
    // A hold of the last moment may be lost with its process; what was answered as bought is bought.
    assert.ok([201, 404, 410].includes(last.status), last.text);
    if (reply && !(reply instanceof Error) && reply.status === 201) assert.equal(last.status, 201, last.text);
    if (answer) assert.equal(last.status, 201, last.text);
    const [{ bookings } = { bookings: 0 }] = await database.query<{ bookings: number }>(
      `SELECT count(*)::int AS bookings FROM bookings WHERE reservation_id = $1 AND status = 'completed'`,
      [held.reservationId],
    );
    assert.equal(bookings, last.status === 201 ? 1 : 0);
    const sold = 1 + bookings;
    let seen: unknown;
    await until('both say the same of the event', async () => {
      const pages = await Promise.all(
        [here, there].map((one) => one.send('GET', `/api/events/${held.eventId}/availability`)),
      );
      seen = pages.map(({ status, body }) => [status, body.ticketTypes?.[0].sold, body.ticketTypes?.[0].reserved]);
      return pages.every(
        ({ status, body }) => status === 200 && body.ticketTypes[0].sold === sold && body.ticketTypes[0].reserved === 0,
      );
    }).catch((error) => assert.fail(`${error.message}: ${JSON.stringify(seen)}`));
    await assertVerified(dataDir, { DATABASE_URL });
  });
}
