import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BareShow, insertShow } from '../../../../test/support/bare-show.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { intercepted } from '../../../../test/support/intercepted.ts';
import { showsInSlots, slotOwners } from '../../../../test/support/slot-owners.ts';
import { createManualClock } from '../../../platform/clock/clock.ts';
import { type Fence, type InSlots, NotOwned, type Ownership } from '../../../platform/ownership/ownership.ts';
import { Unavailable } from '../../../platform/postgres/database.ts';
import { beginLedger } from '../domain/create-ledger.ts';
import { held, ledgerOf, noon } from '../domain/ledger-makers.test-support.ts';
import type { Hold } from '../domain/types.ts';
import { createPostgresInventoryStore } from '../store/postgres-inventory-store.ts';
import { createEventLedgers, type LoadedEvent } from './event-ledgers.ts';
import { createHoldJournal, type HoldJournal } from './journal-holds.ts';

const { database, connection } = await createTestDatabase();
const { takeOver } = slotOwners({ database, connection });
const storeOn = (on: TestDatabase, isFenced = true) =>
  createPostgresInventoryStore(on, { limitsHolds: false, isFenced });

/** What a process has in memory of a show. */
function eventOf({ eventId }: BareShow, fence: Fence): LoadedEvent {
  const ledger = ledgerOf({}, { eventId });
  const read = { geometry: null, seatingPlanId: null, seatMapHash: null, isPublic: true, version: '1' };
  return { ledger, ...read, lastUsedAt: 0, fence };
}

/** The journal of a process, and how many changes it has lost. */
function openJournal(on: TestDatabase = database, isFenced = true): HoldJournal & { lost: number } {
  const journal = createHoldJournal({
    store: storeOn(on, isFenced),
    clock: createManualClock(noon),
    onFailure: (error) => assert.fail(String(error)),
    onLost(changes) {
      opened.lost += changes;
    },
  });
  const opened = { ...journal, lost: 0 };
  return opened;
}

let reservations = 0;
const newId = () => `RES_20300101120000_${String(++reservations).padStart(8, '0')}`;

function begin(journal: HoldJournal, event: LoadedEvent): string {
  const { reservationId } = held(event.ledger, newId());
  journal.begin(event, reservationId);
  return reservationId;
}

function release(journal: HoldJournal, event: LoadedEvent, reservationId: string): void {
  assert.ok(event.ledger.release(reservationId, null, noon).accepted);
  journal.end(event, reservationId);
}

async function journaled({ eventId }: BareShow): Promise<string[]> {
  const statement = 'SELECT reservation_id AS id FROM hold_journal WHERE event_id = $1 ORDER BY 1';
  return (await database.query<{ id: string }>(statement, [eventId])).map(({ id }) => id);
}

/**
 * A hold of a process that has lost the show since, and one of the process that owns it now, both written; then the first one
 * flushes what it still does: it lets its hold go and places another.
 */
async function flushLate(isFenced: boolean) {
  const show = await insertShow(database, 1);
  const sleeper = openJournal(database, isFenced);
  const before = eventOf(show, await takeOver(show.eventId));
  const kept = begin(sleeper, before);
  await sleeper.flush();
  const owner = openJournal();
  const placed = begin(owner, eventOf(show, await takeOver(show.eventId)));
  await owner.flush();
  release(sleeper, before, kept);
  const ghost = begin(sleeper, before);
  await sleeper.flush();
  return { sleeper, kept, placed, ghost, journaled: await journaled(show) };
}

