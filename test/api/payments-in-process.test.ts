import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { processingEnds } from '../../src/features/booking/domain/payment-times.ts';
import { needs } from '../support/needs.ts';
import { paymentDesk, startStripeApp } from '../support/payment-desk.ts';

const hour = 3_600_000;
const day = 24 * hour;

describe('a payment that its provider works on and on', needs('process'), () => {
  let app: Awaited<ReturnType<typeof startStripeApp>>;
  let desk: ReturnType<typeof paymentDesk>;
  beforeEach(async () => {
    app = await startStripeApp();
    desk = paymentDesk(app);
  });

  async function paying(card: string, startsInMs: number) {
    const eventDate = new Date(app.clock.now() + startsInMs).toISOString();
    const { eventId } = await desk.show({ eventDate, ticketTypes: [{ name: 'Entry', price: 10, capacity: 5 }] });
    const held = await desk.hold({ eventId, quantity: 2 });
    const answer = await desk.buy(held, card);
    assert.equal(answer.status, 202, answer.text);
    const free = async () => (await desk.availability(eventId)).availableCapacity;
    const status = () => desk.statusOf(answer.body.bookingId);
    return { eventId, bookingId: answer.body.bookingId as string, free, status };
  }
  const settle = () => desk.runJob('reconcile bookings', 'expire holds');

  test(
    'is let go there after a week, and the places are on sale again',
    needs('clock', 'database', 'jobs'),
    async () => {
      const { bookingId, free, status } = await paying('pm_bank_slow', 60 * day);
      app.clock.advance(7 * day - hour);
      await settle();
      assert.deepEqual([await status(), await free()], ['awaiting_payment', 3]);
      app.clock.advance(hour);
      await settle();
      assert.deepEqual([await status(), await free()], ['failed', 5]);
      assert.deepEqual(app.fake.books.openOf(bookingId), []);
      await desk.assertSound();
    },
  );

  test('is let go when the show begins, if that is sooner', needs('clock', 'database', 'jobs'), async () => {
    const { free, status } = await paying('pm_bank_slow', 2 * day);
    app.clock.advance(2 * day - hour);
    await settle();
    assert.equal(await status(), 'awaiting_payment');
    app.clock.advance(hour);
    await settle();
    assert.deepEqual([await status(), await free()], ['failed', 5]);
    await desk.assertSound();
  });

  test(
    'keeps its places as long as the provider does not confirm that nothing will be paid',
    needs('clock', 'database', 'jobs'),
    async () => {
      const { bookingId, free, status } = await paying('pm_bank', 2 * day);
      app.clock.advance(9 * day);
      await settle();
      assert.deepEqual([await status(), await free()], ['awaiting_payment', 3]);
      const review = (await desk.reviews()).find((one: { bookingId: string }) => one.bookingId === bookingId);
      assert.equal(review.kind, 'OUTCOME_UNKNOWN');
      const [intent] = [...app.fake.books.intents.values()];
      app.fake.books.settle(intent!.id, 'succeed');
      await settle();
      assert.equal(await status(), 'completed');
      await desk.assertSound();
    },
  );

  test('that is paid in the last moment is paid', needs('clock', 'database', 'jobs'), async () => {
    const { bookingId, status } = await paying('pm_bank_slow', 60 * day);
    const [intent] = [...app.fake.books.intents.values()];
    app.fake.onRequest = (line, phase) => {
      // The bank is quicker than our letting go.
      if (line.endsWith('/cancel') && phase === 'arrived') app.fake.books.settle(intent!.id, 'succeed');
    };
    app.clock.advance(8 * day);
    await settle();
    assert.equal(await status(), 'completed');
    assert.equal(app.fake.books.takenBy(bookingId), 2_000);
    await desk.assertSound();
  });
});

test('a show that is postponed does not begin, and one that had begun when it was paid ends nothing', () => {
  const ends = (startsAt: number, isPostponed = false) =>
    processingEnds({ createdAt: 1_000 }, { startsAt, isPostponed });
  assert.equal(ends(2_000), 2_000);
  assert.equal(ends(2_000, true), 1_000 + 7 * day);
  assert.equal(ends(999), 1_000 + 7 * day);
  assert.equal(ends(30 * day), 1_000 + 7 * day);
});
