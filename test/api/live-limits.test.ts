import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { refusedLive, watchLive } from '../support/live-viewer.ts';
import { needs } from '../support/needs.ts';

const makeApp = () =>
  startTestApp({ socketBounds: { inAll: 3, perNetwork: 2 }, trustedProxies: ['127.0.0.1'], isMortal: true });
const makeShow = async (testApp: Awaited<ReturnType<typeof makeApp>>) =>
  (await boxOffice(testApp).show({ ticketTypes: [{ name: 'Stalls', capacity: 8, price: 20 }] })).eventId as number;
const from = (host: number) => ({ 'x-forwarded-for': `198.51.100.${host}` });

test(
  'too many sockets: 429 for one network, 503 for all, as problems that say when to come again',
  needs('process'),
  async () => {
    const testApp = await makeApp();
    const eventId = await makeShow(testApp);
    const path = `/api/events/${eventId}/live`;
    const first = await watchLive(testApp, eventId, { headers: from(1) });
    await watchLive(testApp, eventId, { headers: from(1) });
    const many = await refusedLive(testApp, path, from(1));
    assert.deepEqual([many.status, many.body.code, many.body.limit], [429, 'TOO_MANY_SOCKETS', 2]);
    const waits = [String(many.headers['retry-after'])];
    await watchLive(testApp, eventId, { headers: from(2) });
    const full = await refusedLive(testApp, path, from(3));
    assert.deepEqual([full.status, full.body.code], [503, 'SOCKETS_FULL']);
    // Who finds no room in the same moment does not come again in the same moment.
    for (let turn = 0; turn < 6; turn++)
      waits.push(String((await refusedLive(testApp, path, from(3 + turn))).headers['retry-after']));
    assert.equal(new Set(waits).size, waits.length);
    for (const wait of waits) assert(Number(wait) >= 15 && Number(wait) < 45, wait);
    const { body } = await testApp.client.send('GET', `/api/events/${eventId}/seats`);
    assert.equal(body.states, 'aaaaaaaa', 'who gets no socket can ask');
    await first.leave();
    const again = await watchLive(testApp, eventId, { headers: from(3) });
    await again.leave();
    await testApp.app.close();
  },
);

test('a server that stops says so to all, and lets no new one in', needs('process'), async () => {
  const testApp = await makeApp();
  const eventId = await makeShow(testApp);
  const [ana, eva] = [await watchLive(testApp, eventId), await watchLive(testApp, eventId)];
  // The library answers a close by itself; this one does not get to it at once.
  eva.socket.pause();
  const began = performance.now();
  const closing = testApp.app.close();
  assert.deepEqual(await ana.closed(), { code: 1001, reason: 'again in 0 ms' });
  await closing;
  assert(performance.now() - began < 5_000, 'nobody is waited for long');
  eva.socket.resume();
  await once(eva.socket, 'close');
});
