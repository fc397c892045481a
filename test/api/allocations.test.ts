import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { needs } from '../support/needs.ts';
import { openTicketDesk, type TicketDesk } from '../support/ticket-desk.ts';

describe('places kept back for someone', () => {
  let desk: TicketDesk;
  before(async () => {
    desk = await openTicketDesk();
  });

  const keep = (eventId: number, body: object) => desk.send('POST', `/api/events/${eventId}/allocations`, body);
  const free = async (eventId: number) => (await desk.availability(eventId)).availableCapacity;

  test('are off sale until their date, and then on sale by themselves', needs('clock', 'database'), async () => {
    const { eventId, ticketTypes } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 20, capacity: 10 }] });
    const { ticketTypeId } = ticketTypes[0];
    const made = await keep(eventId, {
      name: 'Sponsors',
      ticketTypeId,
      quantity: 4,
      releaseAt: '2027-01-16T12:00:00Z',
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const { allocationId, ticketIds } = made.body;
    assert.deepEqual([ticketIds.length, made.body.kept, made.body.releasedAt], [4, 4, null]);
    assert.equal(await free(eventId), 6);
    assert.equal((await desk.hold(eventId, [ticketIds[0]])).body.code, 'SEATS_TAKEN');
    assert.equal((await desk.move(ticketIds[0], 'Sold', { reason: 'guest of the sponsor' })).status, 200);
    await desk.runJobs();
    assert.equal(await free(eventId), 6, 'not yet');
    desk.clock.advance(86_400_000);
    await desk.runJobs();
    assert.equal(await free(eventId), 9, 'what was given away stays');
    const after = await desk.send('GET', `/api/allocations/${allocationId}`);
    assert.deepEqual([after.body.kept, after.body.releasedAt], [0, '2027-01-16T12:00:00.000Z']);
    const again = await desk.send('POST', `/api/allocations/${allocationId}/release`);
    assert.deepEqual([again.status, again.body.code], [409, 'ALLOCATION_RELEASED']);
    await desk.runJobs();
    assert.equal(await free(eventId), 9);
    await desk.assertSound();
    desk.clock.advance(-86_400_000);
  });

  test('may be seats, are listed, changed, and released by hand without touching what staff blocked since', async () => {
    const show = await desk.seatedShow();
    const { eventId } = show;
    const ids = await desk.ticketIds(eventId);
    const first = await keep(eventId, { name: 'Press', ticketIds: ids.slice(0, 3), note: 'front row' });
    assert.equal(first.status, 201, JSON.stringify(first.body));
    const listed = await desk.send('GET', `/api/events/${eventId}/allocations`);
    assert.deepEqual(listed.body, { items: [first.body], nextCursor: null });
    const url = `/api/allocations/${first.body.allocationId}`;
    const changed = await desk.send('PUT', url, { releaseAt: '2027-02-01T00:00:00Z' });
    assert.deepEqual(
      [changed.body.releaseAt, changed.body.name, changed.body.version],
      ['2027-02-01T00:00:00.000Z', 'Press', 2],
    );
    await desk.move(ids[0]!, 'Available');
    await desk.move(ids[0]!, 'Reserved', { reason: 'broken seat' });
    assert.equal((await desk.send('GET', url)).body.kept, 2);
    const released = await desk.send('POST', `${url}/release`);
    assert.deepEqual([released.status, released.body.kept], [200, 0]);
    assert.deepEqual(await Promise.all(ids.slice(0, 3).map((id) => desk.statusOf(id))), [
      'Reserved',
      'Available',
      'Available',
    ]);
  });

  test('are refused as a whole if one place is taken, the date has passed or the wish is unclear', async () => {
    const { eventId, ticketTypes } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 20, capacity: 3 }] });
    const { ticketTypeId } = ticketTypes[0];
    const ids = await desk.ticketIds(eventId);
    const held = await desk.hold(eventId, [ids[0]!]);
    assert.equal(held.status, 201);
    const codeOf = async (body: object) => (await keep(eventId, body)).body.code;
    assert.equal(await codeOf({ name: 'Press', ticketIds: ids }), 'TICKET_MOVE_FORBIDDEN');
    assert.equal(await codeOf({ name: 'Press', ticketTypeId, quantity: 3 }), 'NOT_ENOUGH_TICKETS');
    assert.equal(await codeOf({ name: 'Press', ticketTypeId: 999_999, quantity: 1 }), 'TICKET_TYPE_UNKNOWN');
    assert.equal(await codeOf({ name: 'Press', ticketTypeId }), 'ALLOCATION_UNCLEAR');
    assert.equal(await codeOf({ name: 'Press', quantity: 1, ticketIds: ids }), 'ALLOCATION_UNCLEAR');
    const past = { name: 'Press', ticketTypeId, quantity: 1, releaseAt: '2020-01-01T00:00:00Z' };
    assert.equal(await codeOf(past), 'RELEASE_IN_PAST');
    assert.equal(await free(eventId), 2);
    assert.equal(
      (await desk.send('POST', '/api/events/999999/allocations', { name: 'x', ticketIds: ids })).status,
      404,
    );
    assert.equal((await desk.send('GET', `/api/events/${eventId}/allocations`, undefined, {})).status, 401);
    assert.equal((await desk.send('GET', '/api/allocations/999999')).body.code, 'ALLOCATION_NOT_FOUND');
  });

  test('twenty buyers and staff at once: every place has one owner', async () => {
    const { eventId, ticketTypes } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 20, capacity: 30 }] });
    const { ticketTypeId } = ticketTypes[0];
    const buyers = Array.from({ length: 20 }, () =>
      desk.send('POST', '/api/tickets/reserve', { eventId, ticketTypeId, quantity: 1 }, {}),
    );
    const staff = Array.from({ length: 4 }, (_, i) =>
      keep(eventId, { name: `Guests ${i}`, ticketTypeId, quantity: 5 }),
    );
    const answers = await Promise.all([...buyers, ...staff]);
    const held = answers.slice(0, 20).filter(({ status }) => status === 201).length;
    const kept = answers.slice(20).filter(({ status }) => status === 201).length * 5;
    assert.equal((await free(eventId)) + held + kept, 30);
  });

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await desk.assertSound();
  });
});
