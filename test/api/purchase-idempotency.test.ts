import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice, type Held } from '../support/box-office.ts';
import { intercepted } from '../support/intercepted.ts';
import { needs } from '../support/needs.ts';

type Office = BoxOffice;

describe('the idempotency key of a purchase', () => {
  let desk: TestApp;
  let office: Office;
  let eventId: number;
  before(async () => {
    desk = await startTestApp();
    office = boxOffice(desk);
    ({ eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 500 }] }));
  });

  const hold = () => office.hold({ eventId, quantity: 1 });

  /** Another process on the same database: it knows what was written, and nothing else. */
  async function restart(): Promise<Office> {
    await desk.runJobs();
    return boxOffice(await startTestApp({ database: desk.database }));
  }

  test('same key and body: the same bytes again, now and after a restart', needs('database', 'process'), async () => {
    const held = await hold();
    const first = await office.pay(held, { key: 'again', notes: 'n' });
    const second = await office.pay(held, { key: 'again', notes: 'n' });
    assert.deepEqual([second.status, second.text], [201, first.text]);
    const later = await (await restart()).pay(held, { key: 'again', notes: 'n' });
    assert.deepEqual([later.status, later.text], [201, first.text]);
    assert.equal(later.headers['content-type'], first.headers['content-type']);
    assert.deepEqual(await office.bookingsOf(held), { completed: 1 });
  });

  test('the order of the body’s members does not matter, their values do', async () => {
    const held = await hold();
    const headers = { ...office.owner(held), 'idempotency-key': 'order' };
    const { reservationId } = held;
    const payment = { provider: 'sandbox', token: 'tok_ok' };
    const first = await office.send('POST', '/api/tickets/purchase', headers, { reservationId, payment });
    const turned = { payment: { token: 'tok_ok', provider: 'sandbox' }, reservationId };
    assert.equal((await office.send('POST', '/api/tickets/purchase', headers, turned)).text, first.text);
  });

  test('same key, other body: 422, now and after a restart', needs('database', 'process'), async () => {
    const held = await hold();
    await office.pay(held, { key: 'reused' });
    const mine = await office.hold({ eventId, quantity: 1 }, office.owner(held));
    const again = await restart();
    for (const where of [office, again]) {
      for (const reply of [
        await where.pay(held, { key: 'reused', notes: 'changed' }),
        await where.pay({ ...mine, sessionToken: held.sessionToken }, { key: 'reused' }),
      ]) {
        assert.deepEqual([reply.status, reply.body.code], [422, 'IDEMPOTENCY_KEY_REUSED'], reply.text);
      }
    }
    assert.deepEqual(await office.bookingsOf(mine), {});
  });

  test('keys of different guests have nothing to do with each other', async () => {
    const [a, b] = [await hold(), await hold()];
    const [first, second] = [await office.pay(a, { key: '1' }), await office.pay(b, { key: '1' })];
    assert.deepEqual([first.status, second.status], [201, 201]);
    assert.notEqual(first.body.bookingId, second.body.bookingId);
  });

  test(
    'a declined answer is replayed byte by byte and uses up no attempt, also after a restart',
    needs('database', 'process'),
    async () => {
      const held = await hold();
      const declined = await office.pay(held, { card: 'tok_declined', key: 'card-1' });
      assert.equal(declined.status, 402);
      let where = office;
      for (let round = 0; round < 6; round++) {
        const replay = await where.pay(held, { card: 'tok_declined', key: 'card-1' });
        assert.deepEqual([replay.status, replay.text], [402, declined.text]);
        assert.equal(replay.headers['content-type'], declined.headers['content-type']);
        where = await restart();
      }
      assert.deepEqual(await office.bookingsOf(held), { failed: 1 });
      for (let attempt = 2; attempt <= 5; attempt++) {
        assert.equal((await where.pay(held, { card: 'tok_declined', key: `card-${attempt}` })).status, 402);
      }
      assert.equal((await where.pay(held, { key: 'card-6' })).body.code, 'TOO_MANY_ATTEMPTS');
    },
  );

  test(
    'an answer that the version before kept as text is replayed as it is',
    needs('database', 'process'),
    async () => {
      const held = await hold();
      const declined = await office.pay(held, { card: 'tok_declined', key: 'text' });
      const body = '{"title":"As it was said then, \\"sorry\\"","status":402,"traceId":"of then"}';
      const planted = await desk.database.query(
        `UPDATE idempotency_keys SET facts = NULL, status = 402, body = $2 WHERE booking_id = $1 AND facts IS NOT NULL RETURNING 1`,
        [declined.body.bookingId, body],
      );
      assert.equal(planted.length, 1);
      for (const where of [await restart(), await restart()]) {
        const replay = await where.pay(held, { card: 'tok_declined', key: 'text' });
        assert.deepEqual([replay.status, replay.text], [402, body]);
        assert.equal(replay.headers['content-type'], declined.headers['content-type']);
      }
      assert.deepEqual(await office.bookingsOf(held), { failed: 1 });
    },
  );

  test(
    'a declined answer names the request that was answered first, whoever repeats it',
    needs('database', 'process'),
    async () => {
      const held = await hold();
      const declined = await office.pay(held, { card: 'tok_declined', key: 'trace' });
      const kept = await desk.database.query<{ facts: Record<string, unknown> }>(
        'SELECT facts FROM idempotency_keys WHERE booking_id = $1',
        [declined.body.bookingId],
      );
      const { bookingId, failureCode, expiresAt, attemptsLeft, traceId } = declined.body;
      assert.deepEqual(kept[0]!.facts, {
        bookingId,
        failureCode,
        expiresAt: Date.parse(expiresAt),
        attemptsLeft,
        traceId,
      });
      for (const where of [office, await restart()]) {
        const replay = await where.pay(held, { card: 'tok_declined', key: 'trace' });
        assert.deepEqual([replay.text, replay.body.traceId], [declined.text, traceId]);
      }
    },
  );

  test('after a declined card a new key pays, and each key keeps its own answer', needs('process'), async () => {
    const held = await hold();
    const declined = await office.pay(held, { card: 'tok_declined', key: 'a' });
    const paid = await office.pay(held, { key: 'b' });
    const where = await restart();
    for (const office of [where, await restart()]) {
      assert.equal((await office.pay(held, { card: 'tok_declined', key: 'a' })).text, declined.text);
      assert.equal((await office.pay(held, { key: 'b' })).text, paid.text);
    }
  });

  test(
    'a double click: one is answered, the other hears that it is under way; asked again it has the answer',
    needs('database'),
    async () => {
      const held = await hold();
      const clicks = await Promise.all(Array.from({ length: 20 }, () => office.pay(held, { key: 'click' })));
      const paid = clicks.filter(({ status }) => status === 201);
      assert.ok(paid.length >= 1);
      for (const { status, body, headers, text } of clicks) {
        if (status === 201) assert.equal(text, paid[0]!.text);
        else assert.deepEqual([status, body.code, headers['retry-after']], [409, 'IDEMPOTENCY_IN_FLIGHT', '1']);
      }
      assert.equal((await office.pay(held, { key: 'click' })).text, paid[0]!.text);
      assert.deepEqual(await office.bookingsOf(held), { completed: 1 });
    },
  );

  test('other keys at the same moment: one booking, and nobody hears of another', needs('database'), async () => {
    const held = await hold();
    const clicks = await Promise.all(Array.from({ length: 20 }, (_, i) => office.pay(held, { key: `other-${i}` })));
    const answered = clicks.filter(({ status }) => status === 201 || status === 202);
    assert.ok(answered.some(({ status }) => status === 201));
    assert.equal(new Set(answered.map(({ body }) => body.bookingId)).size, 1);
    for (const { status, body, text } of clicks) {
      assert.ok(status < 300 || (status === 409 && body.code === 'RESERVATION_IN_PAYMENT'), text);
    }
    assert.deepEqual(await office.bookingsOf(held), { completed: 1 });
  });

  test(
    'a new key, or none, on a reservation already bought answers the same booking',
    needs('database', 'process'),
    async () => {
      const held = await hold();
      const first = await office.pay(held, { key: 'first' });
      const where = await restart();
      for (const reply of [await office.pay(held, { key: 'second' }), await office.pay(held), await where.pay(held)]) {
        assert.deepEqual([reply.status, reply.text], [201, first.text]);
      }
      const stranger = await hold();
      const foreign = await where.pay({ ...held, sessionToken: stranger.sessionToken }, { key: 'third' });
      assert.deepEqual([foreign.status, foreign.body.code], [404, 'RESERVATION_UNKNOWN']);
      assert.deepEqual(await office.bookingsOf(held), { completed: 1 });
    },
  );

  test('a refusal is not kept: the same key may try again when circumstances have changed', async () => {
    const held = await hold();
    for (const key of ['x'.repeat(201), 'two words']) {
      const invalid = await office.pay(held, { key });
      assert.deepEqual([invalid.status, invalid.body.code], [400, 'IDEMPOTENCY_KEY_INVALID']);
    }
    const early = await office.send(
      'POST',
      '/api/tickets/purchase',
      { ...office.owner(held), 'idempotency-key': 'retried' },
      { reservationId: held.reservationId },
    );
    assert.deepEqual([early.status, early.body.code], [400, 'PAYMENT_MISSING']);
    assert.equal((await office.pay(held, { key: 'retried' })).status, 201);
  });

  test(
    'when the process died between the two commits the next one finishes, and the key finds what came of it',
    needs('database', 'process'),
    async () => {
      const [pays, declines] = [await hold(), await hold()];
      await desk.runJobs();
      await leaveOpen(pays, 'tok_ok', 'crash-1');
      await leaveOpen(declines, 'tok_declined', 'crash-2');
      const next = await startTestApp({ database: desk.database });
      assert.equal(await next.core.slices.booking.settleLeftovers(), 2);
      const where = boxOffice(next);
      const paid = await where.pay(pays, { key: 'crash-1' });
      assert.equal(paid.status, 201, paid.text);
      assert.equal((await where.pay(pays, { key: 'crash-1' })).text, paid.text);
      const declined = await where.pay(declines, { card: 'tok_declined', key: 'crash-2' });
      assert.deepEqual([declined.status, declined.body.failureCode], [402, 'CARD_DECLINED'], declined.text);
      assert.equal((await where.pay(declines, { card: 'tok_declined', key: 'crash-2' })).text, declined.text);
      const after = boxOffice(await startTestApp({ database: desk.database }));
      assert.equal((await after.pay(declines, { card: 'tok_declined', key: 'crash-2' })).text, declined.text);
      assert.equal((await after.pay(declines, { key: 'crash-3' })).status, 201, 'the hold was kept');
      await office.assertSound();
    },
  );

  test(
    'whoever asks again after the process died finds out what the provider knows, without waiting for a job',
    needs('database', 'process'),
    async () => {
      const held = await hold();
      await desk.runJobs();
      await leaveOpen(held, 'tok_ok', 'open');
      const next = await startTestApp({ database: desk.database });
      const paid = await boxOffice(next).pay(held, { key: 'open' });
      assert.deepEqual([paid.status, paid.body.status, paid.body.success], [201, 'completed', true]);
    },
  );

  test('while the payment is not known yet the key answers the state of its booking', needs('database'), async () => {
    const held = await hold();
    const first = await office.pay(held, { card: 'tok_webhook_never', key: 'open-2' });
    assert.deepEqual([first.status, first.body.status, first.body.success], [202, 'awaiting_payment', false]);
    const again = await office.pay(held, { card: 'tok_webhook_never', key: 'open-2' });
    assert.deepEqual([again.status, again.body.bookingId], [201, first.body.bookingId], 'asked, the bank says more');
  });

  /** A purchase of which only the first commit was written: its process is gone. */
  async function leaveOpen(held: Held, card: string, key: string): Promise<void> {
    // The second commit never comes back, as in a process that is killed.
    const isSecond = (name?: string) => name === 'booking-complete' || name === 'booking-fail';
    const database = intercepted(desk.database, ({ name }, ask) => (isSecond(name) ? new Promise(() => {}) : ask()));
    const broken = await startTestApp({ database });
    void boxOffice(broken).pay(held, { card, key });
    const isOpen = async () => (await office.bookingsOf(held)).awaiting_payment === 1;
    while (!(await isOpen())) await new Promise((done) => setImmediate(done));
    Object.assign(broken.core, { drain: async () => {} });
  }
});
