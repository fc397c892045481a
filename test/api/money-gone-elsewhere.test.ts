import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { FakeEvent } from '../support/fake-stripe/books.ts';
import { needs } from '../support/needs.ts';
import { deliver, paymentDesk, startStripeApp } from '../support/payment-desk.ts';

let app: Awaited<ReturnType<typeof startStripeApp>>;
let desk: ReturnType<typeof paymentDesk>;
before(async () => {
  app = await startStripeApp();
  desk = paymentDesk(app);
});

/** A show of its own with one booking of two tickets, 20 EUR in all. */
async function bought(card = 'pm_card_visa') {
  const { eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 10 }] });
  const held = await desk.hold({ eventId, quantity: 2 });
  const { status, text, body } = await desk.buy(held, card);
  assert.equal(status, 201, text);
  const { bookingId } = body;
  const [{ reference, paymentId }] = await desk.payments(bookingId);
  const from = app.fake.books.events.length;
  return {
    ...{
      eventId,
      held,
      bookingId: bookingId as string,
      reference: reference as string,
      paymentId: paymentId as string,
    },
    /** What Stripe has reported since. */
    news: () => app.fake.books.events.slice(from),
    async look() {
      const booking = (await desk.send('GET', `/api/bookings/${bookingId}`, desk.staff)).body;
      const tickets: string[] = booking.tickets.map((one: { status: string }) => one.status);
      return { status: booking.status, refunded: booking.refunded, refundDue: booking.refundDue, tickets };
    },
    async settlement() {
      const { body: settled } = await desk.send('GET', `/api/events/${eventId}/settlement`, desk.staff);
      const { taken, refunded, refundDue, lostToDisputes, due } = settled;
      return { taken, back: refunded + refundDue, lostToDisputes, due };
    },
    cancel: () => desk.send('DELETE', `/api/bookings/${bookingId}`, desk.owner(held)),
    taken: () => app.fake.books.takenBy(bookingId),
    reviews: async (kind: string) =>
      (await desk.reviews()).filter(
        (one: { kind: string; bookingId: string }) => one.bookingId === bookingId && one.kind === kind,
      ),
  };
}
const report = async (events: readonly FakeEvent[]) => {
  for (const event of events) assert.equal(await deliver(app, event), 200, event.type);
};

