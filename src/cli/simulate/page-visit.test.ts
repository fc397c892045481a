import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { StartRefused } from '../../platform/start-refused.ts';
import { drawBuyer } from './behaviours.ts';
import { noNotes } from './history/history-file.ts';
import { createHttpClient } from './http-client.ts';
import type { PagePlan } from './page-visit.ts';
import { createPauses } from './pauses.ts';
import { seededRandom } from './seeded-random.ts';
import { openShop, readShopPages } from './shop.ts';
import { createTally } from './tally.ts';
import { beginVisit } from './visit.ts';
import { createWitness } from './witness.ts';

const opened: (() => void)[] = [];
after(() => {
  for (const close of opened) close();
});

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that is no shop, and remembers what it was asked. */
async function serve(listener: Listener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createHttpClient(url, 4);
  opened.push(() => {
    client.close();
    server.close();
    server.closeAllConnections();
  });
  return { url, client, asked };
}

const named = (file: string) =>
  `<link rel="stylesheet" href="/assets/all.css"><script type="module" src="/assets/${file}">`;
const tag = '"as-before"';

/** Pages, seats and no live channel. */
const shopListener: Listener = ({ url = '', headers }, response) => {
  response.setHeader('content-type', url.startsWith('/api/') ? 'application/json' : 'text/html');
  if (url === '/e/7') {
    response.setHeader('etag', tag);
    if (headers['if-none-match'] === tag) return response.writeHead(304).end();
    return response.end(named('event.js'));
  }
  if (url === '/e/7/seats') return response.end(named('seats.js'));
  if (url.startsWith('/pay/')) return response.end(named('pay.js'));
  if (url === '/api/events/7') return response.end('{"organizer":{"slug":"house"}}');
  if (url === '/api/events/7/seats') {
    return response.end('{"version":"E.1","geometry":"/api/seat-maps/1/x","states":"aha"}');
  }
  if (url.startsWith('/api/events/7/seats?')) return response.end('{"version":"E.2","changes":[[0,"s"]]}');
  return response.end('{"ticketTypes":[]}');
};

async function visitBy(page: PagePlan) {
  const { url, client, asked } = await serve(shopListener);
  const pauses = createPauses(new AbortController().signal);
  const tally = createTally();
  const pages = await readShopPages(client, 7, pauses, { onBuilding: () => assert.fail() });
  const shop = openShop(pages, url, 4, tally);
  opened.push(() => shop.channels.closeAll());
  const show = {
    eventId: 7,
    title: '',
    capacity: 3,
    holdSeconds: 60,
    limitPerReservation: 4,
    types: [],
    rowsOf: new Map(),
  };
  const now = performance.now();
  const crowd = {
    show,
    client,
    tally,
    pauses,
    shop,
    notes: noNotes,
    keyPrefix: '',
    witness: createWitness(),
    speed: 1,
    openedAt: now,
    closesAt: now,
  };
  const random = seededRandom(1);
  asked.length = 0;
  return { visit: beginVisit(crowd, drawBuyer(random), random, now, { page }).page!, asked, tally };
}

test('a first visit loads page, files, seats and map; the next page only what it names anew; without a socket it asks again', async () => {
  const { visit, asked, tally } = await visitBy({ isFirstTime: true, loadsSeatsPage: true });
  await visit.openEvent();
  await visit.openSeats();
  assert.equal((await visit.seats())?.join(''), 'sha');
  visit.leaveSeats();
  await visit.openPay('RES_1');
  await visit.openPay('RES_1');
  const once = asked.filter((request) => !/live|availability|methods|legal/.test(request));
  assert.deepEqual(once, [
    'GET /e/7',
    'GET /assets/all.css',
    'GET /assets/event.js',
    'GET /api/events/7/seats',
    'GET /api/seat-maps/1/x',
    'GET /e/7/seats',
    'GET /assets/seats.js',
    'GET /api/events/7/seats',
    'GET /api/events/7/seats?since=E.1',
    'GET /pay/RES_1',
    'GET /assets/pay.js',
    'GET /api/tickets/reservation/RES_1',
    'GET /api/events/7',
    'GET /pay/RES_1',
    'GET /api/tickets/reservation/RES_1',
  ]);
  assert(asked.includes('GET /api/payments/methods?organizer=house'));
  assert(tally.pages['page:eventPage'].bytes > 100);
  assert.equal(tally.latencies['page:script'].count, 3);
});

test('who was here before asks whether the page is still the same, and has its files', async () => {
  const { visit, asked, tally } = await visitBy({ isFirstTime: false, loadsSeatsPage: false });
  await visit.openEvent();
  await visit.openSeats();
  assert.deepEqual(
    asked.filter((request) => !request.includes('live')),
    ['GET /e/7', 'GET /api/events/7/seats', 'GET /api/events/7/seats'],
  );
  assert.equal(tally.pages['page:eventPage'].unchanged, 1);
});

test('a server without an app is refused in a sentence; one that builds it is waited for', async () => {
  const pauses = createPauses(new AbortController().signal);
  const absent = await serve((_, response) => response.writeHead(503).end());
  await assert.rejects(readShopPages(absent.client, 7, pauses, { onBuilding: () => assert.fail() }), (error: Error) => {
    assert(error instanceof StartRefused);
    assert.match(error.message, /^The shop is not built there[^\n]*$/);
    return true;
  });
  let isBuilt = false;
  const building = await serve((request, response) => {
    if (isBuilt) shopListener(request, response);
    else response.writeHead(503, { 'retry-after': '2' }).end();
  });
  const pages = await readShopPages(building.client, 7, pauses, {
    onBuilding: () => {
      isBuilt = true;
    },
  });
  assert.deepEqual(
    pages.payFiles.map(({ path }) => path),
    ['/assets/all.css', '/assets/pay.js'],
  );
  const slow = await serve((_, response) => response.writeHead(503, { 'retry-after': '2' }).end());
  await assert.rejects(readShopPages(slow.client, 7, pauses, { onBuilding() {}, buildMs: 0 }), StartRefused);
});
