import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { createPreparedPages } from '../../src/edges/http/prepared-pages.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const testApp = await startTestApp();
const { database } = testApp;

async function read({ app }: TestApp, headers: Record<string, string> = {}) {
  return app.inject({ url: '/metrics', headers });
}

/** The value of one line of the metrics. */
async function metricOf(app: TestApp, name: string, labels: Record<string, string> = {}): Promise<number> {
  const { body } = await read(app);
  const line = body
    .split('\n')
    .find(
      (each) =>
        each.startsWith(name) && Object.entries(labels).every(([key, value]) => each.includes(`${key}="${value}"`)),
    );
  return Number(line?.split(' ').at(-1) ?? 0);
}

// A gateway passes nobody on to these: they are one process's own.
test(
  'metrics count latencies by route and status, tickets made, caches and connections',
  needs('process'),
  async () => {
    const office = boxOffice(testApp);
    const before = await metricOf(testApp, 'onsale_tickets_minted_total');
    const { eventId } = await office.show();
    assert.equal((await metricOf(testApp, 'onsale_tickets_minted_total')) - before, 10);
    const held = await office.hold({ eventId, quantity: 1 });
    await office.pay(held);
    assert.equal(await metricOf(testApp, 'onsale_buy_path_total', { outcome: 'answered' }), 2);
    assert.equal(await metricOf(testApp, 'onsale_holds_refused_total'), 0);
    const refused = await office.reserve({ eventId, quantity: 10 });
    assert.equal(refused.status, 409);
    assert.equal(await metricOf(testApp, 'onsale_holds_refused_total', { code: refused.body.code }), 1);
    assert.equal(await metricOf(testApp, 'onsale_holds_total'), 1);
    assert.equal(
      await metricOf(testApp, 'onsale_buy_path_total', { outcome: 'answered' }),
      3,
      'a refusal is an answer',
    );
    const failures = (await read(testApp)).body.match(/^onsale_buy_path_total{outcome="failed"} (\d+)$/m);
    assert.equal(failures?.[1], '0', 'it is there before the first failure');
    assert((await metricOf(testApp, 'onsale_outbox_pending')) > 0, 'what the purchase says waits to be delivered');
    for (let i = 0; i < 3; i++) await office.send('GET', `/API/Venues/1`, {});
    await office.send('GET', '/api/venues/999999', {});
    await testApp.app.inject('/nothing');
    await testApp.app.inject({ method: 'HEAD', url: '/api/venues/1' });
    const count = (method: string, route: string, status: string) =>
      metricOf(testApp, 'onsale_http_request_seconds_count', { method, route, status });
    assert.equal(await count('GET', '/api/venues/:venueId', '200'), 3);
    assert.equal(await count('GET', '/api/venues/:venueId', '404'), 1);
    assert.equal(await count('HEAD', '/api/venues/:venueId', '200'), 1);
    assert.equal(await count('POST', '/api/tickets/purchase', '201'), 1);
    assert.equal(await count('any', 'none', '404'), 1);
    const buckets = { method: 'GET', route: '/api/venues/:venueId', status: '200' };
    assert.equal(await metricOf(testApp, 'onsale_http_request_seconds_bucket', { le: '+Inf', ...buckets }), 3);
    assert((await metricOf(testApp, 'onsale_http_request_seconds_sum', buckets)) > 0);
    assert((await metricOf(testApp, 'onsale_http_requests_total', { status: '2xx' })) >= 6);
    assert((await metricOf(testApp, 'onsale_http_requests_total', { status: '4xx' })) >= 2);
    assert((await metricOf(testApp, 'onsale_database_connections', { pool: 'general', state: 'open' })) >= 1);
  },
);

