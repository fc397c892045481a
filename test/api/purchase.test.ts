import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';

test('a guest reserves two tickets of a show, buys them, and reads them', async () => {
  const { app, staff } = await startTestApp();
  const created = await app.inject({
    method: 'POST',
    url: '/api/events',
    headers: staff,
    payload: {
      title: 'Night Music',
      eventDate: '2027-03-01T20:00:00Z',
      venue: 'Hall',
      venueAddress: 'Main Street 1',
      ticketTypes: [{ name: 'Entry', price: 25.5, capacity: 10 }],
    },
  });
  assert.equal(created.statusCode, 201, created.body);
  const { eventId, ticketTypes } = created.json();
  const reserved = await app.inject({
    method: 'POST',
    url: '/api/tickets/reserve',
    payload: { eventId, ticketTypeId: ticketTypes[0].ticketTypeId, quantity: 2 },
  });
  assert.equal(reserved.statusCode, 201, reserved.body);
  const { reservationId, sessionToken, totalPrice } = reserved.json();
  assert.equal(totalPrice, 51);
  const headers = { 'x-session-token': sessionToken, 'idempotency-key': 'k1' };
  const payload = { reservationId, payment: { provider: 'sandbox', token: 'tok_ok' } };
  const bought = await app.inject({ method: 'POST', url: '/api/tickets/purchase', headers, payload });
  assert.equal(bought.statusCode, 201, bought.body);
  const again = await app.inject({ method: 'POST', url: '/api/tickets/purchase', headers, payload });
  assert.equal(again.statusCode, 201);
  assert.equal(again.body, bought.body);
  const booking = await app.inject({ url: `/api/bookings/${bought.json().bookingId}`, headers });
  assert.equal(booking.statusCode, 200, booking.body);
  assert.equal(booking.json().status, 'completed');
  const availability = await app.inject({ url: `/api/events/${eventId}/availability` });
  assert.equal(availability.json().availableCapacity, 8, availability.body);
});
