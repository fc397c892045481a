import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needs } from '../support/needs.ts';
import { openTicketDesk } from '../support/ticket-desk.ts';

const desk = await openTicketDesk();

test('staff keep a place back with a reason, and put it on sale again', async () => {
  const { eventId } = await desk.show();
  const [ticketId] = await desk.ticketIds(eventId);
  const blocked = await desk.move(ticketId!, 'Reserved', { reason: 'for the press' });
  assert.equal(blocked.status, 200, JSON.stringify(blocked.body));
  const { updatedAt, ...rest } = blocked.body;
  assert.deepEqual(rest, { ticketId, status: 'Reserved', previousStatus: 'Available', version: 2 });
  assert.ok(!Number.isNaN(Date.parse(updatedAt)));
  assert.equal(blocked.headers.etag, '"2"');
  await desk.hasFree(eventId, 9);
  assert.equal((await desk.hold(eventId, [ticketId!])).body.code, 'SEATS_TAKEN');
  const seen = await desk.send('GET', `/api/tickets/${ticketId}`);
  assert.equal(seen.body.reason, 'for the press');
  const free = await desk.move(ticketId!, 'Available');
  assert.equal(free.body.previousStatus, 'Reserved');
  assert.equal((await desk.hold(eventId, [ticketId!])).status, 201);
  const history = await desk.historyOf(ticketId!);
  assert.deepEqual(
    history.map(({ version, type, metadata }) => [version, type, metadata.reason]),
    [
      [1, 'TicketBlocked', 'for the press'],
      [2, 'TicketUnblocked', undefined],
    ],
  );
  assert.ok(history.every(({ metadata }) => metadata.actor.startsWith('key:')));
});

test('a blocked place can be given away: it is sold for nothing, with a ticket number and without a booking', async () => {
  const { eventId } = await desk.show();
  const [ticketId] = await desk.ticketIds(eventId);
  await desk.move(ticketId!, 'Reserved', { reason: 'guest list' });
  const sold = await desk.move(ticketId!, 'Sold', { reason: 'the mayor' });
  assert.equal(sold.status, 200, JSON.stringify(sold.body));
  const { body } = await desk.send('GET', `/api/tickets/${ticketId}`);
  assert.deepEqual(
    { status: body.status, rate: body.rate, price: body.price, bookingId: body.bookingId },
    { status: 'Sold', rate: 'complimentary', price: 0, bookingId: null },
  );
  assert.match(body.ticketNumber, /^[2-9A-HJ-NP-Z]+-[2-9A-HJ-NP-Z]+-[2-9A-HJ-NP-Z]{6}$/);
  const again = await desk.move(ticketId!, 'Cancelled');
  assert.equal(again.status, 409);
  assert.deepEqual(again.body.allowed, []);
  assert.equal((await desk.availability(eventId)).ticketTypes[0].sold, 1);
});

/** Brings a fresh ticket into each status, and says where staff may move it from there. */
const lives = {
  Available: { prepare: async () => {}, allowed: ['Reserved', 'Cancelled'] },
  Held: {
    prepare: async (eventId: number, id: string) => void (await desk.hold(eventId, [id])),
    allowed: ['Available', 'Cancelled'],
  },
  Reserved: {
    prepare: async (_: number, id: string) => void (await desk.move(id, 'Reserved', { reason: 'kept' })),
    allowed: ['Available', 'Sold', 'Cancelled'],
  },
  Sold: {
    prepare: async (eventId: number, id: string) => {
      const paid = await desk.pay((await desk.hold(eventId, [id])).body);
      assert.equal(paid.status, 201, JSON.stringify(paid.body));
    },
    allowed: [],
  },
  Cancelled: { prepare: async (_: number, id: string) => void (await desk.move(id, 'Cancelled')), allowed: [] },
} as const;
const statuses = Object.keys(lives) as (keyof typeof lives)[];

