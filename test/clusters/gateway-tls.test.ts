import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type ClientHttp2Session, connect } from 'node:http2';
import { type RequestOptions, request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { LiveFrame } from '../../src/contract/live.ts';
import { everyRole } from '../../src/kernel/process-role.ts';
import { makeTemporaryDataFolder } from '../../src/platform/data-folder/temporary-data-folder.ts';
import { makeCertificate } from '../support/certificate.ts';
import { createTestDatabase } from '../support/database.ts';
import { type Gateway, hasGateway, startGateway } from '../support/gateway.ts';
import { freePort, type OnsaleServer, serveOnsale, toDatabaseUrl } from '../support/onsale-process.ts';

describe('HTTPS at the gateway', { skip: !hasGateway && 'no haproxy on this machine' }, () => {
  let server: OnsaleServer;
  let gateway: Gateway;
  let ca: Buffer;
  let port: number;
  let plainPort: number;
  let ownerKey: string;
  let eventId: number;
  const stops: (() => Promise<unknown>)[] = [];
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });
  before(async () => {
    const folder = await makeTemporaryDataFolder();
    stops.push(() => folder.remove());
    const { cert, key } = await makeCertificate(folder.path, 'gateway', 'DNS:localhost,IP:127.0.0.1');
    const both = join(folder.path, 'gateway-both.pem');
    ca = await readFile(cert);
    await writeFile(both, `${ca}${await readFile(key, 'utf8')}`);
    [port, plainPort] = [await freePort(), await freePort()];
    const dataDir = join(folder.path, 'data');
    server = await serveOnsale(dataDir, {
      env: {
        DATABASE_URL: toDatabaseUrl((await createTestDatabase()).connection),
        DEMO: 'off',
        LOG_LEVEL: 'debug',
        PUBLIC_URL: `https://localhost:${port}`,
        TRUSTED_PROXIES: '127.0.0.1',
      },
    });
    stops.push(() => server.stop());
    ownerKey = (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim();
    const own = join(folder.path, 'gateway');
    await mkdir(own);
    gateway = await startGateway(own, [{ url: server.url, roles: everyRole }], plainPort, {
      GATEWAY_TLS_BIND: `127.0.0.1:${port}`,
      GATEWAY_CERT: both,
    });
    stops.push(() => gateway.stop());
    const made = await ask('/api/events', {
      method: 'POST',
      headers: { authorization: `Bearer ${ownerKey}` },
      body: {
        title: 'Behind Glass',
        venue: 'Hall',
        startsAt: '2035-06-01T20:00:00Z',
        currency: 'EUR',
        status: 'published',
        ticketTypes: [{ name: 'Entry', price: 20, capacity: 50 }],
      },
    });
    assert.equal(made.status, 201, made.text);
    ({ eventId } = JSON.parse(made.text));
  });

  /** Asks by HTTP/1.1. */
  async function ask(path: string, { body, ...options }: RequestOptions & { readonly body?: object } = {}) {
    const headers = { ...options.headers, ...(body && { 'content-type': 'application/json' }) };
    const sent = request({ host: '127.0.0.1', port, path, ca, ...options, headers }).end(body && JSON.stringify(body));
    const [reply] = await once(sent, 'response');
    return { status: reply.statusCode as number, headers: reply.headers, text: await text(reply) };
  }

  async function overHttp2<T>(use: (session: ClientHttp2Session) => Promise<T>): Promise<T> {
    const session = connect(`https://localhost:${port}`, { ca });
    await once(session, 'connect');
    try {
      return await use(session);
    } finally {
      session.destroy();
    }
  }

  test('who comes by HTTP is sent to HTTPS, and to it alone', async () => {
    const answer = await fetch(`http://127.0.0.1:${plainPort}/e/1?code=x`, { redirect: 'manual' });
    assert.deepEqual([answer.status, answer.headers.get('location')], [308, 'https://127.0.0.1/e/1?code=x']);
    assert.equal(answer.headers.get('strict-transport-security'), null, 'a browser may not believe that over HTTP');
    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      await assert.rejects(ask('/api/events', { maxVersion: version, minVersion: version, agent: false }), version);
    }
  });

  test('cookies, links and headers are those of HTTPS, in the answers of the process and of the gateway', async () => {
    const guest = await ask('/api/auth/guest', { method: 'POST' });
    assert.match(String(guest.headers['set-cookie']), /^__Host-onsale_session=[^;]+;.*\bSecure\b/);
    const page = await ask(`/e/${eventId}`, { headers: { accept: 'text/html' } });
    assert.equal(page.status, 200, page.text.slice(0, 200));
    assert.match(page.text, new RegExp(`property="og:url" content="https://localhost:${port}/e/${eventId}`));
    for (const [path, status] of [
      ['/api/events', 200],
      ['/metrics', 404],
    ] as const) {
      const answer = await ask(path);
      assert.deepEqual(
        [answer.status, answer.headers['strict-transport-security'], answer.headers['x-content-type-options']],
        [status, 'max-age=31536000', 'nosniff'],
        path,
      );
    }
  });

  test('a request is found by its name in the log of the gateway and of the process', async () => {
    await ask(`/api/events/${eventId}/quote`, { headers: { 'x-request-id': 'looked-for' }, method: 'POST', body: {} });
    const found = (log: string) =>
      log.split('\n').filter((line) => line.includes('"correlationId":"looked-for"')).length;
    for (const end = performance.now() + 20_000; found(gateway.log()) * found(server.stderr()) === 0; await sleep(25)) {
      assert.ok(performance.now() < end, `not found: ${gateway.log().slice(-500)}`);
    }
    assert.deepEqual([found(gateway.log()), found(server.stderr())], [1, 1]);
  });

  test('a buyer holds, pays and gets tickets over HTTP/2', async () => {
    await overHttp2(async (session) => {
      const send = async (method: string, path: string, headers: object, body?: object) => {
        const stream = session.request({
          ':method': method,
          ':path': path,
          ...(body && { 'content-type': 'application/json' }),
          ...headers,
        });
        stream.end(body && JSON.stringify(body));
        const [answer] = await once(stream, 'response');
        return { status: answer[':status'], body: JSON.parse(await text(stream)) };
      };
      const held = await send('POST', '/api/tickets/reserve', {}, { eventId, quantity: 2 });
      assert.equal(held.status, 201);
      const { reservationId, sessionToken } = held.body;
      const who = { 'x-session-token': sessionToken };
      const payment = { provider: 'sandbox', token: 'tok_3ds' };
      const asked = await send(
        'POST',
        '/api/tickets/purchase',
        { ...who, 'idempotency-key': 'one' },
        { reservationId, payment },
      );
      assert.equal(asked.status, 202);
      assert.match(asked.body.action.url, new RegExp(`^https://localhost:${port}/`));
    });
  });

  test('seats are watched over WebSocket, by HTTP/1.1 and, as browsers do it, within HTTP/2', async () => {
    const path = `/api/events/${eventId}/live`;
    const socket = new WebSocket(`wss://localhost:${port}${path}`, { ca, origin: `https://localhost:${port}` });
    const [first] = await once(socket, 'message');
    assert.equal((JSON.parse(String(first)) as LiveFrame).type, 'snapshot');
    socket.terminate();
    const foreign = new WebSocket(`wss://localhost:${port}${path}`, { ca, origin: 'https://evil.example' });
    const [, refused] = await once(foreign, 'unexpected-response');
    assert.equal(refused.statusCode, 403);
    foreign.on('error', () => {});
    foreign.terminate();

    await overHttp2(async (session) => {
      if (!session.remoteSettings?.enableConnectProtocol) await once(session, 'remoteSettings');
      assert.equal(session.remoteSettings.enableConnectProtocol, true);
      const stream = session.request({
        ':method': 'CONNECT',
        ':protocol': 'websocket',
        ':path': path,
        ':scheme': 'https',
        ':authority': `localhost:${port}`,
        'sec-websocket-version': '13',
        origin: `https://localhost:${port}`,
      });
      const [answer] = await once(stream, 'response');
      assert.equal(answer[':status'], 200);
      const [bytes] = (await once(stream, 'data')) as [Buffer];
      // The head of a frame of text, then its JSON.
      assert.equal(bytes[0], 0x81);
      assert.match(bytes.toString(), /\{"type":"snapshot"/);
      stream.destroy();
    });
  });
});