describe('before an event goes to another process', () => {
  test('its holds are written, also those that another flush has begun to write', async () => {
    const show = await insertShow(database, 3);
    const event = eventOf(show, await takeOver(show.eventId));
    let letOn = () => {};
    const waits = new Promise<void>((done) => {
      letOn = done;
    });
    const slow = intercepted(database, async (_statement, ask) => {
      await waits;
      return ask();
    });
    const journal = openJournal(slow);
    const all = [begin(journal, event)];
    const first = journal.flush();
    all.push(begin(journal, event));
    // Both wait for the first; the job is there before the handover.
    const byJob = journal.flush();
    const byHandOver = journal.writeAll(() => true).then(() => journaled(show));
    letOn();
    assert.deepEqual(await byHandOver, all);
    await Promise.all([first, byJob]);
  });

  test('or it does not go', async () => {
    const show = await insertShow(database, 1);
    const event = eventOf(show, await takeOver(show.eventId));
    const failures: unknown[] = [];
    const clock = createManualClock(noon);
    const broken = { saveJournal: () => Promise.reject(new Error('away')) };
    const onFailure = (error: unknown) => failures.push(error);
    const journal = createHoldJournal({ store: broken, clock, onFailure, onLost: () => {} });
    begin(journal, event);
    // As when PostgreSQL is away: whoever waits for the event is asked to come back: it is no fault of ours.
    const written = assert.rejects(
      journal.writeAll(() => true),
      Unavailable,
    );
    while (failures.length < 3) {
      await new Promise(setImmediate);
      clock.advance(1_000);
    }
    await new Promise(setImmediate);
    clock.advance(1_000);
    await written;
    await journal.writeAll(() => false);
  });
});

describe('the journal of a process that has lost an event', () => {
  test('is not written: holds that live on elsewhere stay, and none is added', async () => {
    const { sleeper, kept, placed, journaled: rows } = await flushLate(true);
    assert.deepEqual(rows, [kept, placed]);
    assert.equal(sleeper.lost, 2);
  });

  test('would without a fence delete a hold that lives, and add one that nobody knows', async () => {
    const { placed, ghost, journaled: rows } = await flushLate(false);
    assert.deepEqual(rows, [placed, ghost]);
  });

  test('asks no second time, and goes on with its other events', async () => {
    const [lost, own] = (await showsInSlots(database, 2)) as [BareShow, BareShow];
    const asked: string[] = [];
    const watched = intercepted(database, ({ text }, ask) => {
      asked.push(text);
      return ask();
    });
    const journal = openJournal(watched);
    const [lostEvent, ownEvent] = [
      eventOf(lost, await takeOver(lost.eventId)),
      eventOf(own, await takeOver(own.eventId)),
    ];
    await takeOver(lost.eventId);
    begin(journal, lostEvent);
    const mine = begin(journal, ownEvent);
    await journal.flush();
    assert.deepEqual([await journaled(lost), await journaled(own), journal.lost], [[], [mine], 1]);
    asked.length = 0;
    await journal.flush();
    assert.deepEqual(asked, []);
  });

  test('that has it back under another fence: what it decided under the first one counts no more', async () => {
    const show = await insertShow(database, 1);
    const journal = openJournal();
    const before = eventOf(show, await takeOver(show.eventId));
    const kept = begin(journal, before);
    await journal.flush();
    release(journal, before, kept);
    await takeOver(show.eventId);
    // Read again, as the journal has it: the hold lives.
    const after = eventOf(show, await takeOver(show.eventId));
    held(after.ledger, kept);
    const placed = begin(journal, after);
    await journal.flush();
    assert.deepEqual([await journaled(show), journal.lost], [[kept, placed], 1]);
  });
});

describe('a takeover', () => {
  test('that is under way keeps no flush waiting, and one that comes to nothing costs no hold', async () => {
    const [busy, other] = (await showsInSlots(database, 2)) as [BareShow, BareShow];
    const journal = openJournal();
    const busyEvent = eventOf(busy, await takeOver(busy.eventId));
    const otherEvent = eventOf(other, await takeOver(other.eventId));
    const [waiting, written] = [begin(journal, busyEvent), begin(journal, otherEvent)];
    await database
      .transaction(async (tx) => {
        await tx.query('SELECT FROM slots WHERE slot = $1 FOR UPDATE', [busyEvent.fence.slot]);
        await journal.flush();
        assert.deepEqual([await journaled(busy), await journaled(other)], [[], [written]]);
        throw new Error('it comes to nothing');
      })
      .catch(() => {});
    await journal.flush();
    assert.deepEqual([await journaled(busy), journal.lost], [[waiting], 0]);
  });

  test('waits for a flush under way, and then reads what it has written', async () => {
    const show = await insertShow(database, 1);
    let letOn = () => {};
    const waits = new Promise<void>((done) => {
      letOn = done;
    });
    let reached = () => {};
    const isReached = new Promise<void>((done) => {
      reached = done;
    });
    const slow = intercepted(database, async ({ text }, ask) => {
      if (text.startsWith('INSERT INTO hold_journal')) {
        reached();
        await waits;
      }
      return ask();
    });
    const journal = openJournal(slow);
    const mine = begin(journal, eventOf(show, await takeOver(show.eventId)));
    const flushed = journal.flush();
    await isReached;
    let isTaken = false;
    const read = takeOver(show.eventId).then(() => {
      isTaken = true;
      return journaled(show);
    });
    await sleep(200);
    assert.equal(isTaken, false);
    letOn();
    await flushed;
    assert.deepEqual(await read, [mine]);
  });
});

