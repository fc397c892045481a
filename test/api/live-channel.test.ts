import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { poll, pollOf, refusedLive, watchLive } from '../support/live-viewer.ts';
import { needs } from '../support/needs.ts';

const testApp = await startTestApp({ corsOrigins: ['https://shop.example'] });
const { client, staff } = testApp;
const office = boxOffice(testApp);
const makeShow = () => office.show({ ticketTypes: [{ name: 'Stalls', capacity: 8, price: 20 }] });
const path = (eventId: number, query = '') => `/api/events/${eventId}/live${query}`;

test('two who watch see each other’s hold, and that it is released', async () => {
  const { eventId } = await makeShow();
  const [ana, eva] = [await watchLive(testApp, eventId), await watchLive(testApp, eventId)];
  assert.equal(ana.frames[0]!.type, 'snapshot');
  assert.equal(ana.seen!.states.join(''), 'aaaaaaaa');
  const held = await office.hold({ eventId, quantity: 2 });
  await testApp.runJobs();
  for (const each of [ana, eva]) {
    const seen = await each.sees(({ states }) => states.filter((state) => state === 'h').length === 2, 'the hold');
    assert.equal(seen.availableCapacity, 6);
    assert.equal(seen.nextExpiryAt, held.expiresAt);
    assert.deepEqual(pollOf(seen), await poll(testApp, eventId));
    assert.equal(each.frames.length, 2, 'both places come in one frame');
    assert.equal(each.frames[1]!.type, 'delta');
  }
  await office.release(held);
  await testApp.runJobs();
  const free = await eva.sees(({ availableCapacity }) => availableCapacity === 8, 'the release');
  assert.deepEqual([free.states.join(''), free.nextExpiryAt], ['aaaaaaaa', null]);
  await ana.leave();
  await eva.leave();
});

/** Who was there at first, and comes back after a hold by what it knew then. */
async function comesBack() {
  const { eventId } = await makeShow();
  const first = await watchLive(testApp, eventId);
  const known = first.seen!;
  await first.leave();
  await office.hold({ eventId, quantity: 3 });
  return { eventId, known, back: await watchLive(testApp, eventId, { since: known.version }) };
}

test('who comes back hears only what it has missed', needs('process'), async () => {
  const { known, back } = await comesBack();
  const [frame] = back.frames;
  assert(frame?.type === 'delta');
  assert.deepEqual([frame.from, frame.epoch, frame.changes], [known.to, known.epoch, [[0, 'hhh']]]);
  await back.leave();
});

test('who comes back with its version knows what it has missed; with another epoch it hears everything', async () => {
  const { eventId, known, back } = await comesBack();
  // Another process hears of the hold a moment later; and one that follows the event only now says everything.
  let frame = back.frames[0]!;
  if (frame.type === 'delta') assert.deepEqual([frame.from, frame.epoch], [known.to, known.epoch]);
  for (let count = 1; frame.availableCapacity !== 5; count++) frame = await back.frameAfter(count);
  await back.leave();
  for (const since of ['another.3', `${known.epoch}.999`, 'nonsense']) {
    const other = await watchLive(testApp, eventId, { since });
    assert.equal(other.frames[0]!.type, 'snapshot', since);
    await other.leave();
  }
});

test('who has a gap asks for what is missing; who says anything else, or too often, is shown the door', async () => {
  const { eventId } = await makeShow();
  const viewer = await watchLive(testApp, eventId);
  viewer.socket.send('{"type":"resync"}');
  assert.equal((await viewer.frameAfter(1)).type, 'snapshot');
  viewer.socket.send('{"type":"resync"}');
  assert.deepEqual(await viewer.closed(), { code: 1008, reason: 'Once a second at most' });
  const since = await watchLive(testApp, eventId);
  since.socket.send(JSON.stringify({ type: 'resync', since: since.seen!.version }));
  assert.equal((await since.frameAfter(1)).type, 'delta');
  await since.leave();
  for (const [message, code] of [
    ['{"type":"buy"}', 1008],
    ['{"type":"resync","more":1}', 1008],
    ['nonsense', 1008],
    [Buffer.from('{"type":"resync"}'), 1003],
    ['x'.repeat(513), 1009],
  ] as const) {
    const rude = await watchLive(testApp, eventId);
    rude.socket.send(message);
    assert.equal((await rude.closed()).code, code, String(message).slice(0, 40));
  }
});

