import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { startTestApp } from '../support/app.ts';

const { app, staff } = await startTestApp();

interface Item {
  title: string;
  availability: string;
  distanceKm?: number;
  lowestPrice: number | null;
}
interface Answer {
  items: Item[];
  nextCursor: string | null;
  total: number;
  totalMore: boolean;
  didYouMean: string | null;
  code?: string;
  errors?: { field: string }[];
}

async function get(query: Record<string, string>, path = '/api/search'): Promise<{ status: number; body: Answer }> {
  const response = await app.inject({ method: 'GET', url: path, query });
  return { status: response.statusCode, body: response.json() };
}

async function titles(query: Record<string, string>): Promise<string[]> {
  const { status, body } = await get(query);
  assert.equal(status, 200, JSON.stringify(body));
  return body.items.map((item) => item.title);
}

const shows = [
  {
    title: 'Bruce Sprongsteer and the E Street Band',
    eventDate: '2027-06-01T19:00:00Z',
    venue: 'Waldbühne',
    price: 95,
  },
  { title: 'Sinfóbrica de Tenerife: Ravello', eventDate: '2027-03-20T19:00:00Z', venue: 'Auditorio', price: 20 },
  { title: 'Jazzquell at midnight', eventDate: '2027-02-14T23:00:00Z', venue: 'Blue Club', price: 35.5 },
];

/** All shows of this file, and no other: one performer is in them. */
let ours: { performerId: string };

before(async () => {
  const performer = { name: 'Ensemble for Searches' };
  const made = await app.inject({ method: 'POST', url: '/api/performers', headers: staff, payload: performer });
  ours = { performerId: String(made.json().performerId) };
  for (const { price, ...show } of shows) {
    const response = await app.inject({
      method: 'POST',
      url: '/api/events',
      headers: staff,
      payload: {
        ...show,
        performerIds: [Number(ours.performerId)],
        venueAddress: 'Main street 1',
        ticketTypes: [{ name: 'Standing', price, capacity: 100 }],
      },
    });
    assert.equal(response.statusCode, 201, response.body);
  }
});

test('a show that was just created is found, by both names of the route', async () => {
  assert.deepEqual(await titles({ term: 'sprongsteer' }), [shows[0]!.title]);
  const { body } = await get({ term: 'SINFOBRICA ravello' }, '/search');
  assert.deepEqual(
    body.items.map((item) => [item.title, item.availability, item.lowestPrice]),
    [[shows[1]!.title, 'available', 20]],
  );
  assert.deepEqual([body.total, body.totalMore, body.nextCursor, body.didYouMean], [1, false, null, null]);
});

test('typing errors are forgiven, parts and beginnings are enough', async () => {
  for (const term of ['sporngsteer', 'gsteer', 'sprong', 'bruce sprong']) {
    assert.deepEqual(await titles({ term }), [shows[0]!.title], term);
  }
  const { body } = await get({ term: 'sprngstr' });
  assert.equal(body.didYouMean, 'sprongsteer');
});

test('orders are by date, by price, and pages follow each other', async () => {
  const byDate = [shows[2]!.title, shows[1]!.title, shows[0]!.title];
  assert.deepEqual(await titles(ours), byDate);
  assert.deepEqual(await titles({ ...ours, sort: 'price' }), [shows[1]!.title, shows[2]!.title, shows[0]!.title]);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const { body }: { body: Answer } = await get({ ...ours, limit: '1', ...(cursor && { cursor }) });
    assert.equal(body.total, 3);
    seen.push(...body.items.map((item) => item.title));
    cursor = body.nextCursor;
  } while (cursor);
  assert.deepEqual(seen, byDate);
});

test('days and periods narrow the search', async () => {
  assert.deepEqual(await titles({ ...ours, from: '2027-03-01', to: '2027-04-30' }), [shows[1]!.title]);
  assert.deepEqual(await titles({ ...ours, date: '2027-06-01' }), [shows[0]!.title]);
  assert.deepEqual(await titles({ onSale: 'true', term: 'jazzquell' }), [shows[2]!.title]);
  assert.deepEqual(await titles({ ...ours, onSale: 'false' }), []);
});

