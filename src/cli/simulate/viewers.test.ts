import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPauses } from './pauses.ts';
import { seededRandom } from './seeded-random.ts';
import { createTally } from './tally.ts';
import { gatherViewers } from './viewers.ts';

const show = {
  eventId: 7,
  title: 'Any',
  capacity: 1,
  holdSeconds: 60,
  limitPerReservation: 4,
  types: [],
  rowsOf: new Map(),
};

test('viewers keep to their rate whatever is answered, and the wait for a server that stands still counts', async () => {
  const stuck: ServerResponse[] = [];
  let isStuck = false;
  const connections = new Set<unknown>();
  const server = createServer((request, response) => {
    connections.add(request.socket);
    if (isStuck) stuck.push(response);
    else response.writeHead(request.url === '/api/events' ? 503 : 200).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => server.close());
  const tally = createTally();
  const viewers = await gatherViewers({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: 10,
    perSecond: 1_000,
    show,
    tally,
    random: seededRandom(1),
    pauses: createPauses(new AbortController().signal),
  });
  assert.deepEqual(
    [connections.size, tally.requests, tally.everything.count],
    [10, 0, 0],
    'they come before it begins',
  );
  isStuck = true;
  const openedAt = performance.now();
  viewers.begin(openedAt);
  // A loop that waits for answers would have sent ten.
  for (const until = openedAt + 30_000; tally.requests < 300; await sleep(5)) assert.ok(performance.now() < until);
  const stuckMs = performance.now() - openedAt;
  assert.equal(tally.everything.count, 0);
  assert.equal(stuck.length, 10);
  isStuck = false;
  for (const response of stuck) response.end();
  await viewers.stop();
  assert.equal(tally.everything.count, tally.requests);
  // Half of what was due while it stood still waited for half of that time; a closed loop would have counted ten such waits.
  const p50Ms = tally.everything.percentileMs(0.5);
  assert.ok(p50Ms >= stuckMs / 4, `${p50Ms} of ${stuckMs} ms`);
  assert.ok(tally.failed > 0 && tally.failed === tally.errors.get('viewer: status 503'), `${tally.failed} failed`);
});

test('what buyers send is a part of the rate', async () => {
  const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => server.close());
  const tally = createTally();
  const viewers = await gatherViewers({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: 2,
    perSecond: 1_000,
    show,
    tally,
    random: seededRandom(1),
    pauses: createPauses(new AbortController().signal),
  });
  // As if buyers had sent as much as is due in an hour.
  tally.requests = 3_600_000;
  viewers.begin(performance.now());
  await sleep(100);
  await viewers.stop();
  assert.equal(tally.everything.count, 0);
});
