import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';
import { samplePlan } from '../support/sample-plan.ts';

const { app, staff, database } = await startTestApp();

function show(id: string, changes: object = {}) {
  return {
    '@context': 'https://schema.org',
    '@type': 'MusicEvent',
    '@id': `https://example.org/${id}`,
    name: `Show ${id}`,
    startDate: '2027-06-05T20:00:00',
    location: { '@type': 'Place', name: 'Old Mill', address: { addressLocality: 'Berlin', addressCountry: 'DE' } },
    performer: ['Ada', 'Bo'],
    offers: { '@type': 'Offer', price: '12,50', priceCurrency: 'EUR' },
    ...changes,
  };
}

async function send(document: unknown, query = '', type = 'application/ld+json') {
  const payload = typeof document === 'string' || document instanceof Buffer ? document : JSON.stringify(document);
  const headers = { ...staff, 'content-type': type };
  return app.inject({ method: 'POST', url: `/api/import${query}`, headers, payload });
}

async function imported(document: unknown, query = '', type?: string) {
  const answer = await send(document, query, type);
  assert.equal(answer.statusCode, 200, answer.body);
  const { added, updated, unchanged, refused, refusals, notes, shows, outcomes, told, plans } = answer.json();
  assert.deepEqual(
    outcomes.map(({ eventId }: { eventId: number }) => eventId),
    shows,
  );
  assert.deepEqual(told, outcomes, 'under its name of the version before, too');
  return { counts: [added, updated, unchanged, refused], refusals, notes, shows, plans };
}

async function event(eventId: number) {
  const answer = await app.inject({ url: `/api/events/${eventId}`, headers: staff });
  return answer.json();
}

async function reserve(eventId: number, ticketTypeId: number) {
  const payload = { eventId, ticketTypeId, quantity: 1, customerName: 'A', customerEmail: 'a@example.org' };
  return app.inject({ method: 'POST', url: '/api/tickets/reserve', payload });
}

test('a show comes in as a draft with its venue, performers and price; again, nothing changes', async () => {
  const first = await imported(show('a'));
  assert.deepEqual(first.counts, [1, 0, 0, 0]);
  const read = await event(first.shows[0]);
  assert.deepEqual([read.title, read.status, read.type, read.venue], ['Show a', 'draft', 'MusicEvent', 'Old Mill']);
  assert.deepEqual(
    [read.timeZone, read.localStart, read.startsAt],
    ['Europe/Berlin', '2027-06-05T20:00:00+02:00', '2027-06-05T18:00:00.000Z'],
  );
  assert.deepEqual(
    read.performers.map((one: { name: string }) => one.name),
    ['Ada', 'Bo'],
  );
  assert.deepEqual([read.ticketTypes[0].price, read.currency], [12.5, 'EUR']);
  assert.deepEqual((await imported(show('a'))).counts, [0, 0, 1, 0]);
  assert.equal((await event(first.shows[0])).version, read.version);
});

test('a changed page changes what it says, and nothing else', async () => {
  const { shows } = await imported(show('b'), '?capacity=50');
  const change = { limitPerCustomer: 4 };
  await app.inject({ method: 'PUT', url: `/api/events/${shows[0]}`, headers: staff, payload: change });
  const renamed = { name: 'New name', offers: { price: 20, priceCurrency: 'EUR' } };
  assert.deepEqual((await imported(show('b', renamed), '?capacity=50')).counts, [0, 1, 0, 0]);
  const later = show('b', { ...renamed, startDate: '2027-06-06T19:30' });
  assert.deepEqual((await imported(later, '?capacity=50')).counts, [0, 1, 0, 0]);
  const read = await event(shows[0]);
  assert.deepEqual([read.title, read.startsAt, read.limitPerCustomer], ['New name', '2027-06-06T17:30:00.000Z', 4]);
  assert.deepEqual([read.ticketTypes.length, read.ticketTypes[0].price, read.ticketTypes[0].capacity], [1, 20, 50]);
  assert.deepEqual((await imported(later, '?capacity=50')).counts, [0, 0, 1, 0]);
});

test('with --publish, --capacity and --price a show goes on sale and sells; again, nothing changes', async () => {
  const query = '?publish=true&capacity=30&price=8';
  const { shows, counts } = await imported(show('c', { offers: undefined }), query);
  assert.deepEqual(counts, [1, 0, 0, 0]);
  const read = await event(shows[0]);
  assert.deepEqual([read.status, read.totalCapacity, read.ticketTypes[0].price], ['published', 30, 8]);
  assert.equal((await reserve(shows[0], read.ticketTypes[0].ticketTypeId)).statusCode, 201);
  assert.deepEqual((await imported(show('c', { offers: undefined }), query)).counts, [0, 0, 1, 0]);
  const dearer = show('c', { offers: { price: 9.5, priceCurrency: 'EUR' } });
  assert.deepEqual((await imported(dearer, query)).counts, [0, 1, 0, 0]);
  const after = await event(shows[0]);
  assert.deepEqual([after.ticketTypes.length, after.ticketTypes[0].price, after.totalCapacity], [1, 9.5, 30]);
});