test('a search that makes no sense is refused and names the field', async () => {
  const { body: page } = await get({ limit: '1' });
  const refused: [Record<string, string>, string][] = [
    [{ colour: 'red' }, 'colour'],
    [{ limit: '0' }, 'limit'],
    [{ limit: '51' }, 'limit'],
    [{ limit: 'many' }, 'limit'],
    [{ sort: 'fame' }, 'sort'],
    [{ sort: 'distance' }, 'sort'],
    [{ near: 'here' }, 'near'],
    [{ near: '91,0' }, 'near'],
    [{ near: '0,0', radius: '0' }, 'radius'],
    [{ near: '0,0', radius: '20001' }, 'radius'],
    [{ radius: '5' }, 'radius'],
    [{ date: '2027-02-30' }, 'date'],
    [{ date: 'tomorrow' }, 'date'],
    [{ from: '2027-01-01T10:00' }, 'from'],
    [{ to: '+275760-09-13T00:00:00Z' }, 'to'],
    [{ from: '2027-05-02', to: '2027-05-01' }, 'from'],
    [{ onSale: 'maybe' }, 'onSale'],
    [{ term: 'x'.repeat(501) }, 'term'],
  ];
  for (const [query, field] of refused) {
    const { status, body } = await get(query);
    assert.equal(status, 400, JSON.stringify(query));
    assert.equal(body.code, 'VALIDATION_FAILED');
    assert.ok(
      body.errors?.some((error) => error.field === `/querystring/${field}`),
      JSON.stringify([query, body]),
    );
  }
  for (const cursor of [
    'x',
    '!!!!',
    Buffer.from('["date",1]').toString('base64url'),
    Buffer.from('["date",1e300,1]').toString('base64url'),
  ]) {
    const { status, body } = await get({ cursor });
    assert.deepEqual([status, body.code], [400, 'CURSOR_INVALID'], cursor);
  }
  const other = await get({ sort: 'price', cursor: page.nextCursor! });
  assert.deepEqual([other.status, other.body.code], [400, 'CURSOR_INVALID']);
});

test('whatever is typed as a term is answered', async () => {
  const terms = [
    "'",
    '"',
    '\\',
    '%',
    '_%',
    '&|!()<->:*',
    'a:*b',
    '\0',
    'x\0y',
    'x'.repeat(500),
    'é'.repeat(500),
    '🎸',
    '東京',
    'حفلة',
    "');--",
    '\u{10ffff}',
  ];
  for (const term of terms) {
    for (const key of ['term', 'location', 'type']) {
      const { status } = await get({ [key]: key === 'term' ? term : term.slice(0, 90) });
      assert.equal(status, 200, `${key} ${JSON.stringify(term)}`);
    }
  }
  const raw = await app.inject({ method: 'GET', url: '/api/search?term=%ff%c3%28%00&location=%ed%a0%80' });
  assert.equal(raw.statusCode, 200);
});

test('a card has all it shows: the price as it is paid, when the sale opens, when it was before, and its address', async () => {
  const made = await app.inject({
    method: 'POST',
    url: '/api/events',
    headers: staff,
    payload: {
      title: 'Fadoquelho à noite',
      eventDate: '2027-09-01T19:00:00Z',
      venue: 'Casa do Fadoquelho',
      venueAddress: 'Rua 1',
      performers: ['Amália Fadoquelha'],
      serviceFee: { perTicket: 2.5 },
      tax: { percent: 10, included: false },
      onSaleFrom: '2027-02-01T09:00:00Z',
      ticketTypes: [{ name: 'Standing', price: 20, capacity: 100 }],
    },
  });
  assert.equal(made.statusCode, 201, made.body);
  const { eventId, venueId, performers } = made.json();
  await app.inject({
    method: 'PUT',
    url: `/api/events/${eventId}`,
    headers: staff,
    payload: { startsAt: '2027-09-08T19:00:00Z' },
  });
  const { body } = await get({ term: 'fadoquelho' });
  const [found] = body.items as unknown as Record<string, unknown>[];
  assert.deepEqual(
    [
      found!.slug,
      found!.lowestPrice,
      found!.fromPrice,
      found!.availability,
      found!.onSaleFrom,
      found!.previousStartsAt,
    ],
    ['fadoquelho-a-noite', 20, 24.75, 'not on sale yet', '2027-02-01T09:00:00.000Z', '2027-09-01T19:00:00.000Z'],
  );
  assert.deepEqual(await titles({ venueId: String(venueId) }), ['Fadoquelho à noite']);
  assert.deepEqual(await titles({ performerId: String(performers[0].performerId) }), ['Fadoquelho à noite']);
  assert.deepEqual(await titles({ ...ours, seriesId: '1' }), []);
  assert.equal((await get({ venueId: '0' })).status, 400);
});

test('pages in the order of relevance follow each other, each show once', async () => {
  const asked = { ...ours, term: 'ensemble', limit: '1' };
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await get({ ...asked, ...(cursor !== '' && { cursor }) });
    seen.push(...body.items.map(({ title }) => title));
    cursor = body.nextCursor;
    assert.ok(seen.length <= shows.length);
  }
  assert.deepEqual(seen.toSorted(), shows.map(({ title }) => title).toSorted());
});