describe('ledgers of a process that loses an event', () => {
  const clock = createManualClock(Date.UTC(2027, 0, 15, 12));

  /** Ledgers by an ownership that the test plays. */
  function openLedgers(on: TestDatabase = database) {
    const lost: ((isLost: InSlots) => void)[] = [];
    let fence: Fence | null = null;
    const ownership: Pick<Ownership, 'fenceOf' | 'onLost'> = {
      fenceOf: () => fence,
      onLost: (listener) => void lost.push(listener),
    };
    const seating = { geometryOf: () => assert.fail('no seats') };
    const ledgers = createEventLedgers({ store: storeOn(on), clock, beginLedger, seating, ownership });
    return {
      ledgers,
      own(taken: Fence) {
        fence = taken;
      },
      lose() {
        fence = null;
        for (const listener of lost) listener(() => true);
      },
    };
  }

  /** A show with a hold in the journal whose place is taken. */
  async function showWithLostHold() {
    const show = await insertShow(database, 1);
    const event = eventOf(show, await takeOver(show.eventId));
    const journal = openJournal();
    const kept = begin(journal, event);
    await journal.flush();
    await database.query(`UPDATE tickets SET status = 'Reserved', reason = 'kept back' WHERE event_id = $1`, [
      show.eventId,
    ]);
    return { show, kept, fence: event.fence };
  }

  test('clear away what their holds have lost only as long as the event is theirs', async () => {
    const { show, kept, fence } = await showWithLostHold();
    const present = await takeOver(show.eventId);
    const { ledgers, own } = openLedgers();
    own(fence);
    await assert.rejects(ledgers.open(show.eventId), NotOwned);
    assert.equal(ledgers.loaded(show.eventId), undefined);
    assert.deepEqual(await journaled(show), [kept]);
    own(present);
    assert.ok(await ledgers.open(show.eventId));
    assert.deepEqual(await journaled(show), []);
  });

  test('end no hold by what was read for a ledger that is gone', async () => {
    const show = await insertShow(database, 1);
    let letOn = () => {};
    const waits = new Promise<void>((done) => {
      letOn = done;
    });
    const slow = intercepted(database, async ({ name }, ask) => {
      const rows = await ask();
      if (name === 'inventory-places-of') await waits;
      return rows as never;
    });
    const { ledgers, own, lose } = openLedgers(slow);
    const ended: Hold[] = [];
    ledgers.onHoldsEnded((_event, holds) => void ended.push(...holds));
    own(await takeOver(show.eventId));
    const before = await ledgers.open(show.eventId);
    held(before!.ledger, newId(), { selection: { kind: 'tickets', ticketIds: show.ticketIds } }, clock.now());
    await database.query(`UPDATE tickets SET status = 'Reserved', reason = 'kept back' WHERE event_id = $1`, [
      show.eventId,
    ]);
    const reading = ledgers.syncTickets(show.eventId, show.ticketIds);
    await sleep(50);
    lose();
    own(await takeOver(show.eventId));
    assert.notEqual((await ledgers.open(show.eventId))!.ledger, before!.ledger);
    letOn();
    await reading;
    assert.deepEqual(ended, []);
  });
});
