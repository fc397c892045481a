import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { orderAddress } from '../support/order-address.ts';
import { organizerDesk } from '../support/organizer-desk.ts';
import { readRoutes, requestAbout } from '../support/route-table.ts';
import { samplePlan } from '../support/sample-plan.ts';

const testApp = await startTestApp();
const { app, staff } = testApp;
const office = boxOffice(testApp);
const { eventId, venueId } = await office.show({ performers: ['Ana Band'], venue: 'Walkers Hall' });
for (let i = 0; i < 3; i++) await office.show({ title: `Klavizimbel ${i}`, venue: 'Walkers Hall' });
const plan = await app.inject({
  method: 'POST',
  url: '/api/seating-plans',
  headers: staff,
  payload: samplePlan(),
});
const held = await office.hold({ eventId, quantity: 1 });
const owner = office.owner(held);

const forAMinute = 'public, max-age=60, s-maxage=60, stale-while-revalidate=60';

describe('how long answers may be kept', () => {
  const shared = [
    '/api/venues',
    `/api/venues/${venueId}`,
    '/api/performers',
    '/api/performers/1',
    '/api/series',
    '/api/events',
  ];
  shared.push(
    '/api/search?term=klavizimbel',
    '/api/search/suggestions?term=klavi',
    '/search',
    '/api/organizers',
    '/api/organizers/main/events',
    `/api/events/${eventId}`,
  );
  shared.push(`/api/events/${eventId}/ticket-types`, `/api/events/${eventId}/event.ics`);
  shared.push('/api/seating-plans', `/api/seating-plans/${plan.json().seatingPlanId}`);

  test('a minute by anybody, what the public is answered', async () => {
    for (const url of shared) {
      if (url.startsWith('/api/organizers/') && (await app.inject(url)).statusCode === 404) continue;
      const { statusCode, headers } = await app.inject(url);
      assert.deepEqual([statusCode, headers['cache-control']], [200, forAMinute], url);
      assert.match(String(headers['surrogate-key']), /^[a-z-]+( [a-zA-Z]+-[\w-]+)*$/, url);
      assert.match(String(headers.vary), /authorization/, url);
    }
  });

  test('by nobody else, what is answered to somebody who says who it is', async () => {
    for (const url of shared) {
      if ((await app.inject(url)).statusCode === 404) continue;
      const asStaff = await app.inject({ url, headers: staff });
      assert.equal(asStaff.headers['cache-control'], 'private, no-cache', url);
      assert.match(String(asStaff.headers.vary), /authorization/, url);
    }
    for (const headers of [owner, { cookie: `onsale_session=${held.sessionToken}` }] as Record<string, string>[]) {
      assert.equal((await app.inject({ url: '/api/events', headers })).headers['cache-control'], 'private, max-age=60');
    }
  });

  test('no refusal is kept as if it were the answer', async () => {
    for (const url of ['/api/venues/999999', '/api/events/999999', '/api/events?limit=0', '/api/performers/999999'])
      assert.doesNotMatch(String((await app.inject(url)).headers['cache-control']), /public|max-age/, url);
  });

  test('nothing that is personal or live is shared', needs('process'), async () => {
    const paid = await office.pay(held);
    const { bookingId, tickets } = paid.body;
    for (const url of [
      `/api/tickets/${tickets[0].ticketId}`,
      `/api/tickets/event/${eventId}`,
      `/event/${eventId}`,
      `/api/bookings/${bookingId}`,
      `/api/bookings/${bookingId}/history`,
      `/api/events/${eventId}/availability`,
      `/api/events/${eventId}/seats`,
      orderAddress(testApp, bookingId),
    ]) {
      const { statusCode, headers } = await app.inject({ url, headers: owner });
      assert.equal(statusCode, 200, url);
      assert.doesNotMatch(String(headers['cache-control']), /public.*max-age=[1-9]|^max-age/, url);
    }
  });

  test(
    'no cache in front keeps what any route answers to somebody, or what it answers one and not the other',
    needs('clock', 'database', 'process'),
    async () => {
      const another = await startTestApp();
      const { ids, headers: key, buyer, shownEventId } = await organizerDesk(another).full('Kept');
      const guest = { 'x-session-token': buyer };
      const accounts = accountDesk(another);
      const account = accounts.bearer(await accounts.member('kept@example.test'));
      const known: Record<string, string>[] = [
        key,
        another.staff,
        account,
        guest,
        { ...account, ...guest },
        { cookie: `onsale_session=${buyer}` },
      ];
      const isPublic = (headers: Record<string, unknown>) => /public|s-maxage/.test(String(headers['cache-control']));
      const reads = (await readRoutes(another)).filter(
        ({ method, path }) => method === 'GET' && !path.endsWith('/live'),
      );
      let shared = 0;
      for (const route of reads) {
        const { url } = requestAbout(route, { ...ids, eventId: shownEventId });
        const asNobody = await another.app.inject(url);
        if (isPublic(asNobody.headers)) {
          shared += 1;
          assert.equal(asNobody.statusCode, 200, route.label);
          assert.equal(route.access, 'public', route.label);
        }
        for (const headers of known) {
          const { statusCode, headers: said, body } = await another.app.inject({ url, headers });
          const isSame = body === asNobody.body;
          // Keys that signatures are checked by are the same for everybody.
          const isKey = route.path.startsWith('/.well-known/');
          if (isPublic(said))
            assert(isSame && (isKey || headers.authorization === undefined), `${route.label} ${statusCode}`);
          // A cache that has what nobody was answered answers everybody with it who does not say who it is.
          if (isPublic(asNobody.headers) && headers.authorization === undefined) assert(isSame, route.label);
          if (route.access !== 'public' && statusCode === 200)
            assert.match(String(said['cache-control']), /no-store/, route.label);
        }
      }
      assert(shared > 15, `${shared} routes are shared`);
    },
  );
});

