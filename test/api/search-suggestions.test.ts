import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';

const testApp = await startTestApp();
const { app, staff } = testApp;
const office = boxOffice(testApp);

async function propose(term: string, more: Record<string, string> = {}) {
  const answer = await app.inject({ url: '/api/search/suggestions', query: { term, ...more } });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json().items as Record<string, unknown>[];
}

const words = async (term: string) => (await propose(term)).map(({ kind, text }) => `${kind} ${text}`);

describe('what is proposed while somebody types', () => {
  let eventId: number;
  let venueId: number;
  before(async () => {
    const venue = { name: 'Auditorio Atlántico', city: 'Santa Cruz de Tenerife', timeZone: 'Atlantic/Canary' };
    ({ venueId } = (await office.send('POST', '/api/venues', staff, venue)).body);
    ({ eventId } = await office.show({
      title: 'Sinfónica: Ravel',
      venue: undefined,
      venueId,
      performers: ['Orquesta Sinfónica'],
      eventDate: '2027-03-20T19:00:00Z',
    }));
  });

  test('a show with what its link needs, a performer, a venue and a city', async () => {
    const [show] = await propose('rave');
    assert.deepEqual(show, {
      kind: 'show',
      text: 'Sinfónica: Ravel',
      eventId,
      slug: 'sinfonica-ravel',
      venueId,
      venue: 'Auditorio Atlántico',
      city: 'Santa Cruz de Tenerife',
      startsAt: '2027-03-20T19:00:00.000Z',
      localStart: '2027-03-20T19:00:00+00:00',
      timeZone: 'Atlantic/Canary',
    });
    assert.deepEqual(await words('sinfo'), ['show Sinfónica: Ravel', 'performer Orquesta Sinfónica']);
    assert.deepEqual(await words('AUDIT'), ['venue Auditorio Atlántico']);
    assert.deepEqual(await propose('tenerif'), [{ kind: 'city', text: 'Santa Cruz de Tenerife' }]);
    const [venue] = await propose('auditorio atl');
    assert.deepEqual(venue, { kind: 'venue', text: 'Auditorio Atlántico', venueId, city: 'Santa Cruz de Tenerife' });
    assert.deepEqual(await words('sinfoncia'), ['performer Orquesta Sinfónica', 'show Sinfónica: Ravel']);
    assert.deepEqual(await propose('sinfo', { limit: '1' }), await propose('sinfo').then((all) => all.slice(0, 1)));
    assert.deepEqual(await propose('!?'), []);
  });

  test('nothing of drafts, of shows that were taken away, or by names that have gone', async () => {
    const draft = { title: 'Zarzuela', status: 'draft', performers: ['Zacarías'], venue: 'Zoo Palast' };
    const { eventId: drafted } = await office.show(draft);
    assert.deepEqual(await words('z'), []);
    await office.send('POST', `/api/events/${drafted}/publish`, staff);
    assert.deepEqual((await words('z')).sort(), ['performer Zacarías', 'show Zarzuela', 'venue Zoo Palast']);
    const [{ performerId }] = (await propose('zac')) as [{ performerId: number }];
    await office.send('PUT', `/api/performers/${performerId}`, staff, { name: 'Yolanda' });
    assert.deepEqual(await words('zac'), []);
    assert.deepEqual(await words('yol'), ['show Zarzuela', 'performer Yolanda'].toSorted());
    assert.equal((await office.send('DELETE', `/api/events/${drafted}`, staff)).status, 200);
    assert.deepEqual([...(await words('z')), ...(await words('yol'))], []);
  });

  test('anybody may keep it for a minute, and need not read again what they have', async () => {
    const url = '/api/search/suggestions?term=ravel';
    const { headers } = await app.inject({ url });
    assert.equal(headers['cache-control'], 'public, max-age=60, s-maxage=60, stale-while-revalidate=60');
    const again = await app.inject({ url, headers: { 'if-none-match': String(headers.etag) } });
    assert.deepEqual([again.statusCode, again.body], [304, '']);
  });

  test('bad input is refused and names the field', async () => {
    for (const [query, field] of [
      [{}, 'term'],
      [{ term: 'x'.repeat(101) }, 'term'],
      [{ term: 'x', limit: '11' }, 'limit'],
      [{ term: 'x', colour: 'red' }, 'colour'],
    ] as const) {
      const answer = await app.inject({ url: '/api/search/suggestions', query });
      assert.deepEqual([answer.statusCode, answer.json().code], [400, 'VALIDATION_FAILED'], JSON.stringify(query));
      assert.match(answer.body, new RegExp(`/querystring/${field}"`), JSON.stringify(query));
    }
    for (const term of ["'", '%', '\0', "');--", '\ud800', 'x'.repeat(100), '東', '🎸', 'a:*', '\\'])
      assert.ok(Array.isArray(await propose(term)), term);
  });
});

test('cities and types to choose from, with how many shows they have', async () => {
  const answer = await app.inject('/api/search/places');
  assert.equal(answer.statusCode, 200, answer.body);
  const { cities, types, isExact } = answer.json();
  assert.deepEqual([cities, isExact], [[{ city: 'Santa Cruz de Tenerife', shows: 1 }], true]);
  assert.equal(types.length, 1);
  const { etag } = answer.headers;
  const again = await app.inject({ url: '/api/search/places', headers: { 'if-none-match': String(etag) } });
  assert.equal(again.statusCode, 304);
});