test('a draft that came in before goes on sale by importing it again with --publish', async () => {
  const { shows } = await imported(show('d'), '?capacity=5');
  assert.deepEqual((await imported(show('d'), '?capacity=5&publish=true')).counts, [0, 1, 0, 0]);
  assert.equal((await event(shows[0])).status, 'published');
});

test('what cannot go on sale comes in as a draft, with the reason', async () => {
  const { counts, notes, shows } = await imported(show('e'), '?publish=true');
  assert.deepEqual(counts, [1, 0, 0, 0]);
  assert.match(notes[0].reason, /not on sale.*--capacity/);
  assert.equal((await event(shows[0])).status, 'draft');
});

test('past shows are history: readable, never on sale', needs('database'), async () => {
  const { shows } = await imported(show('f', { startDate: '2019-05-01T20:00' }), '?publish=true&capacity=10');
  const page = await app.inject({ url: `/api/events/${shows[0]}` });
  assert.equal(page.statusCode, 200);
  assert.deepEqual([page.json().status, page.json().publishedAt], ['published', null]);
  const [{ count }] = (await database.query('SELECT count(*) FROM tickets WHERE event_id = $1', [shows[0]])) as [
    { count: number },
  ];
  assert.equal(count, 0);
  const refused = await reserve(shows[0], page.json().ticketTypes[0].ticketTypeId);
  assert.deepEqual([refused.statusCode, refused.json().code], [409, 'EVENT_NOT_ON_SALE']);
  const upcoming = await app.inject({ url: '/api/events?upcoming=true&limit=50' });
  assert(!upcoming.json().items.some((item: { eventId: number }) => item.eventId === shows[0]));
});

test('history that is moved ahead by --shift can be rehearsed, and shifting again changes nothing', async () => {
  const past = show('g', { startDate: '2025-10-16T20:00' });
  const { shows } = await imported(past);
  assert.deepEqual((await imported(past, '?shift=P3Y')).counts, [0, 1, 0, 0]);
  const draft = await event(shows[0]);
  assert.deepEqual([draft.status, draft.localStart], ['draft', '2028-10-19T20:00:00+02:00']);
  assert.deepEqual((await imported(past, '?shift=P3Y&publish=true&capacity=10')).counts, [0, 1, 0, 0]);
  const read = await event(shows[0]);
  assert.deepEqual([read.status, read.availableCapacity], ['published', 10]);
  assert.deepEqual((await imported(past, '?shift=P3Y&publish=true&capacity=10')).counts, [0, 0, 1, 0]);
});

test('cancelled and postponed shows come in as such and are not on sale', async () => {
  const documents = [
    show('h', { eventStatus: 'https://schema.org/EventCancelled' }),
    show('i', { eventStatus: 'EventPostponed' }),
  ];
  const { shows } = await imported(documents, '?publish=true&capacity=10');
  assert.deepEqual([(await event(shows[0])).status, (await event(shows[1])).status], ['cancelled', 'postponed']);
  const called = await imported(show('j'), '?publish=true&capacity=10');
  await imported(show('j', { eventStatus: 'EventCancelled' }), '?publish=true&capacity=10');
  assert.equal((await event(called.shows[0])).status, 'cancelled');
});

test('a plan sells its categories between the lowest and the highest price, and its floor to those who stand', async () => {
  const floor = {
    shape: 'circle' as const,
    circle: { radius: 5 },
    position: { x: 50, y: 200 },
    text: { text: 'STANDING', position: { x: 0, y: 0 } },
  };
  const plan = samplePlan({ name: 'Round', rows: 3, categories: ['C', 'B', 'A'], areas: [floor] });
  const { plans } = await imported(plan, '', 'application/json');
  assert.deepEqual([plans[0].name, plans[0].seatCount], ['Round', 12]);
  const offers = { '@type': 'AggregateOffer', lowPrice: 20, highPrice: 60, priceCurrency: 'EUR' };
  const { shows } = await imported(show('k', { offers }), '?plan=Round&capacity=100&publish=true');
  const read = await event(shows[0]);
  assert.deepEqual(
    read.ticketTypes.map((type: Record<string, unknown>) => [type.name, type.price, type.capacity, type.categories]),
    [
      ['C', 60, 4, ['C']],
      ['B', 40, 4, ['B']],
      ['A', 20, 4, ['A']],
      ['Standing', 20, 100, null],
    ],
  );
  assert.deepEqual([read.status, read.totalCapacity], ['published', 112]);
  assert.equal((await send(show('l'), '?plan=Nowhere')).json().code, 'SEATING_PLAN_UNKNOWN');
});

