import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { catalogClient } from '../support/catalog-client.ts';
import { needs } from '../support/needs.ts';

const testApp = await startTestApp();
const { staff, guest, show } = catalogClient(testApp);

async function countTickets(eventId: number): Promise<number> {
  let count = 0;
  for (let cursor = ''; ; ) {
    const { body } = await staff('GET', `/api/tickets/event/${eventId}?limit=50${cursor}`);
    count += body.items.length;
    if (body.nextCursor === null) return count;
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
  }
}

async function historyOf(stream: string): Promise<string[]> {
  const { body } = await staff('GET', `/api/audit?stream=${stream}&limit=50`);
  return body.items.map(({ type }: { type: string }) => type).toReversed();
}

test('the simple form finds or makes the venue and is on sale at once', async () => {
  const first = await staff('POST', '/api/events', {
    title: 'Simple',
    eventDate: '2027-05-01T20:00:00+02:00',
    venue: 'Teatro Guimerá',
    venueAddress: 'Plaza Isla de la Madera',
    ticketTypes: [{ name: 'Entrada', price: 12.5, capacity: 100 }],
  });
  assert.equal(first.status, 201);
  assert.equal(first.headers.location, `/api/events/${first.body.eventId}`);
  const { body } = first;
  assert.equal(body.status, 'published');
  assert.equal(body.venue, 'Teatro Guimerá');
  assert.equal(body.venueAddress, 'Plaza Isla de la Madera');
  assert.equal(body.startsAt, '2027-05-01T18:00:00.000Z');
  assert.equal(body.eventDate, body.startsAt);
  assert.deepEqual([body.totalCapacity, body.availableCapacity, body.isActive], [100, 100, true]);
  assert.deepEqual([body.ticketTypes[0].price, body.ticketTypes[0].availableCount], [12.5, 100]);
  assert.equal(await countTickets(body.eventId), 100);
  assert.deepEqual((await guest('GET', `/api/events/${body.eventId}`)).body, body);
  const second = await show({ venue: 'teatro guimerá', venueAddress: 'plaza isla de la madera' });
  assert.equal(second.venueId, body.venueId);
  const elsewhere = await show({ venue: 'Teatro Guimerá', venueAddress: 'Another street' });
  assert.notEqual(elsewhere.venueId, body.venueId);
});

test('two requests at once for a new venue make one venue', async () => {
  const shows = await Promise.all([1, 2, 3, 4].map(() => show({ venue: 'Brand New Hall', performers: ['Bo', 'Al'] })));
  assert.equal(new Set(shows.map((one) => one.venueId)).size, 1);
  assert.equal(new Set(shows.map((one) => one.performers[0].performerId)).size, 1);
});

