import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Method } from '../support/client.ts';
import type { FakeBooks } from '../support/fake-stripe/books.ts';
import { needs } from '../support/needs.ts';
import { organizerDesk } from '../support/organizer-desk.ts';
import { deliver, paymentDesk, startStripeApp } from '../support/payment-desk.ts';

const north = 'acct_northHouse1';
const south = 'acct_southHouse1';

/** An organiser with a show, and what its people do. */
async function openHouse(app: Awaited<ReturnType<typeof startStripeApp>>, name: string, account: string | null) {
  const { send } = organizerDesk(app);
  const { slug } = await send('POST', '/api/organizers', { name });
  const { key } = await send('POST', `/api/organizers/${slug}/keys`, { name, scopes: ['*'] });
  const headers = { authorization: `Bearer ${key}` };
  const setAccount = (paymentAccount: string | null) =>
    send('PUT', `/api/organizers/${slug}`, { paymentAccount }, app.staff);
  await setAccount(account);
  const { eventId } = await send(
    'POST',
    '/api/events',
    {
      title: `${name} Night`,
      eventDate: '2027-03-01T20:00:00Z',
      venue: name,
      status: 'published',
      currency: 'EUR',
      ticketTypes: [{ name: 'Entry', price: 30, capacity: 50 }],
    },
    headers,
  );
  const own = (method: Method, url: string, body?: object) => send(method, url, body, headers);
  return { slug, eventId, setAccount, own };
}