test('a plan of the same name and content is unchanged, of other content updated, beside one in use added', async () => {
  const plan = (rows: number) => samplePlan({ name: 'Grows', rows });
  assert.deepEqual((await imported(plan(2))).counts, [1, 0, 0, 0]);
  assert.deepEqual((await imported(plan(2))).counts, [0, 0, 1, 0]);
  assert.deepEqual((await imported(plan(3))).counts, [0, 1, 0, 0]);
  await imported(show('m'), '?plan=Grows&publish=true');
  assert.deepEqual((await imported(plan(4))).counts, [1, 0, 0, 0]);
  assert.deepEqual((await imported(plan(3))).counts, [0, 0, 1, 0]);
});

test('the good shows go in beside refused ones, each refusal with its place', async () => {
  const { counts, refusals } = await imported(
    { '@graph': [show('n', { startDate: undefined }), show('o')] },
    '?name=file.jsonld',
  );
  assert.deepEqual(counts, [1, 0, 0, 1]);
  assert.deepEqual(refusals, [{ place: 'file.jsonld#/@graph/0', reason: 'has no date (startDate)' }]);
});

test('a saved page is read like its JSON-LD', async () => {
  const html = `<html><script type="application/ld+json">${JSON.stringify(show('p'))}</script></html>`;
  assert.deepEqual((await imported(html, '', 'text/html')).counts, [1, 0, 0, 0]);
  assert.deepEqual((await imported(show('p'))).counts, [0, 0, 1, 0]);
});

test('what is not what it says is refused in words, and never an error of ours', async () => {
  const code = async (document: unknown, query = '', type?: string) => {
    const answer = await send(document, query, type);
    assert(answer.statusCode >= 400 && answer.statusCode < 500, answer.body);
    assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8');
    return answer.json().code;
  };
  assert.equal(await code('{broken'), 'IMPORT_UNREADABLE');
  assert.equal(await code(''), 'IMPORT_UNREADABLE');
  assert.equal(await code(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0])), 'IMPORT_UNREADABLE');
  assert.equal(await code({ '@type': 'Recipe' }), 'IMPORT_UNREADABLE');
  assert.equal(await code('['.repeat(50_000)), 'IMPORT_UNREADABLE');
  assert.equal(await code('<html></html>', '', 'text/html'), 'IMPORT_UNREADABLE');
  assert.equal(await code({ ...samplePlan(), colour: 1 }, '', 'application/json'), 'PLAN_INVALID');
  assert.equal(await code(show('q'), '', 'image/png'), 'CONTENT_TYPE_UNSUPPORTED');
  for (const query of [
    '?capacity=0',
    '?capacity=1.5',
    '?price=-1',
    '?shift=3Y',
    '?shift=P',
    '?onSale=2027-01-01',
    '?wrong=1',
    '?publish=perhaps',
  ]) {
    assert.equal(await code(show('q'), query), 'VALIDATION_FAILED', query);
  }
  assert.equal(await code(show('q'), '?timeZone=Moon/Base'), 'TIME_ZONE_UNKNOWN');
});

test('importing needs a key for the catalogue', async () => {
  const answer = await app.inject({ method: 'POST', url: '/api/import', payload: show('r') });
  assert.equal(answer.statusCode, 401);
});

test('progress is reported line by line to those who ask', async () => {
  const headers = { ...staff, 'content-type': 'application/ld+json', accept: 'application/x-ndjson' };
  const payload = JSON.stringify([show('s'), show('t')]);
  const answer = await app.inject({ method: 'POST', url: '/api/import', headers, payload });
  const lines = answer.body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(lines.slice(0, 2), [{ progress: { done: 1, total: 2 } }, { progress: { done: 2, total: 2 } }]);
  assert.equal(lines[2].summary.added, 2);
});

const real = new URL('../../../shared/data/', import.meta.url);
test('all 70 Tenerife shows and both plans come in, and again nothing changes', {
  skip: existsSync(real) ? false : 'needs ../shared/data',
}, async () => {
  const tenerife = readFileSync(new URL('tenerife-events.jsonld', real));
  assert.deepEqual((await imported(tenerife, '?shift=P3Y')).counts, [70, 0, 0, 0]);
  assert.deepEqual((await imported(tenerife, '?shift=P3Y')).counts, [0, 0, 70, 0]);
  for (const plan of ['arena', 'concert-hall']) {
    const document = readFileSync(new URL(`plans/${plan}.json`, real));
    assert.deepEqual((await imported(document, '', 'application/json')).counts, [1, 0, 0, 0]);
    assert.deepEqual((await imported(document, '', 'application/json')).counts, [0, 0, 1, 0]);
  }
});
