import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { rotateLinkSecret } from '../../src/features/booking/index.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { orderAddress } from '../support/order-address.ts';

let app: TestApp;
let office: BoxOffice;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
});

async function buy(eventId: number, more: object = {}) {
  const held = await office.hold({ eventId, quantity: 1, customerEmail: 'guest@orders.test', ...more });
  const bought = await office.pay(held);
  assert.equal(bought.status, 201, bought.text);
  return { held, bookingId: bought.body.bookingId as string };
}

describe('the link in a guest’s mail', () => {
  const open = (link: string) => office.send('GET', link, {});

  test('opens the order and cancels it, and opens nothing else of its guest', needs('process'), async () => {
    const show = await office.show();
    const { held, bookingId } = await buy(show.eventId);
    const session = { 'x-session-token': held.sessionToken };
    const other = await office.hold({ eventId: show.eventId, quantity: 1 }, session);
    const otherId = (await office.pay({ ...other, sessionToken: held.sessionToken })).body.bookingId;
    const link = orderAddress(app, bookingId);
    const order = await open(link);
    assert.equal(order.status, 200, order.text);
    assert.equal(order.body.bookingId, bookingId);
    assert(!order.text.includes(held.sessionToken.split('.')[0]!), 'names no session');
    assert.equal(order.headers['set-cookie'], undefined);
    assert.equal(order.headers['x-session-token'], undefined);
    const cancelled = await office.send('DELETE', link, {});
    assert.deepEqual([cancelled.status, cancelled.body.status], [200, 'cancelled']);
    assert.equal((await open(link)).body.status, 'cancelled');
    assert(!cancelled.text.includes(held.sessionToken.split('.')[0]!), 'names no session');
    assert.equal((await office.send('GET', `/api/bookings/${otherId}`, session)).body.status, 'completed');
  });

  test(
    'is not guessed, and survives a rotation of its secret but not many',
    needs('clock', 'database', 'process'),
    async () => {
      const show = await office.show();
      const { bookingId } = await buy(show.eventId);
      const link = orderAddress(app, bookingId);
      for (const wrong of [
        `${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`,
        link.replace('.1.', '.2.'),
        '/api/orders/a.1.b.c.d.e',
      ]) {
        assert.equal((await open(wrong)).status, 404, wrong);
      }
      await rotateLinkSecret(app.database);
      app.clock.advance(61_000);
      assert.equal((await open(link)).status, 200);
      assert.match(orderAddress(app, bookingId), /\.2\./);
      for (let i = 0; i < 4; i++) await rotateLinkSecret(app.database);
      app.clock.advance(61_000);
      assert.equal((await open(link)).status, 404);
    },
  );
});

