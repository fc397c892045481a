import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BareShow,
  completeCommand,
  insertShow,
  reserveCommand,
  ticketsOf,
} from '../../../../test/support/bare-show.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { intercepted } from '../../../../test/support/intercepted.ts';
import { showsInSlots, slotOwners } from '../../../../test/support/slot-owners.ts';
import type { Fence } from '../../../platform/ownership/ownership.ts';
import { slotOf } from '../../../platform/ownership/slots.ts';
import { sqlState } from '../../../platform/postgres/database.ts';
import { createPostgresBookingStore } from './postgres-booking-store.ts';
import { soleStatements } from './reserve-sql.ts';

const { database, connection } = await createTestDatabase();
const { takeOver, takeSlots } = slotOwners({ database, connection });
const fenced = (on: TestDatabase = database) => createPostgresBookingStore(on, { isFenced: true });
const unfenced = createPostgresBookingStore(database);
const statuses = async (show: BareShow) => (await ticketsOf(database, show)).map(({ status }) => status);
const contact = { name: 'Ada', email: null, phone: null, notes: null };

/** What the lock of the fences is without: joined plainly, it keeps nobody off. */
const unlocked = intercepted(database, ({ name = '', text }, ask) =>
  ask({ name: `${name} unlocked`, text: text.replace('FOR KEY SHARE OF s SKIP LOCKED', '') }),
);

/** The same database, where the first commit has been written and waits to be committed, until it is let on. */
function slowCommits() {
  let letOn = () => {};
  const waits = new Promise<void>((done) => {
    letOn = done;
  });
  let written = () => {};
  const isWritten = new Promise<void>((done) => {
    written = done;
  });
  return {
    letOn,
    isWritten,
    within: (on: TestDatabase) =>
      intercepted(on, async ({ name }, ask) => {
        if (name === 'booking-contacts') {
          written();
          await waits;
        }
        return ask();
      }),
  };
}

/** Another transaction holds the row of a slot as a takeover does, until it is let go. */
async function claiming({ slot }: Fence): Promise<() => Promise<void>> {
  let end = () => {};
  const waits = new Promise<void>((done) => {
    end = done;
  });
  let begun = () => {};
  const isLocked = new Promise<void>((done) => {
    begun = done;
  });
  const done = database.transaction(async (tx) => {
    await tx.query('SELECT FROM slots WHERE slot = $1 FOR UPDATE', [slot]);
    begun();
    await waits;
  });
  await isLocked;
  return () => {
    end();
    return done;
  };
}

describe('the first commit of a process that has lost the event', () => {
  test('writes nothing, alone or in a batch; that of the owner is written', async () => {
    const show = await insertShow(database, 2);
    const old = await takeOver(show.eventId);
    const present = await takeOver(show.eventId);
    const [first, second] = show.ticketIds as [string, string];
    const late = reserveCommand(show, [first], { fence: old, contact });
    assert.deepEqual(await fenced().reserve([late]), ['owner_changed']);
    assert.deepEqual(await statuses(show), ['Available', 'Available']);
    assert.deepEqual([await unfenced.find(late.bookingId), await unfenced.contact(late.bookingId)], [null, null]);
    const [mine, again] = [
      reserveCommand(show, [second], { fence: present }),
      reserveCommand(show, [first], { fence: old }),
    ];
    assert.deepEqual(await fenced().reserve([mine, again]), ['reserved', 'owner_changed']);
    assert.deepEqual(await statuses(show), ['Available', 'Reserved']);
  });

  test('without a fence it is written, and the ledger of the owner is wrong', async () => {
    const show = await insertShow(database, 1);
    const old = await takeOver(show.eventId);
    await takeOver(show.eventId);
    assert.deepEqual(await unfenced.reserve([reserveCommand(show, show.ticketIds, { fence: old })]), ['reserved']);
    assert.deepEqual(await statuses(show), ['Reserved']);
  });

  test('the number of a fence alone lets nobody in: the process counts as well', async () => {
    const show = await insertShow(database, 1);
    const { slot, fence } = await takeOver(show.eventId);
    const other = { slot, fence, processId: '01900000-0000-7000-8000-00000000ffff' };
    assert.deepEqual(await fenced().reserve([reserveCommand(show, show.ticketIds, { fence: other })]), [
      'owner_changed',
    ]);
  });

  test('asked again after its answer was lost, it hears what was written before the takeover', async () => {
    const show = await insertShow(database, 1);
    const old = await takeOver(show.eventId);
    const command = reserveCommand(show, show.ticketIds, { fence: old });
    assert.deepEqual(await fenced().reserve([command]), ['reserved']);
    await takeOver(show.eventId);
    assert.deepEqual(await fenced().reserve([command]), ['reserved']);
    // Money is moving: the second commit asks for no fence.
    assert.deepEqual(await fenced().recordPaid([completeCommand(command)]), ['done']);
    assert.deepEqual(await statuses(show), ['Sold']);
  });
});

