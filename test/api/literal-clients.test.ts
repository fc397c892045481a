import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';
import { samplePlan } from '../support/sample-plan.ts';

type Headers = Readonly<Record<string, string>>;
interface Answer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the answer holds
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

/**
 * Requests as clients send them that were written for one of five other designs (0: holds in a cache before a database,
 * 1: seats with search and a queue, 2: tickets by messages and locks, 3: identity and asynchronous capacity, 4: event-sourced
 * bookings), word by word. What they would stumble over is named beside them.
 */
describe('literal clients of other designs', () => {
  let testApp: TestApp;
  let member: Headers;
  let eventId: number;
  let ticketTypeId: number;

  before(async () => {
    testApp = await startTestApp();
    const accounts = accountDesk(testApp);
    member = accounts.bearer(await accounts.member('ana@literal.test'));
    ({ eventId, ticketTypeId } = await newShow());
  });

  async function send(method: string, url: string, headers: Headers = {}, payload?: object): Promise<Answer> {
    const request = { method: method as 'GET', url, headers, ...(payload && { payload }) };
    const answer = await testApp.app.inject(request);
    const isJson = String(answer.headers['content-type']).includes('json') && answer.body !== '';
    const body = isJson ? answer.json() : null;
    return { status: answer.statusCode, text: answer.body, body, headers: answer.headers };
  }
  const staff = () => testApp.staff;

  async function newShow(more: object = {}, headers: Headers = staff()) {
    const show = {
      title: 'Rock Night',
      eventDate: '2027-06-01T20:00:00Z',
      venue: 'Big Hall',
      venueAddress: 'Main Street 1',
      ticketTypes: [{ name: 'General', price: 50, capacity: 40 }],
      ...more,
    };
    const made = await send('POST', '/api/events', headers, show);
    assert.equal(made.status, 201, made.text);
    return { ...made.body, ticketTypeId: made.body.ticketTypes[0].ticketTypeId };
  }
  const session = (held: Answer) => ({ 'x-session-token': String(held.body.sessionToken) });
  const freeTickets = async (count: number): Promise<string[]> => {
    const { body } = await send('GET', `/api/tickets/event/${eventId}?status=Available&limit=${count}`);
    return body.items.map(({ ticketId }: { ticketId: string }) => ticketId);
  };
  const payment = { provider: 'sandbox', token: 'tok_ok' };

  describe('design 0', () => {
    test('reserves with customer and notes, as .NET writes them, nulls and all', needs('clock'), async () => {
      const asked = { eventId, ticketTypeId, quantity: 2, customerName: 'John', customerEmail: 'john@example.com' };
      const held = await send('POST', '/api/tickets/reserve', {}, { ...asked, customerPhone: null, notes: 'VIP' });
      assert.equal(held.status, 201, held.text);
      const { reservationId, quantity, reservedAt, expiresAt, timeRemaining, customerName, notes } = held.body;
      assert.match(reservationId, /^RES_\d{14}_/);
      assert.deepEqual([quantity, customerName, notes, timeRemaining], [2, 'John', 'VIP', '00:15:00']);
      assert.ok(Date.parse(reservedAt) < Date.parse(expiresAt));
      const bought = await send('POST', '/api/tickets/purchase', session(held), {
        reservationId,
        payment,
        notes: null,
      });
      assert.equal(bought.status, 201, bought.text);
      const { success, message, transactionId, totalPrice, tickets } = bought.body;
      assert.deepEqual([success, typeof message, typeof transactionId, totalPrice], [true, 'string', 'string', 100]);
      const one = await send('GET', `/api/tickets/${tickets[0].ticketId}`, session(held));
      const { id, ticketId, ticketNumber, status, createdAt, purchasedAt, cancelledAt } = one.body;
      assert.deepEqual([id, ticketNumber, status], [ticketId, tickets[0].ticketNumber, 'Sold']);
      assert.deepEqual(
        [one.body.customerName, one.body.customerEmail, one.body.notes],
        ['John', 'john@example.com', 'VIP'],
      );
      assert.ok(createdAt && one.body.reservedAt && purchasedAt);
      assert.equal(cancelledAt, null);
    });

    test('says that it was paid elsewhere: a buyer may not, a key may', async () => {
      const held = await send('POST', '/api/tickets/reserve', {}, { eventId, ticketTypeId, quantity: 1 });
      const body = { reservationId: held.body.reservationId, paymentReference: 'PAY-1', notes: 'cash' };
      assert.equal((await send('POST', '/api/tickets/purchase', {}, body)).status, 404);
      const buyer = await send('POST', '/api/tickets/purchase', session(held), body);
      assert.deepEqual([buyer.status, buyer.body.code], [403, 'SCOPE_MISSING']);
      assert.equal((await send('POST', '/api/tickets/purchase', staff(), body)).status, 201);
      const { paths } = (await send('GET', '/openapi.json')).body ?? testApp.app.swagger();
      assert.match(paths['/api/tickets/purchase'].post.description, /paymentReference/);
    });

    test('makes an event by a .NET date without zone, with totalCapacity, and a longer description than it knew', async () => {
      const show = await newShow({
        eventDate: '2027-06-01T20:00:00',
        totalCapacity: 1000,
        description: 'x'.repeat(1500),
        ticketTypes: [{ name: 'General', description: 'y'.repeat(900), price: 50, capacity: 4 }],
      });
      assert.equal(show.totalCapacity, 4);
      const { id, createdAt, updatedAt } = show.ticketTypes[0];
      assert.deepEqual([show.id, id], [show.eventId, show.ticketTypeId]);
      assert.ok(createdAt && updatedAt);
    });

    test('finds the documentation from the root', async () => {
      assert.match((await send('GET', '/')).text, /href="\/docs"/);
      assert.equal((await send('GET', '/docs')).status, 200);
    });

    test('owns its ticket by its account, also once the show is hidden', async () => {
      const show = await newShow();
      const held = await send('POST', '/api/tickets/reserve', member, { eventId: show.eventId, quantity: 1 });
      const bought = await send('POST', '/api/tickets/purchase', member, {
        reservationId: held.body.reservationId,
        payment,
      });
      const [{ ticketId, ticketNumber }] = bought.body.tickets;
      const { bookingId } = bought.body;
      for (const isActive of [true, false]) {
        await send('PUT', `/api/events/${show.eventId}`, staff(), { isActive });
        const mine = await send('GET', `/api/tickets/${ticketId}`, member);
        assert.deepEqual([mine.status, mine.body?.ticketNumber, mine.body?.bookingId], [200, ticketNumber, bookingId]);
      }
    });

    test('hears of times in problems as everywhere', needs('clock'), async () => {
      const { eventId: small } = await newShow({
        holdMinutes: 1,
        ticketTypes: [{ name: 'Few', price: 1, capacity: 1 }],
      });
      const held = await send('POST', '/api/tickets/reserve', {}, { eventId: small, quantity: 1 });
      const full = await send('POST', '/api/tickets/reserve', {}, { eventId: small, quantity: 1 });
      assert.deepEqual([full.status, full.body.nextExpiryAt], [409, held.body.expiresAt]);
      testApp.clock.advance(60_000);
      const over = await send('GET', `/api/tickets/reservation/${held.body.reservationId}`, session(held));
      assert.deepEqual([over.status, over.body.expiredAt], [410, held.body.expiresAt]);
    });
  });

  describe('design 1', () => {
    test('reads the short event page with performers and the seat map', async () => {
      const plan = await send('POST', '/api/seating-plans', staff(), samplePlan());
      const performer = await send('POST', '/api/performers', staff(), { name: 'Bea', description: 'Sings.' });
      const show = await newShow({
        endsAt: '2027-06-01T22:30:00Z',
        seatingPlanId: plan.body.seatingPlanId,
        performerIds: [performer.body.performerId],
        ticketTypes: [{ name: 'Front', price: 40, categories: ['Front'] }],
      });
      const { body, status } = await send('GET', `/event/${show.eventId}`);
      assert.deepEqual([status, body.id, body.performers[0].description], [200, show.eventId, 'Sings.']);
      assert.equal(body.duration, 'PT2H30M');
      assert.equal((await send('GET', body.seatMap)).status, 200, body.seatMap);
      const reserved = await send('POST', '/booking/reserve', {}, { ticketId: body.tickets[0].ticketId });
      assert.equal(reserved.status, 201, reserved.text);
    });

    test('holds for ten minutes where the organiser says so', async () => {
      const made = await send('POST', '/api/organizers', staff(), { name: 'Ten Minute House' });
      assert.equal(made.status, 201, made.text);
      await send('PUT', `/api/organizers/${made.body.slug}`, staff(), { holdMinutes: 10 });
      const show = await newShow({}, { ...staff(), 'x-organizer': made.body.slug });
      const held = await send('POST', '/api/tickets/reserve', {}, { eventId: show.eventId, quantity: 1 });
      // Where the clock does not stand still, some seconds may have passed.
      const left = held.body.expiresInSeconds;
      assert.ok(left > 540 && left <= 600, held.text);
      assert.equal(held.body.timeRemaining, new Date(left * 1_000).toISOString().slice(11, 19));
    });
  });

  describe('design 2', () => {
    test('writes paths as its controllers are called', async () => {
      for (const url of ['/api/Ticket', '/api/Tickets', '/API/Events', `/api/Ticket/Event/${eventId}`]) {
        assert.equal((await send('GET', url)).status, 200, url);
      }
      const held = await send('POST', '/api/Ticket/Reserve', {}, { eventId, quantity: 1 });
      assert.equal(held.status, 201, held.text);
    });

    test('makes one ticket or some, and removes one without an answer', async () => {
      const one = await send('POST', '/api/ticket', staff(), { eventId, quantity: 1 });
      assert.deepEqual([one.status, one.body.eventId, one.body.status], [201, eventId, 'Available'], one.text);
      const some = await send('POST', '/api/ticket', staff(), { eventId, quantity: 2 });
      assert.deepEqual([some.status, some.body.length], [201, 2], some.text);
      for (const [i, base] of ['/api/ticket', '/api/tickets'].entries()) {
        const gone = await send('DELETE', `${base}/${some.body[i].ticketId}`, staff());
        assert.deepEqual([gone.status, gone.text, gone.headers.etag], [204, '', '"2"']);
      }
      const { status } = (await send('GET', `/api/ticket/${some.body[0].ticketId}`, staff())).body;
      assert.equal(status, 'Cancelled');
    });

    test('moves a ticket through its states', async () => {
      const [first, second] = await freeTickets(2);
      const move = (id: string, status: string) => send('PATCH', `/api/ticket/${id}/status`, staff(), { status });
      const hold = await move(first!, 'Held');
      assert.deepEqual([hold.status, /POST \/api\/tickets\/reserve/.test(hold.body.detail)], [409, true]);
      await send('POST', '/api/ticket/reserve', {}, { eventId, ticketIds: [first, second] });
      const pay = await move(first!, 'Reserved');
      assert.deepEqual([pay.status, /POST \/api\/tickets\/purchase/.test(pay.body.detail)], [409, true]);
      const freed = await move(first!, 'Available');
      assert.deepEqual([freed.status, freed.body.previousStatus, freed.body.tickets.length], [200, 'Held', 2]);
    });
  });

  describe('design 3', () => {
    test('wants a login before one buys, where the organiser does', async () => {
      const show = await newShow({ guests: 'refused' });
      const asked = { eventId: show.eventId, quantity: 1 };
      const guest = await send('POST', '/api/tickets/reserve', {}, asked);
      assert.deepEqual(
        [guest.status, guest.body.code, guest.headers['set-cookie']],
        [401, 'GUESTS_REFUSED', undefined],
      );
      assert.equal((await send('POST', '/api/tickets/reserve', member, asked)).status, 201);
    });

    test('searches the list of events by place, words, kind and day, and has it by date', async () => {
      const { venueId } = (await send('POST', '/api/venues', staff(), { name: 'Bierhübeli', city: 'Bern' })).body;
      const there = { venueId, venue: undefined, venueAddress: undefined };
      await newShow({ ...there, title: 'Rock later', eventDate: '2027-08-01T20:00:00Z' });
      await newShow({ ...there, title: 'Rock sooner', eventDate: '2027-07-19T20:00:00Z' });
      const { status, body, text } = await send('GET', '/api/events?location=Bern&term=rock&type=&date=');
      assert.equal(status, 200, text);
      const starts = body.items.map(({ startsAt }: { startsAt: string }) => startsAt);
      assert.equal(starts.length, 2, text);
      assert.deepEqual(starts, starts.toSorted());
      assert.equal((await send('GET', '/api/events?date=2027-07-19')).body.items[0].title, 'Rock sooner');
    });

    test('sends forms with empty fields', async () => {
      const found = await send('GET', '/api/search?term=rock&location=&type=&date=');
      assert.equal(found.status, 200, found.text);
      assert.ok(found.body.items.length > 0);
    });

    test('asks for bookings that are pending by its own word', needs('clock'), async () => {
      const held = await send('POST', '/api/tickets/reserve', {}, { eventId, quantity: 1 });
      const waiting = { provider: 'sandbox', token: 'tok_3ds' };
      const body = { reservationId: held.body.reservationId, payment: waiting };
      const { bookingId } = (await send('POST', '/api/tickets/purchase', session(held), body)).body;
      const listed = async (status: string) =>
        (await send('GET', `/api/bookings?status=${status}&limit=50`, staff())).body.items.map(
          (booking: { bookingId: string }) => booking.bookingId,
        );
      assert.ok((await listed('pending')).includes(bookingId));
      assert.ok((await listed('awaiting_payment')).includes(bookingId));
      assert.equal((await send('GET', '/api/bookings?status=expired', staff())).status, 400, 'no booking ever is');
      testApp.clock.advance(11 * 60_000);
      await testApp.runJobs();
      assert.ok((await listed('failed')).includes(bookingId), 'the bank’s page was left');
      assert.ok(!(await listed('pending')).includes(bookingId));
    });
  });

  describe('design 4', () => {
    test('sends the idempotency key in the body', async () => {
      const held = await send('POST', '/api/tickets/reserve', {}, { eventId, quantity: 1 });
      const body = { reservationId: held.body.reservationId, payment, idempotencyKey: 'order-77' };
      const first = await send('POST', '/api/payments', session(held), body);
      assert.equal(first.status, 201, first.text);
      assert.equal((await send('POST', '/api/payments', session(held), body)).text, first.text);
    });

    test('knows a user as somebody without rights', async () => {
      const me = await send('GET', '/api/auth/me', member);
      assert.deepEqual(me.body.memberships, []);
      assert.equal((await send('GET', '/api/bookings', member)).status, 200);
      assert.equal((await send('POST', '/api/tickets/block', member, {})).status, 403);
      const invited = await send('POST', '/api/organizers/onsale/invitations', staff(), {
        email: 'clerk@literal.test',
        role: 'user',
      });
      assert.deepEqual([invited.status, invited.body.role], [201, 'clerk']);
    });

    test('pages by cursors, and keeps what hardly changes for a minute', async () => {
      const { body, headers } = await send('GET', '/api/events?limit=1');
      assert.deepEqual([body.items.length, typeof body.nextCursor], [1, 'string']);
      const next = /<([^>]+)>; rel="next"/.exec(String(headers.link))?.[1];
      const following = await send('GET', new URL(next!, 'http://localhost').href.replace('http://localhost', ''));
      assert.equal(following.status, 200, following.text);
      for (const url of [
        '/api/venues',
        '/api/performers',
        '/api/events',
        '/api/search?term=rock',
        `/api/events/${eventId}`,
      ]) {
        assert.match(String((await send('GET', url)).headers['cache-control']), /public, max-age=60/, url);
      }
      const live = await send('GET', `/api/events/${eventId}/availability`);
      assert.match(String(live.headers['cache-control']), /no-cache/);
    });

    test('watches latencies, tickets made, caches and connections', needs('process'), async () => {
      const { text } = await send('GET', '/metrics', staff());
      for (const word of ['_bucket{', 'tickets', 'cache', 'connections']) assert.ok(text.includes(word), word);
    });
  });

  test('a client that keeps cookies and sends no Origin reserves, buys and cancels; a foreign page does not', async () => {
    const held = await send('POST', '/api/tickets/reserve', {}, { eventId, quantity: 1 });
    const cookie = String(held.headers['set-cookie']).split(';')[0]!;
    const body = { reservationId: held.body.reservationId, payment };
    const foreigners: readonly Headers[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
      { origin: 'https://evil.example' },
    ];
    for (const foreign of foreigners) {
      const answer = await send('POST', '/api/tickets/purchase', { cookie, ...foreign }, body);
      assert.deepEqual([answer.status, answer.body.code], [403, 'ORIGIN_FOREIGN'], JSON.stringify(foreign));
    }
    const bought = await send('POST', '/api/tickets/purchase', { cookie }, body);
    assert.equal(bought.status, 201, bought.text);
    assert.equal((await send('DELETE', `/api/bookings/${bought.body.bookingId}`, { cookie })).status, 200);
  });

  test('what is wrong is said once for each field, in words', async () => {
    const wrong = { eventId: 'one', quantity: 0, customerEmail: 'nobody', colour: 'red' };
    const { body } = await send('POST', '/api/tickets/reserve', {}, wrong);
    const fields = body.errors.map(({ field }: { field: string }) => field);
    assert.deepEqual(new Set(fields), new Set(['/eventId', '/quantity', '/customerEmail', '/colour']));
    assert.equal(new Set(fields).size, fields.length);
    for (const { message } of body.errors) assert.doesNotMatch(message, /schema|constant|format|NOT/);
    const status = await send('PUT', `/api/events/${eventId}`, staff(), { status: 'open' });
    assert.equal(status.body.errors.length, 1, status.text);
  });

  test('a path that exists names the methods of its own route', async () => {
    const answer = await send('PUT', '/api/tickets/purchase');
    assert.deepEqual([answer.status, answer.headers.allow], [405, 'POST']);
  });

  test('the audit log of a ticket shows nothing of another ticket', async () => {
    const [one, other] = await freeTickets(2);
    assert.equal((await send('DELETE', `/api/tickets/${other}`, staff())).status, 204);
    const types = async (id: string) =>
      (await send('GET', `/api/audit?ticketId=${id}&limit=50`, staff())).body.items.map(
        ({ type }: { type: string }) => type,
      );
    assert.ok(!(await types(one!)).includes('PlacesCancelled'));
    assert.ok((await types(other!)).includes('PlacesCancelled'));
  });
});
