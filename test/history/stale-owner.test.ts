import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkHistory } from '../../src/cli/simulate/history/check-history.ts';
import type { Entry, History } from '../../src/cli/simulate/history/history.ts';
import { seededRandom } from '../../src/cli/simulate/seeded-random.ts';
import { soleOwnership } from '../../src/platform/ownership/sole-ownership.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice, type Held } from '../support/box-office.ts';
import { createTestDatabase } from '../support/database.ts';
import { needs } from '../support/needs.ts';
import { slotOwners } from '../support/slot-owners.ts';

const ticketCount = 6;
const [ofSleeper, ofOwner] = ['of the sleeper', 'of the owner'];

/**
 * Two processes believe to own one event: one has slept through the takeover by the other. Buyers of both write down what they
 * hear. `isFenced`: whether what is written asks for the fence.
 */
async function sellTwice(isFenced: boolean): Promise<History> {
  const { database, connection } = await createTestDatabase();
  const [sleeperOwns, ownerOwns] = [slotOwners({ database, connection }), slotOwners({ database, connection })];
  const appWith = (ownership: typeof soleOwnership) =>
    startTestApp({ database, ownership: isFenced ? ownership : soleOwnership });
  const sleeper = boxOffice(await appWith(sleeperOwns.ownership));
  const owner = boxOffice(await appWith(ownerOwns.ownership));
  const ticketTypes = [{ name: 'Entry', price: 10, capacity: ticketCount }];
  const { eventId } = (await sleeper.show({ ticketTypes })) as { eventId: number };
  sleeperOwns.believe(await sleeperOwns.takeOver(eventId));
  // Its ledger is in memory from here on.
  const page = await sleeper.send('GET', `/api/tickets/event/${eventId}?limit=50`, sleeper.staff);
  const ticketIds: string[] = page.body.items.map(({ ticketId }: { ticketId: string }) => ticketId);
  ownerOwns.believe(await ownerOwns.takeOver(eventId));
  await owner.availability(eventId);
  const random = seededRandom(7);
  const entries: Entry[] = [];
  let now = 0;
  const note = (entry: Omit<Entry, 'from' | 'until'>) => {
    now += 10;
    entries.push({ ...entry, from: now, until: now + 1 });
  };
  const holdMs = 900_000;
  for (let turn = 0; turn < 8 * ticketCount; turn++) {
    const [office, client] = random.chance(0.5) ? [sleeper, ofSleeper] : [owner, ofOwner];
    const ticketId = ticketIds[random.below(ticketIds.length)]!;
    const asked = { client, places: [ticketId] };
    const { status, body } = await office.reserve({ eventId, ticketIds: [ticketId] });
    if (status !== 201) {
      note({ ...asked, kind: 'hold', said: 'taken', hold: null });
      continue;
    }
    const hold: string = body.reservationId;
    note({ ...asked, kind: 'hold', said: 'done', hold, lastsUntil: now + holdMs });
    if (random.chance(0.4)) continue;
    const paid = await office.pay(body as Held);
    if (paid.status === 201) note({ ...asked, kind: 'buy', said: 'done', hold });
    else note({ ...asked, kind: 'buy', said: paid.body.code === 'SEATS_TAKEN' ? 'gone' : 'refused', hold });
  }
  const rows = await database.query<{ ticketId: string; hold: string | null }>(
    `SELECT ticket_id AS "ticketId", CASE WHEN t.status = 'Sold' THEN b.reservation_id END AS hold
     FROM tickets t LEFT JOIN bookings b USING (booking_id) WHERE t.event_id = $1 AND t.live`,
    [eventId],
  );
  const sold = new Set(entries.filter(({ kind, said }) => kind === 'buy' && said === 'done').map(({ hold }) => hold));
  return {
    // What an owner of the past has in memory counts for nothing (its lease would keep it from saying it): what it writes does.
    entries: entries.filter((one) => one.client === ofOwner || sold.has(one.hold) || one.said === 'refused'),
    faults: [],
    places: new Map(rows.map(({ ticketId, hold }) => [ticketId, hold])),
    capacity: new Map(),
    endsAt: now + 10,
    holdMs,
  };
}

describe('two processes that believe to own one event', needs('process', 'database'), () => {
  test('sell what the other has sold where nothing asks for the fence, and the history says so', async () => {
    const faults = checkHistory(await sellTwice(false));
    assert.ok(faults.length > 0);
    assert.match(faults.join('\n'), /none of these can be true/);
  });

  test('sell nothing twice where what is written asks for the fence', async () => {
    const history = await sellTwice(true);
    assert.ok(history.entries.some(({ kind, said }) => kind === 'buy' && said === 'done'));
    assert.ok(history.entries.some(({ client, said }) => client === ofSleeper && said === 'refused'));
    assert.deepEqual(checkHistory(history), []);
  });
});
