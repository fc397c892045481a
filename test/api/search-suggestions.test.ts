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
    const venue = { name: 'Audiquorio Atlántico', city: 'Santa Cruz de Teneriqua', timeZone: 'Atlantic/Canary' };
    ({ venueId } = (await office.send('POST', '/api/venues', staff, venue)).body);
    ({ eventId } = await office.show({
      title: 'Quintónica: Rauvel',
      venue: undefined,
      venueId,
      performers: ['Orquesta Quintónica'],
      eventDate: '2027-03-20T19:00:00Z',
    }));
  });

  test('a show with what its link needs, a performer, a venue and a city', async () => {
    const [show] = await propose('rauv');
    assert.deepEqual(show, {
      kind: 'show',
      text: 'Quintónica: Rauvel',
      eventId,
      slug: 'quintonica-rauvel',
      venueId,
      venue: 'Audiquorio Atlántico',
      city: 'Santa Cruz de Teneriqua',
      startsAt: '2027-03-20T19:00:00.000Z',
      localStart: '2027-03-20T19:00:00+00:00',
      timeZone: 'Atlantic/Canary',
    });
    assert.deepEqual(await words('quinto'), ['show Quintónica: Rauvel', 'performer Orquesta Quintónica']);
    assert.deepEqual(await words('AUDIQ'), ['venue Audiquorio Atlántico']);
    assert.deepEqual(await propose('teneriq'), [{ kind: 'city', text: 'Santa Cruz de Teneriqua' }]);
    const [venue] = await propose('audiquorio atl');
    assert.deepEqual(venue, { kind: 'venue', text: 'Audiquorio Atlántico', venueId, city: 'Santa Cruz de Teneriqua' });
    assert.deepEqual(await words('quintoncia'), ['performer Orquesta Quintónica', 'show Quintónica: Rauvel']);
    assert.deepEqual(await propose('quinto', { limit: '1' }), await propose('quinto').then((all) => all.slice(0, 1)));
    assert.deepEqual(await propose('!?'), []);
  });

  test('nothing of drafts, of shows that were taken away, or by names that have gone', async () => {
    const draft = { title: 'Xylozuela', status: 'draft', performers: ['Xylqacarías'], venue: 'Xylander Palast' };
    const { eventId: drafted } = await office.show(draft);
    assert.deepEqual(await words('xyl'), []);
    await office.send('POST', `/api/events/${drafted}/publish`, staff);
    assert.deepEqual((await words('xyl')).sort(), ['performer Xylqacarías', 'show Xylozuela', 'venue Xylander Palast']);
    const [{ performerId }] = (await propose('xylqac')) as [{ performerId: number }];
    await office.send('PUT', `/api/performers/${performerId}`, staff, { name: 'Yolquanda' });
    assert.deepEqual(await words('xylqac'), []);
    assert.deepEqual(await words('yolq'), ['show Xylozuela', 'performer Yolquanda'].toSorted());
    assert.equal((await office.send('DELETE', `/api/events/${drafted}`, staff)).status, 200);
    assert.deepEqual([...(await words('xyl')), ...(await words('yolq'))], []);
  });

  test('anybody may keep it for a minute, and need not read again what they have', async () => {
    const url = '/api/search/suggestions?term=rauvel';
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
  const ours = cities.filter(({ city }: { city: string }) => city === 'Santa Cruz de Teneriqua');
  assert.deepEqual([ours, isExact], [[{ city: 'Santa Cruz de Teneriqua', shows: 1 }], true]);
  assert.ok(types.length > 0);
  // Others may bring another city just then.
  await testApp.eventually(async () => {
    const { etag } = (await app.inject('/api/search/places')).headers;
    const again = await app.inject({ url: '/api/search/places', headers: { 'if-none-match': String(etag) } });
    return again.statusCode === 304;
  }, 'that who knows all cities need not read them again');
});