describe('money given back in the provider’s own pages', () => {
  for (const [how, arrive] of [
    ['reported by webhook', (events: readonly FakeEvent[]) => report(events)],
    ['reported twice', (events: readonly FakeEvent[]) => report([...events, ...events])],
    ['not reported', () => desk.reconcile()],
  ] as const) {
    test(
      `all of it, ${how}: the booking and its tickets go too`,
      needs('clock', 'database', 'jobs', 'process'),
      async () => {
        const sold = await bought();
        app.fake.books.refundByHand(sold.reference, 2_000);
        await arrive(sold.news());
        assert.deepEqual(await sold.look(), {
          ...{ status: 'cancelled', refunded: 20, refundDue: 0, tickets: ['Cancelled', 'Cancelled'] },
        });
        assert.deepEqual(await sold.settlement(), { taken: 20, back: 20, lostToDisputes: 0, due: 0 });
        await desk.hasFree(sold.eventId, 10);
        assert.equal((await sold.reviews('REFUNDED_ELSEWHERE')).length, 0);
        const events = await desk.eventsOf(sold.bookingId);
        assert.deepEqual(events.slice(-2), ['BookingCancelled', 'RefundFound']);
        assert.equal((await sold.cancel()).status, 200, 'it is so already');
        await desk.reconcile();
        assert.deepEqual(await desk.eventsOf(sold.bookingId), events);
        const paper = (await desk.send('GET', `/api/bookings/${sold.bookingId}`, desk.staff)).body.refunds[0].refundId;
        const receipt = await desk.send('GET', `/api/bookings/${sold.bookingId}/refunds/${paper}/receipt`, desk.staff);
        assert.deepEqual([receipt.status, receipt.body.total], [200, -20]);
        await desk.assertSound();
      },
    );

    test(
      `a part of it, ${how}: tickets stay, staff are shown, and the buyer can have the rest`,
      needs('clock', 'database', 'jobs', 'process'),
      async () => {
        const sold = await bought();
        app.fake.books.refundByHand(sold.reference, 700);
        await arrive(sold.news());
        assert.deepEqual(await sold.look(), {
          status: 'completed',
          refunded: 7,
          refundDue: 0,
          tickets: ['Sold', 'Sold'],
        });
        assert.deepEqual(await sold.settlement(), { taken: 20, back: 7, lostToDisputes: 0, due: 13 });
        const [{ refunds }] = await desk.payments(sold.bookingId);
        assert.deepEqual([refunds[0].origin, refunds[0].amount], ['provider', 7]);
        const [review] = await sold.reviews('REFUNDED_ELSEWHERE');
        assert.deepEqual([review.facts.amountMinor, review.facts.leftMinor], [700, 1_300]);
        await desk.assertSound();
        assert.equal((await sold.cancel()).status, 200);
        await desk.reconcile();
        assert.equal(sold.taken(), 0);
        assert.deepEqual((await sold.look()).refunded, 20);
        await desk.assertSound();
      },
    );
  }

  test(
    'a part by us, a part there that nobody reported, then all that is left: what is left goes back',
    needs('clock', 'database', 'jobs', 'process'),
    async () => {
      const sold = await bought();
      await desk.refund(sold.bookingId, { amount: 5 });
      app.fake.books.refundByHand(sold.reference, 1_000);
      const rest = await desk.refund(sold.bookingId);
      assert.deepEqual([rest.status, rest.body.failureCode], [201, 'REFUNDED_ELSEWHERE'], rest.text);
      await desk.reconcile();
      assert.equal(sold.taken(), 0);
      assert.deepEqual(await sold.look(), {
        ...{ status: 'cancelled', refunded: 20, refundDue: 0, tickets: ['Cancelled', 'Cancelled'] },
      });
      assert.deepEqual(await sold.settlement(), { taken: 20, back: 20, lostToDisputes: 0, due: 0 });
      assert.equal((await sold.reviews('REFUND_FAILED')).length, 0);
      await desk.assertSound();
    },
  );

  test(
    'all of it there while the buyer cancels here: it goes back once, and nobody is bothered',
    needs('clock', 'database', 'jobs', 'process'),
    async () => {
      for (const isReported of [true, false]) {
        const sold = await bought();
        assert.equal((await sold.cancel()).status, 200);
        app.fake.books.refundByHand(sold.reference, 2_000);
        if (isReported) await report(sold.news());
        await desk.reconcile();
        assert.equal(sold.taken(), 0);
        assert.deepEqual([(await sold.look()).refunded, (await sold.look()).refundDue], [20, 0]);
        assert.deepEqual(await sold.reviews('REFUND_FAILED'), []);
        assert.equal((await sold.settlement()).due, 0);
        await desk.assertSound();
      }
    },
  );

  test(
    'of a second payment, before it goes back by itself: the booking is as it was',
    needs('clock', 'database', 'jobs', 'process'),
    async () => {
      const sold = await bought();
      const again = app.fake.books.payAgain(sold.reference);
      app.fake.books.refundByHand(again, 2_000);
      await desk.reconcile();
      await desk.reconcile();
      assert.equal(sold.taken(), 2_000);
      assert.deepEqual(await sold.look(), {
        status: 'completed',
        refunded: 0,
        refundDue: 0,
        tickets: ['Sold', 'Sold'],
      });
      assert.equal((await sold.settlement()).due, 20);
      await desk.assertSound();
    },
  );

  test(
    'what seemed given back and came back counts no longer, and staff give it anew',
    needs('clock', 'database', 'process'),
    async () => {
      const sold = await bought();
      await desk.refund(sold.bookingId, { amount: 8 });
      const { refunds } = app.fake.books.find(sold.reference);
      app.fake.books.returnRefund(sold.reference, refunds[0]!.id);
      await report(sold.news());
      assert.deepEqual([(await sold.look()).refunded, (await sold.settlement()).due], [0, 20]);
      const [review] = await sold.reviews('REFUND_FAILED');
      assert.equal(review.facts.amountMinor, 800);
      await desk.assertSound();
      assert.equal((await desk.refund(sold.bookingId)).body.amount, 20);
      assert.equal(sold.taken(), 0);
      await desk.assertSound();
    },
  );

  test(
    'in whatever order money goes back here and there, our books are Stripe’s in the end',
    needs('clock', 'database', 'jobs', 'process'),
    async () => {
      for (let seed = 1; seed <= 12; seed++) {
        const sold = await bought();
        let reported = 0;
        // A little generator, so that each seed is a story of its own.
        let state = seed * 2_654_435_761;
        const draw = (below: number) => {
          state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
          return Math.floor((state / 2_147_483_648) * below);
        };
        for (let step = 0; step < 6; step++) {
          const left = sold.taken();
          const what = draw(5);
          if (what === 0 && left > 0) app.fake.books.refundByHand(sold.reference, 1 + draw(left));
          if (what === 1) await desk.refund(sold.bookingId, { amount: (1 + draw(900)) / 100, confirm: true });
          if (what === 2)
            await desk.send('POST', `/api/tickets/${sold.held.tickets[draw(2)]!.ticketId}/cancel`, desk.staff);
          if (what === 3) await desk.runJob('process payment work');
          if (what === 4) {
            await report(sold.news().slice(reported));
            reported = sold.news().length;
          }
        }
        await desk.reconcile();
        await desk.reconcile();
        const { taken, back, due } = await sold.settlement();
        const { refundDue } = await sold.look();
        assert.deepEqual(
          [taken, refundDue, Math.round(due * 100)],
          [20, 0, sold.taken()],
          `seed ${seed}: back ${back}`,
        );
        await desk.assertSound();
      }
    },
  );
});