for (const from of statuses) {
  test(`from ${from} staff may go to ${lives[from].allowed.join(', ') || 'nowhere'}, and a forbidden move says so`, async () => {
    const { eventId } = await desk.show();
    const ids = await desk.ticketIds(eventId);
    for (const [i, to] of statuses.entries()) {
      const id = ids[i]!;
      await lives[from].prepare(eventId, id);
      assert.equal(await desk.statusOf(id), from);
      const moved = await desk.move(id, to, { reason: 'because' });
      if ((lives[from].allowed as readonly string[]).includes(to)) {
        assert.equal(moved.status, 200, JSON.stringify(moved.body));
        assert.equal(moved.body.previousStatus, from);
        assert.equal(await desk.statusOf(id), to);
      } else {
        assert.equal(moved.status, 409, `${from} to ${to}: ${JSON.stringify(moved.body)}`);
        assert.equal(moved.body.code, 'TICKET_MOVE_FORBIDDEN');
        assert.equal(moved.body.currentStatus, from);
        assert.deepEqual(new Set(moved.body.allowed), new Set(lives[from].allowed));
        assert.equal(await desk.statusOf(id), from);
      }
    }
  });
}

test('If-Match lets a change through only at the version that was seen', async () => {
  const { eventId } = await desk.show();
  const [id] = await desk.ticketIds(eventId);
  const stale = await desk.move(id!, 'Reserved', { ifMatch: '"7"' });
  assert.equal(stale.status, 412);
  assert.equal(stale.body.version, 1);
  assert.equal((await desk.move(id!, 'Reserved', { ifMatch: 'rubbish' })).status, 412);
  const seen = await desk.send('GET', `/api/tickets/${id}`);
  assert.equal((await desk.move(id!, 'Reserved', { ifMatch: String(seen.headers.etag) })).status, 200);
  assert.equal((await desk.move(id!, 'Available', { ifMatch: '"1"' })).status, 412);
  assert.equal((await desk.move(id!, 'Available', { ifMatch: '2' })).status, 200);
  assert.equal((await desk.move(id!, 'Reserved', { ifMatch: '*' })).status, 200);
  assert.equal((await desk.move(id!, 'Available', { ifMatch: '"1", W/"4"' })).status, 200);
});

test('cancelling a held ticket ends the whole hold, and the capacity shrinks by one', async () => {
  const { eventId } = await desk.show();
  const [first, second] = await desk.ticketIds(eventId);
  const hold = await desk.hold(eventId, [first!, second!]);
  const cancelled = await desk.move(first!, 'Cancelled', { reason: 'broken seat' });
  assert.equal(cancelled.body.previousStatus, 'Held');
  const gone = await desk.send('GET', `/api/tickets/reservation/${hold.body.reservationId}`);
  assert.equal(gone.status, 404);
  assert.equal((await desk.pay(hold.body)).status, 404);
  assert.equal(await desk.statusOf(second!), 'Available');
  const [type] = (await desk.availability(eventId)).ticketTypes;
  assert.deepEqual(
    { ...type, ticketTypeId: 0 },
    {
      ...{ ticketTypeId: 0, capacity: 9, available: 9, held: 0, reserved: 0, sold: 0 },
      // Nobody holds any, so none may come back.
      ...{ nextExpiryAt: null, nextExpiryInSeconds: null },
    },
  );
  const show = await desk.guest('GET', `/api/events/${eventId}`);
  assert.equal(show.body.totalCapacity, 9);
  assert.equal(show.body.availableCapacity, 9);
});

test('a cancelled place of general admission can be added again, as another ticket', async () => {
  const { eventId } = await desk.show();
  const [id] = await desk.ticketIds(eventId);
  const removed = await desk.send('DELETE', `/api/tickets/${id}?reason=rain`);
  assert.deepEqual([removed.status, removed.headers.etag], [204, '"2"']);
  assert.equal(await desk.statusOf(id!), 'Cancelled');
  assert.equal((await desk.send('DELETE', `/api/ticket/${id}`)).status, 409);
  const added = await desk.send('POST', '/api/tickets', { eventId });
  assert.equal(added.status, 201, JSON.stringify(added.body));
  assert.notEqual(added.body.ticketId, id);
  assert.equal(added.body.status, 'Available');
  await desk.hasFree(eventId, 10);
});