test('the full form carries performers, series, windows and limits, and starts as a draft', async () => {
  const { body: venue } = await staff('POST', '/api/venues', { name: 'Auditorio', timeZone: 'Atlantic/Canary' });
  const { body: singer } = await staff('POST', '/api/performers', { name: 'Ana' });
  const { body: series } = await staff('POST', '/api/series', { name: 'Ana on tour' });
  const { status, body } = await staff('POST', '/api/events', {
    title: 'Ana',
    description: 'Songs',
    type: 'MusicEvent',
    venueId: venue.venueId,
    startsAt: '2027-07-01T20:00:00Z',
    doorsAt: '2027-07-01T19:00:00Z',
    endsAt: '2027-07-01T23:00:00Z',
    performers: [{ performerId: singer.performerId }, 'The Band'],
    seriesId: series.seriesId,
    imageUrl: 'https://example.org/ana.jpg',
    currency: 'KWD',
    onSaleFrom: '2027-02-01T10:00:00Z',
    onSaleUntil: '2027-06-30T22:00:00Z',
    holdMinutes: 5,
    limitPerReservation: 4,
    limitPerCustomer: 6,
    ticketTypes: [
      {
        name: 'Floor',
        description: 'Standing',
        rates: [
          { name: 'adult', price: 10.125 },
          { name: 'child', price: 5 },
        ],
        capacity: 50,
        salesUntil: '2027-06-01T00:00:00Z',
      },
    ],
  });
  assert.equal(status, 201);
  assert.equal(body.status, 'draft');
  assert.equal(body.timeZone, 'Atlantic/Canary');
  assert.equal(body.localStart, '2027-07-01T21:00:00+01:00');
  assert.deepEqual(
    body.performers.map((one: { name: string }) => one.name),
    ['Ana', 'The Band'],
  );
  assert.equal(body.lowestPrice, 5);
  assert.equal(body.ticketTypes[0].price, 10.125);
  assert.deepEqual([body.holdMinutes, body.limitPerReservation, body.limitPerCustomer], [5, 4, 6]);
  assert.equal((await guest('GET', `/api/events/${body.eventId}`)).status, 404);
  assert.equal(await countTickets(body.eventId), 0);
  const published = await staff('POST', `/api/events/${body.eventId}/publish`);
  assert.deepEqual([published.status, published.body.ticketsCreated], [200, 50]);
  assert.equal((await guest('GET', `/api/events/${body.eventId}`)).status, 200);
  const ofSeries = await guest('GET', `/api/events?seriesId=${series.seriesId}`);
  assert.equal(ofSeries.body.items[0].eventId, body.eventId);
  const ofPerformer = await guest('GET', `/api/events?performerId=${singer.performerId}`);
  assert.equal(ofPerformer.body.items.length, 1);
});

test('publishing twice, even at once, mints nothing twice', async () => {
  const { eventId } = await show({ status: 'draft' });
  const answers = await Promise.all([1, 2, 3].map(() => staff('POST', `/api/events/${eventId}/publish`)));
  assert.deepEqual(
    answers.map((answer) => answer.body.ticketsCreated).sort((a, b) => a - b),
    [0, 0, 10],
  );
  assert.equal(await countTickets(eventId), 10);
  assert.deepEqual(await historyOf(`event-${eventId}`), ['EventCreated', 'TicketsMinted', 'EventPublished']);
});

test('an answer can be sent back as a change; what is absent stays', async () => {
  const before = await show();
  const same = await staff('PUT', `/api/events/${before.eventId}`, before);
  assert.equal(same.status, 200, JSON.stringify(same.body));
  assert.deepEqual(same.body, before);
  const moved = await staff('PUT', `/api/events/${before.eventId}`, {
    ...before,
    eventDate: '2027-03-02T20:00:00Z',
    venue: 'Other hall',
    venueAddress: null,
    description: 'New',
  });
  assert.equal(moved.body.startsAt, '2027-03-02T20:00:00.000Z');
  assert.deepEqual([moved.body.venue, moved.body.venueAddress, moved.body.description], ['Other hall', null, 'New']);
  assert.equal(moved.body.title, before.title);
  assert.equal(moved.body.version, before.version + 1);
  assert.deepEqual((await guest('GET', `/api/events/${before.eventId}`)).body, moved.body);
});

test('postponing and cancelling stop sales and end holds; a cancelled event stays cancelled', async () => {
  const { reserve } = catalogClient(testApp);
  const event = await show();
  const url = `/api/events/${event.eventId}`;
  const { reservationId, sessionToken } = await reserve(event, 2);
  assert.equal((await staff('PUT', url, { status: 'postponed' })).body.status, 'postponed');
  const headers = { 'x-session-token': sessionToken };
  const gone = await guest('GET', `/api/tickets/reservation/${reservationId}`, undefined, headers);
  assert.ok([404, 410].includes(gone.status), JSON.stringify(gone.body));
  const [{ ticketTypeId }] = event.ticketTypes;
  const refused = await guest('POST', '/api/tickets/reserve', { eventId: event.eventId, ticketTypeId, quantity: 1 });
  assert.equal(refused.status, 409);
  assert.equal((await staff('PUT', url, { status: 'published' })).body.status, 'published');
  await reserve(event, 2);
  assert.equal((await staff('PUT', url, { status: 'cancelled' })).status, 200);
  const back = await staff('PUT', url, { status: 'published' });
  assert.deepEqual([back.status, back.body.code, back.body.allowed], [409, 'STATUS_CHANGE_FORBIDDEN', []]);
});