describe('disputes', () => {
  const dueBy = () => Math.floor(app.clock.now() / 1000) + 86_400;

  test(
    'one that is lost takes the money from the settlement; tickets stay, and nothing can be given back twice',
    needs('clock', 'database', 'jobs', 'process'),
    async () => {
      const sold = await bought();
      const id = app.fake.books.dispute(sold.reference, { reason: 'fraudulent', dueBy: dueBy() });
      await report(sold.news());
      assert.deepEqual(await sold.settlement(), { taken: 20, back: 0, lostToDisputes: 0, due: 20 });
      app.fake.books.closeDispute(id, 'lost');
      await report([...sold.news(), ...sold.news()]);
      assert.deepEqual(await sold.settlement(), { taken: 20, back: 0, lostToDisputes: 20, due: 0 });
      assert.deepEqual((await sold.look()).tickets, ['Sold', 'Sold']);
      const [review] = await sold.reviews('DISPUTE');
      assert.equal(review.facts.status, 'lost');
      const events = await desk.eventsOf(sold.bookingId);
      assert.deepEqual(events.slice(-3), ['PaymentDisputed', 'PaymentDisputed', 'RefundFound']);
      await desk.assertSound();
      assert.deepEqual((await desk.refund(sold.bookingId)).body.code, 'REFUND_TOO_MUCH');
      const cancelled = await sold.cancel();
      assert.deepEqual([cancelled.status, cancelled.body.refundDue], [200, 0], cancelled.text);
      await desk.reconcile();
      assert.deepEqual(await sold.settlement(), { taken: 20, back: 0, lostToDisputes: 20, due: 0 });
      await desk.assertSound();
    },
  );

  test(
    'one that is won takes nothing; one that is lost in part leaves the rest to be given back',
    needs('clock', 'database', 'process'),
    async () => {
      const won = await bought();
      const first = app.fake.books.dispute(won.reference, { reason: 'general', dueBy: dueBy() });
      app.fake.books.closeDispute(first, 'won');
      await report(won.news());
      assert.deepEqual(await won.settlement(), { taken: 20, back: 0, lostToDisputes: 0, due: 20 });
      const part = await bought();
      const second = app.fake.books.dispute(part.reference, { reason: 'general', dueBy: dueBy(), amount: 800 });
      app.fake.books.closeDispute(second, 'lost');
      await report(part.news());
      assert.deepEqual(await part.settlement(), { taken: 20, back: 0, lostToDisputes: 8, due: 12 });
      assert.equal((await desk.refund(part.bookingId)).body.amount, 12);
      assert.equal((await part.settlement()).due, 0);
      await desk.assertSound();
    },
  );

  test('one that is lost and decided anew counts no longer', needs('clock', 'database', 'process'), async () => {
    const sold = await bought();
    const id = app.fake.books.dispute(sold.reference, { reason: 'general', dueBy: dueBy() });
    app.fake.books.closeDispute(id, 'lost');
    await report(sold.news());
    app.fake.books.closeDispute(id, 'won');
    await report(sold.news().slice(-1));
    assert.deepEqual(await sold.settlement(), { taken: 20, back: 0, lostToDisputes: 0, due: 20 });
    await desk.assertSound();
  });

  test(
    'of what was given back before, the organiser loses it once more: the settlement says so',
    needs('clock', 'database', 'process'),
    async () => {
      const sold = await bought();
      await desk.refund(sold.bookingId, { amount: 15 });
      const id = app.fake.books.dispute(sold.reference, { reason: 'general', dueBy: dueBy() });
      app.fake.books.closeDispute(id, 'lost');
      await report(sold.news());
      assert.deepEqual(await sold.settlement(), { taken: 20, back: 15, lostToDisputes: 20, due: -15 });
      await desk.assertSound();
    },
  );

  test(
    'are found though no webhook came, new ones and what became of those that were open',
    needs('clock', 'database', 'jobs', 'process'),
    async () => {
      const sold = await bought();
      const id = app.fake.books.dispute(sold.reference, { reason: 'general', dueBy: dueBy() });
      await desk.runJob('look at disputes');
      assert.equal((await sold.reviews('DISPUTE'))[0].facts.status, 'needs_response');
      app.clock.advance(40 * 24 * 3_600_000);
      app.fake.books.closeDispute(id, 'lost');
      await desk.runJob('look at disputes');
      assert.equal((await sold.settlement()).lostToDisputes, 20);
      const events = await desk.eventsOf(sold.bookingId);
      await desk.runJob('look at disputes');
      assert.deepEqual(await desk.eventsOf(sold.bookingId), events);
      await desk.assertSound();
    },
  );

  test(
    'signed words about what Stripe does not know are taken, and change nothing',
    needs('clock', 'database', 'process'),
    async () => {
      const declined = await desk.buy(
        await desk.hold({ eventId: (await desk.show({})).eventId, quantity: 1 }),
        'pm_card_chargeDeclined',
      );
      const events = ['charge.dispute.created', 'charge.dispute.closed', 'charge.dispute.funds_withdrawn'].map(
        (type) => ({
          ...{ id: 'evt_1', type, account: null, object: { id: 'du_unknown', payment_intent: 'pi_unknown' } },
        }),
      );
      const refunds = ['refund.created', 'refund.failed', 'charge.refund.updated', 'charge.refunded'].map((type) => ({
        ...{
          id: 'evt_2',
          type,
          account: null,
          object: { id: 're_unknown', payment_intent: 'pi_unknown', metadata: {} },
        },
      }));
      const marked = { id: 'pi_unknown', metadata: { booking_id: declined.body.bookingId } };
      const payment = { id: 'evt_3', type: 'payment_intent.succeeded', account: null, object: marked };
      await report([...events, ...refunds, payment]);
      const gone = events.map((event) => ({ ...event, account: 'acct_gone123456' }));
      app.fake.disconnect('acct_gone123456');
      await report(gone);
      await desk.assertSound();
    },
  );
});
