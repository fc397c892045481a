import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import type { Held } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { paymentDesk, startStripeApp } from '../support/payment-desk.ts';

type StripeApp = Awaited<ReturnType<typeof startStripeApp>>;
type Desk = ReturnType<typeof paymentDesk>;

/** Patient: calls that hang in these tests are not given up. */
const patient = { timeoutMs: 60_000, retryPauseMs: 1, openMs: 50 };
const confirm = /^POST .*\/confirm$/;
const refund = /^POST \/v1\/refunds$/;

describe('a second process on the same database that starts while the first is at work', needs('process'), () => {
  let first: StripeApp;
  let desk: Desk;
  let eventId: number;
  /** What hangs at the provider goes on. */
  let letGo = () => {};

  before(async () => {
    first = await startStripeApp({ outsideCalls: patient, isMortal: true });
    desk = paymentDesk(first);
    ({ eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 30, capacity: 500 }] }));
  });
  beforeEach(() => {
    first.fake.onRequest = () => {};
  });

  /** The next request like this hangs there until {@link letGo}; the promise resolves when it does. */
  function hangAt(path: RegExp, phase: 'arrived' | 'carried out'): Promise<void> {
    return new Promise((hangs) => {
      first.fake.onRequest = (line, at) => {
        if (at !== phase || !path.test(line)) return;
        first.fake.onRequest = () => {};
        hangs();
        return new Promise<void>((goesOn) => {
          letGo = goesOn;
        });
      };
    });
  }

  async function startSecond(): Promise<Desk> {
    const { database, fake, clock } = first;
    const second = await startStripeApp({ database, fake, clock, outsideCalls: patient });
    const its = paymentDesk(second);
    await second.core.start();
    await its.runJob('reconcile bookings', 'process payment work');
    return its;
  }

  const requestsLike = (path: RegExp) => first.fake.requests.filter((line) => path.test(line)).length;
  const hold = (): Promise<Held> => desk.hold({ eventId, quantity: 2 });

  async function bookingOf({ reservationId }: Held): Promise<string> {
    const [row] = await first.database.query<{ bookingId: string }>(
      'SELECT booking_id AS "bookingId" FROM bookings WHERE reservation_id = $1',
      [reservationId],
    );
    return row!.bookingId;
  }

  for (const phase of ['arrived', 'carried out'] as const) {
    test(
      `a card that is being charged (${phase}): charged once, and its buyer hears that it was paid`,
      needs('database', 'jobs', 'process'),
      async () => {
        const charges = requestsLike(confirm);
        const held = await hold();
        const hangs = hangAt(confirm, phase);
        const paying = desk.buy(held, 'pm_card_visa', `second-${phase.length}`);
        await hangs;
        await startSecond();
        const bookingId = await bookingOf(held);
        if (phase === 'arrived') assert.equal(await desk.statusOf(bookingId), 'awaiting_payment');
        letGo();
        const paid = await paying;
        assert.deepEqual(
          [paid.status, paid.body.status, paid.body.bookingId],
          [201, 'completed', bookingId],
          paid.text,
        );
        assert.equal(requestsLike(confirm), charges + 1);
        const events = await desk.eventsOf(bookingId);
        assert.equal(events.filter((type) => type === 'PaymentCompleted').length, 1, events.join());
        assert.deepEqual(await desk.bookingsOf(held), { completed: 1 });
      },
    );
  }

  test('a refund that is on its way: it is made once', needs('clock', 'jobs', 'process'), async () => {
    const paid = await desk.buy(await hold(), 'pm_card_visa');
    const refunds = requestsLike(refund);
    const hangs = hangAt(refund, 'arrived');
    const refunding = desk.refund(paid.body.bookingId);
    await hangs;
    await startSecond();
    assert.equal(requestsLike(refund), refunds + 1, 'nobody else takes it up');
    letGo();
    const refunded = await refunding;
    assert.deepEqual([refunded.status, refunded.body.status], [201, 'refunded'], refunded.text);
    await desk.reconcile();
    assert.equal(requestsLike(refund), refunds + 1);
    assert.equal((await desk.payments(paid.body.bookingId))[0].refunded, 60);
  });

  test(
    'what the first leaves open when it dies, the second ends: one charge, one refund',
    needs('clock', 'database', 'jobs', 'process'),
    async () => {
      const paid = await desk.buy(await hold(), 'pm_card_visa');
      const [charged, uncharged] = [await hold(), await hold()];
      await desk.runJob('journal holds');
      const refunds = requestsLike(refund);
      // None of these is ever answered: their process is gone.
      for (const [path, phase, act] of [
        [confirm, 'carried out', () => desk.buy(charged, 'pm_card_visa', 'dies-after')],
        [confirm, 'arrived', () => desk.buy(uncharged, 'pm_card_visa', 'dies-before')],
        [refund, 'arrived', () => desk.refund(paid.body.bookingId)],
      ] as const) {
        const hangs = hangAt(path, phase);
        void act().catch(() => {});
        await hangs;
      }
      const second = await startSecond();
      const [one, other] = [await bookingOf(charged), await bookingOf(uncharged)];
      assert.equal(await second.statusOf(one), 'completed', 'its provider knows that it was paid');
      assert.equal(await second.statusOf(other), 'awaiting_payment', 'it may be on its way');
      assert.equal(requestsLike(refund), refunds + 1, 'nor is the refund taken up before its time');
      await second.reconcile();
      assert.equal(await second.statusOf(other), 'failed');
      assert.equal((await second.payments(paid.body.bookingId))[0].refunded, 60);
      assert.equal(first.fake.books.takenBy(one), 6_000);
      assert.equal(first.fake.books.takenBy(other), 0);
      assert.equal(first.fake.books.takenBy(paid.body.bookingId), 0);
      await second.assertSound();
    },
  );
});
