import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { formatWords } from '../../src/edges/http/fault-words.ts';
import { compileValidator, formats } from '../../src/edges/http/validation.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { readRoutes } from '../support/route-table.ts';

interface Schema {
  readonly type?: string;
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly [keyword: string]: unknown;
}

/** Words of validators, which no person should have to read. */
const rawWords =
  /must NOT|anyOf|const(ant)?\b|pattern|format "|property|schema|\[object|undefined|something else|another form|is not what is asked/;

describe('what breaks its schema', () => {
  let testApp: TestApp;
  before(async () => {
    testApp = await startTestApp();
  });

  async function faultsOf(
    request: InjectOptions,
    headers: Record<string, string> = {},
  ): Promise<{ field: string; message: string }[]> {
    const answer = await testApp.app.inject({ ...request, headers: { ...testApp.staff, ...headers } });
    assert.equal(answer.statusCode, 400, answer.body);
    const { code, errors } = answer.json();
    assert.equal(code, 'VALIDATION_FAILED');
    return errors;
  }
  const postEvent = (payload: object) => faultsOf({ method: 'POST', url: '/api/events', payload });

  test('all faults are said at once, each with its field', async () => {
    const faults = await postEvent({
      eventDate: 'tomorrow',
      venue: '',
      holdMinutes: 90,
      imageUrl: 'ftp://example.com/a.png',
      currency: 'euro',
      status: 'sold out',
      cancelation: {},
      ticketTypes: [
        { name: 'Entry', price: -1 },
        { price: '12', capacity: 1.5 },
      ],
    });
    const said = Object.fromEntries(faults.map(({ field, message }) => [field, message]));
    const date = said['/eventDate']!;
    assert.match(date, /2030-06-01T20:00/);
    delete said['/eventDate'];
    assert.deepEqual(said, {
      '/title': 'is missing',
      '/cancelation': 'is not known here',
      '/venue': 'must not be empty',
      '/holdMinutes': 'must be a whole number from 1 to 60',
      '/imageUrl': 'must be a web address that begins with http:// or https://',
      '/currency': 'must be the code of a currency, like EUR',
      '/status': 'must be draft or published',
      '/ticketTypes/0/price': 'must be a number of at least 0',
      '/ticketTypes/1/name': 'is missing',
      '/ticketTypes/1/price': 'must be a number of at least 0',
      '/ticketTypes/1/capacity': 'must be a whole number from 0 to 500000',
    });
  });

  test('queries and mail addresses likewise', async () => {
    assert.deepEqual(await faultsOf({ url: '/api/search?date=1st%20of%20May&sort=best&limit=51&colour=red' }), [
      { field: '/querystring/colour', message: 'is not known here' },
      { field: '/querystring/date', message: 'must be a day, like 2030-06-01' },
      { field: '/querystring/sort', message: 'must be date, relevance, distance or price' },
      { field: '/querystring/limit', message: 'must be a whole number from 1 to 50' },
    ]);
    assert.deepEqual(
      await faultsOf({ method: 'POST', url: '/api/auth/register', payload: { email: 'ana at home', password: 7 } }),
      [
        { field: '/email', message: 'must be a mail address, like ana@example.com' },
        { field: '/password', message: 'must be text' },
      ],
    );
  });

  test('a value of the wrong type where some words or one value is asked for has one fault', async () => {
    const faults = await postEvent({
      title: 'A',
      eventDate: '2027-06-01T20:00:00Z',
      venue: 'Hall',
      status: 5,
      guests: 1,
    });
    assert.deepEqual(
      faults.toSorted((a, b) => a.field.localeCompare(b.field)),
      [
        { field: '/guests', message: 'must be allowed, refused or null' },
        { field: '/status', message: 'must be draft or published' },
      ],
    );
    const confirm = { type: 'object', properties: { confirm: { type: 'boolean', const: true } } };
    const fits = compileValidator({ schema: confirm, httpPart: 'body' });
    assert.equal(fits({ confirm: 'yes' }), false);
    assert.deepEqual(fits.errors, [{ field: '/confirm', message: 'must be true' }]);
  });

  test('of all parts of a request at once', async () => {
    assert.deepEqual(
      await faultsOf(
        { method: 'PATCH', url: '/api/tickets/one/status', payload: { status: 'Lost' } },
        { 'if-match': 'x'.repeat(201) },
      ),
      [
        { field: '/params/id', message: formatWords.uuid },
        { field: '/status', message: 'must be Available, Held, Reserved, Sold or Cancelled' },
        { field: '/headers/if-match', message: 'must have at most 200 characters' },
      ],
    );
    const queryAndPath = await faultsOf({ method: 'DELETE', url: '/api/bookings/one?colour=red' });
    assert.deepEqual(queryAndPath, [
      { field: '/params/id', message: formatWords.uuid },
      { field: '/querystring/colour', message: 'is not known here' },
    ]);
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`field${i}`, i]));
    const url = `/api/tickets/one/status?${new URLSearchParams({ colour: 'red' })}`;
    assert.equal((await faultsOf({ method: 'PATCH', url, payload: many }, { 'if-match': 'x'.repeat(201) })).length, 20);
  });

  test('of a choice, the fault of what was meant is said', async () => {
    const faults = await postEvent({
      title: 'A',
      eventDate: '2027-06-01T20:00:00Z',
      performers: [{ name: '' }, 7],
      tax: { percent: 200 },
      venueId: 'one',
    });
    assert.deepEqual(
      faults.filter(({ field }) => field !== '/eventDate'),
      [
        { field: '/venueId', message: 'must be a whole number from 1 to 2147483647' },
        { field: '/performers/0/name', message: 'must not be empty' },
        { field: '/performers/1', message: 'must be text or an object' },
        { field: '/tax/percent', message: 'must be a number from 0 to 100' },
      ],
    );
  });

  test('a body full of faults is answered with some of them', async () => {
    const ticketIds = Array.from({ length: 30_000 }, () => 7);
    const faults = await faultsOf({
      method: 'POST',
      url: '/api/tickets/reserve',
      payload: { eventId: 1, ticketIds },
    });
    assert.deepEqual(faults, [{ field: '/ticketIds', message: 'must have at most 100 entries' }]);
    const many = await faultsOf({
      method: 'POST',
      url: '/api/events',
      payload: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`field${i}`, i])),
    });
    assert.equal(many.length, 20);
  });

  test('no fault of any route is in words of a validator', async () => {
    assert.deepEqual(Object.keys(formatWords).sort(), Object.keys(formats).sort());
    const wrong = [
      undefined,
      null,
      [],
      {},
      '',
      ' ',
      'x'.repeat(6_000),
      -7,
      1e12,
      0.5,
      true,
      'a\nb',
      [[]],
      [{}],
      [7, 7],
    ];
    let tried = 0;
    for (const route of await readRoutes(testApp)) {
      const of = route.body as Schema | undefined;
      if (!of) continue;
      const addressed = (id: string) =>
        route.path.replace(/\{(\w+)\}/g, (_, name) => (/token|secret|hash/i.test(name) ? 'x'.repeat(64) : id));
      const method = route.method as 'POST';
      const { errors: unfit = [] } = (
        await testApp.app.inject({ method, url: addressed('1'), headers: testApp.staff, payload: {} })
      ).json();
      const isUuid = unfit.some(({ field }: { field: string }) => field.startsWith('/params'));
      const url = addressed(isUuid ? '0190a6f2-7c1e-7d3a-9b52-3f6c1d2e4a5b' : '1');
      for (const payload of wrong.flatMap((value) => [value, ...everyMember(of, value)])) {
        if (payload === undefined || typeof payload !== 'object') continue;
        const answer = await testApp.app.inject({
          method,
          url,
          headers: testApp.staff,
          payload: payload as object,
        });
        assert(answer.statusCode < 500, `${route.label} ${answer.body}`);
        if (answer.statusCode !== 400 || answer.json().code !== 'VALIDATION_FAILED') continue;
        tried += 1;
        const { errors } = answer.json();
        assert(errors.length > 0, route.label);
        for (const { field, message } of errors) {
          assert.match(field, /^\//);
          assert.doesNotMatch(message, rawWords, `${route.label} ${field}`);
        }
      }
    }
    assert(tried > 500, `${tried}`);
  });
});

/** Bodies with `value` in all members of a schema, and below. */
function everyMember(schema: Schema, value: unknown): unknown[] {
  const shapes = [schema, ...(schema.anyOf ?? [])];
  return shapes.flatMap(({ properties }) => {
    if (!properties) return [];
    const flat = Object.fromEntries(Object.keys(properties).map((name) => [name, value]));
    const deep = Object.fromEntries(
      Object.entries(properties).map(([name, of]) => [name, everyMember(of.items ?? of, value)[0] ?? value]),
    );
    const listed = Object.fromEntries(
      Object.entries(properties).map(([name, of]) => [
        name,
        of.items ? [everyMember(of.items, value)[0] ?? value] : value,
      ]),
    );
    return [flat, deep, listed];
  });
}