test('places are added one by one and in bulk, and can be held at once', async () => {
  const { eventId, ticketTypes } = await desk.show();
  const one = await desk.send('POST', '/api/ticket', { eventId, ticketTypeId: ticketTypes[0].ticketTypeId });
  assert.equal(one.status, 201, JSON.stringify(one.body));
  assert.equal(one.headers.location, `/api/tickets/${one.body.ticketId}`);
  assert.equal((await desk.hold(eventId, [one.body.ticketId])).status, 201);
  const many = await desk.send('POST', '/api/tickets/bulk', { eventId, quantity: 2_000 });
  assert.equal(many.status, 201, JSON.stringify(many.body));
  assert.deepEqual(many.body, {
    eventId,
    ticketTypeId: ticketTypes[0].ticketTypeId,
    ticketsCreated: 2_000,
    message: '2000 tickets were added.',
  });
  await desk.hasFree(eventId, 2_010);
});

test('places added at the same time are different places', async () => {
  const { eventId } = await desk.show();
  const added = await Promise.all(Array.from({ length: 8 }, () => desk.send('POST', '/api/tickets', { eventId })));
  assert.equal(new Set(added.map(({ body }) => body.ticketId)).size, 8);
  await desk.hasFree(eventId, 18);
});

test('places are refused where they cannot be added', async () => {
  const two = await desk.show({
    ticketTypes: [
      { name: 'Standing', price: 10, capacity: 1 },
      { name: 'Balcony', price: 20, capacity: 1 },
    ],
  });
  const unclear = await desk.send('POST', '/api/tickets/bulk', { eventId: two.eventId, quantity: 5 });
  assert.equal(unclear.status, 400);
  assert.equal(unclear.body.errors[0].field, '/ticketTypeId');
  const other = await desk.show();
  const { ticketTypeId } = other.ticketTypes[0];
  const foreign = await desk.send('POST', '/api/tickets/bulk', { eventId: two.eventId, ticketTypeId, quantity: 5 });
  assert.equal(foreign.status, 404);
  assert.equal((await desk.send('POST', '/api/tickets', { eventId: 2_000_000_000 })).status, 404);
  const draft = await desk.show({ status: 'draft' });
  const unpublished = await desk.send('POST', '/api/tickets', { eventId: draft.eventId });
  assert.equal(unpublished.body.code, 'EVENT_NOT_PUBLISHED');
  const seated = await desk.seatedShow();
  const seat = { eventId: seated.eventId, ticketTypeId: seated.ticketTypes[0].ticketTypeId, quantity: 1 };
  assert.equal((await desk.send('POST', '/api/tickets/bulk', seat)).status, 400);
});

test('seats are blocked and unblocked in sets, by ticket or by seat, all or none', async () => {
  const { eventId } = await desk.seatedShow();
  const blocked = await desk.send('POST', '/api/tickets/block', {
    eventId,
    seatGuids: ['1-2', '1-3'],
    reason: 'camera',
  });
  assert.equal(blocked.status, 200, JSON.stringify(blocked.body));
  assert.equal(blocked.body.count, 2);
  const seen = await desk.send('GET', `/api/tickets/${blocked.body.tickets[0].ticketId}`);
  assert.deepEqual(seen.body.seat, { guid: '1-2', zone: 'Parquet', row: '1', number: '2' });
  const areSeen = (states: string) =>
    desk.shows(async () => {
      const { body } = await desk.send('GET', `/api/events/${eventId}/seats`, undefined, {});
      return body.states === states;
    }, states);
  await areSeen('abbaaaaa');
  const overlapping = await desk.send('POST', '/api/tickets/block', {
    eventId,
    seatGuids: ['1-1', '1-2'],
    reason: 'more',
  });
  assert.equal(overlapping.status, 409);
  await areSeen('abbaaaaa');
  const ticketIds = blocked.body.tickets.map((ticket: { ticketId: string }) => ticket.ticketId);
  const free = await desk.send('POST', '/api/ticket/unblock', { eventId, ticketIds });
  assert.equal(free.body.count, 2);
  await areSeen('aaaaaaaa');
});

