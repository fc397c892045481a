import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';

let app: TestApp;
let office: ReturnType<typeof boxOffice>;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
});
const audit = (query: string, headers = office.staff) => office.send('GET', `/api/audit${query}`, headers);
const typesOf = (body: { items: { type: string }[] }) => body.items.map(({ type }) => type);

describe('the audit log', () => {
  test('shows who did what to a ticket and a booking, newest first', async () => {
    const show = await office.show();
    const held = await office.hold({ eventId: show.eventId, quantity: 1 });
    const { bookingId } = (await office.pay(held)).body;
    await office.send('DELETE', `/api/bookings/${bookingId}?reason=ill`, office.staff);
    const ofBooking = await audit(`?bookingId=${bookingId}&limit=50`);
    assert.deepEqual(typesOf(ofBooking.body), ['RefundDue', 'BookingCancelled', 'PaymentCompleted', 'BookingCreated']);
    const [, cancelled] = ofBooking.body.items;
    assert.match(cancelled.actor, /^key:/);
    assert.equal(cancelled.reason, 'ill');
    const ofTicket = await audit(`?ticketId=${held.tickets[0]!.ticketId}&type=BookingCancelled`);
    assert.deepEqual(typesOf(ofTicket.body), ['BookingCancelled']);
    const byActor = await audit(`?actor=${cancelled.actor}&bookingId=${bookingId}`);
    assert.deepEqual(typesOf(byActor.body), ['RefundDue', 'BookingCancelled']);
    const byRequest = await audit(`?correlationId=${cancelled.correlationId}`);
    assert.deepEqual(typesOf(byRequest.body), ['RefundDue', 'BookingCancelled']);
    assert.deepEqual(typesOf((await audit(`?bookingId=${bookingId}&eventId=${show.eventId}`)).body), []);
    assert.deepEqual(typesOf((await audit('?until=2026-01-01T00:00:00Z')).body), []);
  });

  test('goes on page by page, and as CSV that no spreadsheet runs', async () => {
    await office.show({ title: '=HYPERLINK("http://evil")' });
    const first = await audit('?limit=2');
    const second = await audit(`?limit=2&cursor=${first.body.nextCursor}`);
    assert.ok(first.body.items.at(-1).position > second.body.items[0].position);
    const csv = await app.app.inject({ url: '/api/audit?format=csv&type=ApiKeyCreated', headers: office.staff });
    assert.match(String(csv.headers['content-type']), /^text\/csv/);
    assert.match(csv.body, /^\uFEFFposition,occurredAt,stream,version,type,actor/);
    assert.match(csv.body, /ApiKeyCreated/);
  });

  test('is for staff who may read reports, and refuses what it does not know', async () => {
    assert.equal((await audit('', {} as never)).status, 401);
    assert.equal((await audit('', (await office.keyWith('tickets')) as never)).status, 403);
    assert.equal((await audit('', (await office.keyWith('reports')) as never)).status, 200);
    for (const query of ['?colour=red', '?bookingId=1', '?cursor=x', '?from=yesterday', '?limit=51']) {
      assert.equal((await audit(query)).status, 400, query);
    }
  });
});

test('the audit log of a ticket shows what concerns it of its event, and nothing of other tickets', async () => {
  const show = await office.show({
    ticketTypes: [
      { name: 'Entry', price: 20, capacity: 6 },
      { name: 'Balcony', price: 10, capacity: 2 },
    ],
  });
  const { eventId } = show;
  const [{ ticketTypeId }, { ticketTypeId: balcony }] = show.ticketTypes;
  const { items } = (await office.send('GET', `/api/tickets/event/${eventId}?limit=20`, {})).body;
  const [mine, other, kept] = items.filter((ticket: { ticketTypeId: number }) => ticket.ticketTypeId === ticketTypeId);
  const allocate = (name: string, ticketId: string) =>
    office.send('POST', `/api/events/${eventId}/allocations`, office.staff, { name, ticketIds: [ticketId] });
  const mineKept = await allocate('Mine', mine.ticketId);
  const otherKept = await allocate('Other', kept.ticketId);
  for (const { body } of [mineKept, otherKept]) {
    const url = `/api/allocations/${body.allocationId}`;
    assert.equal((await office.send('PUT', url, office.staff, { note: 'later' })).status, 200);
    assert.equal((await office.send('POST', `${url}/release`, office.staff)).status, 200);
  }
  const path = `/api/events/${eventId}/ticket-types/${balcony}`;
  await office.send('PUT', path, office.staff, { capacity: 1 });
  const cancel = (ticketId: string) =>
    app.app.inject({ method: 'DELETE', url: `/api/tickets/${ticketId}`, headers: office.staff });
  assert.equal((await cancel(other.ticketId)).statusCode, 204);
  const typesOfTicket = async (ticketId: string) => typesOf((await audit(`?ticketId=${ticketId}&limit=50`)).body);
  const before = await typesOfTicket(mine.ticketId);
  assert.ok(before.includes('EventCreated') && before.includes('EventPublished'), String(before));
  const allocated = before.filter((type) => type.startsWith('Allocation'));
  assert.deepEqual(allocated, ['AllocationReleased', 'AllocationChanged', 'AllocationMade']);
  assert.ok(!before.includes('PlacesCancelled') && !before.includes('TicketTypeUpdated'), String(before));
  assert.equal((await cancel(mine.ticketId)).statusCode, 204);
  const after = await typesOfTicket(mine.ticketId);
  assert.deepEqual(after.filter((type) => /Cancelled/.test(type)).toSorted(), ['PlacesCancelled', 'TicketCancelled']);
  const ofEvent = typesOf((await audit(`?eventId=${eventId}&limit=50`)).body);
  assert.equal(ofEvent.filter((type) => type === 'PlacesCancelled').length, 2);
});
