import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';

test('a stop finishes the purchase that runs, and does not wait for its connection, which the buyer keeps open', async () => {
  const desk = await startTestApp();
  const office = boxOffice(desk);
  const { eventId } = await office.show();
  const held = await office.hold({ eventId, quantity: 1 });
  const { port } = new URL(await desk.app.listen({ port: 0, host: '127.0.0.1' }));

  let unlock = () => {};
  const locked = new Promise<void>((done) => {
    unlock = done;
  });
  let isLocked = () => {};
  const locking = new Promise<void>((done) => {
    isLocked = done;
  });
  const lock = desk.database.transaction(async (tx) => {
    await tx.query('LOCK TABLE bookings');
    isLocked();
    await locked;
  });
  await locking;

  const agent = new Agent({ keepAlive: true });
  const bought = new Promise<number>((done, fail) => {
    const body = JSON.stringify({ reservationId: held.reservationId, payment: { token: 'tok_ok' } });
    const headers = { 'content-type': 'application/json', ...office.owner(held) };
    const sent = request({ agent, port, path: '/api/tickets/purchase', method: 'POST', headers }, (response) => {
      response.resume().once('end', () => done(response.statusCode!));
    });
    sent.once('error', fail).end(body);
  });
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  while ((await desk.database.query(waiting)).length === 0) await new Promise((done) => setImmediate(done));

  const stopped = desk.app.close();
  unlock();
  await lock;
  assert.equal(await bought, 201);
  await stopped;
  agent.destroy();
});
