import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { type Right, type Scope, scopes } from '../../src/contract/rights.ts';
import { createApiKey, rightsOfRole, roles } from '../../src/features/identity/index.ts';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';
import { type FullOrganizer, fingerprints, organizerDesk } from '../support/organizer-desk.ts';
import { type Route, readRoutes, requestAbout } from '../support/route-table.ts';

type Ids = Readonly<Record<string, unknown>>;

interface Caller {
  readonly name: string;
  readonly headers: Record<string, string>;
  readonly rights: readonly (Right | 'account')[];
  /** A stranger to everybody, staff of the first organiser, or above them all. */
  readonly kind: 'nobody' | 'buyer' | 'staff' | 'owner';
}

/** What everybody may see of everybody, drafts apart. */
const openToAll = /^GET \/api\/(venues|performers|series)\/\{|^GET \/api\/tickets?\/\{id\}$/;
/** What is not asked by a request but by a socket. */
const takesSockets = /^GET \/api\/events\/\{id\}\/live$/;
/** Where rights are handed out: a program's key may not, whatever its scopes. */
const forPersons = /^(PUT|DELETE) \/api\/organizers\/\{organizer\}\/members\//;
const noId = 2_000_000_000;
const noUuid = '0199aaaa-0000-7000-8000-00000000beef';

describe('every route × role × foreign id', needs('clock', 'database', 'process'), () => {
  let testApp: TestApp;
  let own: FullOrganizer;
  let foreign: FullOrganizer;
  /** Ids of nothing. */
  let none: Ids;
  /** Those with an id in their address that names a resource. */
  let routes: Route[];
  const callers: Caller[] = [];

  before(async () => {
    testApp = await startTestApp();
    const desk = organizerDesk(testApp);
    own = await desk.full('Alpha');
    foreign = await desk.full('Beta');
    none = Object.fromEntries(
      Object.entries(own.ids).map(([name, id]) => [name, typeof id === 'number' ? noId : noUuid]),
    );
    // Of an event that there is: only its last letters are made up.
    none = { ...none, reservationId: `${own.ids.reservationId.slice(0, -4)}2222`, organizer: own.slug };
    await testApp.runJobs();
    routes = (await readRoutes(testApp)).filter(({ ids }) => Object.values(ids).some((resource) => resource !== null));
    callers.push(...(await makeCallers()));
  });

  async function makeCallers(): Promise<Caller[]> {
    const accounts = accountDesk(testApp);
    const buyer = accounts.bearer(await accounts.member('buyer@example.org'));
    const made: Caller[] = [
      { name: 'nobody', headers: {}, rights: [], kind: 'nobody' },
      { name: 'guest', headers: { 'x-session-token': await guestToken() }, rights: [], kind: 'nobody' },
      { name: 'buyer', headers: buyer, rights: ['account'], kind: 'buyer' },
    ];
    for (const role of roles) {
      const member = await accounts.member(`${role}@alpha.example`);
      await accounts.setRole(member.accountId, role, own.organizerId);
      const headers = accounts.bearer((await accounts.login(member.email, member.password)).body);
      made.push({ name: role, headers, rights: ['account', ...rightsOfRole[role]], kind: 'staff' });
    }
    const context = { actor: 'system', correlationId: 'test', now: testApp.clock.now(), organizerId: own.organizerId };
    for (const scope of scopes) {
      const { key } = await createApiKey(testApp.database, { name: scope, scopes: [scope] }, context);
      const rights = scope === '*' ? rightsOfRole.admin : [scope as Exclude<Scope, '*'>];
      made.push({ name: `key for ${scope}`, headers: { authorization: `Bearer ${key}` }, rights, kind: 'staff' });
    }
    const platform = { ...testApp.staff, 'x-organizer': own.slug };
    made.push({ name: 'platform owner', headers: platform, rights: [...rightsOfRole.admin, 'owner'], kind: 'owner' });
    return made;
  }

  async function guestToken(): Promise<string> {
    const answer = await testApp.app.inject({ method: 'POST', url: '/api/auth/guest' });
    return answer.json().sessionToken;
  }

  async function ask(route: Route, ids: Ids, { headers }: Pick<Caller, 'headers'>) {
    const answer = await testApp.app.inject({ ...requestAbout(route, ids), headers } as InjectOptions);
    const { traceId: _, ...body } = answer.statusCode >= 400 ? answer.json() : {};
    return { status: answer.statusCode, body: body as { readonly code?: string } };
  }

  const mayCall = (route: Route, { rights }: Caller) => route.access === 'public' || rights.includes(route.access);
  const isAbove = (route: Route, { kind }: Caller) => kind === 'owner' && route.access === 'owner';

  /** Every pair of a route and a caller for which `judge` has something to say. */
  async function judgeAll(judge: (route: Route, caller: Caller) => Promise<string | undefined>) {
    const wrong: string[] = [];
    for (const route of routes) {
      for (const caller of callers) {
        const fault = await judge(route, caller);
        if (fault) wrong.push(`${caller.name}: ${route.label}: ${fault}`);
      }
    }
    assert.deepEqual(wrong, []);
  }

  test('the table is whole: routes of every kind, callers of every kind', () => {
    assert.ok(routes.length > 70, String(routes.length));
    assert.equal(callers.length, 3 + roles.length + scopes.length + 1);
    const named = new Set(routes.flatMap(({ ids }) => Object.values(ids)));
    for (const resource of ['event', 'venue', 'booking', 'ticket', 'payment', 'account', 'member', 'apiKey']) {
      assert.ok(named.has(resource as never), resource);
    }
  });

  test(
    'another organiser’s resource is not there, whatever rights one has: the same 404 as for none at all',
    needs('database'),
    async () => {
      const before = await fingerprints(testApp.database, foreign.organizerId);
      await judgeAll(async (route, caller) => {
        if (openToAll.test(route.label) || isAbove(route, caller)) return undefined;
        const [theirs, nothing] = await Promise.all([
          ask(route, { ...foreign.ids, organizer: own.slug }, caller),
          ask(route, none, caller),
        ]);
        const isStranger = route.access !== 'public' && caller.kind === 'nobody';
        // Before it looks at the id, a live channel refuses whoever does not speak its protocol.
        const expected = isStranger ? 401 : takesSockets.test(route.label) ? 426 : 404;
        if (theirs.status !== expected) return `${theirs.status} ${JSON.stringify(theirs.body)}`;
        return JSON.stringify(theirs.body) === JSON.stringify(nothing.body)
          ? undefined
          : `distinguishes ${JSON.stringify(theirs.body)} from ${JSON.stringify(nothing.body)}`;
      });
      assert.deepEqual(await fingerprints(testApp.database, foreign.organizerId), before);
    },
  );

  test(
    'within one’s own a right that is missing is 403, and who is not signed in is asked to sign in',
    needs('database'),
    async () => {
      const before = await fingerprints(testApp.database, own.organizerId);
      await judgeAll(async (route, caller) => {
        // Everybody sees the same, or it is no organiser's.
        const isPublicOnly = route.access === 'public' && route.staff.length === 0;
        if (isPublicOnly || openToAll.test(route.label) || Object.values(route.ids).includes('login')) return undefined;
        if (mayCall(route, caller) && route.access !== 'public') return undefined;
        if (route.staff.some((right) => caller.rights.includes(right))) return undefined;
        const expected =
          caller.kind === 'nobody' ? (route.access === 'public' ? 404 : 401) : caller.kind === 'buyer' ? 404 : 403;
        const { status, body } = await ask(route, own.ids, caller);
        const isRight = status === expected && (status !== 403 || body.code === 'SCOPE_MISSING');
        return isRight ? undefined : `${status} ${JSON.stringify(body)} instead of ${expected}`;
      });
      assert.deepEqual(await fingerprints(testApp.database, own.organizerId), before);
    },
  );

  test('an organiser named in the address is there for its own people only', needs('process'), async () => {
    const ofOrganizers = (await readRoutes(testApp)).filter(
      ({ path, access }) => path.includes('{organizer}') && access !== 'public',
    );
    assert.ok(ofOrganizers.length > 7);
    for (const route of ofOrganizers) {
      for (const caller of callers.filter(({ kind }) => kind !== 'nobody')) {
        if (caller.kind === 'owner') continue;
        const theirs = await ask(route, foreign.ids, caller);
        const nothing = await ask(route, { ...foreign.ids, organizer: 'nowhere' }, caller);
        assert.deepEqual([theirs.status, theirs.body.code], [404, 'ORGANIZER_NOT_FOUND'], route.label);
        assert.deepEqual(theirs, nothing, `${caller.name}: ${route.label}`);
      }
    }
  });

  test(
    'a foreign id in a body or a query is answered as one that there is not',
    needs('database', 'process'),
    async () => {
      const before = await fingerprints(testApp.database, foreign.organizerId);
      const admin = callers.find(({ name }) => name === 'admin')!;
      // What repeats an id of the address is passed over.
      const names = ({ body, query, ids }: Route) =>
        [...Object.keys(body?.properties ?? {}), ...query].filter((name) => name in own.ids && !(name in ids));
      const naming = (await readRoutes(testApp)).filter(
        (route) => route.access !== 'public' && names(route).length > 0,
      );
      assert.ok(naming.length > 15, String(naming.length));
      for (const route of naming) {
        // The address names one’s own resources.
        const { url } = requestAbout({ ...route, query: [] }, own.ids);
        const send = async (ids: Ids) => {
          const { url: asked, ...rest } = requestAbout(route, ids);
          const [, query = ''] = asked.split('?');
          const request = { ...rest, url: `${url}?${query}`, headers: admin.headers } as InjectOptions;
          const answer = await testApp.app.inject(request);
          return { status: answer.statusCode, body: answer.json() };
        };
        const [theirs, nothing] = [await send(foreign.ids), await send(none)];
        assert.deepEqual([theirs.status, theirs.body.code], [nothing.status, nothing.body.code], route.label);
        assert.ok(route.method === 'GET' || theirs.status >= 400, `${route.label}: ${theirs.status}`);
      }
      assert.deepEqual(await fingerprints(testApp.database, foreign.organizerId), before);
    },
  );

  // Last: it changes and removes what the others ask about.
  test('whoever has the right gets in', async () => {
    const order = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
    routes.sort((a, b) => order.indexOf(a.method) - order.indexOf(b.method));
    await judgeAll(async (route, caller) => {
      const hasRight = route.staff.some((right) => caller.rights.includes(right)) || mayCall(route, caller);
      if (!hasRight || (route.access === 'public' && route.staff.length === 0 && !openToAll.test(route.label))) return;
      if (route.access === 'public' && !route.staff.some((right) => caller.rights.includes(right))) return;
      const { status, body } = await ask(route, own.ids, caller);
      if (forPersons.test(route.label) && caller.name.startsWith('key')) {
        return body.code === 'ACCOUNT_NEEDED' || status === 404 ? undefined : `${status} ${body.code}`;
      }
      const isIn = route.method === 'GET' ? status < 300 : ![401, 403].includes(status) && status < 500;
      return isIn ? undefined : String(status);
    });
  });
});
