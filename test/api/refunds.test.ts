import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';
import { deliver, paymentDesk, startStripeApp } from '../support/payment-desk.ts';

describe('giving money back', () => {
  let testApp: TestApp;
  let desk: ReturnType<typeof paymentDesk>;
  let eventId: number;
  before(async () => {
    testApp = await startTestApp();
    desk = paymentDesk(testApp);
    ({ eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 30, capacity: 500 }] }));
  });
  const bought = async (card = 'tok_ok'): Promise<string> => {
    const paid = await desk.buy(await desk.hold({ eventId, quantity: 2 }), card);
    assert.equal(paid.status, 201, paid.text);
    return paid.body.bookingId;
  };

  test('a part, then the rest, then nothing is left; the history shows each step', needs('database'), async () => {
    const bookingId = await bought();
    const [payment] = await desk.payments(bookingId);
    assert.deepEqual([payment.status, payment.amount, payment.currency], ['captured', 60, 'EUR']);
    const part = await desk.refund(payment.paymentId, { amount: 12.5, reason: 'seat behind a pillar' });
    assert.deepEqual([part.status, part.body.status, part.body.amount], [201, 'refunded', 12.5], part.text);
    const tooMuch = await desk.refund(payment.paymentId, { amount: 47.51 });
    assert.deepEqual([tooMuch.status, tooMuch.body.code, tooMuch.body.left], [409, 'REFUND_TOO_MUCH', 47.5]);
    assert.equal((await desk.refund(bookingId)).body.amount, 47.5, 'a booking stands for its payment');
    assert.equal((await desk.refund(payment.paymentId)).body.code, 'REFUND_TOO_MUCH');
    const events = await desk.eventsOf(bookingId);
    const steps = ['RefundDue', 'RefundRequested', 'RefundCompleted'];
    assert.deepEqual(events, ['BookingCreated', 'PaymentCompleted', ...steps, 'BookingCancelled', ...steps]);
    assert.equal((await desk.payments(bookingId))[0].refunded, 60);
    await desk.assertSound();
  });

  const ticketsOf = async (bookingId: string) =>
    (await desk.send('GET', `/api/bookings/${bookingId}`, desk.staff)).body.tickets.map(
      ({ status }: { status: string }) => status,
    );
  const free = async () => (await desk.availability(eventId)).availableCapacity;

  test(
    'tickets whose money is all back are void, and their places are on sale at once',
    needs('database'),
    async () => {
      const bookingId = await bought();
      const before = await free();
      await desk.refund(bookingId, { amount: 20 });
      assert.deepEqual(await ticketsOf(bookingId), ['Sold', 'Sold'], 'a part changes nothing');
      assert.equal((await desk.refund(bookingId, { amount: 40 })).status, 201);
      assert.deepEqual(await ticketsOf(bookingId), ['Cancelled', 'Cancelled']);
      assert.equal(await desk.statusOf(bookingId), 'cancelled');
      assert.equal(await free(), before + 2);
      await desk.assertSound();
    },
  );

  test('tickets stay valid where staff say so, and the history says so', async () => {
    const bookingId = await bought();
    assert.equal((await desk.refund(bookingId, { tickets: 'keep', reason: 'goodwill' })).body.status, 'refunded');
    assert.deepEqual(await ticketsOf(bookingId), ['Sold', 'Sold']);
    const { items } = (await desk.send('GET', `/api/bookings/${bookingId}/history`, desk.staff)).body;
    const due = items.find(({ type }: { type: string }) => type === 'RefundDue');
    assert.equal(due.data.keepsTickets, true);
    // Later they are cancelled all the same: nothing more is given back.
    const cancelled = await desk.send('DELETE', `/api/bookings/${bookingId}`, desk.staff);
    assert.deepEqual([cancelled.status, cancelled.body.refunded], [200, 60], cancelled.text);
  });

  test('a part never cancels tickets, whatever is asked', async () => {
    const bookingId = await bought();
    const refused = await desk.refund(bookingId, { amount: 59.99, tickets: 'cancel' });
    assert.deepEqual([refused.status, refused.body.code], [409, 'REFUND_KEEPS_TICKETS'], refused.text);
    assert.equal((await desk.payments(bookingId))[0].refunded, 0);
    assert.equal((await desk.refund(bookingId, { amount: 60, tickets: 'cancel' })).status, 201);
    assert.deepEqual(await ticketsOf(bookingId), ['Cancelled', 'Cancelled']);
  });

  test('what a single ticket’s cancellation left is given back with the other', async () => {
    const bookingId = await bought();
    const { tickets } = (await desk.send('GET', `/api/bookings/${bookingId}`, desk.staff)).body;
    const one = `/api/tickets/${tickets[0].ticketId}/cancel`;
    assert.equal((await desk.send('POST', one, desk.staff, { refund: 'none' })).status, 200);
    assert.equal((await desk.refund(bookingId)).body.amount, 60);
    assert.deepEqual(await ticketsOf(bookingId), ['Cancelled', 'Cancelled']);
  });

  test(
    'twins of one full refund with the same key answer the same, and refund and cancel once',
    needs('database'),
    async () => {
      const bookingId = await bought();
      const key = { 'idempotency-key': `all-${bookingId}` };
      const twins = await Promise.all(Array.from({ length: 10 }, () => desk.refund(bookingId, {}, key)));
      assert.deepEqual(
        [...new Set(twins.map(({ status, body }) => `${status} ${body.refundId}`))].length,
        1,
        twins[9]!.text,
      );
      assert.equal((await desk.eventsOf(bookingId)).filter((type) => type === 'BookingCancelled').length, 1);
      assert.equal((await desk.payments(bookingId))[0].refunded, 60);
      await desk.assertSound();
    },
  );

  test('twenty at once never give back more than was paid', needs('clock', 'database', 'jobs'), async () => {
    const bookingId = await bought();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => desk.refund(bookingId, { amount: 7, confirm: true })),
    );
    assert.equal(all.filter(({ status }) => status === 201).length, 8);
    await desk.reconcile();
    assert.equal((await desk.payments(bookingId))[0].refunded, 56);
    await desk.assertSound();
  });

  test('the same key gives back once and answers the same refund; with another amount it is refused', async () => {
    const bookingId = await bought();
    const key = { 'idempotency-key': `refund-${bookingId}` };
    const both = await Promise.all([
      desk.refund(bookingId, { amount: 5 }, key),
      desk.refund(bookingId, { amount: 5 }, key),
    ]);
    assert.equal(both[0].body.refundId, both[1].body.refundId);
    assert.equal((await desk.refund(bookingId, { amount: 6 }, key)).status, 422);
    assert.equal((await desk.payments(bookingId))[0].refunded, 5);
  });

  test(
    'pressed twice: the same part within a minute wants to be confirmed, or a key',
    needs('clock', 'database'),
    async () => {
      const bookingId = await bought();
      const first = await desk.refund(bookingId, { amount: 7 });
      assert.equal(first.status, 201, first.text);
      const again = await desk.refund(bookingId, { amount: 7, reason: 'in other words' });
      assert.deepEqual(
        [again.status, again.body.code, again.body.refundId],
        [409, 'REFUND_REPEATED', first.body.refundId],
        again.text,
      );
      assert.equal((await desk.refund(bookingId, { amount: 6.99 })).status, 201, 'another amount is another refund');
      assert.equal((await desk.refund(bookingId, { amount: 7, confirm: true })).status, 201);
      assert.equal((await desk.refund(bookingId, { amount: 7 }, { 'idempotency-key': `k-${bookingId}` })).status, 201);
      testApp.clock.advance(60_000);
      assert.equal((await desk.refund(bookingId, { amount: 7 })).status, 201, 'a minute later it is meant');
      assert.equal((await desk.payments(bookingId))[0].refunded, 34.99);
      // Both at once, and the second would be the last of the money.
      const other = await bought();
      const both = await Promise.all([desk.refund(other, { amount: 30 }), desk.refund(other, { amount: 30 })]);
      assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409]);
      assert.deepEqual(await ticketsOf(other), ['Sold', 'Sold']);
      await desk.assertSound();
    },
  );

  test('what a provider refused may be asked for again at once, and a cancelled ticket is no part', async () => {
    const failing = await bought('tok_refund_fails');
    for (const _ of [1, 2]) assert.equal((await desk.refund(failing, { amount: 7 })).body.status, 'failed');
    const bookingId = await bought();
    const { tickets } = (await desk.send('GET', `/api/bookings/${bookingId}`, desk.staff)).body;
    await desk.send('POST', `/api/tickets/${tickets[0].ticketId}/cancel`, desk.staff);
    assert.equal((await desk.refund(bookingId, { amount: 30, tickets: 'keep' })).status, 201);
  });

  test('a refund that was refused leaves its key free, and is refused again however often it is asked for', async () => {
    const declined = await desk.buy(await desk.hold({ eventId, quantity: 1 }), 'tok_declined');
    const key = { 'idempotency-key': 'refund-of-nothing' };
    for (const _ of [1, 2]) {
      const refused = await desk.refund(declined.body.bookingId, {}, key);
      assert.deepEqual([refused.status, refused.body.code], [409, 'PAYMENT_NOT_CAPTURED'], refused.text);
    }
    assert.equal((await desk.refund(await bought(), { amount: 5 }, key)).status, 201);
  });

  test('bad amounts, foreign payments and callers without the right are refused', async () => {
    const bookingId = await bought();
    for (const amount of [0, -1, 1.005, '5']) {
      assert.equal((await desk.refund(bookingId, { amount })).status, 400, String(amount));
    }
    assert.equal((await desk.refund('01900000-0000-7000-8000-00000000ffff')).status, 404);
    const url = `/api/payments/${bookingId}/refund`;
    assert.equal((await desk.send('POST', url, {}, {})).status, 401);
    assert.equal((await desk.send('POST', url, await desk.keyWith('tickets'), {})).status, 403);
    assert.equal((await desk.payments(bookingId))[0].refunded, 0);
  });

  test('what the provider refuses to give back is shown to staff, and the money counts as not given back', async () => {
    const bookingId = await bought('tok_refund_fails');
    const refund = await desk.refund(bookingId);
    assert.deepEqual([refund.body.status, refund.body.failureCode], ['failed', 'REFUND_REFUSED'], refund.text);
    const review = (await desk.reviews()).find((one: { bookingId: string }) => one.bookingId === bookingId);
    assert.deepEqual([review.kind, review.facts.amountMinor], ['REFUND_FAILED', 6_000]);
    const resolve = `/api/payments/reviews/${review.reviewId}/resolve`;
    const resolution = { resolution: 'sent by bank transfer' };
    assert.equal((await desk.send('POST', resolve, desk.staff, resolution)).status, 200);
    assert.equal((await desk.send('POST', resolve, desk.staff, resolution)).status, 404);
  });

  test('what was paid elsewhere goes back by hand: staff say when it has', async () => {
    const held = await desk.hold({ eventId, quantity: 1 });
    const paid = await desk.send('POST', '/api/tickets/purchase', desk.staff, {
      reservationId: held.reservationId,
      paymentReference: 'till 7',
    });
    const refund = await desk.refund(paid.body.bookingId);
    assert.equal(refund.body.status, 'requested', refund.text);
    const review = (await desk.reviews()).find((one: { kind: string }) => one.kind === 'REFUND_BY_HAND');
    await desk.send('POST', `/api/payments/reviews/${review.reviewId}/resolve`, desk.staff, { resolution: 'cash' });
    assert.equal((await desk.payments(paid.body.bookingId))[0].refunded, 30);
  });

  test('whoever pays by POST /api/payments buys the same once, by reservation or by booking', async () => {
    const held = await desk.hold({ eventId, quantity: 1 });
    const pay = (body: object, key: string) =>
      desk.send('POST', '/api/payments', { ...desk.owner(held), 'idempotency-key': key }, body);
    const { reservationId } = held;
    const declined = await pay({ reservationId, payment: { token: 'tok_declined' } }, 'a');
    assert.equal(declined.status, 402, declined.text);
    const body = { bookingId: declined.body.bookingId, payment: { token: 'tok_ok' } };
    const paid = await pay(body, 'b');
    assert.equal(paid.status, 201, paid.text);
    assert.equal((await pay(body, 'b')).text, paid.text);
    const again = await pay({ reservationId, payment: { token: 'tok_ok' } }, 'c');
    assert.equal(again.body.bookingId, paid.body.bookingId);
    const unclear = await pay({ payment: { token: 'tok_ok' } }, 'd');
    assert.equal(unclear.status, 404);
  });

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await testApp.runJobs();
    await desk.assertSound();
  });
});

