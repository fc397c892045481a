import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { createManualClock } from '../../src/platform/clock/clock.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { paymentDesk, startStripeApp } from '../support/payment-desk.ts';

/** What an answer says of a hold, but for how long it lasts from now on. */
const atAnyTime = ({ expiresInSeconds: _, timeRemaining: __, ...lasting }: Record<string, unknown>) => lasting;

const strongKey = () => randomBytes(16).toString('base64url');

describe('who holds a reservation', () => {
  let desk: TestApp;
  let office: ReturnType<typeof boxOffice>;
  let eventId: number;
  before(async () => {
    desk = await startTestApp({ trustedProxies: ['127.0.0.1'] });
    office = boxOffice(desk);
    ({ eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 200 }] }));
  });

  const hold = (headers: Record<string, string> = {}) => office.hold({ eventId, quantity: 1 }, headers);

  /** Another process on the same database. */
  async function restart() {
    const next = await startTestApp({
      database: desk.database,
      clock: createManualClock(desk.clock.now()),
    });
    return { next, where: boxOffice(next) };
  }

  test('the first reserve issues a session, the next ones keep it', async () => {
    const first = await office.reserve({ eventId, quantity: 1 });
    const { sessionToken } = first.body;
    assert.equal(first.headers['x-session-token'], sessionToken);
    assert.match(String(first.headers['set-cookie']), new RegExp(`^onsale_session=${sessionToken};.*HttpOnly`));
    const second = await office.reserve({ eventId, quantity: 1 }, office.owner(first.body));
    assert.deepEqual(
      [second.status, second.body.sessionToken, second.headers['set-cookie']],
      [201, undefined, undefined],
    );
    assert.equal((await office.look({ ...second.body, sessionToken })).status, 200);
  });

  test('a token that was tampered with is not adopted: whoever sends it gets a new one', async () => {
    const held = await hold();
    const [id, signature] = held.sessionToken.split('.') as [string, string];
    const other = await hold();
    const forged = [
      `${id}.${signature.slice(0, -2)}AA`,
      `${id}.${other.sessionToken.split('.')[1]}`,
      `${id}`,
      `${id}.`,
      'guest',
      'A'.repeat(22),
    ];
    for (const sessionToken of forged) {
      assert.equal((await office.look({ ...held, sessionToken })).status, 404);
      const adopted = await office.reserve({ eventId, quantity: 1 }, { 'x-session-token': sessionToken });
      assert.equal(adopted.status, 201);
      assert.notEqual(adopted.body.sessionToken, sessionToken);
      assert.notEqual(adopted.body.sessionToken, held.sessionToken);
    }
  });

  test('a request with only the cookie must not come from a foreign page', needs('process'), async () => {
    const { sessionToken, reservationId } = await hold();
    const cookie = `theme=dark; onsale_session=${sessionToken}`;
    const payload = { reservationId, payment: { token: 'tok_ok' } };
    const site = (each: string) => ({ 'sec-fetch-site': each });
    for (const foreign of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'null', ...site('same-origin') },
      { origin: 'https://evil.example', ...site('none') },
      site('cross-site'),
      site('same-site'),
      site('same-origin, cross-site'),
      site(''),
    ] as Record<string, string>[]) {
      const headers = { cookie, host: 'onsale.example', ...foreign };
      const refused = await office.send('POST', '/api/tickets/purchase', headers, payload);
      assert.deepEqual([refused.status, refused.body.code], [403, 'ORIGIN_FOREIGN'], JSON.stringify(foreign));
      assert.equal((await office.send('DELETE', `/api/tickets/reservation/${reservationId}`, headers)).status, 403);
      assert.equal((await office.reserve({ eventId, quantity: 1 }, headers)).status, 403);
    }
    // Programs name no origin; our own pages and persons are no foreigners.
    for (const own of [
      {},
      site('same-origin'),
      site('none'),
      { origin: 'https://onsale.example', ...site('same-origin') },
    ]) {
      const headers = { cookie, host: 'onsale.example', ...own } as Record<string, string>;
      assert.equal((await office.reserve({ eventId, quantity: 1 }, headers)).status, 201, JSON.stringify(own));
    }
    const pay = (headers: Record<string, string>) => office.send('POST', '/api/tickets/purchase', headers, payload);
    const look = await office.send('GET', `/api/tickets/reservation/${reservationId}`, { cookie });
    assert.equal(look.status, 200, 'reading is safe');
    const own = await pay({ cookie, host: 'onsale.example', origin: 'https://onsale.example' });
    assert.equal(own.status, 201, own.text);
  });

  test('the header needs no Origin: no foreign page can set it', async () => {
    const held = await hold();
    const headers = { ...office.owner(held), origin: 'https://evil.example' };
    const payload = { reservationId: held.reservationId, payment: { token: 'tok_ok' } };
    assert.equal((await office.send('POST', '/api/tickets/purchase', headers, payload)).status, 201);
  });

  test(
    'a first reserve with a random key, sent again, is the same reservation of the same session',
    needs('clock'),
    async () => {
      const key = { 'idempotency-key': strongKey() };
      const first = await office.reserve({ eventId, quantity: 2 }, key);
      assert.equal(first.status, 201);
      const again = await office.reserve({ eventId, quantity: 2 }, key);
      assert.deepEqual([again.status, again.text], [201, first.text]);
      assert.equal(again.headers['x-session-token'], first.body.sessionToken);
      desk.clock.advance(5_000);
      assert.equal((await office.reserve({ eventId, quantity: 2 }, key)).text, first.text, 'also later');
      const other = await office.reserve({ eventId, quantity: 3 }, key);
      assert.deepEqual([other.status, other.body.code], [422, 'IDEMPOTENCY_KEY_REUSED']);
      const parallel = strongKey();
      const clicks = await Promise.all(
        Array.from({ length: 20 }, () => office.reserve({ eventId, quantity: 1 }, { 'idempotency-key': parallel })),
      );
      assert.equal(new Set(clicks.map(({ text }) => text)).size, 1);
    },
  );

  test('a first reserve with a key that could be guessed is refused; with a session it may be short', async () => {
    const weak = await office.reserve({ eventId, quantity: 1 }, { 'idempotency-key': '1' });
    assert.deepEqual([weak.status, weak.body.code], [400, 'IDEMPOTENCY_KEY_WEAK']);
    const owner = office.owner(await hold());
    const first = await office.reserve({ eventId, quantity: 1 }, { ...owner, 'idempotency-key': '1' });
    assert.equal(first.status, 201);
    const again = await office.reserve({ eventId, quantity: 1 }, { ...owner, 'idempotency-key': '1' });
    assert.deepEqual(atAnyTime(again.body), atAnyTime(first.body));
    const stranger = office.owner(await hold());
    const foreign = await office.reserve({ eventId, quantity: 1 }, { ...stranger, 'idempotency-key': '1' });
    assert.notEqual(foreign.body.reservationId, first.body.reservationId);
  });

  test('strangers who make up the same key share no session; nor does anybody’s first idea make one', async () => {
    const key = { 'idempotency-key': 'order-2027-01-15-000001' };
    const from = (address: string, more: object = {}) =>
      office.reserve({ eventId, quantity: 1 }, { ...key, 'x-forwarded-for': address, ...more });
    const [ana, again, eva] = [await from('192.0.2.1'), await from('192.0.2.1'), await from('198.51.100.1')];
    assert.deepEqual([ana.status, again.status, eva.status], [201, 201, 201]);
    assert.deepEqual(atAnyTime(again.body), atAnyTime(ana.body));
    assert.notEqual(eva.body.sessionToken, ana.body.sessionToken);
    assert.notEqual(eva.body.reservationId, ana.body.reservationId);
    const idea = await from('192.0.2.1', { 'idempotency-key': 'a'.repeat(22) });
    assert.deepEqual([idea.status, idea.body.code], [400, 'IDEMPOTENCY_KEY_WEAK']);
    const drawn = { 'idempotency-key': randomUUID() };
    const [home, train] = [await from('192.0.2.1', drawn), await from('203.0.113.7', drawn)];
    assert.deepEqual(atAnyTime(home.body), atAnyTime(train.body), 'what is drawn may change its network');
  });

  test(
    'reservations survive a restart: same tickets, same deadline, same key, same session',
    needs('clock', 'jobs', 'process'),
    async () => {
      const key = { 'idempotency-key': strongKey() };
      const first = await office.reserve({ eventId, quantity: 2, customer: { name: 'Ada' } }, key);
      const held = first.body;
      const renewed = await hold();
      await office.renew(renewed);
      const journal = desk.core.jobs.find(({ name }) => name === 'journal holds')!;
      assert.ok(journal.everyMs <= 200);
      await journal.run();
      const { where } = await restart();
      const look = await where.look(held);
      assert.equal(look.status, 200, look.text);
      assert.deepEqual(look.body.tickets, held.tickets);
      assert.equal(look.body.expiresAt, held.expiresAt);
      assert.equal((await where.renew(renewed)).body.code, 'ALREADY_RENEWED');
      const again = await where.reserve({ eventId, quantity: 2, customer: { name: 'Ada' } }, key);
      assert.deepEqual([again.status, again.text], [201, first.text]);
      const bought = await where.pay(held);
      assert.equal(bought.status, 201);
      const booking = await where.send('GET', `/api/bookings/${bought.body.bookingId}`, where.owner(held));
      assert.equal(booking.body.customer.name, 'Ada');
    },
  );

  test('what ended does not come back with a restart', needs('clock', 'process'), async () => {
    const [released, bought, expired] = [await hold(), await hold(), await hold({})];
    await desk.runJobs();
    await office.release(released);
    await office.pay(bought);
    await desk.runJobs();
    const { next, where } = await restart();
    assert.equal((await where.look(released)).body.code, 'RESERVATION_UNKNOWN');
    assert.equal((await where.look(bought)).body.code, 'RESERVATION_UNKNOWN');
    next.clock.advance(60 * 60_000);
    assert.notEqual((await where.look(expired)).status, 200);
  });

  test(
    'a reservation that came over a restart, changed and ended at once stays ended over the next',
    needs('clock', 'database', 'process'),
    async () => {
      const { eventId } = await office.show();
      const held = await office.hold({ eventId, quantity: 1 });
      await desk.runJobs();
      const second = await restart();
      assert.equal((await second.where.renew(held)).status, 200);
      assert.equal((await second.where.release(held)).status, 200);
      await second.next.runJobs();
      const third = await restart();
      assert.equal((await third.where.look(held)).status, 404);
      assert.equal((await third.where.availability(eventId)).availableCapacity, 10);
      assert.deepEqual(await desk.database.query('SELECT * FROM hold_journal WHERE event_id = $1', [eventId]), []);
    },
  );

  test(
    'a reservation that expired while the process was down is shown as expired',
    needs('clock', 'process'),
    async () => {
      const held = await hold();
      await desk.runJobs();
      const { next, where } = await restart();
      next.clock.advance(Date.parse(held.expiresAt) - next.clock.now());
      assert.equal((await where.look(held)).body.code, 'RESERVATION_EXPIRED');
    },
  );
});