test('a set with a held place blocks nothing', async () => {
  const { eventId } = await desk.show();
  const [first, second, third] = await desk.ticketIds(eventId);
  await desk.hold(eventId, [second!]);
  const refused = await desk.send('POST', '/api/tickets/block', {
    eventId,
    ticketIds: [first, second, third],
    reason: 'band',
  });
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.body.ids, [second]);
  assert.equal(await desk.statusOf(first!), 'Available');
  assert.equal((await desk.hold(eventId, [first!, third!])).status, 201);
});

test('release frees blocks and whole holds, and nothing that was paid for', async () => {
  const { eventId } = await desk.show();
  const [first, second, third, fourth, fifth] = (await desk.ticketIds(eventId)) as [
    string,
    string,
    string,
    string,
    string,
  ];
  await desk.move(first, 'Reserved', { reason: 'kept' });
  await desk.hold(eventId, [second, third]);
  const half = await desk.send('POST', '/api/tickets/release', { eventId, ticketIds: [first, second] });
  assert.equal(half.body.code, 'HOLD_NOT_WHOLE');
  assert.deepEqual(half.body.ids, [third]);
  assert.equal(await desk.statusOf(first), 'Reserved');
  const released = await desk.send('POST', '/api/tickets/release', { eventId, ticketIds: [first, second, third] });
  assert.equal(released.status, 200, JSON.stringify(released.body));
  assert.equal(released.body.count, 3);
  await desk.hasFree(eventId, 10);
  await desk.pay((await desk.hold(eventId, [fourth])).body);
  for (const ids of [[fourth], [fifth]]) {
    assert.equal((await desk.send('POST', '/api/tickets/release', { eventId, ticketIds: ids })).status, 409);
  }
});

test('staff cannot touch a ticket whose payment is under way', needs('database'), async () => {
  const { eventId } = await desk.show();
  const [id] = await desk.ticketIds(eventId);
  // As a process leaves it that dies between the two commits of a purchase.
  await desk.database.query(
    `UPDATE tickets SET status = 'Reserved', booking_id = gen_random_uuid(), version = version + 1 WHERE ticket_id = $1`,
    [id],
  );
  for (const status of ['Available', 'Sold', 'Cancelled']) {
    const refused = await desk.move(id!, status);
    assert.equal(refused.status, 409);
    assert.equal(refused.body.code, 'TICKET_IN_PAYMENT');
    assert.deepEqual(refused.body.allowed, []);
  }
  assert.equal((await desk.send('DELETE', `/api/tickets/${id}`)).status, 409);
  await desk.database.query(
    `UPDATE tickets SET status = 'Available', booking_id = NULL, version = 1 WHERE ticket_id = $1`,
    [id],
  );
});

test('a staff key holds exact tickets like anybody', async () => {
  const { eventId } = await desk.show();
  const [id] = await desk.ticketIds(eventId);
  const held = await desk.send('POST', '/api/tickets/reserve', { eventId, ticketIds: [id] });
  assert.equal(held.status, 201, JSON.stringify(held.body));
  assert.equal(await desk.statusOf(id!), 'Held');
});

