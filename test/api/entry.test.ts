import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { pino } from 'pino';
import { noWebApp } from '../../src/platform/web-app/web-app.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const testApp = await startTestApp();
const { app, staff } = testApp;
const office = boxOffice(testApp);

/** Sends requests over one connection and answers what comes back, as text. */
async function askOver(socket: Socket, request: string, until: RegExp): Promise<string> {
  let heard = '';
  const hear = (chunk: Buffer) => {
    heard += chunk.toString('latin1');
  };
  socket.on('data', hear);
  socket.write(request);
  for (let i = 0; i < 200 && !until.test(heard); i++) await new Promise((wake) => setTimeout(wake, 10));
  socket.off('data', hear);
  return heard;
}

describe('addresses', () => {
  test('case does not matter in what a route says, and stays in ids, tokens and slugs', async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 1 });
    const owner = office.owner(held);
    for (const [asked, same] of [
      ['/api/Events', '/api/events'],
      [`/API/EVENTS/${eventId}`, `/api/events/${eventId}`],
      [`/api/Events/${eventId}/Availability`, `/api/events/${eventId}/availability`],
      [`/api/Tickets/Reservation/${held.reservationId}`, `/api/tickets/reservation/${held.reservationId}`],
      [`/api/Ticket/Event/${eventId}?limit=1`, `/api/ticket/event/${eventId}?limit=1`],
    ] as const) {
      const [one, other] = await Promise.all([asked, same].map((url) => office.send('GET', url, owner)));
      assert.deepEqual([one!.status, one!.text], [200, other!.text], asked);
    }
    const small = held.reservationId.toLowerCase();
    assert.equal((await office.send('GET', `/api/tickets/reservation/${small}`, owner)).status, 400);
    const reserved = await office.send('POST', '/api/Tickets/Reserve', {}, { eventId, quantity: 1 });
    assert.equal(reserved.status, 201);
  });

  test('the methods of a path are the same however it is spelled', async () => {
    for (const url of ['/api/tickets/reserve', '/api/Tickets/RESERVE', '/api/tickets/reserve/']) {
      const answer = await app.inject({ method: 'PUT', url });
      assert.deepEqual([answer.statusCode, answer.headers.allow], [405, 'POST'], url);
    }
    assert.equal((await app.inject('/api/Nothing')).statusCode, 404);
  });

  test('prepared pages and their limits know the address however it is spelled', needs('process'), async () => {
    const limited = await startTestApp({
      database: testApp.database,
      limitRules: {
        ...Object.fromEntries(
          ['read', 'write', 'hold', 'login', 'bulk', 'suggest'].map((name) => [
            name,
            Object.fromEntries(['customer', 'key', 'address'].map((each) => [each, { burst: 1_000, perSecond: 1 }])),
          ]),
        ),
      } as never,
    });
    const { eventId } = await office.show();
    await limited.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = limited.app.server.address() as { port: number };
    const ask = async (url: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${url}`);
      return { text: await answer.text(), left: Number(answer.headers.get('ratelimit-remaining')) };
    };
    const first = await ask(`/api/events/${eventId}`);
    const { hit } = limited.core.platform.metrics.caches.pages;
    const other = await ask(`/API/Events/${eventId}`);
    assert.equal(other.text, first.text);
    assert.equal(other.left, first.left - 1);
    assert.equal(limited.core.platform.metrics.caches.pages.hit, hit + 1, 'it was prepared');
  });

  test(
    'the front door is the shop; where there is none it says so and leads to the documentation',
    needs('process'),
    async () => {
      const { app: bare } = await startTestApp({ database: testApp.database, webApp: noWebApp });
      const answer = await bare.inject('/');
      assert.deepEqual([answer.statusCode, answer.headers['content-type']], [503, 'text/html; charset=utf-8']);
      assert.match(answer.body, /There is no shop here[\s\S]*href="\/docs"/);
    },
  );
});

test('an empty parameter is as good as none, in every route', async () => {
  await office.show();
  for (const url of [
    '/api/search?date=&term=&location=&type=&from=&to=&near=&radius=&sort=&onSale=&limit=&cursor=',
    '/api/events?upcoming=&venueId=&limit=&cursor=&status=',
    '/api/venues?limit=&cursor',
    '/api/events?limit=&limit=1',
  ]) {
    const answer = await app.inject(url);
    assert.equal(answer.statusCode, 200, `${url} ${answer.body}`);
  }
  assert.equal((await app.inject('/api/events?limit=&limit=1')).json().items.length, 1);
  assert.equal((await app.inject({ url: '/api/audit?from=&eventId=', headers: staff })).statusCode, 200);
  assert.equal((await app.inject('/api/events?limit=%20')).statusCode, 400);
});

test('times in problems are written as everywhere else', needs('clock'), async () => {
  const { eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 5, capacity: 2 }] });
  const held = await office.hold({ eventId, quantity: 2 });
  const full = await office.reserve({ eventId, quantity: 1 });
  assert.equal(full.status, 409);
  assert.equal(full.body.nextExpiryAt, held.expiresAt, full.text);
  testApp.clock.advance(16 * 60_000);
  const gone = await office.look(held);
  assert.deepEqual([gone.status, gone.body.expiredAt], [410, held.expiresAt]);
  const later = await office.show({ onSaleFrom: '2027-02-20T08:00:00Z' });
  const early = await office.reserve({ eventId: later.eventId, quantity: 1 });
  assert.deepEqual([early.status, early.body.opensAt], [409, '2027-02-20T08:00:00.000Z'], early.text);
});

test(
  'what still comes in while the server stops is answered, and is the last on its connection',
  needs('process'),
  async (t) => {
    const stopping = await startTestApp({ database: testApp.database });
    await stopping.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = stopping.app.server.address() as { port: number };
    const sockets = [1, 2].map(() => connect(port, '127.0.0.1'));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const begun =
      'POST /api/auth/guest HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n';
    // Requests under way keep the connections open until the stop has begun.
    const { server } = stopping.app;
    let underWay = 0;
    server.on('request', () => {
      underWay++;
    });
    for (const socket of sockets) socket.write(begun);
    while (underWay < sockets.length) await new Promise((wake) => setTimeout(wake, 5));
    const closed = stopping.app.close();
    while (server.listening) await new Promise((wake) => setTimeout(wake, 5));
    const page = '{}GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: mine\r\n\r\n';
    t.after(() => {
      for (const one of sockets) one.destroy();
    });
    const heard = await Promise.all([
      askOver(sockets[0]!, page, /HTTP\/1.1 [\s\S]*HTTP\/1.1 [\s\S]*\}$/),
      askOver(sockets[1]!, `{}${begun}{}`, /HTTP\/1.1 [\s\S]*HTTP\/1.1 [\s\S]*\}$/),
    ]);
    for (const [at, status] of [200, 201].entries()) {
      const last = heard[at]!.slice(heard[at]!.lastIndexOf('HTTP/1.1'));
      assert.match(last, new RegExp(`^HTTP/1.1 ${status} `), last);
      assert.match(last, /connection: close/i);
    }
    await closed;
  },
);

test(
  'an answer that something is busy or away is one short line in the log, without a stack',
  needs('process'),
  async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
    const busy = await startTestApp({
      database: testApp.database,
      logger,
      passwordCost: 12,
    });
    const logins = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        busy.app.inject({
          method: 'POST',
          url: '/api/auth/login',
          remoteAddress: `198.51.100.${i}`,
          payload: { email: `nobody${i}@example.test`, password: 'seven grey geese' },
        }),
      ),
    );
    const refused = logins.filter(({ statusCode }) => statusCode === 503).length;
    assert(refused > 0);
    const logged = lines.filter((line) => line.includes('LOGIN_BUSY'));
    assert.equal(logged.length, refused);
    for (const line of logged) {
      assert(line.length < 300, line);
      const { level, err, stack } = JSON.parse(line);
      assert.deepEqual([level, err, stack], [40, undefined, undefined]);
    }
  },
);

test('under https only the cookie counts that no other host can set', needs('process'), async () => {
  const secure = await startTestApp({
    database: testApp.database,
    publicUrl: 'https://onsale.example',
  });
  const secureOffice = boxOffice(secure);
  const { eventId } = await office.show();
  const [ours, planted] = [
    await secureOffice.hold({ eventId, quantity: 1 }),
    await office.hold({ eventId, quantity: 1 }),
  ];
  const look = (cookie: string) =>
    secureOffice.send('GET', `/api/tickets/reservation/${ours.reservationId}`, { cookie });
  assert.equal((await look(`__Host-onsale_session=${ours.sessionToken}`)).status, 200);
  assert.equal((await look(`onsale_session=${ours.sessionToken}`)).status, 404);
  const both = `onsale_session=${planted.sessionToken}; __Host-onsale_session=${ours.sessionToken}`;
  assert.equal((await look(both)).status, 200, 'a planted one does not win');
  const plain = await office.send('GET', `/api/tickets/reservation/${planted.reservationId}`, {
    cookie: `__Host-onsale_session=${ours.sessionToken}; onsale_session=${planted.sessionToken}`,
  });
  assert.equal(plain.status, 200, 'nor does the other where there is no https');
});
