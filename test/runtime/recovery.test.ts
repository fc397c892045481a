import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { events, freshDataDir, postgresPid, runOnsale, serveOnsale } from '../support/onsale-process.ts';

test('after kill -9 the next start recovers, though PostgreSQL still runs', async () => {
  const dataDir = await freshDataDir();
  const first = await serveOnsale(dataDir);
  const before = await events(first);
  const orphan = await postgresPid(dataDir);
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  assert.equal(await postgresPid(dataDir), orphan);
  const second = await serveOnsale(dataDir);
  assert.deepEqual(await events(second), before);
  assert.notEqual(await postgresPid(dataDir), orphan);
  assert.equal(await second.stop(), 0);
  assert.equal(await postgresPid(dataDir), undefined);
});

test('also when the data folder was moved meanwhile', async () => {
  const dataDir = await freshDataDir();
  const first = await serveOnsale(dataDir, { args: ['--no-demo'] });
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  await rename(dataDir, `${dataDir}-moved`);
  const second = await serveOnsale(`${dataDir}-moved`);
  assert.equal((await fetch(`${second.url}/health/ready`)).status, 200);
  assert.equal(await second.stop(), 0);
});

test('also when PostgreSQL was killed with it', async () => {
  const dataDir = await freshDataDir();
  const first = await serveOnsale(dataDir, { args: ['--no-demo'] });
  process.kill((await postgresPid(dataDir))!, 'SIGKILL');
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await serveOnsale(dataDir);
  assert.equal(await second.stop(), 0);
});

test('a first start that is killed at any moment leaves nothing that the next could not use', async () => {
  const dataDir = await freshDataDir();
  for (const afterMs of [150, 300, 450, 600, 750, 900, 1200, 1600]) {
    const run = runOnsale(['serve', '--data-dir', dataDir, '--port', '0']);
    const timer = setTimeout(() => run.child.kill('SIGKILL'), afterMs);
    await run.exited;
    clearTimeout(timer);
  }
  const server = await serveOnsale(dataDir);
  const { items } = await events(server);
  assert.equal(items.length, 2);
  assert.equal(await server.stop(), 0);
});

test('when its PostgreSQL dies the server starts it again, and keeps what it holds', async () => {
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir);
  const { items } = await events(server);
  const held = await reserve(server.url, items[0]!.eventId);
  assert.equal(held.status, 201);
  const before = await postgresPid(dataDir);
  process.kill(before!, 'SIGKILL');
  await untilReady(server.url, 503);
  assert.equal((await fetch(reservationOf(server.url, held), { headers: held.headers })).status, 200);
  await untilReady(server.url, 200);
  assert.notEqual(await postgresPid(dataDir), before);
  const kept = await fetch(reservationOf(server.url, held), { headers: held.headers });
  assert.equal(((await kept.json()) as { expiresAt: string }).expiresAt, held.body.expiresAt);
  const bought = await fetch(`${server.url}/api/tickets/purchase`, {
    method: 'POST',
    headers: { ...held.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ reservationId: held.body.reservationId, payment: { token: 'tok_ok' } }),
  });
  assert.equal(bought.status, 201, await bought.text());
  assert.match(server.stderr(), /The private PostgreSQL ended; it is started again/);
  assert.equal(await server.stop(), 0);
  assert.equal(await postgresPid(dataDir), undefined);
});

async function reserve(url: string, eventId: number) {
  const event = await fetch(`${url}/api/events/${eventId}`);
  const { ticketTypes } = (await event.json()) as { ticketTypes: { ticketTypeId: number }[] };
  const response = await fetch(`${url}/api/tickets/reserve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ eventId, ticketTypeId: ticketTypes[0]!.ticketTypeId, quantity: 2 }),
  });
  const body = (await response.json()) as { reservationId: string; sessionToken: string; expiresAt: string };
  return { status: response.status, body, headers: { 'x-session-token': body.sessionToken } };
}

function reservationOf(url: string, { body }: { body: { reservationId: string } }): string {
  return `${url}/api/tickets/reservation/${body.reservationId}`;
}

async function untilReady(url: string, status: number): Promise<void> {
  for (let time = 0; time < 1_500; time++) {
    if ((await fetch(`${url}/health/ready`)).status === status) return;
    await sleep(20);
  }
  assert.fail(`readiness never became ${status}`);
}
