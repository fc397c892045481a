import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { simpleShow } from '../support/catalog-client.ts';
import { needs } from '../support/needs.ts';

const { app, staff, clock, database } = await startTestApp();
/** With a word that stands in no other show of the installation. */
const ourShow = { ...simpleShow, title: 'Nordlichtmusik' };

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
async function call(method: Method, url: string, payload?: object, headers: Record<string, string> = staff) {
  const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.json() };
}

const nord = (await call('POST', '/api/organizers', { name: 'Süd & Nord', currency: 'SEK' })).body;
const made = (await call('POST', `/api/organizers/${nord.slug}/keys`, { name: 'Box office', scopes: ['*'] })).body;
const theirs = { authorization: `Bearer ${made.key}` };

describe('an organiser', () => {
  test('is made by the owner of the platform, with a slug of its name', () => {
    assert.deepEqual([nord.slug, nord.name, nord.currency, nord.version], ['sud-nord', 'Süd & Nord', 'SEK', 2]);
  });

  test('has a slug of its own', async () => {
    const again = await call('POST', '/api/organizers', { name: 'Süd, Nord!' });
    assert.deepEqual([again.status, again.body.code], [409, 'SLUG_TAKEN']);
    const none = await call('POST', '/api/organizers', { name: '東京' });
    assert.deepEqual([none.status, none.body.code], [400, 'SLUG_NEEDED']);
    const bad = await call('POST', '/api/organizers', { name: 'X', slug: '-x' });
    assert.equal(bad.status, 400);
    const currency = await call('POST', '/api/organizers', { name: 'Abc', currency: 'XQX' });
    assert.equal(currency.body.code, 'CURRENCY_UNKNOWN');
  });

  test('shows anybody its brand, and its own people its settings', async () => {
    const change = {
      accentColor: '#12ab9f',
      website: 'https://nord.example',
      paymentAccount: 'acct_1OtherHouse',
      taxNumber: 'SE1',
    };
    const byKey = await call('PUT', `/api/organizers/${nord.slug}`, change, theirs);
    assert.deepEqual(
      [byKey.status, byKey.body.code],
      [403, 'ACCOUNT_NEEDED'],
      'a program does not say where money goes',
    );
    const { paymentAccount: _, ...rest } = change;
    assert.equal((await call('PUT', `/api/organizers/${nord.slug}`, rest, theirs)).status, 200);
    const changed = await call('PUT', `/api/organizers/${nord.slug}`, change);
    const same = await call('PUT', `/api/organizers/${nord.slug}`, { ...change, name: 'Süd & Nord' }, theirs);
    assert.equal(same.status, 200, 'what stays is no change');
    assert.deepEqual(
      [changed.status, changed.body.paymentAccount, changed.body.currency],
      [200, 'acct_1OtherHouse', 'SEK'],
    );
    const { body } = await call('GET', `/api/organizers/${nord.slug}`, undefined, {});
    assert.deepEqual(body, {
      organizerId: nord.organizerId,
      slug: 'sud-nord',
      name: 'Süd & Nord',
      description: null,
      website: 'https://nord.example',
      logoUrl: null,
      accentColor: '#12ab9f',
      currency: 'SEK',
      timeZone: null,
    });
    assert.equal((await call('GET', `/api/organizers/${nord.slug}/settings`, undefined, theirs)).body.taxNumber, 'SE1');
    assert.equal((await call('GET', `/api/organizers/${nord.slug}/settings`, undefined, {})).status, 401);
  });

  test('is not the business of another organiser', async () => {
    for (const [method, path, payload] of [
      ['GET', '/settings', undefined],
      ['PUT', '', { name: 'Mine' }],
      ['GET', '/keys', undefined],
      ['POST', '/keys', { name: 'k', scopes: ['*'] }],
    ] as const) {
      const answer = await call(method, `/api/organizers/onsale${path}`, payload, theirs);
      assert.deepEqual([answer.status, answer.body.code], [404, 'ORGANIZER_NOT_FOUND'], `${method} ${path}`);
    }
    const make = await call('POST', '/api/organizers', { name: 'Third' }, theirs);
    assert.equal(make.status, 403);
  });

  test('gives its currency to its events', async () => {
    const event = await call('POST', '/api/events', ourShow, theirs);
    assert.deepEqual([event.status, event.body.currency], [201, 'SEK'], JSON.stringify(event.body));
    const named = await call('POST', '/api/events', { ...ourShow, currency: 'USD' }, theirs);
    assert.equal(named.body.currency, 'USD');
  });

  test('narrows the catalogue to its own events', async () => {
    const own = (await call('POST', '/api/events', ourShow)).body;
    const page = (await call('GET', `/api/organizers/${nord.slug}/events`, undefined, {})).body;
    assert.ok(page.items.length >= 2);
    assert.ok(page.items.every((event: { organizer: { slug: string } }) => event.organizer.slug === 'sud-nord'));
    const all = (await call('GET', '/api/events?term=nordlichtmusik&limit=50', undefined, {})).body;
    const found = all.items.map((event: { eventId: number }) => event.eventId);
    assert.ok(found.includes(own.eventId) && found.includes(page.items[0].eventId));
    assert.equal((await call('GET', '/api/organizers/nobody/events', undefined, {})).status, 404);
    const searched = (await call('GET', '/api/search?term=nordlichtmusik&limit=50', undefined, {})).body;
    assert.ok(searched.items.length >= 3);
  });

  test('is in the list of who sells here', async () => {
    const first = (await call('GET', '/api/organizers?limit=1', undefined, {})).body;
    assert.deepEqual(
      first.items.map(({ slug }: { slug: string }) => slug),
      ['onsale'],
    );
    const others: string[] = [];
    for (let cursor = first.nextCursor; cursor !== null; ) {
      const { body } = await call('GET', `/api/organizers?limit=1&cursor=${cursor}`, undefined, {});
      others.push(...body.items.map(({ slug }: { slug: string }) => slug));
      cursor = body.nextCursor;
    }
    assert.equal(others.filter((slug) => slug === 'sud-nord').length, 1, others.join());
    assert.equal(new Set(others).size, others.length, 'nobody stands there twice');
  });

  test('leaves its history as events of its own', needs('database'), async () => {
    const rows = await database.query<{ type: string; organizerId: number }>(
      `SELECT type, organizer_id AS "organizerId" FROM event_store WHERE stream = $1 ORDER BY version`,
      [`organizer-${nord.organizerId}`],
    );
    assert.deepEqual(rows, [
      { type: 'OrganizerCreated', organizerId: nord.organizerId },
      { type: 'OrganizerUpdated', organizerId: nord.organizerId },
      { type: 'OrganizerUpdated', organizerId: nord.organizerId },
    ]);
  });
});

