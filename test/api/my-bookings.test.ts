import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

let app: TestApp;
let office: BoxOffice;
let desk: ReturnType<typeof accountDesk>;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
  desk = accountDesk(app);
});
const dayMs = 86_400_000;

async function buy(eventId: number, email: string, headers: Record<string, string> = {}) {
  const reserved = await office.reserve({ eventId, quantity: 1, customerEmail: email, customerName: 'Ada' }, headers);
  assert.equal(reserved.status, 201, reserved.text);
  const { reservationId, sessionToken } = reserved.body;
  const owner = sessionToken === undefined ? headers : { ...headers, 'x-session-token': sessionToken };
  const payment = { provider: 'sandbox', token: 'tok_ok' };
  const bought = await office.send('POST', '/api/bookings', owner, { reservationId, payment });
  assert.equal(bought.status, 201, bought.text);
  return { bookingId: bought.body.bookingId as string, owner };
}
const tickets = (headers: Record<string, string>, query = '') => office.send('GET', `/api/me/tickets${query}`, headers);
const bookingsOf = ({ body }: { body: { items: { bookingId: string }[] } }) =>
  body.items.map(({ bookingId }) => bookingId);

describe('the bookings of an account', () => {
  test('are those it made and those that a guest made under its proven address', async () => {
    const show = await office.show();
    const asGuest = await buy(show.eventId, 'Grace@My-Bookings.test');
    const somebodyElses = await buy(show.eventId, 'other@my-bookings.test');
    const grace = await desk.member('grace@my-bookings.test');
    const headers = desk.bearer(grace);
    assert.deepEqual(bookingsOf(await tickets(headers)), [asGuest.bookingId]);
    const own = await buy(show.eventId, 'grace@my-bookings.test', headers);
    const listed = await office.send('GET', '/api/bookings', headers);
    assert.deepEqual(bookingsOf(listed).sort(), [asGuest.bookingId, own.bookingId].sort());
    assert.equal((await office.send('GET', `/api/bookings/${asGuest.bookingId}`, headers)).status, 200);
    assert.equal((await office.send('GET', `/api/bookings/${somebodyElses.bookingId}`, headers)).status, 404);
    const cancelled = await office.send('DELETE', `/api/bookings/${asGuest.bookingId}`, headers);
    assert.deepEqual([cancelled.status, cancelled.body.status], [200, 'cancelled']);
    const history = await office.send('GET', `/api/bookings/${asGuest.bookingId}/history`, headers);
    assert.ok(history.body.items.some(({ type }: { type: string }) => type === 'BookingClaimed'));
  });

  test('are found ahead, past and cancelled, page by page', needs('clock'), async () => {
    const member = await desk.member('hedy@my-bookings.test');
    const headers = desk.bearer(member);
    const soon = await office.show({ eventDate: new Date(app.clock.now() + dayMs).toISOString() });
    const later = await office.show({ eventDate: new Date(app.clock.now() + 9 * dayMs).toISOString() });
    const first = await buy(soon.eventId, 'hedy@my-bookings.test', headers);
    const second = await buy(later.eventId, 'hedy@my-bookings.test', headers);
    const third = await buy(later.eventId, 'hedy@my-bookings.test', headers);
    await office.send('DELETE', `/api/bookings/${third.bookingId}`, headers);
    assert.deepEqual(bookingsOf(await tickets(headers, '?when=upcoming')), [first.bookingId, second.bookingId]);
    assert.deepEqual(bookingsOf(await tickets(headers, '?when=cancelled')), [third.bookingId]);
    const page = await tickets(headers, '?limit=1&when=upcoming');
    const next = await tickets(headers, `?limit=1&when=upcoming&cursor=${page.body.nextCursor}`);
    assert.deepEqual([bookingsOf(page), bookingsOf(next)], [[first.bookingId], [second.bookingId]]);
    app.clock.advance(2 * dayMs);
    const again = desk.bearer((await desk.login(member.email, member.password)).body);
    assert.deepEqual(bookingsOf(await tickets(again, '?when=past')), [first.bookingId]);
    await office.send('PUT', `/api/events/${later.eventId}`, office.staff, { status: 'cancelled' });
    assert.deepEqual(bookingsOf(await tickets(again, '?when=upcoming')), []);
    assert.equal((await tickets(again, '?when=cancelled')).body.items[0].event.status, 'cancelled');
    assert.equal((await tickets(again, '?cursor=abc')).status, 400);
    assert.equal((await tickets({})).status, 401);
  });

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await app.runJobs();
    await office.assertSound();
  });
});

