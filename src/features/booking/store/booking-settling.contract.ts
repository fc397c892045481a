import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { completeCommand, failCommand, reserveCommand } from '../../../../test/support/bare-show.ts';
import { newKey, type StoreUnderTest, stepsOn } from './booking-store.test-support.ts';
import type { ReserveTickets } from './booking-store.ts';

/** What any store of bookings must do at the end of a payment: once, whole, and the same when it is recorded twice. */
export function bookingSettlingContract(subject: () => StoreUnderTest): void {
  const { statuses, owners, reserved } = stepsOn(subject);

  describe('the second commit, paid', () => {
    test('sells the tickets under their numbers and keeps the history', async () => {
      const { store, makeShow, ticketsOf } = subject();
      const show = await makeShow(2);
      const command = await reserved(show, show.ticketIds);
      const paid = completeCommand(command);
      assert.deepEqual(await store.recordPaid([paid]), ['done']);
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
      const { store, makeShow, ticketsOf, counts } = subject();
      const show = await makeShow(2);
      const batch = [];
      for (const id of show.ticketIds) batch.push(completeCommand(await reserved(show, [id])));
      assert.deepEqual(await store.recordPaid(batch), ['done', 'done']);
      const before = [await ticketsOf(show), await counts()];
      assert.deepEqual(await store.recordPaid(batch), ['done', 'done']);
      assert.deepEqual([await ticketsOf(show), await counts()], before);
    });

    test('a second payment of a booking is not done', async () => {
      const { store, makeShow, counts } = subject();
      const show = await makeShow(1);
      const command = await reserved(show, show.ticketIds);
      await store.recordPaid([completeCommand(command)]);
      const before = await counts();
      assert.deepEqual(await store.recordPaid([completeCommand(command)]), ['completed']);
      assert.deepEqual(await counts(), before);
    });

    test('a booking that failed cannot be completed any more, and the others of the batch are', async () => {
      const { store, makeShow } = subject();
      const show = await makeShow(2);
      const [a, b] = show.ticketIds as [string, string];
      const [failed, good] = [await reserved(show, [a]), await reserved(show, [b])];
      await store.recordUnpaid([failCommand(failed)]);
      assert.deepEqual(await store.recordPaid([completeCommand(failed), completeCommand(good)]), ['failed', 'done']);
      assert.deepEqual(await statuses(show), ['Available', 'Sold']);
    });

    test('a booking at another version is left alone', async () => {
      const { store, makeShow, counts } = subject();
      const show = await makeShow(1);
      const command = await reserved(show, show.ticketIds);
      const before = await counts();
      assert.deepEqual(await store.recordPaid([{ ...completeCommand(command), version: 3 }]), ['awaiting_payment']);
      assert.deepEqual(await store.recordUnpaid([{ ...failCommand(command), version: 3 }]), ['awaiting_payment']);
      assert.deepEqual(await counts(), before);
      assert.deepEqual(await statuses(show), ['Reserved']);
    });

    test('an external reference pays for one booking: twice in a batch, and again later', async () => {
      const { store, makeShow } = subject();
      const show = await makeShow(5);
      const all = [];
      for (const id of show.ticketIds) all.push(await reserved(show, [id], { provider: 'external' }));
      const [a, b, c, d, e] = all as [ReserveTickets, ReserveTickets, ReserveTickets, ReserveTickets, ReserveTickets];
      const batch = [completeCommand(a, 'till 1'), completeCommand(b, 'till 2'), completeCommand(c, 'till 1')];
      assert.deepEqual(await store.recordPaid([...batch, completeCommand(d, 'till 3')]), [
        'done',
        'done',
        'reference_used',
        'done',
      ]);
      assert.deepEqual(await store.recordPaid([completeCommand(e, 'till 2')]), ['reference_used']);
      assert.deepEqual(await statuses(show), ['Sold', 'Sold', 'Reserved', 'Sold', 'Reserved']);
      assert.equal((await store.find(c.bookingId))?.status, 'awaiting_payment');
      assert.deepEqual(await store.recordUnpaid([failCommand(c), failCommand(e)]), ['done', 'done']);
    });

    test('the sandbox may use a reference twice: only what is claimed from outside must be unique', async () => {
      const { store, makeShow } = subject();
      const show = await makeShow(2);
      const batch = [];
      for (const id of show.ticketIds) batch.push(completeCommand(await reserved(show, [id]), 'same'));
      assert.deepEqual(await store.recordPaid(batch), ['done', 'done']);
    });

    test('with a ticket that is not Reserved for it nothing at all is sold', async () => {
      const { store, makeShow, breakTickets, counts } = subject();
      const show = await makeShow(3);
      const [a, b, c] = show.ticketIds as [string, string, string];
      const broken = await reserved(show, [a, b]);
      const good = await reserved(show, [c]);
      await breakTickets([b]);
      const before = await counts();
      await assert.rejects(store.recordPaid([completeCommand(broken), completeCommand(good)]), { code: '23000' });
      await assert.rejects(store.recordUnpaid([failCommand(broken)]), { code: '23000' });
      assert.deepEqual(await counts(), before);
      assert.deepEqual(await statuses(show), ['Reserved', 'Available', 'Reserved']);
      assert.deepEqual(await store.recordPaid([completeCommand(good)]), ['done']);
    });

    test('a booking that was never made is a fault', async () => {
      const { store, makeShow } = subject();
      const show = await makeShow(1);
      await assert.rejects(store.recordPaid([completeCommand(reserveCommand(show, show.ticketIds))]), /does not exist/);
    });
  });

  describe('the second commit, declined', () => {
    test('frees the tickets and keeps what it came to under the key', async () => {
      const { store, makeShow, ticketsOf } = subject();
      const show = await makeShow(2);
      const key = newKey();
      const command = await reserved(show, show.ticketIds, { key });
      const failing = failCommand(command, key);
      assert.deepEqual(await store.recordUnpaid([failing]), ['done']);
      const booking = await store.find(command.bookingId);
      assert.deepEqual([booking?.status, booking?.failureCode], ['failed', 'CARD_DECLINED']);
      const kept = await store.findKey(key.scope, key.key);
      assert.deepEqual(kept?.declined, failing.declined);
      for (const ticket of await ticketsOf(show)) {
        const { status, bookingId, priceMinor, version } = ticket;
        assert.deepEqual([status, bookingId, priceMinor, version], ['Available', null, null, 3]);
      }
      assert.equal(await store.findByReservation(command.reservationId), null);
    });

    test('run again after an unknown COMMIT it answers the same and changes nothing', async () => {
      const { store, makeShow, ticketsOf, counts } = subject();
      const show = await makeShow(2);
      const batch = [];
      for (const id of show.ticketIds) batch.push(failCommand(await reserved(show, [id])));
      assert.deepEqual(await store.recordUnpaid(batch), ['done', 'done']);
      const before = [await ticketsOf(show), await counts()];
      assert.deepEqual(await store.recordUnpaid(batch), ['done', 'done']);
      assert.deepEqual([await ticketsOf(show), await counts()], before);
    });

    test('a booking that is paid cannot fail any more', async () => {
      const { store, makeShow } = subject();
      const show = await makeShow(1);
      const command = await reserved(show, show.ticketIds);
      await store.recordPaid([completeCommand(command)]);
      assert.deepEqual(await store.recordUnpaid([failCommand(command)]), ['completed']);
      assert.deepEqual(await statuses(show), ['Sold']);
    });

    test('leaves the reservation to another attempt, which may pay', async () => {
      const { store, makeShow } = subject();
      const show = await makeShow(1);
      const first = await reserved(show, show.ticketIds);
      await store.recordUnpaid([failCommand(first)]);
      const second = await reserved(show, show.ticketIds, { reservationId: first.reservationId });
      assert.deepEqual(await store.recordPaid([completeCommand(second)]), ['done']);
      assert.equal((await store.findByReservation(first.reservationId))?.bookingId, second.bookingId);
    });

    test('a late answer to the first attempt does not touch the second', async () => {
      const { store, makeShow } = subject();
      const show = await makeShow(1);
      const first = await reserved(show, show.ticketIds);
      await store.recordUnpaid([failCommand(first)]);
      const second = await reserved(show, show.ticketIds, { reservationId: first.reservationId });
      assert.deepEqual(await store.recordPaid([completeCommand(first)]), ['failed']);
      assert.deepEqual(await store.recordUnpaid([failCommand(first)]), ['done']);
      assert.deepEqual(await owners(show), [second.bookingId]);
      assert.deepEqual(await statuses(show), ['Reserved']);
    });
  });
}
