import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import { WebSocket } from 'ws';
import { createManualClock } from '../../platform/clock/clock.ts';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { frameText } from '../../platform/web-sockets/text-frame.ts';
import { createWebSockets, type OpenSocket, silentMs, slowBytesMax } from '../../platform/web-sockets/web-sockets.ts';
import { createErrorHandler } from './errors.ts';
import { asksForWebSocket, routeUpgrades } from './upgrades.ts';

const ends: (() => Promise<void>)[] = [];
after(() => Promise.all(ends.map((end) => end())));

/** A server with one socket route, and the sockets behind it. */
async function serve(bounds = { inAll: 100, perNetwork: 100 }) {
  const clock = createManualClock(0);
  const metrics = createMetrics();
  const sockets = createWebSockets({ clock, metrics, bounds });
  const opened: OpenSocket[] = [];
  const app = Fastify({
    http: { shouldUpgradeCallback: asksForWebSocket },
    forceCloseConnections: true,
  });
  routeUpgrades(app.server, (request, response) => app.routing(request, response));
  app.setErrorHandler(createErrorHandler(metrics));
  app.decorateRequest('network', '');
  app.addHook('onRequest', (request, _reply, done) => {
    request.network = String(request.headers['x-network'] ?? 'one');
    done();
  });
  app.get('/socket', async (request, reply) => {
    sockets.check(request, reply);
    sockets.open(request, reply, (socket) => {
      if (request.headers['x-network'] === 'broken') throw new Error('It fails at the beginning');
      opened.push(socket);
      return { message() {}, closed() {} };
    });
    return reply;
  });
  app.get('/slow', () => new Promise(() => {}));
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  ends.push(async () => {
    await sockets.closeAll(1001, () => '');
    await app.close();
  });
  /** Opens a socket; answers the status of the answer if it was refused. */
  async function open(network = 'one', options: { autoPong?: boolean } = {}): Promise<WebSocket | number> {
    const socket = new WebSocket(`${address.replace('http', 'ws')}/socket`, {
      headers: { 'x-network': network },
      ...options,
    });
    socket.on('error', () => {});
    return new Promise((done) => {
      socket.on('open', () => done(socket));
      socket.on('unexpected-response', (request, answer) => {
        request.destroy();
        done(answer.statusCode!);
      });
    });
  }
  const cuts = async (why: string) =>
    (await metrics.socketsCut.get()).values.find(({ labels }) => labels.why === why)?.value ?? 0;
  const openNow = async () => (await metrics.socketsOpen.get()).values[0]!.value;
  return { sockets, clock, opened, open, cuts, openNow, address };
}

const until = async (is: () => Promise<boolean> | boolean, what: string) => {
  for (let turns = 0; turns < 2_000; turns++) {
    if (await is()) return;
    await sleep(10);
  }
  throw new Error(`not within 20 s: ${what}`);
};

