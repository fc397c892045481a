import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApiKey } from '../../src/features/identity/index.ts';
import { needs } from '../support/needs.ts';
import { type Answer, openTicketDesk } from '../support/ticket-desk.ts';

const desk = await openTicketDesk();
const nobody = {};

/** Every item of a list, page by page. */
async function readAll(url: string, headers: object, limit: number): Promise<Answer['body'][]> {
  const items: Answer['body'][] = [];
  let cursor = '';
  do {
    const page = await desk.send(
      'GET',
      `${url}${url.includes('?') ? '&' : '?'}limit=${limit}${cursor}`,
      undefined,
      headers,
    );
    assert.equal(page.status, 200, JSON.stringify(page.body));
    items.push(...page.body.items);
    cursor = page.body.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.body.nextCursor)}`;
  } while (cursor !== '');
  return items;
}

test('what concerns a buyer is shown to the buyer’s session and to staff, and to nobody else', async () => {
  const show = await desk.show({
    ticketTypes: [
      {
        name: 'Entry',
        capacity: 10,
        rates: [
          { name: 'adult', price: 25 },
          { name: 'child', price: 10 },
        ],
      },
    ],
  });
  const { eventId } = show;
  const held = await desk.guest('POST', '/api/tickets/reserve', { eventId, quantity: 1, rate: 'child' });
  const bought = (await desk.pay(held.body)).body;
  const { ticketId, ticketNumber } = bought.tickets[0];
  const mine = { 'x-session-token': held.body.sessionToken };
  for (const headers of [mine, desk.keyHeaders]) {
    const { body } = await desk.send('GET', `/api/tickets/${ticketId}`, undefined, headers);
    assert.deepEqual(
      [body.status, body.ticketNumber, body.bookingId, body.rate, body.price],
      ['Sold', ticketNumber, bought.bookingId, 'child', 10],
    );
  }
  const stranger = (await desk.hold(eventId, [(await desk.ticketIds(eventId)).at(-1)!])).body.sessionToken;
  for (const headers of [nobody, { 'x-session-token': stranger }]) {
    const { body } = await desk.send('GET', `/api/tickets/${ticketId}`, undefined, headers);
    assert.deepEqual(
      [body.status, body.ticketNumber, body.bookingId, body.rate, body.price, body.reason],
      ['Sold', null, null, 'adult', 25, null],
    );
  }
  for (const url of [`/api/tickets/event/${eventId}`, `/event/${eventId}`, `/api/tickets?eventId=${eventId}`]) {
    const answer = await desk.app.inject({ url });
    assert.equal(answer.statusCode, 200, answer.body);
    assert.ok(!answer.body.includes(ticketNumber), url);
    assert.ok(!answer.body.includes(bought.bookingId), url);
    assert.ok(!answer.body.includes('child"') || url.startsWith('/event'), url);
  }
});

test('a key without the scope for tickets sees what the public sees', needs('clock', 'database'), async () => {
  const show = await desk.show();
  const { tickets } = await desk.buy(show, 1);
  const context = { actor: 'system', correlationId: 'test', now: desk.clock.now(), organizerId: 1 };
  const { key } = await createApiKey(desk.database, { name: 'reports', scopes: ['reports'] }, context);
  const headers = { authorization: `Bearer ${key}` };
  const { body } = await desk.send('GET', `/api/tickets/${tickets[0].ticketId}`, undefined, headers);
  assert.equal(body.ticketNumber, null);
  const refused = await desk.send('POST', '/api/tickets', { eventId: show.eventId }, headers);
  assert.equal(refused.status, 403);
});

test('the list of an event goes through all its tickets page by page, and by status', needs('clock'), async () => {
  const { eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 23 }] });
  const ids = await desk.ticketIds(eventId);
  const hold = await desk.hold(eventId, ids.slice(0, 3));
  await desk.pay((await desk.hold(eventId, ids.slice(3, 5))).body);
  await desk.move(ids[5]!, 'Reserved');
  await desk.move(ids[6]!, 'Cancelled');
  const url = `/api/tickets/event/${eventId}`;
  const all = await readAll(url, nobody, 4);
  assert.equal(all.length, 23);
  assert.deepEqual(new Set(all.map(({ ticketId }) => ticketId)), new Set(ids));
  const expected = {
    Available: ids.slice(7),
    Held: ids.slice(0, 3),
    Reserved: [ids[5]],
    Sold: ids.slice(3, 5),
    Cancelled: [ids[6]],
  };
  for (const [status, wanted] of Object.entries(expected)) {
    for (const list of [`${url}?status=${status}`, `/api/ticket/event/${eventId}?status=${status}`]) {
      const found = await readAll(list, nobody, 5);
      assert.deepEqual(found.map(({ ticketId }) => ticketId).sort(), [...wanted].sort(), list);
      assert.ok(found.every((ticket) => ticket.status === status));
    }
    const staffs = await readAll(`/api/tickets?eventId=${eventId}&status=${status}`, desk.keyHeaders, 5);
    assert.equal(staffs.length, wanted.length, status);
  }
  desk.clock.advance(16 * 60_000);
  assert.deepEqual(await readAll(`${url}?status=Held`, nobody, 5), []);
  assert.equal((await readAll(`${url}?status=Available`, nobody, 5)).length, 19);
  assert.equal(hold.status, 201);
});

test('staff list the tickets of all events, the public those of public events', async () => {
  const shown = await desk.show();
  const hidden = await desk.show();
  await desk.staff('PUT', `/api/events/${hidden.eventId}`, { isActive: false });
  const held = await desk.hold(shown.eventId, (await desk.ticketIds(shown.eventId)).slice(0, 1));
  const eventsOf = async (url: string, headers: object) =>
    new Set((await readAll(url, headers, 50)).map(({ eventId }) => eventId));
  const staffs = await eventsOf('/api/tickets', desk.keyHeaders);
  assert.ok(staffs.has(shown.eventId) && staffs.has(hidden.eventId));
  for (const url of ['/api/tickets', '/api/ticket', '/api/tickets?status=Available']) {
    const publics = await eventsOf(url, nobody);
    assert.ok(publics.has(shown.eventId) && !publics.has(hidden.eventId), url);
  }
  await desk.shows(async () => {
    const holds = await readAll('/api/tickets?status=Held', nobody, 50);
    return holds.some(({ ticketId }) => ticketId === held.body.tickets[0].ticketId);
  }, 'the hold is among those of all events');
});

test('the short event page has the event, its venue, performers and the first fifty tickets', async () => {
  const show = await desk.show({
    performers: ['The Quiet Ones'],
    ticketTypes: [{ name: 'Entry', price: 10, capacity: 60 }],
  });
  const page = await desk.guest('GET', `/event/${show.eventId}`);
  assert.equal(page.status, 200, JSON.stringify(page.body));
  assert.equal(page.body.venue, 'Hall');
  assert.equal(page.body.venueDetails.name, 'Hall');
  assert.equal(page.body.performers[0].name, 'The Quiet Ones');
  assert.equal(page.body.tickets.length, 50);
  const cursor = encodeURIComponent(page.body.nextCursor);
  const rest = await desk.guest('GET', `/api/tickets/event/${show.eventId}?limit=50&cursor=${cursor}`);
  assert.equal(rest.body.items.length, 10);
  assert.equal(rest.body.nextCursor, null);
});

test('both names of a ticket answer the same', async () => {
  const { eventId } = await desk.show();
  const [id] = await desk.ticketIds(eventId);
  for (const path of [
    `/${id}`,
    `/event/${eventId}`,
    `/event/${eventId}?status=Available&limit=3`,
    `?eventId=${eventId}`,
  ]) {
    const long = await desk.app.inject({ url: `/api/tickets${path}` });
    const short = await desk.app.inject({ url: `/api/ticket${path}` });
    assert.equal(long.statusCode, 200, path);
    assert.equal(short.body, long.body);
  }
});
