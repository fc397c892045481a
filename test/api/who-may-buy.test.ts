import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

type Headers = Record<string, string>;
const payment = { provider: 'sandbox', token: 'tok_ok' };

describe('guests: allowed or refused', () => {
  let testApp: TestApp;
  let office: BoxOffice;
  let member: Headers;
  /** Of an organiser of its own: what it says holds for all its shows. */
  let slug: string;

  before(async () => {
    testApp = await startTestApp();
    const made = await testApp.client.send('POST', '/api/organizers', testApp.staff, { name: 'House of Rules' });
    ({ slug } = made.body);
    const staff = { ...testApp.staff, 'x-organizer': slug };
    office = boxOffice({ ...testApp, staff }, slug);
    const accounts = accountDesk(testApp);
    member = accounts.bearer(await accounts.member('ana@may-buy.test'));
  });

  const settle = (settings: object) => office.send('PUT', `/api/organizers/${slug}`, office.staff, settings);
  const change = (eventId: number, settings: object) =>
    office.send('PUT', `/api/events/${eventId}`, office.staff, settings);
  const buy = (reservationId: string, headers: Headers) =>
    office.send('POST', '/api/tickets/purchase', headers, { reservationId, payment });
  const codeOf = async (payload: object, headers: Headers = {}) => {
    const { status, body } = await office.reserve(payload, headers);
    return `${status} ${body.code ?? 'held'}`;
  };

  test('an event may refuse them: an account buys, a guest is asked to log in, and gets no session for it', async () => {
    const { eventId, guests, guestsAllowed } = await office.show({ guests: 'refused' });
    assert.deepEqual([guests, guestsAllowed], ['refused', false]);
    const refused = await office.reserve({ eventId, quantity: 1 });
    assert.deepEqual([refused.status, refused.body.code], [401, 'GUESTS_REFUSED']);
    assert.match(String(refused.headers['www-authenticate']), /^Bearer/);
    assert.deepEqual([refused.headers['set-cookie'], refused.headers['x-session-token']], [undefined, undefined]);
    const held = await office.hold({ eventId, quantity: 1 }, member);
    assert.equal((await buy(held.reservationId, member)).status, 201);
    const { sessionToken } = (await office.send('POST', '/api/auth/guest', {})).body;
    const session = { 'x-session-token': sessionToken };
    assert.equal(await codeOf({ eventId, quantity: 1 }, session), '401 GUESTS_REFUSED');
    assert.equal(await codeOf({ eventId, quantity: 1 }, { ...session, ...member }), '201 held');
    const ticketId = (await office.send('GET', `/api/tickets/event/${eventId}?status=Available`, {})).body.items[0]
      .ticketId;
    const short = await office.send('POST', '/booking/reserve', {}, { ticketId });
    assert.equal(short.body.code, 'GUESTS_REFUSED');
  });

  test('staff and keys of the organiser go on as before, those of others do not', async () => {
    const { eventId } = await office.show({ guests: 'refused' });
    const key = await office.keyWith('payments');
    const held = await office.hold({ eventId, quantity: 1 }, key);
    const body = { reservationId: held.reservationId, paymentReference: 'till-1' };
    assert.equal((await office.send('POST', '/api/tickets/purchase', key, body)).status, 201);
    const gift = { eventId, quantity: 1, reason: 'press' };
    assert.equal((await office.send('POST', '/api/bookings/complimentary', office.staff, gift)).status, 201);
    const other = await office.send('POST', '/api/organizers', office.staff, { name: 'House of Others' });
    const made = await office.send('POST', `/api/organizers/${other.body.slug}/keys`, office.staff, {
      name: 'k',
      scopes: ['*'],
    });
    const foreign = { authorization: `Bearer ${made.body.key}` };
    assert.equal(await codeOf({ eventId, quantity: 1 }, foreign), '401 GUESTS_REFUSED');
  });

  test('what a guest holds from before stays held: whoever logs in with its session pays for it', async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 2 });
    assert.equal((await change(eventId, { guests: 'refused' })).status, 200);
    const refused = await office.pay(held);
    assert.deepEqual([refused.status, refused.body.code], [401, 'GUESTS_REFUSED']);
    assert.equal((await office.look(held)).body.status, 'active');
    const paid = await buy(held.reservationId, { ...member, ...office.owner(held) });
    assert.equal(paid.status, 201, paid.text);
    const mine = await office.send('GET', '/api/me/tickets', member);
    assert.ok(mine.text.includes(paid.body.tickets[0].ticketNumber));
  });

  test('a payment that a guest had begun is answered with its outcome', async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 1 });
    const first = await office.pay(held, { key: 'begun-before' });
    await change(eventId, { guests: 'refused' });
    assert.equal((await office.pay(held, { key: 'begun-before' })).text, first.text);
    assert.equal((await office.pay(held, { key: 'another' })).status, 201, 'the same booking is answered');
  });

  test('the organiser says it for its events, also for those on sale; an event may say otherwise', async () => {
    const following = await office.show();
    const open = await office.show({ guests: 'allowed' });
    assert.equal(await codeOf({ eventId: following.eventId, quantity: 1 }), '201 held');
    assert.equal((await settle({ guests: 'refused' })).body.guests, 'refused');
    assert.equal(await codeOf({ eventId: following.eventId, quantity: 1 }), '401 GUESTS_REFUSED');
    assert.equal(await codeOf({ eventId: open.eventId, quantity: 1 }), '201 held');
    const page = await office.send('GET', `/api/events/${following.eventId}`, {});
    assert.deepEqual([page.body.guests, page.body.guestsAllowed], [null, false]);
    const sentBack = await change(following.eventId, page.body);
    assert.deepEqual([sentBack.status, sentBack.body.guests], [200, null], sentBack.text);
    assert.equal((await change(open.eventId, { guests: null })).body.guestsAllowed, false);
    assert.equal(await codeOf({ eventId: open.eventId, quantity: 1 }), '401 GUESTS_REFUSED');
    await settle({ guests: 'allowed' });
    assert.equal(await codeOf({ eventId: following.eventId, quantity: 1 }), '201 held');
    assert.equal((await settle({ guests: 'some' })).status, 400);
  });

  test('hold minutes: the organiser’s for new events, an event’s own before them', async () => {
    const before = await office.show();
    assert.equal(before.holdMinutes, 15);
    assert.equal((await settle({ holdMinutes: 10 })).body.holdMinutes, 10);
    const [after, own] = [await office.show(), await office.show({ holdMinutes: 5 })];
    assert.deepEqual([after.holdMinutes, own.holdMinutes], [10, 5]);
    const { body } = await office.reserve({ eventId: after.eventId, quantity: 1 });
    // Where the clock does not stand still, a second may have begun.
    const left = [600, 599].indexOf(body.expiresInSeconds);
    assert.equal(body.timeRemaining, ['00:10:00', '00:09:59'][left], `${body.expiresInSeconds} s`);
    assert.equal((await office.send('GET', `/api/events/${before.eventId}`, {})).body.holdMinutes, 15);
    for (const holdMinutes of [0, 61, 1.5]) assert.equal((await settle({ holdMinutes })).status, 400);
    await settle({ holdMinutes: 15 });
  });

  test('more than ten tickets in one order, up to a hundred, where the event says so', async () => {
    const rates = [{ name: 'pupil', price: 5, limitPerReservation: 100 }];
    const show = await office.show({
      limitPerReservation: 100,
      asksAttendeeNames: true,
      ticketTypes: [{ name: 'School', capacity: 400, rates }],
    });
    const { eventId } = show;
    assert.equal(show.limitPerReservation, 100);
    const held = await office.hold({ eventId, quantity: 100 }, member);
    const attendees = held.tickets.map(({ ticketId }, i) => ({ ticketId, name: `Pupil ${i}` }));
    const body = { reservationId: held.reservationId, payment, attendees };
    const paid = await office.send('POST', '/api/tickets/purchase', member, body);
    assert.equal(paid.status, 201, paid.text);
    assert.equal(new Set(paid.body.tickets.map((one: { ticketNumber: string }) => one.ticketNumber)).size, 100);
    const { items } = (await office.send('GET', `/api/tickets/event/${eventId}?status=Available&limit=50`, {})).body;
    const ticketIds = items.map(({ ticketId }: { ticketId: string }) => ticketId);
    assert.equal((await office.hold({ eventId, ticketIds, rates: ticketIds.map(() => 'pupil') })).tickets.length, 50);
    const usual = await office.show({ ticketTypes: [{ name: 'Entry', price: 5, capacity: 200 }] });
    const eleven = await office.reserve({ eventId: usual.eventId, quantity: 11 });
    assert.deepEqual([eleven.body.code, eleven.body.limit], ['LIMIT_PER_RESERVATION', 10]);
    assert.equal((await office.reserve({ eventId, quantity: 101 })).body.code, 'VALIDATION_FAILED');
    assert.equal((await change(eventId, { limitPerReservation: 101 })).status, 400);
  });

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await testApp.runJobs();
    await office.assertSound();
  });
});