describe('a crash that leaves a bought hold in the journal', () => {
  test(
    'does not bring it back to life on tickets that are void because the money could not be taken',
    needs('clock', 'database', 'jobs', 'process'),
    async () => {
      const app = await startStripeApp();
      const desk = paymentDesk(app);
      const { eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 30, capacity: 2 }] });
      const held = await desk.hold({ eventId, quantity: 2 });
      await desk.runJob('journal holds');
      const bought = await desk.buy(held, 'pm_card_captureFail');
      await desk.reconcile();
      assert.equal(await desk.statusOf(bought.body.bookingId), 'needs_review');
      // The next process finds the journal as the crash has left it.
      const where = boxOffice(await startTestApp({ database: app.database, clock: app.clock }));
      assert.equal((await where.look(held)).status, 404);
      assert.equal((await where.availability(eventId)).availableCapacity, 2);
    },
  );

  test(
    'does not let it push out whoever has its places after its payment failed',
    needs('clock', 'database', 'jobs', 'process'),
    async () => {
      const app = await startStripeApp();
      const desk = paymentDesk(app);
      const { eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 30, capacity: 2 }] });
      const held = await desk.hold({ eventId, quantity: 2 });
      await desk.runJob('journal holds');
      const open = await desk.buy(held, 'pm_bank');
      assert.equal(open.status, 202, open.text);
      const { database, fake } = app;
      // A clock of its own: that of the dead process stands still.
      const clock = createManualClock(app.clock.now());
      const second = await startStripeApp({ database, clock, fake });
      const then = paymentDesk(second);
      assert.equal((await then.availability(eventId)).availableCapacity, 0);
      for (const { id } of [...fake.books.intents.values()]) fake.books.settle(id, 'fail');
      await then.reconcile();
      // Declined, its places are its buyer's until its deadline, and nobody's after that.
      assert.equal((await then.look(held)).status, 200);
      clock.advance(Date.parse(held.expiresAt) - clock.now());
      const other = await then.hold({ eventId, quantity: 2 });
      await then.runJob('expire holds', 'journal holds');
      await then.assertSound();
      const third = boxOffice(await startTestApp({ database, clock }));
      assert.equal((await third.look(other)).status, 200);
      assert.notEqual((await third.look(held)).status, 200);
    },
  );
});