describe('an API key of an organiser', () => {
  test('is shown once, and listed without its text', async () => {
    assert.match(made.key, /^onsale_/);
    const list = (await call('GET', `/api/organizers/${nord.slug}/keys`, undefined, theirs)).body;
    assert.deepEqual(
      list.items.map(({ name }: { name: string }) => name),
      ['Box office'],
    );
    assert.ok(!JSON.stringify(list).includes(made.key));
  });

  test('does not make its bearer the owner of the platform, whatever its scopes', async () => {
    assert.equal((await call('POST', '/api/organizers', { name: 'Fourth' }, theirs)).status, 403);
  });

  test('may do what its scopes say, and keep no keys itself', async () => {
    const door = (
      await call('POST', `/api/organizers/${nord.slug}/keys`, { name: 'Catalogue', scopes: ['catalog'] }, theirs)
    ).body;
    const headers = { authorization: `Bearer ${door.key}` };
    assert.equal((await call('POST', '/api/venues', { name: 'Annex' }, headers)).status, 201);
    assert.equal((await call('GET', '/api/bookings', undefined, headers)).status, 403);
    assert.equal((await call('GET', `/api/organizers/${nord.slug}/keys`, undefined, headers)).status, 403);
  });

  test('is refused within a second after it is revoked', needs('clock'), async () => {
    const path = `/api/organizers/${nord.slug}/keys`;
    const key = (await call('POST', path, { name: 'Short', scopes: ['catalog'] }, theirs)).body;
    const headers = { authorization: `Bearer ${key.key}` };
    assert.equal((await call('GET', '/api/events', undefined, headers)).status, 200);
    assert.equal((await call('DELETE', `/api/organizers/onsale/keys/${key.apiKeyId}`)).status, 404);
    assert.equal((await call('DELETE', `${path}/${key.apiKeyId}`, undefined, theirs)).status, 200);
    clock.advance(1_001);
    assert.equal((await call('GET', '/api/events', undefined, headers)).status, 401);
    assert.equal((await call('DELETE', `${path}/${key.apiKeyId}`, undefined, theirs)).status, 200);
  });
});