describe('personal data', () => {
  test('is exported to its person and to nobody else', async () => {
    const show = await office.show();
    await buy(show.eventId, 'rosalind@my-bookings.test');
    const me = desk.bearer(await desk.member('rosalind@my-bookings.test'));
    const { body } = await office.send('GET', '/api/me/export', me);
    assert.equal(body.account.email, 'rosalind@my-bookings.test');
    assert.deepEqual(
      body.bookings.map(({ contact }: { contact: { email: string } }) => contact.email),
      ['rosalind@my-bookings.test'],
    );
    const byStaff = await office.send('POST', '/api/persons/export', office.staff, {
      email: 'rosalind@my-bookings.test',
    });
    assert.equal(byStaff.body.bookings.length, 1, byStaff.text);
    assert.equal(
      (await office.send('POST', '/api/persons/export', me, { email: 'grace@my-bookings.test' })).status,
      403,
    );
  });

  test('is erased, while bookings, tickets and history stay', needs('database'), async () => {
    const show = await office.show();
    const bought = await buy(show.eventId, 'emmy@my-bookings.test');
    const member = await desk.member('emmy@my-bookings.test');
    const me = desk.bearer(member);
    const held = await office.hold({ eventId: show.eventId, quantity: 1, customerEmail: 'Emmy@my-bookings.test' });
    await office.send('POST', '/api/organizers/onsale/invitations', office.staff, {
      email: 'emmy@my-bookings.test',
      role: 'door',
    });
    await app.runJobs();
    assert.equal((await office.send('POST', '/api/me/erase', me, {})).status, 400);
    const erased = await office.send('POST', '/api/me/erase', me, { confirm: true, password: member.password });
    assert.deepEqual([erased.status, erased.body.bookings], [200, 1], erased.text);
    assert.equal((await office.look(held)).status, 404, 'nothing is held for nobody');
    await app.runJobs();
    const tables = await app.database.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace`,
    );
    for (const { name } of tables) {
      const rows = await app.database.query(`SELECT 1 FROM ${name} t WHERE t::text ILIKE '%emmy@my-bookings.test%'`);
      assert.equal(rows.length, 0, name);
    }
    const { body } = await office.send('GET', `/api/bookings/${bought.bookingId}`, office.staff);
    assert.deepEqual([body.status, body.customer, body.tickets[0].status], ['completed', null, 'Sold']);
    await office.assertSound();
  });

  test('is erased by staff for their own organiser, and forgotten when it is old', needs('clock'), async () => {
    const show = await office.show({ eventDate: new Date(app.clock.now() + dayMs).toISOString() });
    const erased = await buy(show.eventId, 'ida@my-bookings.test');
    const kept = await buy(show.eventId, 'lise@my-bookings.test');
    const answer = await office.send('POST', '/api/persons/erase', office.staff, {
      email: 'IDA@my-bookings.test',
      reason: 'asked',
    });
    assert.deepEqual([answer.status, answer.body.bookings], [200, 1], answer.text);
    const customerOf = async (bookingId: string) =>
      (await office.send('GET', `/api/bookings/${bookingId}`, office.staff)).body.customer;
    assert.equal(await customerOf(erased.bookingId), null);
    assert.equal((await customerOf(kept.bookingId)).email, 'lise@my-bookings.test');
    app.clock.advance(1_095 * dayMs);
    await app.runJobs();
    assert.equal((await customerOf(kept.bookingId)).email, 'lise@my-bookings.test');
    app.clock.advance(2 * dayMs);
    await app.runJobs();
    assert.equal(await customerOf(kept.bookingId), null);
  });
});
