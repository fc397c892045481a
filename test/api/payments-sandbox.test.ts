import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, type TestApp } from '../support/app.ts';
import type { Reply } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { paymentDesk } from '../support/payment-desk.ts';

describe('paying by the sandbox', () => {
  let testApp: TestApp;
  let desk: ReturnType<typeof paymentDesk>;
  let eventId: number;
  before(async () => {
    testApp = await startTestApp({
      trustedProxies: ['127.0.0.1'],
    });
    desk = paymentDesk(testApp);
    ({ eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 25.5, capacity: 500 }] }));
  });
  const hold = () => desk.hold({ eventId, quantity: 2 });

  test('says which cards there are', async () => {
    const { body } = await desk.send('GET', '/api/payments/methods', {});
    assert.equal(body.providers[0].provider, 'sandbox');
    const tokens = body.providers[0].testCards.map(({ token }: { token: string }) => token);
    for (const token of ['tok_ok', 'tok_3ds', 'tok_timeout_paid', 'tok_webhook_never', 'tok_refund_fails']) {
      assert.ok(tokens.includes(token), token);
    }
  });

  test(
    'with 3-D Secure: 202 with an action, the bank’s page, then the tickets',
    needs('clock', 'database'),
    async () => {
      const held = await hold();
      const asked = await desk.buy(held, 'tok_3ds', 'challenge-1');
      assert.equal(asked.status, 202, asked.text);
      const { type, url, clientSecret } = asked.body.action;
      assert.equal(type, 'redirect');
      const path = new URL(url).pathname;
      assert.ok(path.endsWith(clientSecret));
      const page = await testApp.app.inject({ url: path });
      assert.match(page.headers['content-type'] as string, /text\/html/);
      assert.match(page.body, /<main><h1>Confirm a payment<\/h1>\s*<p class="code">51\.00 EUR/);
      const policy = page.headers['content-security-policy'] as string;
      assert.match(policy, /default-src 'none'.*style-src 'sha256-.*form-action 'self'/, 'it has a style, and buttons');
      const again = await desk.buy(held, 'tok_3ds', 'challenge-1');
      assert.deepEqual([again.status, again.body.action], [202, asked.body.action], 'the same key, the same challenge');
      const look = await desk.look(held);
      assert.ok(Date.parse(look.body.expiresAt) >= testApp.clock.now() + 599_000, 'ten minutes at the bank');
      const confirmed = await testApp.app.inject({
        method: 'POST',
        url: `${path}/succeed`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: '',
      });
      assert.match(confirmed.body, /confirmed/);
      const paid = await desk.buy(held, 'tok_3ds', 'challenge-1');
      assert.deepEqual([paid.status, paid.body.bookingId], [201, asked.body.bookingId], paid.text);
      assert.equal((await desk.buy(held, 'tok_3ds', 'challenge-1')).text, paid.text);
      await desk.assertSound();
    },
  );

  for (const [choice, failureCode] of [
    ['fail', 'AUTHENTICATION_FAILED'],
    ['cancel', 'CANCELLED_BY_BUYER'],
  ] as const) {
    test(`with 3-D Secure, the buyer chooses ${choice}: declined, and the tickets stay held for another card`, async () => {
      const held = await hold();
      const asked = await desk.buy(held, 'tok_3ds');
      await desk.send('POST', `${new URL(asked.body.action.url).pathname}/${choice}`, {}).catch(() => {});
      const { body } = await desk.send('GET', `/api/bookings/${asked.body.bookingId}`, desk.owner(held));
      assert.deepEqual([body.status, body.failureCode], ['failed', failureCode]);
      assert.equal((await desk.buy(held, 'tok_ok')).status, 201);
    });
  }

  test(
    'whoever never comes back from the bank loses the tickets after ten minutes, not before',
    needs('clock', 'database', 'jobs'),
    async () => {
      const held = await hold();
      const asked = await desk.buy(held, 'tok_3ds');
      testApp.clock.advance(590_000);
      await desk.runJob('reconcile bookings', 'expire holds');
      assert.equal(await desk.statusOf(asked.body.bookingId), 'awaiting_payment');
      testApp.clock.advance(15_000);
      await desk.runJob('reconcile bookings', 'expire holds');
      assert.equal(await desk.statusOf(asked.body.bookingId), 'failed');
      const page = await testApp.app.inject({
        method: 'POST',
        url: `${new URL(asked.body.action.url).pathname}/succeed`,
      });
      assert.match(page.body, /was not made/, 'cancelled at the bank first');
      await desk.assertSound();
    },
  );

  test(
    'a card that times out but has paid: 202, and soon the tickets',
    needs('clock', 'database', 'jobs'),
    async () => {
      const held = await hold();
      const asked = await desk.buy(held, 'tok_timeout_paid', 'slow-1');
      assert.deepEqual([asked.status, asked.body.status], [202, 'awaiting_payment'], asked.text);
      await desk.reconcile();
      const paid = await desk.buy(held, 'tok_timeout_paid', 'slow-1');
      assert.equal(paid.status, 201, paid.text);
      await desk.assertSound();
    },
  );

  test(
    'a card that times out and was declined: 202, then the tickets are free for another card',
    needs('clock', 'database', 'jobs'),
    async () => {
      const held = await hold();
      const asked = await desk.buy(held, 'tok_timeout_unpaid', 'slow-2');
      assert.equal(asked.status, 202);
      testApp.clock.advance(25_000);
      await desk.runJob('reconcile bookings');
      const declined = await desk.buy(held, 'tok_timeout_unpaid', 'slow-2');
      assert.deepEqual([declined.status, declined.body.failureCode], [402, 'CARD_DECLINED'], declined.text);
      assert.equal((await desk.buy(held, 'tok_ok')).status, 201);
      await desk.assertSound();
    },
  );

  test(
    'webhooks that come late, twice or never end in the same tickets',
    needs('clock', 'database', 'jobs'),
    async () => {
      for (const card of ['tok_webhook_late', 'tok_webhook_twice', 'tok_webhook_never']) {
        const held = await hold();
        const asked = await desk.buy(held, card);
        assert.equal(asked.status, 202, card);
        testApp.clock.advance(21_000);
        await sleep(20);
        await desk.reconcile();
        assert.equal(await desk.statusOf(asked.body.bookingId), 'completed', card);
        const events = await desk.eventsOf(asked.body.bookingId);
        assert.equal(events.filter((type) => type === 'PaymentCompleted').length, 1, card);
      }
      await desk.assertSound();
    },
  );

  test('a webhook with a bad, old or foreign signature changes nothing', needs('clock'), async () => {
    const send = (headers: Record<string, string>, provider = 'sandbox') =>
      testApp.app.inject({
        method: 'POST',
        url: `/api/payments/webhook/${provider}`,
        headers: { 'content-type': 'application/json', ...headers },
        payload: '{"bookingId":"x"}',
      });
    for (const signature of ['', 't=1,v1=00', 'nonsense', `t=${Math.floor(testApp.clock.now() / 1000)},v1=00`]) {
      const answer = await send({ 'x-sandbox-signature': signature });
      assert.deepEqual([answer.statusCode, answer.json().code], [400, 'WEBHOOK_SIGNATURE_INVALID'], signature);
    }
    assert.equal((await send({}, 'stripe')).statusCode, 404);
    assert.equal((await send({}, 'free')).statusCode, 400);
  });

  test('too many declined cards of one session are refused for a while, whatever the card', async () => {
    const session: Record<string, string> = {};
    let refused: Reply | undefined;
    for (let i = 0; i < 20 && !refused; i++) {
      const held = await desk.hold({ eventId, quantity: 1 }, session);
      session['x-session-token'] ??= held.sessionToken;
      const mine = { ...held, sessionToken: session['x-session-token'] };
      for (let tries = 0; tries < 5 && !refused; tries++) {
        const answer = await desk.buy(mine, 'tok_declined');
        if (answer.status === 429) refused = answer;
        else assert.equal(answer.status, 402, answer.text);
      }
      await desk.release(mine);
    }
    assert.equal(refused?.body.code, 'TOO_MANY_DECLINES');
    assert.ok(Number(refused?.headers['retry-after']) > 0);
    assert.equal(
      (await desk.buy(await hold(), 'tok_ok')).status,
      201,
      'others behind the same address are let through',
    );
  });

  test('forty cards of one session at once are tried no more often than one after the other', async () => {
    const first = await desk.hold({ eventId, quantity: 1 });
    const more = Array.from({ length: 39 }, () => desk.hold({ eventId, quantity: 1 }, desk.owner(first)));
    const holds = [first, ...(await Promise.all(more))].map(({ reservationId }) => ({ ...first, reservationId }));
    const answers = await Promise.all(holds.map((held, i) => desk.buy(held, `tok_declined:list-${i}`)));
    const codes = answers.map(({ body }) => body.code);
    assert.equal(codes.filter((code) => code === 'PAYMENT_DECLINED').length, 15);
    assert.equal(codes.filter((code) => code === 'TOO_MANY_DECLINES').length, 25);
  });

  test('one card is stopped over all sessions, by its name', async () => {
    const codes: string[] = [];
    for (let i = 0; i < 12; i++) {
      const held = await desk.hold({ eventId, quantity: 1 });
      codes.push((await desk.buy(held, 'tok_declined:stolen')).body.code);
      await desk.release(held);
    }
    assert.equal(codes.at(0), 'PAYMENT_DECLINED');
    assert.equal(codes.at(-1), 'TOO_MANY_DECLINES');
  });

  test('a list of stolen cards, each with a session and an address of its own within one IPv6 network, ends as one', async () => {
    const codes: string[] = [];
    for (let i = 0; i < 104; i++) {
      const network = { 'x-forwarded-for': `2001:db8:7:7::${i.toString(16)}` };
      const held = await desk.hold({ eventId, quantity: 1 }, network);
      const body = {
        reservationId: held.reservationId,
        payment: { provider: 'sandbox', token: `tok_declined:list-${i}` },
      };
      const { body: answer } = await desk.send(
        'POST',
        '/api/tickets/purchase',
        { ...desk.owner(held), ...network },
        body,
      );
      codes.push(answer.code);
      await desk.release(held);
    }
    assert.deepEqual(new Set(codes.slice(0, 100)), new Set(['PAYMENT_DECLINED']));
    assert.deepEqual(new Set(codes.slice(100)), new Set(['TOO_MANY_DECLINES']));
  });

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await testApp.runJobs();
    await desk.assertSound();
  });
});
