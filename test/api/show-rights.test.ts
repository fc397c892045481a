import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { mailsTo } from '../support/kept-mails.ts';
import { needs } from '../support/needs.ts';
import { paymentDesk, startStripeApp } from '../support/payment-desk.ts';

const never = { cancellation: { allowed: false } };
const may = '2027-05-01T20:00:00Z';

let app: TestApp;
let desk: ReturnType<typeof paymentDesk>;
before(async () => {
  app = await startTestApp();
  desk = paymentDesk(app);
});
const change = async (testApp: TestApp, eventId: number, payload: object) => {
  await testApp.aSecond();
  const changed = await boxOffice(testApp).send('PUT', `/api/events/${eventId}`, testApp.staff, payload);
  assert.equal(changed.status, 200, changed.text);
};
const settle = async (testApp: TestApp) => {
  for (let i = 0; i < 3; i++) await testApp.runJobs();
};

describe('the right to the money of a show that moved', () => {
  test('is had from the move on, notified or not', needs('database'), async () => {
    const { eventId } = await desk.show(never);
    const held = await desk.hold({ eventId, quantity: 1 });
    const { bookingId } = (await desk.pay(held)).body;
    await change(app, eventId, { startsAt: may });
    // No job has run.
    const { cancellation } = (await desk.send('GET', `/api/bookings/${bookingId}`, desk.owner(held))).body;
    assert.deepEqual(cancellation, { until: '2027-05-01T20:00:00.000Z', refund: 25.5 });
    const gone = await desk.send('DELETE', `/api/bookings/${bookingId}`, desk.owner(held));
    assert.equal(gone.body.refundDue, 25.5);
    await settle(app);
    await desk.assertSound();
  });

  test('counts for who wished to cancel while the payment was under way', needs('database', 'jobs'), async () => {
    const { eventId } = await desk.show(never);
    const held = await desk.hold({ eventId, quantity: 1 });
    const asked = await desk.buy(held, 'tok_3ds');
    const { bookingId } = asked.body;
    await change(app, eventId, { startsAt: may });
    const noted = await desk.send('DELETE', `/api/bookings/${bookingId}`, desk.owner(held));
    assert.equal(noted.status, 202, noted.text);
    await app.app.inject({ method: 'POST', url: `${new URL(asked.body.action.url).pathname}/succeed` });
    await desk.runJob('carry out cancellations that waited for a payment');
    assert.equal(await desk.statusOf(bookingId), 'cancelled');
    await settle(app);
    const { body } = await desk.send('GET', `/api/bookings/${bookingId}`, desk.staff);
    assert.equal(body.refundDue + body.refunded, 25.5);
    await desk.assertSound();
  });

  test('goes on where a part was issued back, ticket by ticket', needs('clock', 'database'), async () => {
    const { eventId } = await desk.show(never);
    const held = await desk.hold({ eventId, quantity: 3 });
    const { bookingId } = (await desk.pay(held)).body;
    await change(app, eventId, { status: 'postponed' });
    await settle(app);
    const [first, second] = held.tickets;
    const give = (ticketId: string) => desk.send('POST', `/api/tickets/${ticketId}/cancel`, desk.owner(held), {});
    assert.equal((await give(first!.ticketId)).status, 200);
    await change(app, eventId, { status: 'published', startsAt: may });
    await settle(app);
    assert.equal((await give(second!.ticketId)).status, 200);
    const { body } = await desk.send('GET', `/api/bookings/${bookingId}`, desk.owner(held));
    assert.deepEqual(body.cancellation, { until: '2027-05-01T20:00:00.000Z', refund: 25.5 });
    app.clock.advance(Date.parse(may) - app.clock.now());
    assert.equal((await give(held.tickets[2]!.ticketId)).body.code, 'CANCELLATION_NOT_ALLOWED');
    await settle(app);
    await desk.assertSound();
    app.clock.advance(Date.parse('2027-01-16T12:00:00Z') - app.clock.now());
  });

  test('is none where only doors, end or an address are others', async () => {
    const { eventId, venueId } = await desk.show({ ...never, venue: 'Corner house' });
    const held = await desk.hold({ eventId, quantity: 1 });
    const { bookingId } = (await desk.pay(held)).body;
    await change(app, eventId, { endsAt: '2027-03-01T23:00:00Z', doorsAt: '2027-03-01T19:00:00Z' });
    await desk.send('PUT', `/api/venues/${venueId}`, desk.staff, { address: 'Corner 2' });
    await settle(app);
    const { body } = await desk.send('GET', `/api/bookings/${bookingId}`, desk.owner(held));
    assert.deepEqual([body.cancellation, body.showChange], [null, null]);
    const { items } = (await desk.send('GET', `/api/bookings/${bookingId}/history`, desk.staff)).body;
    assert.deepEqual(items.map(({ type }: { type: string }) => type).slice(2), ['ShowUpdated', 'ShowUpdated']);
  });
});

