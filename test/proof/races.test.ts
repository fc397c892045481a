import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createPostgresBookingStore } from '../../src/features/booking/index.ts';
import type { ReserveOutcome } from '../../src/features/booking/store/booking-store.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createGroupCommit } from '../../src/platform/group-commit/group-commit.ts';
import {
  type ConnectionSettings,
  type Database,
  openDatabase,
  sqlState,
} from '../../src/platform/postgres/database.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import {
  type BareShow,
  completeCommand,
  failCommand,
  insertShow,
  reserveCommand,
  ticketsOf,
} from '../support/bare-show.ts';
import { type BoxOffice, boxOffice, type Held, type Reply } from '../support/box-office.ts';
import { atEnd, createTestDatabase, type TestDatabase } from '../support/database.ts';
import { samplePlan } from '../support/sample-plan.ts';

/** The same order for every run: a race that is lost can be looked at again. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const all = [...items];
  let state = seed + 1;
  for (let i = all.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const j = state % (i + 1);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

const times = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const count = (replies: readonly Reply[], status: number) => replies.filter((reply) => reply.status === status).length;

describe('many buyers at once, through the whole application', () => {
  let desk: TestApp;
  let office: BoxOffice;
  before(async () => {
    desk = await startTestApp();
    office = boxOffice(desk);
  });

  /** Reserves, and pays if that went well. */
  async function order(payload: object): Promise<Reply> {
    const held = await office.reserve(payload);
    return held.status === 201 ? office.pay(held.body as Held) : held;
  }

  test('the last seat and 200 buyers: one has it, and nobody hears “sold out” before it is paid', async () => {
    const { eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 1 }] });
    const replies = await Promise.all(times(200, () => order({ eventId, quantity: 1 })));
    assert.equal(count(replies, 201), 1);
    assert.equal(count(replies, 409), 199);
    const [{ sold, available }] = (await office.availability(eventId)).ticketTypes;
    assert.deepEqual([sold, available], [1, 0]);
    await office.assertSound();
  });

  test('the last seat, held by one and bought by the same 200 times at once: one booking', async () => {
    const { eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 1 }] });
    const held = await office.hold({ eventId, quantity: 1 });
    const replies = await Promise.all(times(200, (i) => office.pay(held, { key: `k${i % 50}` })));
    assert.equal(new Set(replies.filter(({ status }) => status === 201).map(({ body }) => body.bookingId)).size, 1);
    assert.deepEqual(await office.bookingsOf(held), { completed: 1 });
    await office.assertSound();
  });

  test('the same seats asked for in other orders: each buyer has all of theirs or none', async () => {
    const plan = await office.send('POST', '/api/seating-plans', office.staff, samplePlan({ rows: 2, seats: 10 }));
    const { eventId } = await office.show({
      seatingPlanId: plan.body.seatingPlanId,
      ticketTypes: [{ name: 'All', price: 30, categories: ['Front', 'Back'] }],
    });
    const seats = times(20, (i) => `${1 + (i % 2)}-${1 + Math.floor(i / 2)}`);
    const wishes = times(200, (i) => shuffled(seats, i).slice(0, 1 + (i % 6)));
    const replies = await Promise.all(wishes.map((seatGuids) => order({ eventId, seatGuids })));
    const taken = new Set<string>();
    for (const [i, { status, body, text }] of replies.entries()) {
      if (status !== 201) {
        assert.deepEqual([status, body.code], [409, 'SEATS_TAKEN'], text);
        continue;
      }
      const guids = body.tickets.map(({ seat }: { seat: { guid: string } }) => seat.guid);
      assert.deepEqual(guids.toSorted(), wishes[i]!.toSorted());
      for (const guid of guids) {
        assert.ok(!taken.has(guid), `${guid} was sold twice`);
        taken.add(guid);
      }
    }
    assert.equal((await office.availability(eventId)).ticketTypes[0].sold, taken.size);
    await office.assertSound();
  });

  test('the last places of general admission go to as many as there are, whatever quantities are asked for', async () => {
    const { eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 50 }] });
    const replies = await Promise.all(times(150, (i) => order({ eventId, quantity: 1 + (i % 4) })));
    const sold = replies.filter(({ status }) => status === 201).flatMap(({ body }) => body.tickets);
    assert.equal(new Set(sold.map(({ ticketId }) => ticketId)).size, sold.length);
    assert.equal(sold.length, 50, 'those who want one fill the last gap');
    await office.assertSound();
  });

  test('one customer asks 100 times at once and gets no more than the limit', async () => {
    const { eventId } = await office.show({
      limitPerCustomer: 4,
      ticketTypes: [{ name: 'Entry', price: 10, capacity: 500 }],
    });
    const first = await office.hold({ eventId, quantity: 1 });
    const owner = office.owner(first);
    const replies = await Promise.all(
      times(100, async (i) => {
        const held = await office.reserve({ eventId, quantity: 1 + (i % 2) }, owner);
        if (held.status !== 201) return held;
        return office.pay({ ...held.body, sessionToken: first.sessionToken }, { customerEmail: 'one@example.org' });
      }),
    );
    const bought = replies.filter(({ status }) => status === 201).flatMap(({ body }) => body.tickets).length;
    assert.equal(bought, 3);
    for (const { status, body } of replies) if (status !== 201) assert.equal(body.code, 'LIMIT_PER_CUSTOMER');
    await office.assertSound();
  });

  test('buyers pay, let go, renew and come back while the show sells out: everything adds up', async () => {
    const { eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 60 }] });
    const visit = async (i: number): Promise<number> => {
      const held = await office.reserve({ eventId, quantity: 1 + (i % 3) });
      if (held.status !== 201) return 0;
      if (i % 5 === 0) {
        await office.release(held.body);
        return 0;
      }
      if (i % 3 === 0) await office.renew(held.body);
      if (i % 4 === 0) await office.pay(held.body, { card: 'tok_declined', key: 'a' });
      const replies = await Promise.all([office.pay(held.body, { key: 'b' }), office.pay(held.body, { key: 'b' })]);
      return replies.find(({ status }) => status === 201)!.body.tickets.length;
    };
    let sold = 0;
    for (let round = 0; round < 4; round++) {
      for (const tickets of await Promise.all(times(60, (i) => visit(i + round)))) sold += tickets;
      await desk.runJobs();
    }
    assert.equal((await office.availability(eventId)).ticketTypes[0].sold, sold);
    assert.equal(sold, 60);
    await office.assertSound();
  });
});

