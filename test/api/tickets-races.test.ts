import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Method } from '../support/client.ts';
import { needs } from '../support/needs.ts';
import { type Answer, openTicketDesk } from '../support/ticket-desk.ts';

const desk = await openTicketDesk();

/** As staff; again where it is answered that somebody else changes the show right now, and nothing was done. */
async function insist([method, url, payload]: readonly [Method, string, object?]): Promise<Answer> {
  for (let turn = 1; ; turn++) {
    const answer = await desk.client.send(method, url, desk.staff, payload);
    if (answer.body?.code !== 'LOCKED' || turn === 10) return answer;
  }
}

test('of many that block the same ticket at once exactly one does', needs('database'), async () => {
  const { eventId } = await desk.show();
  const [id] = await desk.ticketIds(eventId);
  const answers = await Promise.all(Array.from({ length: 20 }, () => desk.move(id!, 'Reserved', { reason: 'mine' })));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.equal(answers.filter(({ status }) => status === 409).length, 19);
  assert.equal((await desk.historyOf(id!)).length, 1);
  await desk.assertSound();
});

test('a block and a hold of the same place: one of them gets it', async () => {
  const { eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 40 }] });
  const ids = await desk.ticketIds(eventId);
  const both = await Promise.all(
    ids.map(async (id, i) => {
      const block = () => desk.move(id, 'Reserved', { reason: 'kept' });
      const hold = () => desk.hold(eventId, [id]);
      const [first, second] = await Promise.all(i % 2 === 0 ? [block(), hold()] : [hold(), block()]);
      return i % 2 === 0 ? { block: first, hold: second } : { block: second, hold: first };
    }),
  );
  for (const { block, hold } of both) {
    assert.equal(
      [block.status === 200, hold.status === 201].filter(Boolean).length,
      1,
      JSON.stringify([block.body, hold.body]),
    );
  }
  const [{ available, held, reserved }] = (await desk.availability(eventId)).ticketTypes;
  assert.equal(available, 0);
  assert.equal(held, both.filter(({ hold }) => hold.status === 201).length);
  assert.equal(reserved, both.filter(({ block }) => block.status === 200).length);
});

test('cancelling while the buyer pays: the ticket is either sold or cancelled, and the buyer learns which', async () => {
  const { eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 40 }] });
  const ids = await desk.ticketIds(eventId);
  const holds = await Promise.all(ids.map((id) => desk.hold(eventId, [id])));
  const outcomes = await Promise.all(
    ids.map(async (id, i) => {
      const [paid, cancelled] = await Promise.all([
        desk.pay(holds[i]!.body),
        insist(
          i % 3 === 0
            ? ['DELETE', `/api/tickets/${id}`]
            : ['PATCH', `/api/tickets/${id}/status`, { status: 'Cancelled' }],
        ),
      ]);
      return { paid, cancelled, status: await desk.statusOf(id) };
    }),
  );
  for (const { paid, cancelled, status } of outcomes) {
    const facts = JSON.stringify([paid.body, cancelled.body, status]);
    assert.equal(paid.status === 201, status === 'Sold', facts);
    assert.equal(cancelled.status < 300, status === 'Cancelled', facts);
  }
  const [{ capacity, sold }] = (await desk.availability(eventId)).ticketTypes;
  assert.equal(sold, outcomes.filter(({ status }) => status === 'Sold').length);
  assert.equal(capacity, sold);
});

test('overlapping sets blocked in other orders: each whole or not at all', async () => {
  const { eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 30 }] });
  const ids = await desk.ticketIds(eventId);
  const sets = Array.from({ length: 12 }, (_, i) => {
    const set = Array.from({ length: 5 }, (_, k) => ids[(i * 3 + k) % ids.length]!);
    return i % 2 === 0 ? set : set.reverse();
  });
  const answers = await Promise.all(
    sets.map((ticketIds, i) => desk.send('POST', '/api/tickets/block', { eventId, ticketIds, reason: `set ${i}` })),
  );
  const won = sets.filter((_, i) => answers[i]!.status === 200);
  assert.ok(won.length > 0);
  const blocked = await desk.send('GET', `/api/tickets/event/${eventId}?status=Reserved&limit=50`);
  assert.deepEqual(blocked.body.items.map(({ ticketId }: { ticketId: string }) => ticketId).sort(), won.flat().sort());
});

test(
  'blocks, cancellations, new places, new capacities and buyers all at once leave everything adding up',
  needs('database'),
  async () => {
    const show = await desk.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 40 }] });
    const { eventId } = show;
    const { ticketTypeId } = show.ticketTypes[0];
    const ids = await desk.ticketIds(eventId);
    const buy = async () => {
      const held = await desk.guest('POST', '/api/tickets/reserve', { eventId, quantity: 2 });
      return held.status === 201 ? desk.pay(held.body) : held;
    };
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, buy),
      ...ids.slice(0, 10).map((id) => desk.move(id, 'Reserved', { reason: 'kept' })),
      ...ids.slice(5, 15).map((id) => desk.move(id, 'Cancelled')),
      ...ids.slice(0, 5).map((id) => desk.move(id, 'Available')),
      ...Array.from({ length: 3 }, () => desk.send('POST', '/api/tickets', { eventId })),
      desk.send('POST', '/api/tickets/bulk', { eventId, quantity: 5 }),
      desk.staff('PUT', `/api/events/${eventId}/ticket-types/${ticketTypeId}`, { capacity: 35 }),
    ]);
    assert.ok(answers.every(({ status }) => status < 500));
    await desk.assertSound();
    const rows = await desk.database.query<{ status: string; count: number }>(
      `SELECT status, count(*) AS count FROM tickets WHERE event_id = $1 GROUP BY status`,
      [eventId],
    );
    const counts = Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    const [type] = (await desk.availability(eventId)).ticketTypes;
    assert.equal(type.available, counts.Available ?? 0);
    assert.equal(type.sold, counts.Sold ?? 0);
    assert.equal(type.reserved, counts.Reserved ?? 0);
    const event = await desk.guest('GET', `/api/events/${eventId}`);
    assert.equal(event.body.totalCapacity, type.capacity);
    assert.equal(event.body.availableCapacity, type.available);
  },
);

test('after all of it the database keeps every promise', needs('database'), async () => {
  await desk.assertSound();
});
