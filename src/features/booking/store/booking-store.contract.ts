import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { completeCommand, failCommand, reserveCommand } from '../../../../test/support/bare-show.ts';
import { newKey, type StoreUnderTest, stepsOn } from './booking-store.test-support.ts';
import type { ReserveTickets } from './booking-store.ts';

/** What any store of bookings must do, above all when a batch holds commands that are not in order. */
export function bookingStoreContract(subject: () => StoreUnderTest): void {
  const { statuses, owners, reserved } = stepsOn(subject);

  /** What is left of a command that was not written: nothing. */
  async function assertUnwritten(command: ReserveTickets) {
    const { store } = subject();
    assert.equal(await store.find(command.bookingId), null);
    assert.deepEqual(await store.history(command.bookingId), []);
    assert.equal(await store.contact(command.bookingId), null);
  }

  describe('the first commit', () => {
    test('writes booking, tickets, key, contact and event together', async () => {
      const { store, makeShow, ticketsOf } = subject();
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
        declined: null,
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
      const { store, makeShow } = subject();
      const show = await makeShow(500);
      const commands = show.ticketIds.map((id) => reserveCommand(show, [id], { key: newKey() }));
      assert.deepEqual(new Set(await store.reserve(commands)), new Set(['reserved']));
      assert.deepEqual(
        await owners(show),
        commands.map(({ bookingId }) => bookingId),
      );
    });

    test('in a mixed batch each command gets its own outcome, and the good ones are written', async () => {
      const { store, makeShow } = subject();
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
      const { store, makeShow, ticketsOf, counts } = subject();
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
      const { store, makeShow, ticketsOf, counts } = subject();
      const show = await makeShow(50);
      const batch = show.ticketIds.map((id) => reserveCommand(show, [id], { key: newKey() }));
      const outcomes = await store.reserve(batch);
      const before = [await ticketsOf(show), await counts()];
      assert.deepEqual(await store.reserve(batch), outcomes);
      assert.deepEqual([await ticketsOf(show), await counts()], before);
    });

    test('of two commands for one ticket in a batch the first has it', async () => {
      const { store, makeShow } = subject();
      const show = await makeShow(3);
      const [a, b, c] = show.ticketIds as [string, string, string];
      const batch = [reserveCommand(show, [b, a]), reserveCommand(show, [c, b]), reserveCommand(show, [c])];
      assert.deepEqual(await store.reserve(batch), ['reserved', 'tickets_gone', 'reserved']);
      assert.deepEqual(await owners(show), [batch[0]!.bookingId, batch[0]!.bookingId, batch[2]!.bookingId]);
    });

    test('tickets of another event are not found under this one', async () => {
      const { store, makeShow } = subject();
      const [show, other] = [await makeShow(1), await makeShow(1)];
      assert.deepEqual(await store.reserve([reserveCommand(show, other.ticketIds)]), ['tickets_gone']);
      assert.deepEqual(await statuses(other), ['Available']);
    });
  });

  describe('beside the two commits', () => {
    test('a booking for a person to look at keeps its tickets, once', async () => {
      const { store, makeShow } = subject();
      const show = await makeShow(1);
      const command = await reserved(show, show.ticketIds);
      const { bookingId, organizerId, provider, at } = command;
      const metadata = { actor: 'system', correlationId: 'test' };
      const taken = { amountMinor: 1, currency: 'EUR', reference: 'other' };
      for (const reason of ['AMOUNT_DIFFERS', 'TICKETS_NOT_RESERVED'] as const) {
        const paymentId = randomUUID();
        await store.requestReview({ bookingId, organizerId, reason, paymentId, provider, taken, metadata, at: at + 5 });
      }
      const booking = await store.find(command.bookingId);
      assert.deepEqual(
        [booking?.status, booking?.failureCode, booking?.version],
        ['needs_review', 'AMOUNT_DIFFERS', 2],
      );
      assert.equal((await store.history(command.bookingId)).length, 2);
      assert.deepEqual(await statuses(show), ['Reserved']);
      assert.deepEqual(await store.recordPaid([completeCommand(command)]), ['needs_review']);
    });

    test('what a declined purchase came to is kept under its key once, and whoever comes second hears the first', async () => {
      const { store, makeShow } = subject();
      const show = await makeShow(1);
      const key = newKey();
      const { bookingId } = await reserved(show, show.ticketIds, { key });
      const facts = { bookingId, failureCode: 'CARD_DECLINED', expiresAt: 1_800_000_000_123 };
      const first = { ...facts, traceId: 'first' };
      assert.equal((await store.findKey(key.scope, key.key))?.declined, null);
      for (const traceId of ['first', 'second']) {
        assert.deepEqual(await store.keepDeclined(key, { ...facts, traceId }), first);
      }
      assert.deepEqual((await store.findKey(key.scope, key.key))?.declined, first);
    });

    test('old keys are forgotten, young ones are not', async () => {
      const { store, makeShow } = subject();
      const show = await makeShow(1);
      const key = newKey();
      const { at } = await reserved(show, show.ticketIds, { key });
      await store.forgetKeys(at);
      assert.ok(await store.findKey(key.scope, key.key));
      assert.ok((await store.forgetKeys(at + 1)) >= 1);
      assert.equal(await store.findKey(key.scope, key.key), null);
    });

    test('stuck bookings are those whose payment began before a moment and never ended', async () => {
      const { store, makeShow } = subject();
      const show = await makeShow(3);
      // Older than whatever other tests have left open.
      const at = Date.UTC(2020, 0, 1);
      const [open, paid, failed] = show.ticketIds.map((id) => ({ ...reserveCommand(show, [id]), at })) as [
        ReserveTickets,
        ReserveTickets,
        ReserveTickets,
      ];
      await store.reserve([open, paid, failed]);
      await store.recordPaid([{ ...completeCommand(paid), at }]);
      const stuckAt = async (before: number) => {
        const rows = await store.findStuck(before);
        return [open, paid, failed].filter(({ bookingId }) => rows.some((row) => row.bookingId === bookingId));
      };
      await store.recordUnpaid([{ ...failCommand(failed), at }]);
      assert.deepEqual(await stuckAt(at), []);
      assert.deepEqual(await stuckAt(at + 1), [open]);
    });
  });
}
