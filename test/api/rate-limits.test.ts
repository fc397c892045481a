import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeLimitRules, defaultLimitRules } from '../../src/edges/http/limits/limit-rules.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const limitRules = changeLimitRules({
  factor: 1,
  rules: [
    { limitClass: 'hold', subject: 'customer', rule: { burst: 3, perSecond: 0.5 } },
    { limitClass: 'write', subject: 'customer', rule: { burst: 5, perSecond: 1 } },
    { limitClass: 'hold', subject: 'address', rule: { burst: 1_000, perSecond: 0.001 } },
    { limitClass: 'bulk', subject: 'key', rule: { burst: 2, perSecond: 1 } },
  ],
});
const testApp = await startTestApp({ limitRules, trustedProxies: ['127.0.0.1'] });
const { app, clock, staff } = testApp;
const office = boxOffice(testApp);
const { eventId } = await office.show({ ticketTypes: [{ name: 'Stalls', capacity: 5_000, price: 0 }] });
const show = { eventId, quantity: 1 };
let clients = 0;
/** Behind an address of its own. */
const elsewhere = () => ({ 'x-forwarded-for': `198.51.${Math.floor(++clients / 250)}.${clients % 250}` });

test('who takes too many holds learns when to come back, and may then', needs('clock', 'process'), async () => {
  const held = await office.hold(show, elsewhere());
  const guest = { ...office.owner(held), ...elsewhere() };
  const answers = [];
  for (let i = 0; i < 4; i++) answers.push(await office.reserve(show, guest));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 201, 429],
  );
  assert.deepEqual(
    answers.map(({ headers }) => headers['ratelimit-remaining']),
    ['2', '1', '0', '0'],
  );
  const { body, headers } = answers.at(-1)!;
  assert.deepEqual([body.code, body.status, body.retryAfterSeconds], ['RATE_LIMITED', 429, 2]);
  assert.equal(headers['retry-after'], '2');
  assert.equal(headers['ratelimit-limit'], '3');
  assert.equal((await office.look(held)).status, 200);
  clock.advance(2_000);
  assert.equal((await office.reserve(show, guest)).status, 201);
});

test(
  'a thousand buyers behind one address all get through, and then the address is full',
  needs('process'),
  async () => {
    const address = { 'x-forwarded-for': '203.0.113.9' };
    const statuses = await Promise.all(
      Array.from({ length: 1_000 }, async () => (await office.reserve(show, address)).status),
    );
    assert.deepEqual(new Set(statuses), new Set([201]));
    assert.equal((await office.reserve(show, address)).status, 429);
    assert.equal((await office.reserve(show, elsewhere())).status, 201);
  },
);

test('the defaults are wide enough for a thousand buyers who do everything at once', needs('process'), () => {
  const { read, write, hold, login } = defaultLimitRules;
  assert(read.address.burst >= 20 * 1_000 && write.address.burst >= 5 * 1_000);
  assert(hold.address.burst >= 3 * 1_000 && login.address.burst >= 3 * 1_000);
});

test('what is asked while somebody types is counted apart from other reads', needs('process'), async () => {
  const headers = elsewhere();
  const left = async (url: string) => Number((await office.send('GET', url, headers)).headers['ratelimit-remaining']);
  const suggestions = '/api/search/suggestions?term=x';
  const before = await left('/api/search?term=x');
  const first = await left(suggestions);
  assert.equal(await left(suggestions), first - 1);
  assert.equal(await left('/api/search?term=x'), before - 1);
});

test('repeating a request with its idempotency key is free, a new key is not', needs('process'), async () => {
  const held = await office.hold(show, elsewhere());
  const guest = { ...office.owner(held), ...elsewhere() };
  const reserve = async (key: string) => (await office.reserve(show, { ...guest, 'idempotency-key': key })).status;
  const repeated = await Promise.all(Array.from({ length: 200 }, () => reserve('one')));
  assert(repeated.every((status) => status === 201));
  assert.deepEqual([await reserve('two'), await reserve('three'), await reserve('four')], [201, 201, 429]);
  assert.equal(await reserve('one'), 201);
});

test('a key whose request failed counts again: it cannot be used to keep trying', needs('process'), async () => {
  const held = await office.hold(show, elsewhere());
  const guest = { ...office.owner(held), ...elsewhere(), 'idempotency-key': 'again' };
  const statuses = [];
  for (let i = 0; i < 5; i++) statuses.push((await office.reserve({ eventId: 2_000_000, quantity: 1 }, guest)).status);
  assert.deepEqual(statuses, [404, 404, 404, 429, 429]);
});

