import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyDatabase } from '../../src/features/verify/index.ts';
import { createUrlClient, type Method, type Reply, type TestClient } from '../support/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { hasGateway } from '../support/gateway.ts';
import { watchLive } from '../support/live-viewer.ts';
import { toDatabaseUrl } from '../support/onsale-process.ts';
import { type RoleCluster, startRoleCluster } from '../support/role-cluster.ts';

const patienceMs = 30_000;

/** Buyers who buy one after the other until they are to stop; what became of each request is counted. */
function startBuyers(client: TestClient, eventId: number, count: number) {
  let isOver = false;
  let bought = 0;
  let asked = 0;
  /** Answers that an ordinary buyer would have seen as a failure. */
  const failures: string[] = [];

  /** Sends a request until it is answered by something else than "not now"; under one key it is done once. */
  async function insist(
    path: string,
    headers: object,
    payload: object,
    wanted: number,
  ): Promise<Pick<Reply, 'status' | 'text' | 'body'> | null> {
    for (const until = performance.now() + patienceMs; performance.now() < until; ) {
      asked += 1;
      const answer = await client.send('POST', path, headers, payload).catch((error: Error) => ({
        status: 0,
        text: String(error.cause ?? error),
        body: null,
      }));
      if (answer.status === wanted) return answer;
      failures.push(`${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
      // What the killed process had begun is still to be found out about: the next answer, or the one after it.
      const isUnderWay = answer.status === 409 && answer.text.includes('IDEMPOTENCY_IN_FLIGHT');
      if (![0, 202, 502, 503, 504].includes(answer.status) && !isUnderWay) return null;
      await sleep(100);
    }
    return null;
  }

  async function buyOne(key: string): Promise<void> {
    const affinity = { 'x-event-id': String(eventId) };
    const ask = { eventId, quantity: 1 };
    const held = await insist('/api/tickets/reserve', { ...affinity, 'idempotency-key': `${key}-hold` }, ask, 201);
    if (held === null) return;
    const { reservationId, sessionToken } = held.body as { reservationId: string; sessionToken: string };
    const headers = { ...affinity, 'x-session-token': sessionToken, 'idempotency-key': `${key}-pay` };
    const payment = { provider: 'sandbox', token: 'tok_ok' };
    const paid = await insist('/api/tickets/purchase', headers, { reservationId, payment }, 201);
    if (paid !== null) bought += 1;
  }

  const all = Array.from({ length: count }, async (_, buyer) => {
    for (let turn = 0; !isOver; turn++) await buyOne(`${crypto.randomUUID()}-${buyer}-${turn}`);
  });
  return {
    failures,
    bought: () => bought,
    asked: () => asked,
    /** Until so many more tickets were bought. */
    async buys(more: number): Promise<void> {
      const wanted = bought + more;
      for (const until = performance.now() + patienceMs; bought < wanted; await sleep(20)) {
        assert.ok(
          performance.now() < until,
          `only ${bought} of ${wanted} were bought: ${failures.slice(-3).join('\n')}`,
        );
      }
    },
    async stop(): Promise<void> {
      isOver = true;
      await Promise.all(all);
    },
  };
}

describe('four processes by roles behind the gateway', { skip: !hasGateway && 'no haproxy on this machine' }, () => {
  let database: TestDatabase;
  let cluster: RoleCluster;
  let client: TestClient;
  let staff: { authorization: string };
  before(async () => {
    const made = await createTestDatabase();
    database = made.database;
    cluster = await startRoleCluster({
      DATABASE_URL: toDatabaseUrl(made.connection),
      RATE_LIMITS: 'off',
      HOLD_LIMITS: 'off',
      DRAIN_SECONDS: '3',
      LOG_LEVEL: 'warn',
    });
    client = createUrlClient(cluster.url);
    staff = { authorization: `Bearer ${cluster.ownerKey}` };
  });
  after(() => cluster.stop());

  async function show(capacity: number): Promise<number> {
    const made = await client.send('POST', '/api/events', staff, {
      title: 'Behind the Gateway',
      venue: 'Hall',
      startsAt: '2035-06-01T20:00:00Z',
      currency: 'EUR',
      status: 'published',
      ticketTypes: [{ name: 'Entry', price: 20, capacity }],
    });
    assert.equal(made.status, 201, made.text);
    return made.body.eventId;
  }

  /** Asks until it is answered so. */
  async function untilAnswered(method: Method, path: string, wanted: number, payload?: object): Promise<void> {
    for (const until = performance.now() + patienceMs; ; await sleep(100)) {
      const { status, text } = await client.send(method, path, { accept: '*/*' }, payload);
      if (status === wanted) return;
      assert.ok(performance.now() < until, `${path}: ${status} ${text.slice(0, 300)}`);
    }
  }

  async function soldOf(eventId: number): Promise<number> {
    const [row] = await database.query<{ sold: number }>(
      `SELECT count(*)::int AS sold FROM tickets WHERE event_id = $1 AND status = 'Sold'`,
      [eventId],
    );
    return row!.sold;
  }

  test('what it answers itself is a problem with the name of the request', async () => {
    const unknown = await client.send('GET', '/metrics', { 'x-request-id': 'my-request' });
    assert.equal(unknown.status, 404);
    assert.match(String(unknown.headers['content-type']), /^application\/problem\+json/);
    assert.deepEqual(
      [unknown.headers['x-request-id'], unknown.body.code, unknown.body.traceId],
      ['my-request', 'NOT_FOUND', 'my-request'],
    );
    const large = await client.send('POST', '/api/tickets/reserve', {}, { note: 'x'.repeat(70_000) });
    assert.deepEqual([large.status, large.body.code], [413, 'BODY_TOO_LARGE']);
    assert.match(large.body.traceId, /^[0-9a-f-]{36}$/);
    // Larger ones are let in where a route takes them.
    const plan = await client.send('POST', '/api/seating-plans', staff, { note: 'x'.repeat(70_000) });
    assert.deepEqual([plan.status, plan.body.code], [400, 'PLAN_INVALID']);
    // Every role answers by one address.
    for (const path of [
      '/api/events',
      '/api/search?term=x',
      '/.well-known/jwks.json',
      '/openapi.json',
      '/health/ready',
      '/',
    ]) {
      await untilAnswered('GET', path, 200);
    }
  });

  test('people buy and watch through it; a killed process fails nobody who asks again, and nothing is sold twice', async () => {
    const eventId = await show(5_000);
    const viewer = await watchLive({ address: async () => cluster.url }, eventId);
    const buyers = startBuyers(client, eventId, 4);
    await buyers.buys(10);
    assert.deepEqual(buyers.failures, []);
    await viewer.sees(({ ticketTypes }) => [...ticketTypes.values()].some(({ sold }) => sold >= 5), 'what is sold');
    const [first] = cluster.processes.filter(({ roles }) => roles.includes('booking'));
    process.kill(first!.pid, 'SIGKILL');
    await buyers.buys(20);
    await buyers.stop();
    // Whatever was not answered was answered later, under the same key. A hold of the last moment may be lost with its owner.
    const unexpected = buyers.failures.filter(
      (one) => !/: (0|502|503|504) |RESERVATION_UNKNOWN|IDEMPOTENCY_IN_FLIGHT/.test(one),
    );
    assert.deepEqual(unexpected, []);
    assert.equal(await soldOf(eventId), buyers.bought());
    const { findings } = await verifyDatabase(database);
    assert.deepEqual(
      findings.filter(({ count }) => count > 0),
      [],
    );
  });

  test('processes are replaced one after the other, and no request fails', async () => {
    const eventId = await show(5_000);
    // Who was killed keeps its events for as long as its lease.
    await untilAnswered('POST', '/api/tickets/reserve', 201, { eventId, quantity: 1 });
    const buyers = startBuyers(client, eventId, 4);
    await buyers.buys(5);
    let serving = cluster.processes.filter(({ child }) => child.exitCode === null && child.signalCode === null);
    // All of them where that is what is run; else one that owns events, which is the hardest.
    const replaced = process.env.ONSALE_TEST_SHAPE
      ? [...serving]
      : serving.filter(({ roles }) => roles.includes('booking'));
    for (const old of replaced) {
      const fresh = await cluster.add(old.roles);
      serving = [...serving, fresh];
      await cluster.gateway.reload(serving);
      await buyers.buys(5);
      assert.equal(await old.stop(), 0);
      serving = serving.filter((one) => one !== old);
      await cluster.gateway.reload(serving);
    }
    await buyers.buys(5);
    await buyers.stop();
    assert.deepEqual(buyers.failures.slice(0, 5), []);
    assert.equal(await soldOf(eventId), buyers.bought());
  });

  test('a role of which nobody lives is answered 503, with when to come again', async () => {
    const left = await cluster.gateway.states();
    assert.ok(left.size > 0);
    await cluster.gateway.reload([]);
    // Connections that were open end with their next answer.
    let answer = await client.send('GET', '/api/events', { 'x-request-id': 'nobody' });
    for (let turn = 0; answer.status === 200 && turn < 100; turn++) {
      answer = await client.send('GET', '/api/events', { 'x-request-id': 'nobody' });
    }
    assert.deepEqual([answer.status, answer.body.code, answer.body.traceId], [503, 'UNAVAILABLE', 'nobody']);
    assert.match(String(answer.headers['retry-after']), /^[1-3]$/);
  });
});
