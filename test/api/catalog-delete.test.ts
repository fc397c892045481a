import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { catalogClient } from '../support/catalog-client.ts';
import { needs } from '../support/needs.ts';

const testApp = await startTestApp();
const { app, database } = testApp;
const { staff, guest, show, reserve, buy } = catalogClient(testApp);

test('an event that nobody booked is removed with its tickets, and its holds end', needs('database'), async () => {
  const event = await show();
  const url = `/api/events/${event.eventId}`;
  const { reservationId, sessionToken } = await reserve(event, 2);
  const deleted = await staff('DELETE', url);
  assert.deepEqual([deleted.status, deleted.body.deleted], [200, true]);
  assert.equal((await guest('GET', url)).status, 404);
  assert.equal((await staff('GET', `${url}?includeInactive=true`)).status, 404);
  const headers = { 'x-session-token': sessionToken };
  const gone = await guest('GET', `/api/tickets/reservation/${reservationId}`, undefined, headers);
  assert.ok([404, 410].includes(gone.status), JSON.stringify(gone.body));
  const payload = { reservationId, payment: { provider: 'sandbox', token: 'tok_ok' } };
  const late = await guest('POST', '/api/tickets/purchase', payload, { ...headers, 'idempotency-key': 'late' });
  assert.ok([404, 409, 410].includes(late.status), JSON.stringify(late.body));
  const [left] = await database.query('SELECT count(*) AS count FROM tickets WHERE event_id = $1', [event.eventId]);
  assert.equal(left!.count, 0);
  assert.equal((await staff('DELETE', url)).status, 404);
});

test('a booked event is hidden from the public; bookings stay readable; it can come back', async () => {
  const event = await show({ title: 'Hidden gem' });
  const url = `/api/events/${event.eventId}`;
  const { bookingId, sessionToken } = await buy(event, 1);
  const held = await reserve(event, 2);
  const deleted = await staff('DELETE', url);
  assert.deepEqual([deleted.status, deleted.body.deleted], [200, false]);
  const gonePage = await guest('GET', url);
  assert.deepEqual([gonePage.status, gonePage.body.code], [410, 'EVENT_GONE']);
  assert.equal((await staff('GET', url)).status, 404);
  const shown = await staff('GET', `${url}?includeInactive=true`);
  assert.deepEqual([shown.status, shown.body.isActive], [200, false]);
  const listed = async (query: string) => {
    const { body } = await staff('GET', `/api/events?venueId=${event.venueId}${query}&limit=50`);
    return body.items.some((item: { eventId: number }) => item.eventId === event.eventId);
  };
  assert.deepEqual([await listed(''), await listed('&includeInactive=true')], [false, true]);
  assert.equal((await guest('GET', '/api/search?term=hidden+gem')).body.items.length, 0);
  const booking = await guest('GET', `/api/bookings/${bookingId}`, undefined, { 'x-session-token': sessionToken });
  assert.deepEqual([booking.status, booking.body.status], [200, 'completed']);
  const headers = { 'x-session-token': held.sessionToken };
  const gone = await guest('GET', `/api/tickets/reservation/${held.reservationId}`, undefined, headers);
  assert.ok([404, 410].includes(gone.status));
  assert.equal((await staff('POST', `${url}/publish`)).body.code, 'EVENT_INACTIVE');
  const back = await staff('POST', `${url}/reactivate`);
  assert.deepEqual([back.status, back.body.isActive], [200, true]);
  assert.equal((await guest('GET', url)).status, 200);
  await reserve(event, 2);
});

test('holds that are only in the journal, after a restart, end too', needs('process'), async () => {
  const event = await show({ title: 'Restarted' });
  await buy(event, 1);
  const { reservationId, sessionToken } = await reserve(event, 2);
  await testApp.runJobs();
  const restarted = await startTestApp({ database });
  const again = catalogClient(restarted);
  assert.equal((await again.staff('DELETE', `/api/events/${event.eventId}`)).body.deleted, false);
  const headers = { 'x-session-token': sessionToken };
  const gone = await again.guest('GET', `/api/tickets/reservation/${reservationId}`, undefined, headers);
  assert.ok([404, 410].includes(gone.status), JSON.stringify(gone.body));
});

test('only staff may ask for hidden events', async () => {
  const refused = await guest('GET', '/api/events?includeInactive=true');
  assert.deepEqual([refused.status, refused.body.code], [401, 'KEY_MISSING']);
  assert.equal((await guest('GET', '/api/events?includeInactive=false')).status, 200);
});

test('any booking ever counts, even one that failed', async () => {
  const event = await show();
  const { reservationId, sessionToken } = await reserve(event, 1);
  const payload = { reservationId, payment: { provider: 'sandbox', token: 'tok_declined' } };
  const headers = { 'x-session-token': sessionToken, 'idempotency-key': 'declined' };
  assert.equal((await guest('POST', '/api/tickets/purchase', payload, headers)).status, 402);
  assert.equal((await staff('DELETE', `/api/events/${event.eventId}`)).body.deleted, false);
});

test('a purchase that races a delete is never orphaned', needs('database'), async () => {
  const outcomes = new Set<string>();
  for (let round = 0; round < 15; round++) {
    const event = await show({ title: `Race ${round}` });
    const { reservationId, sessionToken } = await reserve(event, 2);
    const headers = { 'x-session-token': sessionToken, 'idempotency-key': `race-${round}` };
    const payload = { reservationId, payment: { provider: 'sandbox', token: 'tok_ok' } };
    const [bought, deleted] = await Promise.all([
      app.inject({ method: 'POST', url: '/api/tickets/purchase', headers, payload }),
      staff('DELETE', `/api/events/${event.eventId}`),
    ]);
    outcomes.add(`${bought.statusCode === 201} ${deleted.body.deleted}`);
    assert.ok(bought.statusCode < 500, bought.body);
    assert.equal(deleted.status, 200);
    const [rows] = await database.query<{ events: number; bookings: number; sold: number }>(
      `SELECT (SELECT count(*) FROM events WHERE event_id = $1) AS events,
         (SELECT count(*) FROM bookings WHERE event_id = $1) AS bookings,
         (SELECT count(*) FROM tickets WHERE event_id = $1 AND status = 'Sold') AS sold`,
      [event.eventId],
    );
    if (rows!.bookings > 0) assert.equal(rows!.events, 1, 'a booking without its event');
    assert.equal(rows!.sold, bought.statusCode === 201 ? 2 : 0);
    assert.equal(deleted.body.deleted, rows!.events === 0);
  }
  assert.ok(!outcomes.has('true true'), 'sold tickets of an event that is gone');
});

test('what was never public is not there, taken away or not', async () => {
  const draft = await show({ status: 'draft' });
  const url = `/api/events/${draft.eventId}`;
  assert.deepEqual([(await guest('GET', url)).status, (await guest('GET', '/api/events/987654')).status], [404, 404]);
  assert.equal((await staff('PUT', url, { isActive: false })).status, 200);
  assert.deepEqual([(await guest('GET', url)).status, (await guest('GET', url)).body.code], [404, 'EVENT_NOT_FOUND']);
});