describe('giving money back by Stripe', needs('process'), () => {
  let app: Awaited<ReturnType<typeof startStripeApp>>;
  let desk: ReturnType<typeof paymentDesk>;
  let bookingId: string;
  before(async () => {
    app = await startStripeApp();
    desk = paymentDesk(app);
    const { eventId } = await desk.show({ currency: 'EUR', ticketTypes: [{ name: 'Entry', price: 30, capacity: 50 }] });
    const paid = await desk.buy(await desk.hold({ eventId, quantity: 2 }), 'pm_card_visa');
    assert.equal(paid.status, 201, paid.text);
    bookingId = paid.body.bookingId;
  });

  test('requested, authorized, taken: the history shows each step', needs('database'), async () => {
    const events = await desk.eventsOf(bookingId);
    assert.deepEqual(events, ['BookingCreated', 'PaymentRequested', 'PaymentAuthorized', 'PaymentCompleted']);
    assert.equal(app.fake.books.takenBy(bookingId), 6_000);
  });

  test('a refund whose answer is lost is made once', needs('clock', 'database', 'jobs'), async () => {
    app.fake.fail(/POST \/v1\/refunds/, 'unheard', 3);
    const refund = await desk.refund(bookingId, { amount: 10 });
    assert.equal(refund.body.status, 'refunded', 'looked for before it is made again');
    app.fake.heal();
    await desk.reconcile();
    assert.equal((await desk.payments(bookingId))[0].refunded, 10);
    assert.equal(app.fake.books.takenBy(bookingId), 5_000);
    await desk.assertSound();
  });

  test('what was first set aside and then taken can go back as a whole', needs('database'), async () => {
    const { eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 30, capacity: 5 }] });
    const paid = await desk.buy(await desk.hold({ eventId, quantity: 1 }), 'pm_card_visa');
    assert.equal((await desk.refund(paid.body.bookingId)).body.status, 'refunded');
    assert.equal(app.fake.books.takenBy(paid.body.bookingId), 0);
    await desk.assertSound();
  });

  test(
    'a part that Stripe cannot pay in its currency is rounded up to one that it can, before it is promised',
    needs('database'),
    async () => {
      const { eventId } = await desk.show({
        currency: 'KWD',
        ticketTypes: [{ name: 'Entry', price: 3.5, capacity: 5 }],
      });
      const paid = await desk.buy(await desk.hold({ eventId, quantity: 1 }), 'pm_card_visa');
      assert.equal(paid.status, 201, paid.text);
      const refund = await desk.refund(paid.body.bookingId, { amount: 1.005 });
      assert.deepEqual([refund.body.status, refund.body.amount], ['refunded', 1.01], refund.text);
      const rest = await desk.refund(paid.body.bookingId);
      assert.deepEqual([rest.body.status, rest.body.amount], ['refunded', 2.49], rest.text);
      assert.equal(app.fake.books.takenBy(paid.body.bookingId), 0);
      await desk.assertSound();
    },
  );

  test(
    'a ticket with a fee is given back in steps that Stripe pays, and together never more than was paid',
    needs('database', 'jobs'),
    async () => {
      const { eventId } = await desk.show({
        currency: 'KWD',
        cancellation: { allowed: true, feePercent: 33 },
        ticketTypes: [{ name: 'Entry', price: 1.11, capacity: 5 }],
      });
      const held = await desk.hold({ eventId, quantity: 3 });
      const { bookingId } = (await desk.buy(held, 'pm_card_visa')).body;
      const one = `/api/tickets/${held.tickets[0]!.ticketId}/cancel`;
      const cancelled = await desk.send('POST', one, desk.owner(held));
      assert.deepEqual([cancelled.status, cancelled.body.refundDue], [200, 0.75], cancelled.text);
      await desk.runJob('process payment work');
      assert.equal(app.fake.books.takenBy(bookingId), 2_580);
      assert.equal((await desk.send('DELETE', `/api/bookings/${bookingId}`, desk.owner(held))).status, 200);
      await desk.runJob('process payment work');
      // Twice 0.744 are 1.488.
      const { body } = await desk.send('GET', `/api/bookings/${bookingId}`, desk.staff);
      assert.deepEqual([body.status, body.refunded, body.refundDue], ['cancelled', 2.24, 0]);
      assert.equal(app.fake.books.takenBy(bookingId), 1_090);
      await desk.assertSound();
    },
  );

  test('a dispute is shown to staff, with every change of it once', needs('clock', 'database'), async () => {
    const [payment] = await desk.payments(bookingId);
    app.fake.books.dispute(payment.reference, {
      reason: 'fraudulent',
      dueBy: Math.floor(app.clock.now() / 1000) + 86_400,
    });
    const event = app.fake.books.events.at(-1)!;
    for (let i = 0; i < 3; i++) assert.equal(await deliver(app, event), 200);
    const reviews = (await desk.reviews()).filter((one: { kind: string }) => one.kind === 'DISPUTE');
    assert.equal(reviews.length, 1);
    assert.deepEqual([reviews[0].bookingId, reviews[0].facts.reason], [bookingId, 'fraudulent']);
    const events = await desk.eventsOf(bookingId);
    assert.equal(events.filter((type) => type === 'PaymentDisputed').length, 1);
    await desk.assertSound();
  });

  test('a storm of webhooks changes nothing', needs('clock', 'database'), async () => {
    const before = await desk.eventsOf(bookingId);
    const events = app.fake.books.events.filter(({ type }) => type.startsWith('payment_intent.'));
    const storm = Array.from({ length: 50 }, () => events).flat();
    const answers = await Promise.all(storm.map((event) => deliver(app, event)));
    assert.deepEqual([...new Set(answers)], [200]);
    assert.deepEqual(await desk.eventsOf(bookingId), before);
  });

  test(
    'when Stripe is away, buyers hear so at once, keep their tickets longer, and are not charged',
    needs('clock'),
    async () => {
      const { eventId } = await desk.show({
        holdMinutes: 1,
        ticketTypes: [{ name: 'Entry', price: 30, capacity: 50 }],
      });
      app.fake.fail(/v1/, 'broken', Number.POSITIVE_INFINITY);
      let answer = await desk.buy(await desk.hold({ eventId, quantity: 1 }), 'pm_card_visa');
      assert.deepEqual([answer.status, answer.body.code], [503, 'PAYMENT_PROVIDER_DOWN'], answer.text);
      for (let i = 0; i < 15; i++) answer = await desk.buy(await desk.hold({ eventId, quantity: 1 }), 'pm_card_visa');
      assert.equal(answer.status, 503);
      const asked = app.fake.requests.length;
      const held = await desk.hold({ eventId, quantity: 1 });
      const untried = await desk.buy(held, 'pm_card_visa');
      assert.deepEqual([untried.status, untried.headers['retry-after']], [503, '1'], untried.text);
      assert.equal(app.fake.requests.length, asked, 'Stripe was not even asked');
      assert.ok(Date.parse(untried.body.expiresAt) >= app.clock.now() + 119_000, 'kept two minutes longer');
      assert.match((await app.app.inject('/metrics')).body, /onsale_outside_circuit\{service="stripe"\} 2/);
      app.fake.heal();
    },
  );
});
