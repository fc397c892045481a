import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPostgresBookingStore } from '../../src/features/booking/index.ts';
import { mintTickets } from '../../src/features/inventory/index.ts';
import { verifyDatabase } from '../../src/features/verify/index.ts';

import { type BareShow, completeCommand, insertShow, reserveCommand, ticketsOf } from '../support/bare-show.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { intercepted } from '../support/intercepted.ts';

/**
 * What each guard of the database is for: first the harm without it, in a scratch database that lacks it, then the same
 * story with it. The guards of the ledger (free place, deadline, limit per customer) have theirs beside it, in
 * src/features/inventory/domain/guards.test.ts.
 */
async function scratch(...takeDown: string[]): Promise<TestDatabase> {
  const { database } = await createTestDatabase();
  for (const statement of takeDown) await database.query(statement);
  return database;
}

/** The same database, but some words of every statement are left out on the way. */
function without(database: TestDatabase, ...words: readonly string[]): TestDatabase {
  const leaveOut = (text: string) => words.reduce((rest, word) => rest.replaceAll(word, ''), text);
  return intercepted(database, ({ text }, ask) => ask({ text: leaveOut(text) }));
}

const broken = async (database: TestDatabase) =>
  (await verifyDatabase(database)).findings.filter(({ count }) => count > 0).map(({ name }) => name);

const statusesOf = async (database: TestDatabase, show: BareShow) =>
  (await ticketsOf(database, show)).map(({ status }) => status);

describe('a place has one live ticket (partial unique index)', () => {
  /** Two programs look which places have tickets, see none, and both mint. */
  async function mintTwiceAtOnce(database: TestDatabase): Promise<{ show: BareShow; refusals: number }> {
    const { eventId, ticketTypeId } = await insertShow(database, 0);
    const types = [{ ticketTypeId, places: { count: 1 } }];
    const request = { organizerId: 1, eventId, geometry: null, types, now: Date.now() };
    let looking = 2;
    let bothLooked = () => {};
    const meeting = new Promise<void>((done) => {
      bothLooked = done;
    });
    const tries = [1, 2].map(() =>
      database.transaction(async (tx) => {
        await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
        await tx.query('SELECT count(*) FROM tickets');
        looking -= 1;
        if (looking === 0) bothLooked();
        await meeting;
        await mintTickets(tx, request);
      }),
    );
    const refusals = (await Promise.allSettled(tries)).filter(({ status }) => status === 'rejected').length;
    const rows = await database.query<{ id: string }>('SELECT ticket_id AS id FROM tickets WHERE event_id = $1', [
      eventId,
    ]);
    return { show: { eventId, ticketTypeId, ticketIds: rows.map(({ id }) => id) }, refusals };
  }

  async function sellAll(database: TestDatabase, show: BareShow): Promise<void> {
    const store = createPostgresBookingStore(database);
    for (const id of show.ticketIds) {
      const command = reserveCommand(show, [id]);
      assert.deepEqual(await store.reserve([command]), ['reserved']);
      assert.deepEqual(await store.recordPaid([completeCommand(command)]), ['done']);
    }
  }

  test('without it, minting twice at once makes one place two tickets, and both are sold', async () => {
    const database = await scratch('DROP INDEX tickets_one_live_per_place');
    const { show, refusals } = await mintTwiceAtOnce(database);
    assert.equal(refusals, 0);
    await sellAll(database, show);
    assert.deepEqual(await statusesOf(database, show), ['Sold', 'Sold']);
    assert.ok((await broken(database)).includes('one-live-ticket-per-place'));
  });

  test('with it, the second minting is refused and the place is sold once', async () => {
    const database = await scratch();
    const { show, refusals } = await mintTwiceAtOnce(database);
    assert.equal(refusals, 1);
    await sellAll(database, show);
    assert.deepEqual(await statusesOf(database, show), ['Sold']);
  });
});