describe('the accounts of organisers at Stripe', needs('process'), () => {
  let app: Awaited<ReturnType<typeof startStripeApp>>;
  let desk: ReturnType<typeof paymentDesk>;
  let inNorth: FakeBooks;
  let inSouth: FakeBooks;
  before(async () => {
    app = await startStripeApp();
    desk = paymentDesk(app);
    inNorth = app.fake.booksOf(north);
    inSouth = app.fake.booksOf(south);
  });
  const buy = async (eventId: number, token: string) => desk.buy(await desk.hold({ eventId, quantity: 1 }), token);
  const taken = (bookingId: string) => [app.fake.books, inNorth, inSouth].map((books) => books.takenBy(bookingId));
  const intentIn = (books: FakeBooks, bookingId: string) =>
    [...books.intents.values()].find(({ metadata }) => metadata.booking_id === bookingId)!;
  const failedIn = async (books: FakeBooks, eventId: number): Promise<string> => {
    const held = await desk.hold({ eventId, quantity: 1 });
    const { bookingId } = (await desk.buy(held, 'pm_card_threeDSecureRequired')).body;
    books.settle(intentIn(books, bookingId).id, 'fail');
    await desk.reconcile();
    await desk.release(held);
    assert.equal(await desk.statusOf(bookingId), 'failed');
    return bookingId;
  };

  test(
    'money goes to the account of whoever sells, and to the platform where there is none',
    needs('database'),
    async () => {
      const houses = [
        await openHouse(app, 'Plain', null),
        await openHouse(app, 'North', north),
        await openHouse(app, 'South', south),
      ];
      for (const [i, { eventId, own, slug }] of houses.entries()) {
        const { status, body, text } = await buy(eventId, 'pm_card_visa');
        assert.equal(status, 201, text);
        assert.deepEqual(
          taken(body.bookingId),
          [0, 1, 2].map((one) => (one === i ? 3_000 : 0)),
        );
        const account = [null, north, south][i];
        const [payment] = (await own('GET', `/api/payments?bookingId=${body.bookingId}`)).items;
        assert.deepEqual([payment.provider, payment.account], ['stripe', account]);
        const { providers } = await own('GET', `/api/payments/methods?organizer=${slug}`);
        assert.equal(providers[0].account ?? null, account, 'the buyer’s browser must know it');
        const { status: refunded } = await own('POST', `/api/payments/${payment.paymentId}/refund`, { amount: 10 });
        assert.equal(refunded, 'refunded');
        assert.deepEqual(
          taken(body.bookingId),
          [0, 1, 2].map((one) => (one === i ? 2_000 : 0)),
        );
      }
      await desk.assertSound();
    },
  );

  test('an account that cannot be one is refused', async () => {
    const { setAccount } = await openHouse(app, 'Careless', null);
    for (const bad of [
      '',
      'acct_',
      'north',
      'acct_1',
      'acct_with space',
      'acct_a:b1234',
      'sk_test_123456',
      'acct_ok12345\n',
    ]) {
      await assert.rejects(setAccount(bad), /400|INVALID/i, JSON.stringify(bad));
    }
  });

  test('a buyer who confirms in the browser learns which account to ask', async () => {
    const { eventId } = await openHouse(app, 'Browser', north);
    const { reservationId, sessionToken } = await desk.hold({ eventId, quantity: 1 });
    const paying = { reservationId, payment: { provider: 'stripe' } };
    const { status, body } = await desk.send('POST', '/api/payments', desk.owner({ sessionToken }), paying);
    assert.deepEqual([status, body.action.account, body.action.type], [202, north, 'confirm']);
  });

  test('a change of account loses nothing that has begun', needs('clock', 'database', 'jobs'), async () => {
    const { eventId, setAccount, own } = await openHouse(app, 'Mover', north);
    const waiting = (await buy(eventId, 'pm_card_threeDSecureRequired')).body.bookingId;
    app.fake.fail(/POST \/v1\/payment_intents\/pi_\w+\/confirm/, 'unheard', Number.POSITIVE_INFINITY);
    const unheard = (await buy(eventId, 'pm_card_visa')).body.bookingId;
    app.fake.heal();
    const failed = await failedIn(inNorth, eventId);
    await setAccount(south);
    const later = (await buy(eventId, 'pm_card_visa')).body.bookingId;
    await setAccount(null);
    inNorth.settle(intentIn(inNorth, waiting).id, 'succeed');
    inNorth.arriveLate(intentIn(inNorth, failed).id);
    await desk.reconcile();
    await desk.reconcile();
    for (const bookingId of [waiting, unheard]) {
      assert.equal(await desk.statusOf(bookingId), 'completed');
      assert.deepEqual(taken(bookingId), [0, 3_000, 0]);
      const [payment] = (await own('GET', `/api/payments?bookingId=${bookingId}`)).items;
      await own('POST', `/api/payments/${payment.paymentId}/refund`, {});
      assert.deepEqual(taken(bookingId), [0, 0, 0], 'given back where it was taken');
    }
    // Its place was sold meanwhile: what came late went back.
    assert.ok((await desk.eventsOf(failed)).includes('RefundCompleted'));
    assert.deepEqual(taken(failed), [0, 0, 0]);
    assert.deepEqual(taken(later), [0, 0, 3_000]);
    await desk.assertSound();
  });

  test(
    'a process that died before it knew the payment finds it in the account where it was begun',
    needs('clock', 'database', 'jobs'),
    async () => {
      const { eventId, setAccount } = await openHouse(app, 'Forgetful', north);
      // Made there, and the answer that named it was lost: only a search of that account's payments finds it.
      app.fake.fail(/POST \/v1\/payment_intents$/, 'unheard', Number.POSITIVE_INFINITY);
      const held = await desk.hold({ eventId, quantity: 1 });
      assert.equal((await desk.buy(held, 'pm_card_visa', 'key-of-the-forgetful')).status, 503);
      app.fake.heal();
      await setAccount(south);
      await desk.reconcile();
      const made = [...inNorth.intents.values()].at(-1)!;
      assert.equal(made.status, 'canceled', 'let go there, so that nobody can pay it any more');
      const again = await desk.buy(held, 'pm_card_visa', 'key-of-the-forgetful');
      assert.deepEqual([again.status, taken(again.body.bookingId)], [201, [0, 0, 3_000]]);
      await desk.assertSound();
    },
  );

  test('a webhook settles the booking of its own account, and of no other', needs('clock', 'database'), async () => {
    const { eventId } = await openHouse(app, 'Notified', north);
    const { bookingId } = (await buy(eventId, 'pm_card_threeDSecureRequired')).body;
    inNorth.settle(intentIn(inNorth, bookingId).id, 'succeed');
    const event = inNorth.events.at(-1)!;
    assert.equal(await deliver(app, { ...event, account: south }), 200);
    assert.equal(await desk.statusOf(bookingId), 'awaiting_payment');
    assert.equal(await deliver(app, event), 200);
    assert.equal(await desk.statusOf(bookingId), 'completed');
  });

  test('money in a foreign account that bears our mark buys nothing', needs('clock', 'database', 'jobs'), async () => {
    const { eventId } = await openHouse(app, 'Wary', north);
    const bookingId = await failedIn(inNorth, eventId);
    const { metadata, amount, currency } = intentIn(inNorth, bookingId);
    const { id } = inSouth.create({ metadata, amount, currency }) as { id: string };
    inSouth.arriveLate(id);
    assert.equal(await deliver(app, inSouth.events.at(-1)!), 200);
    await desk.reconcile();
    assert.equal(await desk.statusOf(bookingId), 'failed');
    const unknown = (await desk.reviews()).find(({ subject }: { subject: string }) => subject === id);
    assert.equal(unknown?.kind, 'UNKNOWN_PAYMENT');
    inSouth.dispute(id, { reason: 'fraudulent', dueBy: Math.floor(app.clock.now() / 1000) });
    assert.equal(await deliver(app, inSouth.events.at(-1)!), 200);
    assert.ok(!(await desk.eventsOf(bookingId)).includes('PaymentDisputed'));
  });

  test('a dispute in an organiser’s account is on that organiser’s list', needs('clock'), async () => {
    const { eventId, own } = await openHouse(app, 'Disputed', south);
    const { bookingId } = (await buy(eventId, 'pm_card_visa')).body;
    const dueBy = Math.floor(app.clock.now() / 1000) + 86_400;
    inSouth.dispute(intentIn(inSouth, bookingId).id, { reason: 'fraudulent', dueBy });
    assert.equal(await deliver(app, inSouth.events.at(-1)!), 200);
    const { items } = await own('GET', '/api/payments/reviews');
    assert.deepEqual(
      items.map(({ kind, bookingId: of }: Record<string, string>) => [kind, of]),
      [['DISPUTE', bookingId]],
    );
  });

  test('an account that is not connected any more takes no money, and holds up nobody else', async () => {
    const gone = 'acct_goneHouse12';
    app.fake.disconnect(gone);
    const lost = await openHouse(app, 'Gone', gone);
    for (let i = 0; i < 25; i++) {
      const { status, body } = await buy(lost.eventId, 'pm_card_visa');
      assert.deepEqual([status, body.code], [503, 'PAYMENT_PROVIDER_DOWN']);
    }
    const { items } = await lost.own('GET', '/api/payments/reviews');
    assert.deepEqual(
      items.map(({ kind }: { kind: string }) => kind),
      ['PAYMENT_NOT_TAKEN'],
    );
    assert.equal(items[0].facts.failureCode, 'ACCOUNT_INVALID');
    const { eventId } = await openHouse(app, 'Neighbour', north);
    assert.equal((await buy(eventId, 'pm_card_visa')).status, 201);
  });

  test('what is in one account is not found in another', async () => {
    const { eventId } = await openHouse(app, 'Asked', north);
    const { bookingId } = (await buy(eventId, 'pm_card_visa')).body;
    const { id } = intentIn(inNorth, bookingId);
    const ask = (headers: Record<string, string>) => fetch(`${app.fake.apiBase}/v1/payment_intents/${id}`, { headers });
    const answers = [await ask({ 'stripe-account': north }), await ask({ 'stripe-account': south }), await ask({})];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 404, 404],
    );
  });
});