describe('many buyers at once without a ledger, straight at the database', () => {
  let connection: ConnectionSettings;
  let database: TestDatabase;
  let pools: Database[];
  before(async () => {
    ({ connection, database } = await createTestDatabase());
    // As many processes that know nothing of each other.
    pools = times(5, () => openDatabase(connection, 8));
    for (const pool of pools) atEnd(() => pool.close());
  });

  const stores = () => pools.map((pool) => createPostgresBookingStore(pool));
  const soldOnce = async (show: BareShow, bookings: ReadonlySet<string>) => {
    const owners = (await ticketsOf(database, show)).map(({ bookingId }) => bookingId).filter((id) => id !== null);
    assert.deepEqual(new Set(owners), bookings);
  };

  test('the last seat and 200 purchases through five processes: exactly one wins', async () => {
    const show = await insertShow(database, 1);
    const commands = times(200, () => reserveCommand(show, show.ticketIds));
    const outcomes = await Promise.all(
      commands.map(async (command, i) => (await stores()[i % 5]!.reserve([command]))[0]!),
    );
    assert.equal(outcomes.filter((outcome) => outcome === 'reserved').length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === 'tickets_gone').length, 199);
    const winner = commands[outcomes.indexOf('reserved')]!;
    assert.deepEqual(await stores()[0]!.recordPaid([completeCommand(winner)]), ['done']);
    await soldOnce(show, new Set([winner.bookingId]));
  });

  test('the same, in batches', async () => {
    const show = await insertShow(database, 1);
    const batches = times(5, () => times(40, () => reserveCommand(show, show.ticketIds)));
    const outcomes = await Promise.all(batches.map((batch, i) => stores()[i]!.reserve(batch)));
    assert.equal(outcomes.flat().filter((outcome) => outcome === 'reserved').length, 1);
  });

  test('one reservation bought by five processes at once: one booking, and one says so', async () => {
    const show = await insertShow(database, 40);
    const reservationId = 'RES_20270115120000_SAMESAME';
    const commands = show.ticketIds.map((id) => reserveCommand(show, [id], { reservationId }));
    const outcomes = await Promise.all(
      commands.map(async (command, i) => (await stores()[i % 5]!.reserve([command]))[0]!),
    );
    assert.equal(outcomes.filter((outcome) => outcome === 'reserved').length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === 'reservation_taken').length, 39);
    assert.equal((await ticketsOf(database, show)).filter(({ status }) => status === 'Reserved').length, 1);
  });

  test('one key claimed by five processes at once: one booking', async () => {
    const show = await insertShow(database, 40);
    const key = { scope: 'purchase:guest', key: 'raced', requestHash: 'hash' };
    const commands = show.ticketIds.map((id) => reserveCommand(show, [id], { key }));
    const outcomes = await Promise.all(
      commands.map(async (command, i) => (await stores()[i % 5]!.reserve([command]))[0]!),
    );
    assert.equal(outcomes.filter((outcome) => outcome === 'reserved').length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === 'key_taken').length, 39);
  });

  test('the same seats in other orders through five processes: no deadlock, none sold twice', async () => {
    const show = await insertShow(database, 12);
    const commands = times(200, (i) => reserveCommand(show, shuffled(show.ticketIds, i).slice(0, 2 + (i % 5))));
    let deadlocks = 0;
    const outcomes = await Promise.all(
      commands.map(async (command, i): Promise<ReserveOutcome | undefined> => {
        try {
          return (await stores()[i % 5]!.reserve([command]))[0];
        } catch (error) {
          assert.equal(sqlState(error), '40P01');
          deadlocks += 1;
          return undefined;
        }
      }),
    );
    assert.equal(deadlocks, 0);
    const winners = commands.filter((_, i) => outcomes[i] === 'reserved');
    const tickets = await ticketsOf(database, show);
    for (const { bookingId, tickets: wanted } of winners) {
      for (const { ticketId } of wanted) {
        assert.equal(tickets.find((ticket) => ticket.ticketId === ticketId)!.bookingId, bookingId);
      }
    }
    await soldOnce(show, new Set(winners.map(({ bookingId }) => bookingId)));
  });

  test('grouped commits of five processes that overlap: every command has its outcome, every ticket one owner', async () => {
    const show = await insertShow(database, 60);
    const groups = stores().map(({ reserve }) => createGroupCommit({ execute: reserve, clock: systemClock }));
    const commands = times(400, (i) => reserveCommand(show, shuffled(show.ticketIds, i).slice(0, 1 + (i % 3))));
    const outcomes = await Promise.all(commands.map((command, i) => groups[i % 5]!.submit(command)));
    const winners = commands.filter((_, i) => outcomes[i] === 'reserved');
    const tickets = await ticketsOf(database, show);
    const owned = winners.flatMap((command) => command.tickets.map(({ ticketId }) => [ticketId, command.bookingId]));
    assert.equal(new Set(owned.map(([ticketId]) => ticketId)).size, owned.length);
    for (const [ticketId, bookingId] of owned) {
      assert.equal(tickets.find((ticket) => ticket.ticketId === ticketId)!.bookingId, bookingId);
    }
    assert.ok(outcomes.every((outcome) => outcome === 'reserved' || outcome === 'tickets_gone'));
    await soldOnce(show, new Set(winners.map(({ bookingId }) => bookingId)));
  });

  test('a payment that succeeds and one that fails for the same booking, at once: one of them, and all of it', async () => {
    const show = await insertShow(database, 30);
    const commands = show.ticketIds.map((id) => reserveCommand(show, [id]));
    await stores()[0]!.reserve(commands);
    const outcomes = await Promise.all(
      commands.map((command, i) =>
        Promise.all([
          stores()[i % 5]!.recordPaid([completeCommand(command)]),
          stores()[(i + 1) % 5]!.recordUnpaid([failCommand(command)]),
        ]),
      ),
    );
    const tickets = await ticketsOf(database, show);
    for (const [i, [[paid], [failed]]] of outcomes.entries()) {
      assert.equal([paid, failed].filter((outcome) => outcome === 'done').length, 1);
      assert.equal(tickets[i]!.status, paid === 'done' ? 'Sold' : 'Available');
    }
  });
});