describe('a ticket is taken only if it is Available, and sold only if it is Reserved for its buyer (guarded updates)', () => {
  const reserveGuard = ` AND t.status = 'Available'`;
  const sellGuard = ` AND t.status = 'Reserved' AND t.booking_id = w.booking_id`;
  const lifeCycle = 'DROP TRIGGER tickets_life_cycle ON tickets';

  /** Ada and Bob both believe that the ledger gave them the seat. Each reserves, then pays. */
  async function sellToBoth(database: TestDatabase) {
    const show = await insertShow(database, 1);
    const store = createPostgresBookingStore(database);
    const [ada, bob] = [reserveCommand(show, show.ticketIds), reserveCommand(show, show.ticketIds)];
    const reserved = [...(await store.reserve([ada])), ...(await store.reserve([bob]))];
    const paid: string[] = [];
    for (const [i, command] of [ada, bob].entries()) {
      if (reserved[i] !== 'reserved') continue;
      const outcome = await store.recordPaid([completeCommand(command)]).catch(() => ['refused by the database']);
      paid.push(...outcome);
    }
    const [ticket] = await ticketsOf(database, show);
    return { reserved, paid, owner: ticket!.bookingId === ada.bookingId ? 'ada' : 'bob' };
  }

  test('without them both pay for one seat', async () => {
    const database = await scratch(lifeCycle);
    const outcome = await sellToBoth(without(database, reserveGuard, sellGuard));
    assert.deepEqual(outcome.reserved, ['reserved', 'reserved']);
    assert.deepEqual(outcome.paid, ['done', 'done']);
    assert.ok((await broken(database)).includes('one-sale-per-ticket'));
  });

  test('without the first, Ada loses her seat to Bob while she pays; the second keeps it from being sold twice', async () => {
    const database = await scratch(lifeCycle);
    const outcome = await sellToBoth(without(database, reserveGuard));
    assert.deepEqual(outcome, {
      reserved: ['reserved', 'reserved'],
      paid: ['refused by the database', 'done'],
      owner: 'bob',
    });
  });

  test('without the first, the life cycle of the schema still refuses Bob', async () => {
    const outcome = await sellToBoth(without(await scratch(), reserveGuard));
    assert.deepEqual(outcome, { reserved: ['reserved', 'tickets_gone'], paid: ['done'], owner: 'ada' });
  });

  test('with them Bob hears that the seat is gone, before he pays', async () => {
    const database = await scratch();
    const outcome = await sellToBoth(database);
    assert.deepEqual(outcome, { reserved: ['reserved', 'tickets_gone'], paid: ['done'], owner: 'ada' });
    assert.ok(!(await broken(database)).some((name) => name.startsWith('one-')));
  });
});

describe('half a sale is never committed (counts that must be equal)', () => {
  async function buyTwoOfWhichOneIsGone(database: TestDatabase) {
    const show = await insertShow(database, 2);
    const store = createPostgresBookingStore(database);
    const gone = reserveCommand(show, [show.ticketIds[1]!]);
    await store.reserve([gone]);
    const both = reserveCommand(show, show.ticketIds);
    const outcomes = await store.reserve([both]);
    return { outcomes, owners: (await ticketsOf(database, show)).map(({ bookingId }) => bookingId === both.bookingId) };
  }

  test('without them the buyer of two has booked two and holds one', async () => {
    const database = await scratch(
      `CREATE OR REPLACE FUNCTION must_equal(actual bigint, expected bigint, what text) RETURNS boolean
       LANGUAGE sql AS $$ SELECT true $$`,
    );
    assert.deepEqual(await buyTwoOfWhichOneIsGone(database), { outcomes: ['reserved'], owners: [true, false] });
  });

  test('with them nothing of it is written', async () => {
    assert.deepEqual(await buyTwoOfWhichOneIsGone(await scratch()), {
      outcomes: ['tickets_gone'],
      owners: [false, false],
    });
  });
});

describe('a reservation is bought once (partial unique index)', () => {
  async function buyTwice(database: TestDatabase) {
    const show = await insertShow(database, 2);
    const reservationId = 'RES_20270115120000_TWICEBUY';
    const store = createPostgresBookingStore(database);
    const commands = show.ticketIds.map((id) => reserveCommand(show, [id], { reservationId }));
    return store.reserve(commands);
  }

  test('without it one reservation has two bookings', async () => {
    const database = await scratch('DROP INDEX bookings_one_per_reservation');
    assert.deepEqual(await buyTwice(database), ['reserved', 'reserved']);
    assert.ok((await broken(database)).includes('reservation-converted-once'));
  });

  test('with it the second hears so', async () => {
    assert.deepEqual(await buyTwice(await scratch()), ['reserved', 'reservation_taken']);
  });
});

describe('an idempotency key is claimed by one arbitrated insert (primary key)', () => {
  async function retryWithTheKey(database: TestDatabase) {
    const show = await insertShow(database, 2);
    const key = { scope: 'purchase:guest', key: 'retried', requestHash: 'hash' };
    const store = createPostgresBookingStore(database);
    return store.reserve(show.ticketIds.map((id) => reserveCommand(show, [id], { key })));
  }

  test('without it a retry books again', async () => {
    const database = await scratch('ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey');
    assert.deepEqual(await retryWithTheKey(database), ['reserved', 'reserved']);
  });

  test('with it the second request is known to be the first', async () => {
    assert.deepEqual(await retryWithTheKey(await scratch()), ['reserved', 'key_taken']);
  });
});

describe('a payment made elsewhere pays for one booking (partial unique index)', () => {
  async function claimTwice(database: TestDatabase) {
    const show = await insertShow(database, 2);
    const store = createPostgresBookingStore(database);
    const commands = show.ticketIds.map((id) => reserveCommand(show, [id], { provider: 'external' }));
    await store.reserve(commands);
    return store.recordPaid(commands.map((command) => completeCommand(command, 'wire 1')));
  }

  test('without it one bank transfer pays for two', async () => {
    const database = await scratch('DROP INDEX payments_external_reference_once');
    assert.deepEqual(await claimTwice(database), ['done', 'done']);
    assert.ok((await broken(database)).includes('payment-reference-used-once'));
  });

  test('with it the second is refused', async () => {
    assert.deepEqual(await claimTwice(await scratch()), ['done', 'reference_used']);
  });
});