test('lists go through every event once, page by page', async () => {
  const { body: venue } = await staff('POST', '/api/venues', { name: 'Listed' });
  const days = Array.from({ length: 12 }, (_, i) => `2027-04-${String(1 + (i >> 1)).padStart(2, '0')}T20:00:00Z`);
  for (const startsAt of days) {
    const made = await staff('POST', '/api/events', {
      title: startsAt,
      startsAt,
      venueId: venue.venueId,
      status: 'published',
      ticketTypes: [{ name: 'A', price: 1, capacity: 1 }],
    });
    assert.equal(made.status, 201);
  }
  const seen: string[] = [];
  let cursor = '';
  do {
    const { body } = await guest('GET', `/api/events?venueId=${venue.venueId}&limit=5${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.items.map((item: { title: string }) => item.title));
    cursor = body.nextCursor;
  } while (cursor);
  assert.deepEqual(seen, days);
  const drafts = await guest('GET', `/api/events?venueId=${venue.venueId}&status=draft`);
  assert.deepEqual(drafts.body, { items: [], nextCursor: null });
});

test('only upcoming events, if asked', needs('clock'), async () => {
  const { body: venue } = await staff('POST', '/api/venues', { name: 'Soon' });
  await show({ venue: 'Soon', venueAddress: undefined, eventDate: '2027-01-15T13:00:00Z' });
  const url = `/api/events?upcoming=true&venueId=${venue.venueId}`;
  assert.equal((await guest('GET', url)).body.items.length, 1);
  testApp.clock.advance(2 * 3_600_000);
  assert.equal((await guest('GET', url)).body.items.length, 0);
  assert.equal((await guest('GET', url.replace('upcoming=true', 'upcoming=false'))).body.items.length, 1);
});

test('venues and performers can be renamed, and are kept while an event needs them', async () => {
  const event = await show({ venue: 'Old name', performers: ['Old star'] });
  const venueUrl = `/api/venues/${event.venueId}`;
  const { body: venue } = await guest('GET', venueUrl);
  const renamed = await staff('PUT', venueUrl, { ...venue, name: 'New name', latitude: 28.4, longitude: -16.2 });
  assert.deepEqual([renamed.status, renamed.body.name, renamed.body.version], [200, 'New name', 2]);
  const performerUrl = `/api/performers/${event.performers[0].performerId}`;
  assert.equal((await staff('PUT', performerUrl, { name: 'New star' })).status, 200);
  const { body } = await guest('GET', `/api/events/${event.eventId}`);
  assert.deepEqual([body.venue, body.performers[0].name], ['New name', 'New star']);
  for (const url of [venueUrl, performerUrl]) {
    const kept = await staff('DELETE', url);
    assert.deepEqual([kept.status, kept.body.code], [409, 'IN_USE']);
  }
  assert.equal((await staff('DELETE', `/api/events/${event.eventId}`)).body.deleted, true);
  for (const url of [venueUrl, performerUrl]) {
    assert.equal((await staff('DELETE', url)).status, 200);
    assert.equal((await guest('GET', url)).status, 404);
    assert.equal((await staff('DELETE', url)).status, 404);
  }
});

test('search finds a show at once, and forgets it when it is gone', async () => {
  const event = await show({ title: 'Xylophonissimo' });
  const found = () => guest('GET', '/api/search?term=xylophonissimo');
  assert.equal((await found()).body.items.length, 1);
  await staff('DELETE', `/api/events/${event.eventId}`);
  assert.equal((await found()).body.items.length, 0);
});