describe('a takeover', () => {
  test('waits for a commit under way, and then reads it', async () => {
    const show = await insertShow(database, 1);
    const old = await takeOver(show.eventId);
    const { letOn, isWritten, within } = slowCommits();
    const reserved = fenced(within(database)).reserve([reserveCommand(show, show.ticketIds, { fence: old, contact })]);
    await isWritten;
    let isTaken = false;
    const taken = takeOver(show.eventId).then(async () => {
      isTaken = true;
      return statuses(show);
    });
    await sleep(200);
    assert.equal(isTaken, false);
    letOn();
    assert.deepEqual(await reserved, ['reserved']);
    assert.deepEqual(await taken, ['Reserved']);
  });

  test('without the lock it reads a place as free that is sold a moment later', async () => {
    const show = await insertShow(database, 1);
    const old = await takeOver(show.eventId);
    const { letOn, isWritten, within } = slowCommits();
    const reserved = fenced(within(unlocked)).reserve([reserveCommand(show, show.ticketIds, { fence: old, contact })]);
    await isWritten;
    await takeOver(show.eventId);
    assert.deepEqual(await statuses(show), ['Available']);
    letOn();
    assert.deepEqual(await reserved, ['reserved']);
    assert.deepEqual(await statuses(show), ['Reserved']);
  });

  test('waits no longer for a process that was frozen in the middle of a commit: PostgreSQL ends that', async () => {
    const show = await insertShow(database, 2);
    const old = await takeOver(show.eventId);
    const slow = slowCommits();
    const frozen = fenced(slow.within(database)).reserve([
      reserveCommand(show, show.ticketIds, { fence: old, contact }),
    ]);
    const ended = assert.rejects(frozen);
    await slow.isWritten;
    // Each claim waits a second at most; until PostgreSQL has ended the transaction that is silent for two.
    let fence: Fence | null = null;
    for (const end = performance.now() + 30_000; fence === null; ) {
      assert.ok(performance.now() < end, 'the takeover waits as long as the process is frozen');
      fence = await takeOver(show.eventId).catch(() => null);
    }
    assert.deepEqual(await statuses(show), ['Available', 'Available']);
    slow.letOn();
    await ended;
    assert.deepEqual(await statuses(show), ['Available', 'Available']);
  });

  test('that is under way keeps no commit waiting: it is refused, and the rest of its batch is written', async () => {
    const shows = await showsInSlots(database, 50);
    const fences = await takeSlots(shows.map(({ eventId }) => slotOf(eventId)));
    const fenceOf = ({ eventId }: BareShow) => fences.find(({ slot }) => slot === slotOf(eventId))!;
    const [lost, busy, ...rest] = shows as [BareShow, BareShow, ...BareShow[]];
    await takeOver(lost.eventId);
    const letGo = await claiming(fenceOf(busy));
    const commands = shows.map((show) => reserveCommand(show, show.ticketIds, { fence: fenceOf(show) }));
    assert.deepEqual(await fenced().reserve(commands), [
      ...['owner_changed', 'owner_changed'],
      ...rest.map(() => 'reserved'),
    ]);
    // The answer is here, and the claim is still under way.
    await letGo();
    for (const show of rest) assert.deepEqual(await statuses(show), ['Reserved']);
    for (const show of [lost, busy]) assert.deepEqual(await statuses(show), ['Available']);
    // The claim came to nothing: who had it has it.
    assert.deepEqual(await fenced().reserve([commands[1]!]), ['reserved']);
  });

  test('that comes to nothing while a batch is judged refuses nobody: each is asked once more', async () => {
    const show = await insertShow(database, 1);
    const fence = await takeOver(show.eventId);
    const letGo = await claiming(fence);
    const asked: string[] = [];
    const watched = intercepted(database, async ({ name = '' }, ask) => {
      if (name.startsWith('booking-reserve')) asked.push(name);
      if (asked.length === 3 && name.startsWith('booking-reserve')) await letGo();
      return ask();
    });
    const commands = [reserveCommand(show, show.ticketIds, { fence })];
    assert.deepEqual(await fenced(watched).reserve(commands), ['reserved']);
    assert.deepEqual(asked, [
      'booking-reserve-fenced',
      'booking-reserve-carefully-fenced',
      'booking-reserve-carefully-fenced',
    ]);
  });

  test('beside overlapping batches that want the slots in other orders is not starved, and nothing waits in a circle', async () => {
    const shows = await showsInSlots(database, 12, 120);
    const slots = shows.map(({ eventId }) => slotOf(eventId));
    let fences = await takeSlots(slots);
    let taken = 0;
    let isOver = false;
    const outcomes: string[] = [];
    const failures: unknown[] = [];
    const stores = [fenced(), fenced(), fenced()];
    async function sell(store: (typeof stores)[number], turn: number) {
      for (let round = 0; round < 40; round++) {
        const order = turn % 2 === 0 ? shows : [...shows].reverse();
        const commands = order.map((show) =>
          reserveCommand(show, [show.ticketIds[turn * 40 + round]!], {
            fence: fences.find(({ slot }) => slot === slotOf(show.eventId))!,
          }),
        );
        await store.reserve(commands).then(
          (written) => outcomes.push(...written),
          (error) => failures.push(error),
        );
      }
    }
    async function take() {
      for (let turn = 0; !isOver; turn++) {
        const claimed = await takeSlots(turn % 2 === 0 ? slots : [...slots].reverse()).catch((error) => {
          // It has waited for its second; it comes again.
          if (sqlState(error) !== '55P03') failures.push(error);
          return null;
        });
        if (claimed) {
          fences = claimed;
          taken += 1;
        }
        await sleep(5);
      }
    }
    const taking = take();
    await Promise.all(stores.map(sell));
    isOver = true;
    await taking;
    assert.deepEqual(failures, []);
    assert.ok(taken > 3, `${taken} takeovers`);
    assert.equal(outcomes.length, 3 * 40 * 12);
    const reserved = outcomes.filter((outcome) => outcome === 'reserved').length;
    assert.deepEqual(new Set(outcomes), new Set(['reserved', 'owner_changed']));
    const sold = (await Promise.all(shows.map(statuses))).flat().filter((status) => status === 'Reserved').length;
    assert.equal(sold, reserved);
  });
});

describe('who writes the first commit', () => {
  test('may lock the row of a slot as the role of sales or of requests, and change nothing in it', async () => {
    for (const scope of [{ sellers: [1] }, { organizerId: 1 }]) {
      const asked = database.as(scope);
      const [{ role } = { role: '' }] = await asked.query<{ role: string }>('SELECT current_user AS role');
      assert.match(role, /^onsale_/);
      await asked.query('SELECT FROM slots FOR KEY SHARE SKIP LOCKED');
      await assert.rejects(asked.query('UPDATE slots SET fence = fence + 1'), /permission denied/);
      await assert.rejects(asked.query(`UPDATE processes SET state = 'dead'`), /permission denied/);
    }
  });

  test('asks for no fence where the process is alone', () => {
    for (const { text } of [soleStatements.fast, soleStatements.carefully])
      assert.doesNotMatch(text, /slots|fence|\$25/);
  });
});