test('a prepared page that is there is a hit, one that is not current any more a miss', () => {
  const counts = { hit: 0, missed: 0 };
  const pages = createPreparedPages(counts);
  const page = { body: Buffer.from('{}'), text: '{}', etag: '"1"', cacheControl: 'no-cache' };
  let current: typeof page | null = page;
  pages.serve('/a', { current: () => current });
  const ask = (url: string, headers = {}) =>
    pages.answer({ method: 'GET', url, headers } as never, { writeHead() {}, end() {} } as never);
  assert.deepEqual([ask('/a'), ask('/a'), ask('/b'), ask('/a', { authorization: 'x' })], [true, true, false, false]);
  current = null;
  assert.equal(ask('/a'), false);
  assert.deepEqual(counts, { hit: 2, missed: 1 });
});

test(
  'who has the token reads the metrics; without one who sits at the machine, outside production',
  needs('process'),
  async () => {
    const token = 'kqUzW1nXyEoV2tR9mB4cLhPz8sDf6gJa';
    const withToken = await startTestApp({ database, metricsToken: new Secret(token) });
    assert.deepEqual([(await read(withToken)).statusCode, (await read(withToken)).json().code], [401, 'KEY_MISSING']);
    assert.match(String((await read(withToken)).headers['www-authenticate']), /^Bearer/);
    assert.equal((await read(withToken, { authorization: 'Bearer nonsense' })).statusCode, 401);
    assert.equal((await read(withToken, withToken.staff)).statusCode, 401);
    assert.equal((await read(withToken, { authorization: `Bearer ${token}` })).statusCode, 200);
    const production = await startTestApp({ database, isProduction: true });
    assert.equal((await read(production)).statusCode, 404);
    const behind = await startTestApp({ database, publicUrl: 'https://tickets.example' });
    assert.equal((await read(behind)).statusCode, 404);
    const proxied = await startTestApp({ database, trustedProxies: ['127.0.0.1'] });
    assert.equal((await read(proxied)).statusCode, 404);
    assert.equal((await proxied.app.inject('/dev/mail')).statusCode, 404);
    assert.equal((await proxied.app.inject({ url: '/dev/mail', headers: proxied.staff })).statusCode, 200);
  },
);

test('where something stands in between, nobody sits at the machine', needs('process'), async () => {
  for (const url of ['/metrics', '/dev/mail']) {
    assert.equal((await testApp.app.inject(url)).statusCode, 200);
    for (const name of [
      ...[
        'x-client-ip',
        'true-client-ip',
        'x-envoy-external-address',
        'fly-client-ip',
        'x-real-ip',
        'via',
        'forwarded',
      ],
      ...[
        'x-forwarded-for',
        'x-forwarded-proto',
        'cf-connecting-ip',
        'fastly-client-ip',
        'x-cluster-client-ip',
        'cdn-loop',
      ],
      ...['x-original-host', 'x-appengine-user-ip', 'x-azure-clientip', 'x-amzn-trace-id', 'x-arr-log-id', 'x-scheme'],
    ])
      assert.equal(
        (await testApp.app.inject({ url, headers: { [name]: '198.51.100.7' } })).statusCode,
        404,
        `${url} ${name}`,
      );
    assert.equal((await testApp.app.inject({ url, headers: { host: 'onsale.example' } })).statusCode, 404);
    assert.equal((await testApp.app.inject({ url, remoteAddress: '198.51.100.7' })).statusCode, 404);
  }
});

test('a slow request is one line in the log, by its route and not by its address', needs('process'), async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  const slow = await startTestApp({ database, logger, slowMs: 0.001 });
  const quick = await startTestApp({ database, logger, slowMs: 600_000 });
  const off = await startTestApp({ database, logger, slowMs: 0 });
  lines.length = 0;
  for (const { app } of [slow, quick, off]) assert.equal((await app.inject('/api/Venues/1')).statusCode, 200);
  const logged = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'slow request');
  assert.deepEqual(
    logged.map(({ level, method, route, status }) => [level, method, route, status]),
    [[40, 'GET', '/api/venues/:venueId', 200]],
  );
  assert(logged[0].ms >= 0 && logged[0].correlationId);
});