test('an event that the public may not see has no channel, and neither has one that is none', async () => {
  const missing = await refusedLive(testApp, path(2_000_000));
  assert.deepEqual([missing.status, missing.body.code], [404, 'EVENT_NOT_FOUND']);
  assert.match(String(missing.headers['content-type']), /^application\/problem\+json/);
  const draft = await office.show({ ticketTypes: [{ name: 'Stalls', capacity: 5, price: 0 }], status: 'draft' });
  assert.equal((await refusedLive(testApp, path(draft.eventId))).body.code, 'EVENT_NOT_FOUND');
  assert.equal((await refusedLive(testApp, '/api/events/nonsense/live')).body.code, 'VALIDATION_FAILED');
  const { eventId } = await makeShow();
  assert.equal((await refusedLive(testApp, path(eventId, '?sinc=1'))).body.code, 'VALIDATION_FAILED');
  assert.equal((await refusedLive(testApp, '/api/nowhere')).body.code, 'NOT_FOUND');
  const page = await refusedLive(testApp, `/api/events/${eventId}/availability`);
  assert.deepEqual([page.status, page.body.eventId], [200, eventId], 'whoever asks a page for a socket gets the page');
});

test('a refused upgrade is the last that its connection hears', needs('process'), async () => {
  assert.equal((await refusedLive(testApp, path(2_000_000))).headers.connection, 'close');
});

test('the page of somebody else gets no socket; ours, one that CORS_ORIGINS names, and a program do', async () => {
  const { eventId } = await makeShow();
  const host = new URL(await testApp.address()).host;
  for (const origin of ['https://evil.example', 'null', `http://${host}.evil.example`, 'http://localhost']) {
    const refused = await refusedLive(testApp, path(eventId), { origin });
    assert.deepEqual([refused.status, refused.body.code], [403, 'ORIGIN_FOREIGN'], origin);
  }
  for (const origin of [`http://${host}`, 'https://shop.example', undefined]) {
    const viewer = await watchLive(testApp, eventId, { headers: origin === undefined ? {} : { origin } });
    await viewer.leave();
  }
});

test('asked without a socket, or for an older one, it says what it takes', async () => {
  const { eventId } = await makeShow();
  const plain = await client.send('GET', path(eventId));
  assert.deepEqual([plain.status, plain.body.code, plain.headers.upgrade], [426, 'UPGRADE_NEEDED', 'websocket']);
  assert.equal(plain.headers['sec-websocket-version'], '13');
  const old = await refusedLive(testApp, path(eventId), {}, 8);
  assert.deepEqual([old.status, old.headers['sec-websocket-version']], [426, '13']);
});

test('a show that is deleted, or hidden: its channel ends', async () => {
  const [unsold, sold] = [await makeShow(), await makeShow()];
  await office.pay(await office.hold({ eventId: sold.eventId, quantity: 1 }));
  for (const { eventId } of [unsold, sold]) {
    const viewer = await watchLive(testApp, eventId);
    assert.equal((await client.send('DELETE', `/api/events/${eventId}`, staff)).status, 200);
    await testApp.runJobs();
    assert.deepEqual(await viewer.closed(), { code: 4404, reason: 'EVENT_NOT_FOUND' });
  }
});

test('another protocol that is offered is passed over: the request keeps its body, the connection goes on', async () => {
  const { eventId } = await makeShow();
  const agent = new Agent({ keepAlive: true });
  const headers = {
    connection: 'Upgrade, HTTP2-Settings',
    upgrade: 'h2c',
    'http2-settings': 'AAMAAABkAAQAAP__',
    'content-type': 'application/json',
  };
  const url = new URL('/api/tickets/reserve', await testApp.address());
  const sent = request(url, { method: 'POST', headers, agent }).end(JSON.stringify({ eventId, quantity: 1 }));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  assert.equal(answer.statusCode, 201);
  assert.notEqual(answer.headers.connection, 'close');
  answer.resume();
  agent.destroy();
});

test('a hold that expires is pushed, though nobody asks', needs('clock'), async () => {
  const { eventId } = await makeShow();
  const viewer = await watchLive(testApp, eventId);
  const held = await office.hold({ eventId, quantity: 2 });
  await testApp.runJobs();
  await viewer.sees(({ nextExpiryAt }) => nextExpiryAt === held.expiresAt, 'the hold');
  testApp.clock.advance(Date.parse(held.expiresAt) - testApp.clock.now());
  await testApp.runJobs();
  const seen = await viewer.sees(({ availableCapacity }) => availableCapacity === 8, 'the expiry');
  assert.deepEqual(pollOf(seen), await poll(testApp, eventId));
  await viewer.leave();
});
