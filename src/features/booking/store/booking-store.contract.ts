import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type BareShow,
  completeCommand,
  failCommand,
  reserveCommand,
  type StoredTicket,
} from '../../../../test/support/bare-show.ts';
import type { BookingStore, ClaimedKey, ReserveTickets } from './booking-store.ts';

/** An adapter under test, and what the tests need beside it. */
export interface BookingRecords {
  readonly store: BookingStore;
  makeShow(places: number): Promise<BareShow>;
  ticketsOf(show: BareShow): Promise<readonly StoredTicket[]>;
  /** How much the records hold of everything that a purchase writes. */
  counts(): Promise<Readonly<Record<string, number>>>;
  /** Something else takes these tickets back out of a booking: what must never happen. */
  breakTickets(ticketIds: readonly string[]): Promise<void>;
}

let keys = 0;
const newKey = (requestHash = 'hash'): ClaimedKey => ({ scope: 'purchase:guest', key: `key-${++keys}`, requestHash });

/** What any store of bookings must do, above all when a batch holds commands that are not in order. */
export function bookingStoreContract(records: () => BookingRecords): void {
  const statuses = async (show: BareShow) => (await records().ticketsOf(show)).map(({ status }) => status);
  const owners = async (show: BareShow) => (await records().ticketsOf(show)).map(({ bookingId }) => bookingId);

  async function reserved(
    show: BareShow,
    ticketIds: readonly string[],
    parts: Parameters<typeof reserveCommand>[2] = {},
  ) {
    const command = reserveCommand(show, ticketIds, parts);
    assert.deepEqual(await records().store.reserve([command]), ['reserved']);
    return command;
  }

  /** What is left of a command that was not written: nothing. */
  async function assertUnwritten(command: ReserveTickets) {
    const { store } = records();
    assert.equal(await store.find(command.bookingId), null);
    assert.deepEqual(await store.history(command.bookingId), []);
    assert.equal(await store.contact(command.bookingId), null);
  }

  describe('the first commit', () => {
    test('writes booking, tickets, key, contact and event together', async () => {
      const { store, makeShow, ticketsOf } = records();
      const show = await makeShow(3);
      const key = newKey();
      const contact = { name: 'Ada “A” {x}', email: 'ada@example.org', phone: null, notes: 'by, the\\aisle' };
      const command = await reserved(show, show.ticketIds.slice(0, 2), { key, contact });
      const { bookingId, reservationId } = command;
      const booking = await store.find(bookingId);
      assert.equal(booking?.status, 'awaiting_payment');
      assert.deepEqual(booking?.ticketIds, show.ticketIds.slice(0, 2));
      assert.deepEqual(await store.findByReservation(reservationId), booking);
      assert.deepEqual(await store.contact(bookingId), contact);
      assert.deepEqual(await store.findKey(key.scope, key.key), {
        requestHash: 'hash',
        bookingId,
        status: null,
        body: null,
      });
      const [created, ...more] = await store.history(bookingId);
      assert.deepEqual([created?.version, created?.type, created?.data], [1, 'BookingCreated', command.created.data]);
      assert.deepEqual(more, []);
      const tickets = await ticketsOf(show);
      assert.deepEqual(
        tickets.map(({ status, bookingId: owner, priceMinor, version }) => [status, owner, priceMinor, version]),
        [
          ['Reserved', bookingId, 2_500, 2],
          ['Reserved', bookingId, 2_500, 2],
          ['Available', null, null, 1],
        ],
      );
    });

    test('a large batch in order is written whole', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(500);
      const commands = show.ticketIds.map((id) => reserveCommand(show, [id], { key: newKey() }));
      assert.deepEqual(new Set(await store.reserve(commands)), new Set(['reserved']));
      assert.deepEqual(
        await owners(show),
        commands.map(({ bookingId }) => bookingId),
      );
    });

    test('in a mixed batch each command gets its own outcome, and the good ones are written', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(10);
      const id = (place: number) => show.ticketIds[place]!;
      const used = newKey();
      const earlier = await reserved(show, [id(0)], { key: used });
      const contact = { name: 'Eve', email: null, phone: null, notes: null };
      const batch = {
        good: reserveCommand(show, [id(1), id(2)], { key: newKey(), contact }),
        goneTicket: reserveCommand(show, [id(3), id(0)], { key: newKey(), contact }),
        usedKey: reserveCommand(show, [id(4)], { key: used, contact }),
        usedKeyOtherRequest: reserveCommand(show, [id(4)], { key: { ...used, requestHash: 'other' } }),
        takenReservation: reserveCommand(show, [id(5)], {
          key: newKey(),
          contact,
          reservationId: earlier.reservationId,
        }),
        sameTicketAgain: reserveCommand(show, [id(6), id(2)], { contact }),
        sameKeyAgain: reserveCommand(show, [id(7)], { key: newKey() }),
        unknownTicket: reserveCommand(show, ['01900000-0000-7000-8000-00000000ffff']),
        goodWithoutKey: reserveCommand(show, [id(8)]),
      };
      const twin = reserveCommand(show, [id(9)], { key: batch.sameKeyAgain.key });
      const outcomes = await store.reserve([...Object.values(batch), twin]);
      assert.deepEqual(Object.fromEntries([...Object.keys(batch), 'twin'].map((name, i) => [name, outcomes[i]])), {
        good: 'reserved',
        goneTicket: 'tickets_gone',
        usedKey: 'key_taken',
        usedKeyOtherRequest: 'key_taken',
        takenReservation: 'reservation_taken',
        sameTicketAgain: 'tickets_gone',
        sameKeyAgain: 'reserved',
        unknownTicket: 'tickets_gone',
        goodWithoutKey: 'reserved',
        twin: 'key_taken',
      });
      const { good, sameKeyAgain, goodWithoutKey } = batch;
      const [first, none] = [earlier.bookingId, null];
      const bought = [good.bookingId, good.bookingId];
      assert.deepEqual(await owners(show), [
        ...[first, ...bought, none, none, none, none],
        ...[sameKeyAgain.bookingId, goodWithoutKey.bookingId, none],
      ]);
      for (const name of [
        'goneTicket',
        'usedKey',
        'usedKeyOtherRequest',
        'takenReservation',
        'sameTicketAgain',
      ] as const)
        await assertUnwritten(batch[name]);
      for (const command of [batch.unknownTicket, twin]) await assertUnwritten(command);
      assert.equal((await store.findKey(used.scope, used.key))?.bookingId, first);
      assert.equal(await store.findKey('purchase:guest', batch.goneTicket.key!.key), null);
    });

    test('run again after an unknown COMMIT it answers the same and changes nothing', async () => {
      const { store, makeShow, ticketsOf, counts } = records();
      const show = await makeShow(4);
      const [a, b, c, d] = show.ticketIds as [string, string, string, string];
      const contact = { name: 'Ada', email: null, phone: null, notes: null };
      const batch = [
        reserveCommand(show, [a], { key: newKey(), contact }),
        reserveCommand(show, [b, a], { key: newKey() }),
        reserveCommand(show, [c, d]),
      ];
      const outcomes = await store.reserve(batch);
      assert.deepEqual(outcomes, ['reserved', 'tickets_gone', 'reserved']);
      const before = [await ticketsOf(show), await counts()];
      assert.deepEqual(await store.reserve(batch), outcomes);
      assert.deepEqual([await ticketsOf(show), await counts()], before);
    });

    test('a batch in order, run again, answers the same and changes nothing', async () => {
      const { store, makeShow, ticketsOf, counts } = records();
      const show = await makeShow(50);
      const batch = show.ticketIds.map((id) => reserveCommand(show, [id], { key: newKey() }));
      const outcomes = await store.reserve(batch);
      const before = [await ticketsOf(show), await counts()];
      assert.deepEqual(await store.reserve(batch), outcomes);
      assert.deepEqual([await ticketsOf(show), await counts()], before);
    });

    test('of two commands for one ticket in a batch the first has it', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(3);
      const [a, b, c] = show.ticketIds as [string, string, string];
      const batch = [reserveCommand(show, [b, a]), reserveCommand(show, [c, b]), reserveCommand(show, [c])];
      assert.deepEqual(await store.reserve(batch), ['reserved', 'tickets_gone', 'reserved']);
      assert.deepEqual(await owners(show), [batch[0]!.bookingId, batch[0]!.bookingId, batch[2]!.bookingId]);
    });

    test('tickets of another event are not found under this one', async () => {
      const { store, makeShow } = records();
      const [show, other] = [await makeShow(1), await makeShow(1)];
      assert.deepEqual(await store.reserve([reserveCommand(show, other.ticketIds)]), ['tickets_gone']);
      assert.deepEqual(await statuses(other), ['Available']);
    });
  });

  describe('the second commit, paid', () => {
    test('sells the tickets under their numbers and tells the history', async () => {
      const { store, makeShow, ticketsOf } = records();
      const show = await makeShow(2);
      const command = await reserved(show, show.ticketIds);
      const paid = completeCommand(command);
      assert.deepEqual(await store.complete([paid]), ['done']);
      const booking = await store.find(command.bookingId);
      assert.deepEqual(
        [booking?.status, booking?.transactionId, booking?.version],
        ['completed', paid.transactionId, 2],
      );
      assert.deepEqual(
        (await ticketsOf(show)).map(({ status, ticketNumber }) => [status, ticketNumber]),
        paid.tickets.map(({ ticketNumber }) => ['Sold', ticketNumber]),
      );
      const history = await store.history(command.bookingId);
      assert.deepEqual(
        history.map(({ version, type }) => [version, type]),
        [
          [1, 'BookingCreated'],
          [2, 'PaymentCompleted'],
        ],
      );
      assert.deepEqual(history[1]?.data, paid.completed.data);
    });

    test('run again after an unknown COMMIT it answers the same and changes nothing', async () => {
      const { store, makeShow, ticketsOf, counts } = records();
      const show = await makeShow(2);
      const batch = [];
      for (const id of show.ticketIds) batch.push(completeCommand(await reserved(show, [id])));
      assert.deepEqual(await store.complete(batch), ['done', 'done']);
      const before = [await ticketsOf(show), await counts()];
      assert.deepEqual(await store.complete(batch), ['done', 'done']);
      assert.deepEqual([await ticketsOf(show), await counts()], before);
    });

    test('a second payment of a booking is not done', async () => {
      const { store, makeShow, counts } = records();
      const show = await makeShow(1);
      const command = await reserved(show, show.ticketIds);
      await store.complete([completeCommand(command)]);
      const before = await counts();
      assert.deepEqual(await store.complete([completeCommand(command)]), ['completed']);
      assert.deepEqual(await counts(), before);
    });

    test('a booking that failed cannot be completed any more, and the others of the batch are', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(2);
      const [a, b] = show.ticketIds as [string, string];
      const [failed, good] = [await reserved(show, [a]), await reserved(show, [b])];
      await store.fail([failCommand(failed)]);
      assert.deepEqual(await store.complete([completeCommand(failed), completeCommand(good)]), ['failed', 'done']);
      assert.deepEqual(await statuses(show), ['Available', 'Sold']);
    });

    test('a booking at another version is left alone', async () => {
      const { store, makeShow, counts } = records();
      const show = await makeShow(1);
      const command = await reserved(show, show.ticketIds);
      const before = await counts();
      assert.deepEqual(await store.complete([{ ...completeCommand(command), version: 3 }]), ['awaiting_payment']);
      assert.deepEqual(await store.fail([{ ...failCommand(command), version: 3 }]), ['awaiting_payment']);
      assert.deepEqual(await counts(), before);
      assert.deepEqual(await statuses(show), ['Reserved']);
    });

    test('an external reference pays for one booking: twice in a batch, and again later', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(5);
      const all = [];
      for (const id of show.ticketIds) all.push(await reserved(show, [id], { provider: 'external' }));
      const [a, b, c, d, e] = all as [ReserveTickets, ReserveTickets, ReserveTickets, ReserveTickets, ReserveTickets];
      const batch = [completeCommand(a, 'till 1'), completeCommand(b, 'till 2'), completeCommand(c, 'till 1')];
      assert.deepEqual(await store.complete([...batch, completeCommand(d, 'till 3')]), [
        'done',
        'done',
        'reference_used',
        'done',
      ]);
      assert.deepEqual(await store.complete([completeCommand(e, 'till 2')]), ['reference_used']);
      assert.deepEqual(await statuses(show), ['Sold', 'Sold', 'Reserved', 'Sold', 'Reserved']);
      assert.equal((await store.find(c.bookingId))?.status, 'awaiting_payment');
      assert.deepEqual(await store.fail([failCommand(c), failCommand(e)]), ['done', 'done']);
    });

    test('the sandbox may use a reference twice: only what is claimed from outside must be unique', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(2);
      const batch = [];
      for (const id of show.ticketIds) batch.push(completeCommand(await reserved(show, [id]), 'same'));
      assert.deepEqual(await store.complete(batch), ['done', 'done']);
    });

    test('with a ticket that is not Reserved for it nothing at all is sold', async () => {
      const { store, makeShow, breakTickets, counts } = records();
      const show = await makeShow(3);
      const [a, b, c] = show.ticketIds as [string, string, string];
      const broken = await reserved(show, [a, b]);
      const good = await reserved(show, [c]);
      await breakTickets([b]);
      const before = await counts();
      await assert.rejects(store.complete([completeCommand(broken), completeCommand(good)]), { code: '23000' });
      await assert.rejects(store.fail([failCommand(broken)]), { code: '23000' });
      assert.deepEqual(await counts(), before);
      assert.deepEqual(await statuses(show), ['Reserved', 'Available', 'Reserved']);
      assert.deepEqual(await store.complete([completeCommand(good)]), ['done']);
    });

    test('a booking that was never made is a fault', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(1);
      await assert.rejects(store.complete([completeCommand(reserveCommand(show, show.ticketIds))]), /does not exist/);
    });
  });

  describe('the second commit, declined', () => {
    test('frees the tickets and keeps the answer under the key', async () => {
      const { store, makeShow, ticketsOf } = records();
      const show = await makeShow(2);
      const key = newKey();
      const command = await reserved(show, show.ticketIds, { key });
      const answer = { scope: key.scope, key: key.key, status: 402, body: '{"title":"declined, \\"sorry\\""}' };
      assert.deepEqual(await store.fail([failCommand(command, answer)]), ['done']);
      const booking = await store.find(command.bookingId);
      assert.deepEqual([booking?.status, booking?.failureCode], ['failed', 'CARD_DECLINED']);
      const kept = await store.findKey(key.scope, key.key);
      assert.deepEqual([kept?.status, kept?.body], [402, answer.body]);
      for (const ticket of await ticketsOf(show)) {
        const { status, bookingId, priceMinor, version } = ticket;
        assert.deepEqual([status, bookingId, priceMinor, version], ['Available', null, null, 3]);
      }
      assert.equal(await store.findByReservation(command.reservationId), null);
    });

    test('run again after an unknown COMMIT it answers the same and changes nothing', async () => {
      const { store, makeShow, ticketsOf, counts } = records();
      const show = await makeShow(2);
      const batch = [];
      for (const id of show.ticketIds) batch.push(failCommand(await reserved(show, [id])));
      assert.deepEqual(await store.fail(batch), ['done', 'done']);
      const before = [await ticketsOf(show), await counts()];
      assert.deepEqual(await store.fail(batch), ['done', 'done']);
      assert.deepEqual([await ticketsOf(show), await counts()], before);
    });

    test('a booking that is paid cannot fail any more', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(1);
      const command = await reserved(show, show.ticketIds);
      await store.complete([completeCommand(command)]);
      assert.deepEqual(await store.fail([failCommand(command)]), ['completed']);
      assert.deepEqual(await statuses(show), ['Sold']);
    });

    test('leaves the reservation to another attempt, which may pay', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(1);
      const first = await reserved(show, show.ticketIds);
      await store.fail([failCommand(first)]);
      const second = await reserved(show, show.ticketIds, { reservationId: first.reservationId });
      assert.deepEqual(await store.complete([completeCommand(second)]), ['done']);
      assert.equal((await store.findByReservation(first.reservationId))?.bookingId, second.bookingId);
    });

    test('a late answer to the first attempt does not touch the second', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(1);
      const first = await reserved(show, show.ticketIds);
      await store.fail([failCommand(first)]);
      const second = await reserved(show, show.ticketIds, { reservationId: first.reservationId });
      assert.deepEqual(await store.complete([completeCommand(first)]), ['failed']);
      assert.deepEqual(await store.fail([failCommand(first)]), ['done']);
      assert.deepEqual(await owners(show), [second.bookingId]);
      assert.deepEqual(await statuses(show), ['Reserved']);
    });
  });

  describe('beside the two commits', () => {
    test('a booking for a person to look at keeps its tickets, once', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(1);
      const command = await reserved(show, show.ticketIds);
      const metadata = { actor: 'system', correlationId: 'test' };
      for (const reason of ['WHY', 'AGAIN'])
        await store.requestReview(command.bookingId, reason, metadata, command.at + 5);
      const booking = await store.find(command.bookingId);
      assert.deepEqual([booking?.status, booking?.failureCode, booking?.version], ['needs_review', 'WHY', 2]);
      assert.equal((await store.history(command.bookingId)).length, 2);
      assert.deepEqual(await statuses(show), ['Reserved']);
      assert.deepEqual(await store.complete([completeCommand(command)]), ['needs_review']);
    });

    test('an answer is kept under a key once', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(1);
      const key = newKey();
      await reserved(show, show.ticketIds, { key });
      for (const body of ['first', 'second']) await store.keepAnswer({ ...key, status: 402, body });
      assert.equal((await store.findKey(key.scope, key.key))?.body, 'first');
    });

    test('old keys are forgotten, young ones are not', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(1);
      const key = newKey();
      const { at } = await reserved(show, show.ticketIds, { key });
      await store.forgetKeys(at);
      assert.ok(await store.findKey(key.scope, key.key));
      assert.ok((await store.forgetKeys(at + 1)) >= 1);
      assert.equal(await store.findKey(key.scope, key.key), null);
    });

    test('stuck bookings are those whose payment began before a moment and never ended', async () => {
      const { store, makeShow } = records();
      const show = await makeShow(3);
      // Older than whatever other tests have left open.
      const at = Date.UTC(2020, 0, 1);
      const [open, paid, failed] = show.ticketIds.map((id) => ({ ...reserveCommand(show, [id]), at })) as [
        ReserveTickets,
        ReserveTickets,
        ReserveTickets,
      ];
      await store.reserve([open, paid, failed]);
      await store.complete([{ ...completeCommand(paid), at }]);
      const stuckAt = async (before: number) => {
        const rows = await store.findStuck(before);
        return [open, paid, failed].filter(({ bookingId }) => rows.some((row) => row.bookingId === bookingId));
      };
      await store.fail([{ ...failCommand(failed), at }]);
      assert.deepEqual(await stuckAt(at), []);
      assert.deepEqual(await stuckAt(at + 1), [open]);
    });
  });
}