describe('sockets', () => {
  test('whoever does not read is cut before much waits for it; who reads gets everything', async () => {
    const { opened, open, cuts, openNow } = await serve();
    const [slow, quick] = [await open(), await open()] as [WebSocket, WebSocket];
    slow.pause();
    let received = 0;
    quick.on('message', () => (received += 1));
    const frame = frameText('x'.repeat(64 * 1024));
    let sent = 0;
    // The kernel takes some megabytes on the way.
    for (; sent < 400 && (await cuts('slow')) === 0; sent++) {
      for (const socket of opened) socket.send(frame);
      await until(() => received > sent, 'the reader has it');
    }
    assert.equal(await cuts('slow'), 1);
    assert(sent < 400, `${sent} frames`);
    await until(async () => (await openNow()) === 1, 'one is left');
    opened[1]!.send(frameText('still here'));
    await until(() => received > sent, 'the reader goes on');
    slow.resume();
    const [code] = await once(slow, 'close');
    assert.equal(code, 1006);
    assert(slowBytesMax < 1024 * 1024);
  });

  test('the dead are found by a ping, the silent who answer stay', async () => {
    const { sockets, clock, open, cuts, openNow } = await serve();
    const [dead, silent] = [await open('one', { autoPong: false }), await open()] as [WebSocket, WebSocket];
    const asked = Promise.all([once(dead, 'ping'), once(silent, 'ping')]);
    clock.advance(silentMs - 1);
    sockets.look();
    clock.advance(1);
    sockets.look();
    await asked;
    await sleep(100);
    clock.advance(silentMs);
    sockets.look();
    assert.equal(await cuts('dead'), 1);
    await until(() => dead.readyState === dead.CLOSED, 'the dead is closed');
    await until(async () => (await openNow()) === 1, 'one is left');
    assert.equal(silent.readyState, silent.OPEN);
  });

  test('so many of a network, and so many in all, and then there is room again when one leaves', async () => {
    const { open, openNow } = await serve({ inAll: 3, perNetwork: 2 });
    const first = (await open('one')) as WebSocket;
    await open('one');
    assert.equal(await open('one'), 429);
    await open('two');
    assert.equal(await open('three'), 503);
    assert.equal(await openNow(), 3);
    first.close();
    await until(async () => (await openNow()) === 2, 'one has left');
    assert.notEqual(typeof (await open('one')), 'number');
    assert.equal(await open('one'), 503);
  });

  test('one asked for behind a request that is not answered yet is cut, and nobody else notices', async () => {
    const { address, open } = await serve();
    const { port } = new URL(address);
    const socket = connect(Number(port), '127.0.0.1');
    const ended = once(socket.resume(), 'close');
    socket.on('error', () => {});
    const ask = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
    const wish =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
    socket.write(`${ask('/slow')}${ask('/socket', wish)}`);
    await ended;
    assert.equal(typeof (await open()), 'object');
  });

  test('all are closed with a code; who takes no leave is cut', async () => {
    const { sockets, open, address } = await serve();
    const polite = (await open()) as WebSocket;
    const closed = once(polite, 'close');
    const { hostname, port } = new URL(address);
    const rude = connect(Number(port), hostname);
    rude.write(
      'GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const [head] = (await once(rude, 'data')) as [Buffer];
    assert.match(String(head), /^HTTP\/1\.1 101 /);
    const [gone] = [once(rude, 'close')];
    const began = performance.now();
    await sockets.closeAll(1001, (comeBackInMs) => `after ${comeBackInMs}`);
    assert(performance.now() - began < 3_000);
    const [code, reason] = await closed;
    assert.deepEqual([code, String(reason)], [1001, 'after 0']);
    await gone;
  });

  test('a socket whose beginning fails is closed, and counts no longer', async () => {
    const { open, openNow } = await serve();
    const socket = (await open('broken')) as WebSocket;
    if (socket.readyState !== socket.CLOSED) assert.equal((await once(socket, 'close'))[0], 1011);
    await until(async () => (await openNow()) === 0, 'nobody is left');
  });

  test('what is no proper handshake is a problem', async () => {
    const { address } = await serve();
    const { hostname, port } = new URL(address);
    for (const [headers, status] of [
      ['Sec-WebSocket-Version: 13\r\n', 400],
      ['Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n', 400],
      ['Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n', 426],
    ] as const) {
      const socket = connect(Number(port), hostname);
      socket.write(`GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n${headers}\r\n`);
      let text = '';
      for await (const chunk of socket) text += chunk;
      assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `));
      assert.match(text, /problem\+json/);
    }
  });
});

test('frames of every length read as they were written', async () => {
  const { opened, open } = await serve();
  const socket = (await open()) as WebSocket;
  for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 200_000]) {
    const got = once(socket, 'message');
    opened[0]!.send(frameText('ä'.repeat(length % 2) + 'x'.repeat(length - (length % 2))));
    assert.equal(String((await got)[0]).length, length);
  }
});