test(
  'a key makes only the repetition of its own request free: not another event, route, or what it did that is over',
  needs('clock', 'process'),
  async () => {
    const more = await Promise.all(
      Array.from({ length: 8 }, () => office.show({ ticketTypes: [{ name: 'Stalls', capacity: 50, price: 0 }] })),
    );
    const guestOf = async () => office.owner(await office.hold(show, elsewhere()));
    const many = { ...(await guestOf()), ...elsewhere(), 'idempotency-key': 'many' };
    const statuses = [];
    for (const other of more)
      statuses.push((await office.reserve({ eventId: other.eventId, quantity: 1 }, many)).status);
    assert.deepEqual(statuses, [201, 201, 201, 429, 429, 429, 429, 429]);
    const atOnce = { ...(await guestOf()), ...elsewhere(), 'idempotency-key': 'at-once' };
    const answers = await Promise.all(more.map(({ eventId }) => office.reserve({ eventId, quantity: 1 }, atOnce)));
    assert.equal(answers.filter(({ status }) => status === 201).length, 3);

    const churning = { ...(await guestOf()), ...elsewhere(), 'idempotency-key': 'churn' };
    let held = 0;
    for (let i = 0; i < 12; i++) {
      const { status, body } = await office.reserve(show, churning);
      if (status !== 201) continue;
      held += 1;
      await office.send('DELETE', `/api/tickets/reservation/${body.reservationId}`, churning);
    }
    assert(held <= 4, `${held} holds by one key`);
    clock.advance(2_000);
    assert.equal(
      (await office.reserve(show, churning)).status,
      429,
      'what was let through in advance is paid for first',
    );
  },
);

test(
  'a key says nothing on a route that keeps no answers, least of all where one logs in',
  needs('process'),
  async () => {
    const held = await office.hold(show, elsewhere());
    const guest = { ...office.owner(held), ...elsewhere(), 'idempotency-key': 'everywhere' };
    for (let i = 0; i < 2; i++) {
      for (const [url, limit] of [
        ['/api/auth/guest', '5'],
        ['/api/auth/login', '20'],
        ['/api/auth/password/forgot', '20'],
      ] as const) {
        const { headers } = await office.send('POST', url, guest, {
          email: 'ana@example.org',
          password: 'wrong password',
        });
        assert.equal(headers['ratelimit-limit'], limit, url);
      }
    }
  },
);

test('an IPv6 network counts as one, whatever address of it is used', needs('process'), async () => {
  const burst = 1_000;
  for (let i = 0; i < burst; i++) {
    const headers = { 'x-forwarded-for': `2001:db8:1:2::${i.toString(16)}` };
    assert.notEqual((await office.reserve({ eventId: 2_000_000, quantity: 1 }, headers)).status, 429);
  }
  assert.equal((await office.reserve(show, { 'x-forwarded-for': '2001:db8:1:2:ffff::1' })).status, 429);
  assert.equal((await office.reserve(show, { 'x-forwarded-for': '2001:db8:1:3::1' })).status, 201);
});

test('the same words as key of another guest are that guest’s own', needs('process'), async () => {
  const [ana, eva] = [await office.hold(show, elsewhere()), await office.hold(show, elsewhere())];
  const key = { 'idempotency-key': 'order-1' };
  await office.reserve(show, { ...office.owner(ana), ...key, ...elsewhere() });
  const answer = await office.reserve(show, { ...office.owner(eva), ...key, ...elsewhere() });
  assert.equal(answer.headers['ratelimit-limit'], '3');
});

test('a program is limited by its key, wherever it calls from', needs('process'), async () => {
  const answers = [];
  for (let i = 0; i < 3; i++) answers.push(await office.send('POST', '/api/import', { ...staff, ...elsewhere() }, {}));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [400, 400, 429],
  );
});

test('a clock that is set back, by seconds or hours, refuses nobody', needs('clock', 'process'), async () => {
  for (const jumpMs of [-15_000, -120_000, -7_200_000]) {
    clock.jump(jumpMs);
    assert.equal((await office.send('GET', '/health', elsewhere())).status, 200);
    assert.equal((await office.send('GET', `/api/events/${eventId}`, elsewhere())).status, 200);
    assert.equal((await office.send('GET', '/api/events', { ...staff, ...elsewhere() })).status, 200);
    assert.equal((await office.reserve(show, elsewhere())).status, 201);
  }
});

test('reads are generous and say so', needs('process'), async () => {
  const { headers, statusCode } = await app.inject({ url: '/api/events', headers: elsewhere() });
  assert.equal(statusCode, 200);
  assert.equal(headers['ratelimit-limit'], '30000');
  assert.equal(headers['ratelimit-remaining'], '29999');
});

test(
  'a client cannot choose its address: what it writes before the proxy counts for nothing',
  needs('process'),
  async () => {
    const [burst] = [limitRules.hold.address.burst];
    const address = '203.0.113.77';
    for (let i = 0; i < burst; i++) {
      const headers = { 'x-forwarded-for': `192.0.2.${i % 250}, ${address}` };
      assert.notEqual((await office.reserve({ eventId: 2_000_000, quantity: 1 }, headers)).status, 429);
    }
    const answer = await office.reserve(show, { 'x-forwarded-for': `192.0.2.251, ${address}` });
    assert.equal(answer.status, 429);
  },
);