describe('tickets that were given away', () => {
  test('bring mails about changes without a word of money, when it is postponed and when it is on sale again', async () => {
    const { eventId } = await desk.show(never);
    const issued = await desk.send('POST', '/api/bookings/complimentary', desk.staff, {
      ...{ eventId, quantity: 1, reason: 'press', customerEmail: 'press@press.example' },
    });
    assert.equal(issued.status, 201, issued.text);
    await change(app, eventId, { status: 'postponed' });
    await settle(app);
    await change(app, eventId, { status: 'published', startsAt: may });
    await settle(app);
    const news = async (to: string) => {
      // The tickets, and what happened to their show.
      const mails = await mailsTo(app, to, 3);
      return mails.filter(({ subject }) => /postponed|date/.test(subject)).map(({ text }) => text);
    };
    const texts = await news('press@press.example');
    assert.equal(texts.length, 2);
    for (const text of texts) {
      assert.match(text, /you may give them back until/);
      assert.doesNotMatch(text, /money/);
    }
  });
});

describe('a show that is called off', () => {
  test(
    'gives late money back, too, though everybody had been notified',
    needs('clock', 'database', 'jobs', 'process'),
    async () => {
      const late = await startStripeApp();
      const stripe = paymentDesk(late);
      const { eventId } = await stripe.show(never);
      const held = await stripe.hold({ eventId, quantity: 1 });
      const { bookingId } = (await stripe.buy(held, 'pm_card_threeDSecureRequired')).body;
      const [intent] = [...late.fake.books.intents.values()];
      late.fake.books.settle(intent!.id, 'fail');
      await stripe.reconcile();
      await stripe.release(held);
      await change(late, eventId, { status: 'cancelled' });
      await settle(late);
      late.fake.books.arriveLate(intent!.id);
      await stripe.reconcile();
      await settle(late);
      await stripe.reconcile();
      assert.equal(late.fake.books.takenBy(bookingId), 0);
      assert.ok((await stripe.eventsOf(bookingId)).includes('RefundCompleted'));
      await stripe.assertSound();
    },
  );

  test('after it was postponed refunds as any other, and says how many', needs('database'), async () => {
    const { eventId } = await desk.show(never);
    const held = await desk.hold({ eventId, quantity: 1 });
    const { bookingId } = (await desk.pay(held)).body;
    await change(app, eventId, { status: 'postponed' });
    await settle(app);
    await change(app, eventId, { status: 'cancelled' });
    await settle(app);
    assert.equal(await desk.statusOf(bookingId), 'cancelled');
    const { items } = (await desk.send('GET', `/api/events/${eventId}/changes`, desk.staff)).body;
    const figures = items.map(
      ({ kind, state, notified, total }: Record<string, unknown>) => `${kind} ${state} ${notified}/${total}`,
    );
    assert.deepEqual(figures, ['cancelled done 1/1', 'postponed done 1/1']);
    await desk.assertSound();
  });
});
