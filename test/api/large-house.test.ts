import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const capacity = 150_000;
/** A turn of the event loop, in time that this process has worked: others on the machine do not count. */
const turnMsMax = 150;

/** The longest that the event loop stood still, in milliseconds of work, until `done`. */
async function longestTurn(done: Promise<unknown>): Promise<number> {
  let isDone = false;
  let longest = 0;
  void done.finally(() => {
    isDone = true;
  });
  for (let before = process.cpuUsage(); !isDone; ) {
    await new Promise(setImmediate);
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    longest = Math.max(longest, (user + system) / 1_000);
  }
  return longest;
}

// It is the loop of this process that is watched.
test('the first hold on a house of 150,000, and a change of it, stop nobody else', needs('process'), async (t) => {
  const desk = await startTestApp();
  const office = boxOffice(desk);
  const { eventId, ticketTypes } = await office.show({ ticketTypes: [{ name: 'Field', price: 20, capacity }] });
  const first = office.hold({ eventId, quantity: 2 });
  const opening = await longestTurn(first);
  const held = await first;
  assert.equal(held.tickets.length, 2);
  const { availableCapacity } = await office.availability(eventId);
  assert.equal(availableCapacity, capacity - 2);
  const url = `/api/events/${eventId}/ticket-types/${ticketTypes[0].ticketTypeId}`;
  const changed = office.send('PUT', url, office.staff, { capacity: capacity + 10 });
  const changing = await longestTurn(changed);
  assert.equal((await changed).status, 200);
  await office.hasFree(eventId, capacity + 8);
  assert.equal((await office.pay(held)).status, 201);
  t.diagnostic(`longest turns: ${Math.round(opening)} ms, ${Math.round(changing)} ms`);
  assert.ok(opening < turnMsMax, `${opening} ms at the first hold`);
});