test('a list that goes on links to its next page, with what was asked', async () => {
  const walk = async (url: string, headers: Record<string, string> = {}) => {
    const seen: unknown[] = [];
    for (let next: string | undefined = url, pages = 0; next && pages < 20; pages++) {
      const answer: LightMyRequestResponse = await app.inject({ url: next, headers });
      assert.equal(answer.statusCode, 200, next);
      const { items, nextCursor } = answer.json();
      seen.push(...items);
      const link = String(answer.headers.link ?? '');
      assert.equal(link !== '', nextCursor !== null, next);
      next = /^<(\/[^>]+)>; rel="next"$/.exec(link)?.[1];
      if (next) assert.equal(new URL(next, 'http://x').searchParams.get('cursor'), nextCursor);
    }
    return seen as { eventId: number }[];
  };
  assert.equal((await walk(`/api/Events?venueId=${venueId}&limit=1`)).length, 4);
  assert.deepEqual((await walk('/api/search?term=klavizimbel&limit=1')).length, 3);
  assert.equal((await walk(`/api/tickets/event/${eventId}?limit=3&status=Available`)).length, 9);
  assert((await walk('/api/audit?limit=2', staff)).length > 2);
});

describe('the list of events by words', () => {
  const list = async (query: string, headers: Record<string, string> = {}) => {
    const { status, text, body } = await office.send('GET', `/api/events?${query}`, headers);
    assert.equal(status, 200, text);
    return body.items.map(({ title }: { title: string }) => title);
  };

  test('finds as the search does, answers whole events, and always by date', async () => {
    await office.show({
      title: 'Late Klavizimbel',
      eventDate: '2027-05-23T20:00:00Z',
      description: 'klavizimbel klavizimbel klavizimbel',
    });
    await office.show({
      title: 'Early Harpist',
      eventDate: '2027-02-02T20:00:00Z',
      description: 'with a klavizimbel',
      venue: 'Kino am Tor',
    });
    assert.deepEqual(await list('location=&term=klavizimbel&type=&date='), [
      'Early Harpist',
      'Klavizimbel 0',
      'Klavizimbel 1',
      'Klavizimbel 2',
      'Late Klavizimbel',
    ]);
    assert.deepEqual(await list('term=klavizimbbel&limit=1'), ['Early Harpist'], 'small typing errors are forgiven');
    assert.deepEqual(await list('date=2027-05-23'), ['Late Klavizimbel']);
    assert.deepEqual(await list('type=Nothing'), []);
    const { body } = await office.send('GET', '/api/events?term=late%20klavizimbel', {});
    const { body: whole } = await office.send('GET', `/api/events/${body.items[0].eventId}`, {});
    assert.deepEqual(body.items[0], whole);
  });

  test('goes together with the other filters, page by page', async () => {
    const { body } = await office.send('GET', '/api/events?term=harpist', {});
    const { venueId: kino } = body.items[0];
    assert.deepEqual(await list(`term=klavizimbel&venueId=${kino}`), ['Early Harpist']);
    assert.deepEqual(await list(`term=klavizimbel&venueId=${venueId}&limit=2`), ['Klavizimbel 0', 'Klavizimbel 1']);
    assert.deepEqual(await list('term=klavizimbel&status=cancelled'), []);
    const wrong = await office.send('GET', '/api/events?date=tomorrow&term=a', {});
    assert.equal(wrong.status, 400);
    assert.equal((await office.send('GET', '/api/events?term=klavizimbel&cursor=nonsense', {})).status, 400);
  });
});
