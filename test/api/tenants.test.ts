import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { type Queryable, sqlState } from '../../src/platform/postgres/database.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';
import {
  type FullOrganizer,
  fingerprints,
  organizerDesk,
  secretWord,
  tenantTables,
} from '../support/organizer-desk.ts';
import { type Route, readRoutes, requestAbout } from '../support/route-table.ts';

/**
 * What anybody may read about an organiser that has announced something, or connect to (a plain request hears first that it must upgrade); and routes that act on no organiser's resources:
 * logins, mails that were kept for developers, payment providers that knock.
 */
const openToAll =
  /^GET \/api\/(venues|performers|series)\/|^GET \/api\/tickets?\/\{id\}$|^GET \/api\/organizers\/\{organizer\}(\/events|\/legal)?$|^GET \/api\/events\/\{id\}\/live$|\/api\/auth\/|^GET \/dev\/|\/webhook\/|\/orders\/\{token\}|^GET \/api\/seat-maps/;
/** Only for accounts, or for the owner of the platform. */
const forOthers = /\/api\/accounts\/|\/api\/me\/|\/api\/invitations\/accept$|^POST \/api\/organizers$/;

describe('two organisers on one server', needs('database', 'process'), () => {
  let testApp: TestApp;
  let one: FullOrganizer;
  let other: FullOrganizer;
  let routes: Route[];

  before(async () => {
    testApp = await startTestApp();
    const desk = organizerDesk(testApp);
    one = await desk.full('Alpha');
    other = await desk.full('Beta');
    // Holds are written down, messages handed on: from here on nothing changes by itself.
    await testApp.runJobs();
    await testApp.runJobs();
    routes = await readRoutes(testApp);
  });

  async function ask(route: Route, ids: Readonly<Record<string, unknown>>, headers: object) {
    const request = requestAbout(route, ids);
    const answer = await testApp.app.inject({ ...request, headers } as InjectOptions);
    return { status: answer.statusCode, text: answer.body, line: `${route.method} ${request.url}` };
  }

  test('every row belongs to an organiser that there is', needs('database'), async () => {
    const wrong: string[] = [];
    for (const table of await tenantTables(testApp.database)) {
      const text = `SELECT count(*) AS count FROM ${table} WHERE organizer_id NOT IN (SELECT organizer_id FROM organizers)`;
      const [row] = await testApp.database.query<{ count: number }>(text);
      if (row!.count > 0) wrong.push(`${table}: ${row!.count}`);
    }
    assert.deepEqual(wrong, []);
  });

  test('the routes are all there', () => {
    assert.ok(routes.length > 100, String(routes.length));
    assert.ok(routes.filter(({ path }) => path.includes('{')).length > 60);
  });

  test('whoever names a resource of another organiser hears that there is none', needs('database'), async () => {
    const before = await fingerprints(testApp.database, one.organizerId);
    const wrong: string[] = [];
    for (const route of routes.filter(({ path }) => path.includes('{'))) {
      const label = `${route.method} ${route.path}`;
      if (openToAll.test(label)) continue;
      const { status, text, line } = await ask(route, one.ids, other.headers);
      const isRight = status === 404 || (status === 403 && forOthers.test(label));
      if (!isRight || text.includes(secretWord)) wrong.push(`${line}: ${status} ${text.slice(0, 200)}`);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(await fingerprints(testApp.database, one.organizerId), before);
  });

  test('staff routes know no announced event of another organiser either', needs('database'), async () => {
    const before = await fingerprints(testApp.database, one.organizerId);
    const wrong: string[] = [];
    const ids = { ...one.ids, eventId: one.shownEventId };
    for (const route of routes.filter(({ access }) => access !== 'public')) {
      const label = `${route.method} ${route.path}`;
      const names = [...Object.keys(route.body?.properties ?? {}), ...route.path.matchAll(/\{(\w+)\}/g)].join();
      if (!/event/i.test(names + route.path) || openToAll.test(label)) continue;
      const { status, text, line } = await ask(route, ids, other.headers);
      const isOwnNew = route.method === 'POST' && route.path === '/api/events';
      const isOwnList = route.method === 'GET' && !route.path.includes('{');
      if (!(status === 404 || ((isOwnNew || isOwnList) && status < 500)) || text.includes(secretWord)) {
        wrong.push(`${line}: ${status} ${text.slice(0, 200)}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(await fingerprints(testApp.database, one.organizerId), before);
  });

  test('no body and no filter reaches into another organiser', needs('database'), async () => {
    const before = await fingerprints(testApp.database, one.organizerId);
    const wrong: string[] = [];
    for (const route of routes.filter(({ path }) => !path.includes('{'))) {
      if (openToAll.test(`${route.method} ${route.path}`)) continue;
      const { status, text, line } = await ask(route, one.ids, other.headers);
      if (status >= 500 || text.includes(secretWord)) wrong.push(`${line}: ${status} ${text.slice(0, 200)}`);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(await fingerprints(testApp.database, one.organizerId), before);
  });

  test('lists hold only what is one’s own and what is announced', async () => {
    const lists = routes.filter(
      ({ method, path }) => method === 'GET' && !path.includes('{') && !/auth|dev/.test(path),
    );
    const theirs = [one.ids.bookingId, one.ids.paymentId, one.ids.refundId, one.ids.apiKeyId, one.ids.reservationId];
    for (const { path } of lists) {
      const { statusCode, body } = await testApp.app.inject({ url: path, headers: other.headers });
      assert.ok(statusCode < 500, `${path}: ${body}`);
      for (const id of theirs) assert.ok(!body.includes(id), `${path} names ${id}`);
      const mine = body.replaceAll(`${secretWord} show`, '');
      assert.ok(!mine.includes(`@alpha.example`) && !mine.includes(`alpha@`), path);
    }
  });

  test('the public sees what both have announced, and nothing else', async () => {
    const page = (await testApp.app.inject({ url: '/api/events?limit=50' })).json();
    const titles = page.items.map(({ title }: { title: string }) => title);
    assert.deepEqual(titles.toSorted(), ['Alpha Night', 'Beta Night']);
    const found = (await testApp.app.inject({ url: '/api/search?term=night' })).json();
    assert.equal(found.total, 2);
    for (const route of routes.filter(({ method }) => method === 'GET')) {
      if (/\/dev\//.test(route.path)) continue;
      const { status, text, line } = await ask(route, one.ids, {});
      assert.ok(status < 500 && !text.includes(secretWord), `${line}: ${status} ${text.slice(0, 300)}`);
    }
  });

  test('a buyer of one organiser sees the own booking, and with it nothing of anybody else', async () => {
    const session = { 'x-session-token': one.buyer };
    const own = await testApp.app.inject({ url: `/api/bookings/${one.ids.bookingId}`, headers: session });
    assert.equal(own.statusCode, 200, own.body);
    assert.ok(own.body.includes(`${secretWord} buyer`));
    const foreign = await testApp.app.inject({ url: `/api/bookings/${other.ids.bookingId}`, headers: session });
    assert.equal(foreign.statusCode, 404);
  });

  /** On a connection that has nothing but the role of requests and the settings of a scope. */
  function asRaw<T>(settings: Readonly<Record<string, string>>, work: (tx: Queryable) => Promise<T>): Promise<T> {
    return testApp.database.transaction(async (tx) => {
      await tx.query('SET LOCAL ROLE onsale_request');
      for (const [name, value] of Object.entries(settings))
        await tx.query('SELECT set_config($1, $2, true)', [name, value]);
      return work(tx);
    });
  }
  const countOf = async (tx: Queryable, table: string, organizerId: number) =>
    (
      await tx.query<{ count: number }>(`SELECT count(*) AS count FROM ${table} WHERE organizer_id = $1`, [organizerId])
    )[0]!.count;

  test(
    'a raw connection in the scope of one finds, changes and deletes nothing of the other',
    needs('database'),
    async () => {
      const before = await fingerprints(testApp.database, one.organizerId);
      const scope = { 'app.organizers': `{${other.organizerId}}` };
      const tables = await tenantTables(testApp.database);
      const seen: string[] = [];
      for (const table of tables) {
        // Everybody may search.
        if (table === 'search_documents') continue;
        const [mine, theirs] = await asRaw(scope, async (tx) => [
          await countOf(tx, table, other.organizerId),
          await countOf(tx, table, one.organizerId),
        ]);
        const all = await countOf(testApp.database, table, other.organizerId);
        if (theirs !== 0 || mine !== all) seen.push(`${table}: ${mine} of ${all} own, ${theirs} foreign`);
      }
      assert.deepEqual(seen, []);
      for (const table of tables) {
        for (const change of [`UPDATE ${table} SET organizer_id = organizer_id`, `DELETE FROM ${table}`]) {
          const text = `WITH changed AS (${change} WHERE organizer_id = ${one.organizerId} RETURNING 1) SELECT count(*) AS count FROM changed`;
          const [row] = await asRaw(scope, (tx) => tx.query<{ count: number }>(text)).catch((error) => {
            // Some may not be changed at all: history, messages, the list of organisers, their numbers.
            assert.ok(['42501', '428C9'].includes(sqlState(error) ?? ''), `${change}: ${error.message}`);
            return [{ count: 0 }];
          });
          assert.equal(row!.count, 0, change);
        }
        const columns = await testApp.database.query<{ name: string }>(
          `SELECT quote_ident(attname) AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0
           AND NOT attisdropped AND attgenerated = '' AND (attidentity = '' OR attname = 'organizer_id')`,
          [table],
        );
        const names = columns.map(({ name }) => name).join(', ');
        const [stolen] = await testApp.database.query<{ row: object }>(
          `SELECT to_json(t) AS row FROM ${table} t WHERE organizer_id = ${one.organizerId} LIMIT 1`,
        );
        if (!stolen) continue;
        const copy = `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE
        SELECT ${names} FROM json_populate_record(null::${table}, $1)`;
        const insert = asRaw(scope, (tx) => tx.query(copy, [JSON.stringify(stolen.row)]));
        // A refund is looked at by its own guard first, which finds no payment that it could be of.
        await assert.rejects(insert, (error) => sqlState(error) === (table === 'refunds' ? '23514' : '42501'), table);
      }
      assert.deepEqual(await fingerprints(testApp.database, one.organizerId), before);
    },
  );

  test(
    'a raw connection of nobody finds nothing, of the public what is announced, of a buyer the own booking',
    needs('database'),
    async () => {
      const bookingOf = (tx: Queryable) => tx.query<{ id: string }>('SELECT booking_id AS id FROM bookings');
      const eventsOf = async (tx: Queryable) =>
        (await tx.query<{ title: string }>('SELECT title FROM events ORDER BY title')).map(({ title }) => title);
      for (const table of await tenantTables(testApp.database)) {
        if (table === 'search_documents') continue;
        const [row] = await asRaw({}, (tx) => tx.query<{ count: number }>(`SELECT count(*) AS count FROM ${table}`));
        assert.equal(row!.count, 0, table);
      }
      const open = { 'app.organizers': '{}', 'app.catalogue': 'on' };
      assert.deepEqual(await asRaw(open, eventsOf), ['Alpha Night', 'Beta Night']);
      assert.deepEqual(await asRaw(open, bookingOf), []);
      const [sessionId] = one.buyer.split('.');
      const buyer = { 'app.organizers': '{}', 'app.user': `{${sessionId}}` };
      assert.deepEqual(await asRaw(buyer, bookingOf), [{ id: one.ids.bookingId }]);
      assert.deepEqual(await asRaw(buyer, eventsOf), ['Alpha Night']);
      const history = `SELECT DISTINCT stream FROM event_store`;
      assert.deepEqual(await asRaw(buyer, (tx) => tx.query(history)), [{ stream: `booking-${one.ids.bookingId}` }]);
    },
  );

  test('the keys of one work for it as before', async () => {
    const own = await testApp.app.inject({ url: `/api/bookings/${one.ids.bookingId}`, headers: one.headers });
    assert.equal(own.statusCode, 200);
    const draft = await testApp.app.inject({ url: `/api/events/${one.ids.eventId}`, headers: one.headers });
    assert.equal(draft.statusCode, 200);
  });
});
