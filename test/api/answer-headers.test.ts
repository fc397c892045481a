import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const shop = 'https://shop.example.test';
const testApp = await startTestApp({ corsOrigins: [shop] });
const { app } = testApp;
const office = boxOffice(testApp);

/** One request over a real connection. */
async function overWire(path: string, headers: Record<string, string> = {}, method = 'GET') {
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { port: number };
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((done, fail) => {
    const sent = httpRequest({ port, path, method, headers, agent: false }, async (answer) => {
      done({ status: answer.statusCode!, headers: answer.headers, body: await text(answer) });
    });
    sent.on('error', fail);
    sent.end();
  });
}

const secured = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
};

test('every answer forbids browsers to run, frame or guess anything', async () => {
  const { eventId } = await office.show();
  for (const url of ['/api/events', `/api/events/${eventId}`, '/nothing/here', '/health', '/api/events/0']) {
    const { headers } = await app.inject(url);
    for (const [name, value] of Object.entries(secured)) assert.equal(headers[name], value, `${url} ${name}`);
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; frame-ancestors 'none'/, url);
    assert.equal(headers['strict-transport-security'], undefined);
  }
});

test('metrics, and pages that are answered before the router, have the same headers', needs('process'), async () => {
  const { eventId } = await office.show();
  const metrics = await app.inject('/metrics');
  for (const [name, value] of Object.entries(secured)) assert.equal(metrics.headers[name], value, name);
  const asked = ['first', 'prepared'].map(() => overWire(`/api/events/${eventId}`, { origin: shop }));
  for (const { status, headers } of await Promise.all(asked)) {
    assert.equal(status, 200);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['access-control-allow-origin'], shop);
    assert.equal(headers.vary, 'origin, authorization');
  }
});

test('the API documentation may load its own scripts and nothing else', async () => {
  const page = await app.inject({ url: '/docs/', headers: { accept: 'text/html' } });
  const policy = String(page.headers['content-security-policy']);
  assert.equal(page.statusCode, 200);
  assert.match(policy, /script-src 'self';.*connect-src 'self'/);
  assert(!/<script>|<script [^>]*>[^<\s]|\son\w+=|javascript:/.test(page.body), 'no inline scripts');
  const script = /src="([^"]*docs\.js)"/.exec(page.body)![1]!;
  assert.equal((await app.inject(new URL(script, 'http://x/docs/').pathname)).statusCode, 200);
});

test('under https browsers are asked to stay there', needs('process'), async () => {
  const secure = await startTestApp({ publicUrl: 'https://tickets.example.test' });
  const { headers } = await secure.app.inject('/api/events');
  assert.equal(headers['strict-transport-security'], 'max-age=31536000');
});

test('a page of a listed origin may ask, with its headers, and read what it needs', async () => {
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/api/tickets/reserve',
    headers: { origin: shop, 'access-control-request-method': 'POST' },
  });
  assert.equal(preflight.statusCode, 204);
  assert.equal(preflight.headers['access-control-allow-origin'], shop);
  assert.match(String(preflight.headers['access-control-allow-methods']), /POST/);
  assert.match(String(preflight.headers['access-control-allow-headers']), /idempotency-key.*x-session-token/);
  const answer = await app.inject({ url: '/api/events', headers: { origin: shop } });
  assert.equal(answer.headers['access-control-allow-origin'], shop);
  assert.equal(answer.headers['access-control-allow-credentials'], 'true');
  assert.match(String(answer.headers['access-control-expose-headers']), /ratelimit-remaining/);
  const refused = await app.inject({ url: '/nothing', headers: { origin: shop } });
  assert.equal(refused.headers['access-control-allow-origin'], shop);
});

test('other origins get no leave, and caches learn that answers differ', async () => {
  for (const origin of ['https://evil.example.test', 'null', `${shop}.evil.test`, 'http://shop.example.test']) {
    const headers = { origin, 'access-control-request-method': 'POST' };
    const preflight = await app.inject({ method: 'OPTIONS', url: '/api/tickets/reserve', headers });
    assert.equal(preflight.headers['access-control-allow-origin'], undefined);
    assert.equal(preflight.statusCode, 405);
    const answer = await app.inject({ url: '/api/events', headers: { origin } });
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
    assert.equal(answer.headers.vary, 'origin, authorization');
  }
});

test('any origin may ask where all are let in, but without cookies', async () => {
  const open = await startTestApp({ corsOrigins: ['*'] });
  const { headers } = await open.app.inject({ url: '/api/events', headers: { origin: 'https://who.example.test' } });
  assert.equal(headers['access-control-allow-origin'], '*');
  assert.equal(headers['access-control-allow-credentials'], undefined);
});

test('a cookie counts from a listed origin as from our own, and from no other', async () => {
  const { eventId } = await office.show();
  const held = await office.hold({ eventId, quantity: 1 });
  const cookie = `onsale_session=${held.sessionToken}`;
  const reserve = (origin: string) => office.reserve({ eventId, quantity: 1 }, { cookie, origin });
  assert.equal((await reserve(shop)).status, 201);
  const foreign = await reserve('https://evil.example.test');
  assert.deepEqual([foreign.status, foreign.body.code], [403, 'ORIGIN_FOREIGN']);
});

test('a header of 64 kB is a problem that its sender gets to read', needs('process'), async () => {
  for (const name of ['cookie', 'authorization', 'idempotency-key', 'x-anything']) {
    const { status, headers, body } = await overWire('/api/events', { [name]: 'x'.repeat(64 * 1024) });
    assert.equal(status, 431);
    assert.match(String(headers['content-type']), /^application\/problem\+json/);
    const problem = JSON.parse(body);
    assert.deepEqual([problem.code, problem.status], ['HEADERS_TOO_LARGE', 431]);
  }
  assert.equal((await overWire('/api/events')).status, 200);
});

test('an address of 64 kB too', needs('process'), async () => {
  assert.equal((await overWire(`/api/events?term=${'x'.repeat(64 * 1024)}`)).status, 431);
});

test('noise is answered with a problem and hung up on', needs('process'), async () => {
  await overWire('/health');
  const { port } = app.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  socket.write('\u0016\u0003\u0001 hello there\r\n\r\n');
  const answer = await text(socket);
  assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
  assert.match(answer, /"code":"REQUEST_INVALID"/);
});