test('Held to Available ends the whole hold, lists its tickets, and stands in the history of each', async () => {
  const { eventId } = await desk.show();
  const [first, second] = await desk.ticketIds(eventId);
  const { body: hold } = await desk.hold(eventId, [first!, second!]);
  const stale = await desk.move(second!, 'Available', { ifMatch: '"9"' });
  assert.deepEqual([stale.status, await desk.statusOf(second!)], [412, 'Held']);
  const freed = await desk.move(second!, 'Available', { reason: 'the guest called', ifMatch: '"1"' });
  assert.equal(freed.status, 200, JSON.stringify(freed.body));
  const { ticketId, status, previousStatus, tickets } = freed.body;
  assert.deepEqual([ticketId, status, previousStatus], [second, 'Available', 'Held']);
  const ids = tickets.map((ticket: { ticketId: string }) => ticket.ticketId);
  assert.deepEqual(new Set(ids), new Set([first, second]));
  for (const id of [first!, second!]) {
    assert.equal(await desk.statusOf(id), 'Available');
    const [latest] = await desk.historyOf(id);
    assert.deepEqual([latest!.type, latest!.metadata.actor.slice(0, 4)], ['TicketReleased', 'key:']);
  }
  const gone = await desk.send('GET', `/api/tickets/reservation/${hold.reservationId}`);
  assert.equal(gone.status, 404);
  await desk.hasFree(eventId, 10);
  assert.equal((await desk.move(second!, 'Available')).status, 409, 'it is free already');
});

test('a hold that is being paid stays, and a move that another route makes names that route', async () => {
  const { eventId } = await desk.show();
  const [first, second, third] = await desk.ticketIds(eventId);
  const { body: hold } = await desk.hold(eventId, [first!, second!]);
  assert.equal((await desk.pay(hold, 'tok_3ds')).status, 202);
  const paying = await desk.move(first!, 'Available');
  assert.deepEqual([paying.status, paying.body.code], [409, 'TICKET_IN_PAYMENT']);
  await desk.hold(eventId, [third!]);
  for (const [id, to, route] of [
    [third, 'Reserved', 'POST /api/tickets/purchase'],
    [third, 'Sold', 'POST /api/tickets/purchase'],
    [(await desk.ticketIds(eventId)).at(-1), 'Held', 'POST /api/tickets/reserve'],
  ] as const) {
    const { status, body } = await desk.move(id!, to);
    assert.deepEqual(
      [status, body.code, body.detail.includes(route)],
      [409, 'TICKET_MOVE_FORBIDDEN', true],
      body.detail,
    );
  }
  const unblock = await desk.send('POST', '/api/tickets/unblock', { eventId, ticketIds: [third] });
  assert.deepEqual([unblock.status, unblock.body.code], [409, 'TICKET_MOVE_FORBIDDEN']);
  assert.match(unblock.body.detail, /POST \/api\/tickets\/release/);
});

test('one or some places are added by one request: a ticket, or a list of them', async () => {
  for (const url of ['/api/ticket', '/api/tickets']) {
    const { eventId } = await desk.show();
    const one = await desk.send('POST', url, { eventId, quantity: 1 });
    assert.deepEqual([one.status, one.body.status], [201, 'Available'], JSON.stringify(one.body));
    assert.equal(one.headers.location, `/api/tickets/${one.body.ticketId}`);
    assert.equal(one.body.id, one.body.ticketId);
    const three = await desk.send('POST', url, { eventId, quantity: 3 });
    assert.equal(three.status, 201);
    assert.equal(new Set(three.body.map(({ ticketId }: { ticketId: string }) => ticketId)).size, 3);
    assert.ok(three.body.every((ticket: { eventId: number; status: string }) => ticket.eventId === eventId));
    await desk.hasFree(eventId, 14);
    for (const quantity of [0, -1, 1.5, '2', 1001]) {
      assert.equal((await desk.send('POST', url, { eventId, quantity })).status, 400, String(quantity));
    }
  }
});

test('after all of it the database keeps every promise', needs('database'), async () => {
  await desk.assertSound();
});