describe('complimentary bookings', () => {
  const give = (payload: object, headers: Record<string, string> = {}) =>
    office.send('POST', '/api/bookings/complimentary', { ...office.staff, ...headers }, payload);

  test('cost nothing, say why and who, and take places like any other', async () => {
    const show = await office.show({ ticketTypes: [{ name: 'Entry', price: 25.5, capacity: 2 }] });
    const issued = await give({ eventId: show.eventId, quantity: 2, reason: 'for the press', customerName: 'Ada' });
    assert.equal(issued.status, 201, issued.text);
    assert.deepEqual([issued.body.status, issued.body.totalPrice, issued.body.tickets.length], ['completed', 0, 2]);
    assert.ok(issued.body.tickets[0].ticketNumber);
    const { body } = await office.send('GET', `/api/bookings/${issued.body.bookingId}/history`, office.staff);
    assert.equal(body.items[0].reason, 'for the press');
    assert.match(body.items[0].actor, /^key:/);
    assert.equal((await give({ eventId: show.eventId, quantity: 1, reason: 'late' })).status, 409);
    assert.equal((await office.reserve({ eventId: show.eventId, quantity: 1 })).body.code, 'SOLD_OUT');
    const cancelled = await office.send('DELETE', `/api/bookings/${issued.body.bookingId}`, office.staff);
    assert.deepEqual([cancelled.status, cancelled.body.refundDue], [200, 0]);
    await office.hasFree(show.eventId, 2);
  });

  test('are issued once for a key, and only by staff', async () => {
    const show = await office.show();
    const wish = { eventId: show.eventId, quantity: 1, reason: 'for the press' };
    const key = { 'idempotency-key': 'press-1' };
    const twice = await Promise.all([give(wish, key), give(wish, key)]);
    const again = await give(wish, key);
    const ids = new Set([...twice, again].map(({ body }) => body.bookingId));
    assert.equal(ids.size, 1, JSON.stringify(twice.map(({ text }) => text)));
    assert.equal((await give({ ...wish, quantity: 2 }, key)).status, 422);
    await office.hasFree(show.eventId, 9);
    assert.equal((await office.send('POST', '/api/bookings/complimentary', {}, wish)).status, 401);
    const payments = await office.keyWith('payments');
    assert.equal((await office.send('POST', '/api/bookings/complimentary', payments, wish)).status, 403);
    assert.equal((await give({ eventId: show.eventId, quantity: 1 })).status, 400);
  });

  test('need no sale to be open, nor follow the limits of buyers', async () => {
    const show = await office.show({
      onSaleFrom: '2027-02-01T00:00:00Z',
      onSaleUntil: '2027-02-10T00:00:00Z',
      limitPerReservation: 2,
      limitPerCustomer: 2,
      ticketTypes: [
        { name: 'Entry', price: 20, capacity: 60, salesFrom: '2027-02-05T00:00:00Z' },
        { name: 'Lounge', price: 50, capacity: 5, isHidden: true },
      ],
    });
    const [entry, lounge] = show.ticketTypes.map(({ ticketTypeId }: { ticketTypeId: number }) => ticketTypeId);
    const wish = { eventId: show.eventId, reason: 'for the crew' };
    assert.equal((await office.reserve({ ...wish, reason: undefined, ticketTypeId: entry, quantity: 1 })).status, 409);
    for (const gift of [
      { ticketTypeId: entry, quantity: 40 },
      { ticketTypeId: lounge, quantity: 3 },
    ]) {
      const issued = await give({ ...wish, ...gift, customerEmail: 'crew@orders.test' });
      assert.deepEqual([issued.status, issued.body.tickets?.length], [201, gift.quantity], issued.text);
    }
    assert.equal((await give({ ...wish, ticketTypeId: lounge, quantity: 3 })).body.code, 'NOT_ENOUGH_TICKETS');
    const off = await office.send('PUT', `/api/events/${show.eventId}`, office.staff, { status: 'cancelled' });
    assert.equal(off.status, 200, off.text);
    assert.equal((await give({ ...wish, ticketTypeId: entry, quantity: 1 })).body.code, 'EVENT_NOT_ON_SALE');
  });

  test('may be places that are kept back, and nobody comes between', async () => {
    const show = await office.show({ ticketTypes: [{ name: 'Entry', price: 20, capacity: 6 }] });
    const { eventId } = show;
    const kept = await office.send('POST', `/api/events/${eventId}/allocations`, office.staff, {
      name: 'Press',
      ticketTypeId: show.ticketTypes[0].ticketTypeId,
      quantity: 4,
    });
    const [first, second, third] = kept.body.ticketIds as [string, string, string];
    const [issued, ...others] = await Promise.all([
      give({ eventId, ticketIds: [first, second], reason: 'for the press' }),
      ...Array.from({ length: 10 }, () => office.reserve({ eventId, ticketIds: [first] })),
    ]);
    assert.equal(issued.status, 201, issued.text);
    assert.deepEqual(issued.body.tickets.map(({ ticketId }: { ticketId: string }) => ticketId).toSorted(), [
      first,
      second,
    ]);
    assert.ok(others.every(({ body }) => body.code === 'SEATS_TAKEN'));
    const again = await Promise.all([1, 2].map(() => give({ eventId, ticketIds: [third], reason: 'for the press' })));
    assert.deepEqual(again.map(({ status }) => status).toSorted(), [201, 409], again.map(({ text }) => text).join());
    const left = await office.send('GET', `/api/allocations/${kept.body.allocationId}`, office.staff);
    assert.equal(left.body.kept, 1);
    await app.runJobs();
    await office.hasFree(eventId, 2);
  });

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await app.runJobs();
    await office.assertSound();
  });
});

describe('names of visitors', () => {
  test('are asked for where the event wants them, and stand apart from the history', async () => {
    const show = await office.show({ asksAttendeeNames: true });
    const held = await office.hold({ eventId: show.eventId, quantity: 2 });
    const [first, second] = held.tickets.map(({ ticketId }) => ticketId);
    const refused = await office.pay(held, { attendees: [{ ticketId: first, name: 'Ada' }] });
    assert.deepEqual([refused.status, refused.body.code, refused.body.ids], [400, 'ATTENDEE_NAMES_NEEDED', [second]]);
    const attendees = [
      { ticketId: first, name: 'Ada' },
      { ticketId: second, name: 'Grace' },
    ];
    const bought = await office.pay(held, { attendees });
    assert.equal(bought.status, 201, bought.text);
    const url = `/api/bookings/${bought.body.bookingId}`;
    const named = await office.send('GET', url, office.owner(held));
    assert.deepEqual(
      named.body.tickets.map(({ attendeeName }: { attendeeName: string }) => attendeeName),
      ['Ada', 'Grace'],
    );
    const renamed = await office.send('PUT', `${url}/attendees`, office.owner(held), {
      attendees: [{ ticketId: second, name: 'Hedy' }],
    });
    assert.equal(renamed.body.tickets[1].attendeeName, 'Hedy');
    const { text, body } = await office.send('GET', `${url}/history`, office.owner(held));
    assert.equal(body.items.at(-1).type, 'AttendeesNamed');
    assert.doesNotMatch(text, /Ada|Grace|Hedy/);
    const foreign = [{ ticketId: crypto.randomUUID(), name: 'Eve' }];
    assert.equal(
      (await office.send('PUT', `${url}/attendees`, office.owner(held), { attendees: foreign })).status,
      404,
    );
  });
});
