import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Scope } from '../../src/contract/rights.ts';
import { type Role, rightsOfRole, roles } from '../../src/features/identity/index.ts';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';
import { type Route, readRoutes, requestAbout } from '../support/route-table.ts';

describe('who may call what', () => {
  let desk: TestApp;
  let accounts: ReturnType<typeof accountDesk>;
  let routes: Route[];
  const staff = new Map<Role, Record<string, string>>();
  let buyer: Record<string, string>;

  before(async () => {
    desk = await startTestApp();
    accounts = accountDesk(desk);
    // What an id in the address changes stands in foreign-ids.test.ts.
    routes = (await readRoutes(desk)).filter(({ ids }) => Object.values(ids).every((resource) => resource === null));
    for (const role of roles) {
      const member = await accounts.invited(`${role}@roles.test`, role);
      staff.set(role, accounts.bearer((await accounts.login(member.email, member.password)).body));
    }
    buyer = accounts.bearer(await accounts.member('buyer@roles.test'));
  });

  /** What the edge says of a caller on a route: 401, 403, 404 for another's organiser, or that it was let through. */
  async function tryRoute(route: Route, headers: Record<string, string>) {
    const { method, url } = requestAbout({ ...route, body: undefined }, { organizer: 'onsale' });
    const answer = await desk.app.inject({ method: method!, url, headers });
    const code = answer.statusCode >= 400 ? (answer.json() as { code: string }).code : null;
    assert(answer.statusCode !== 500, `${method} ${url}: ${answer.body}`);
    if (code === 'ORGANIZER_NOT_FOUND') return 404;
    const isShut = answer.statusCode === 401 || ['SCOPE_MISSING', 'ACCOUNT_NEEDED'].includes(code ?? '');
    return isShut ? answer.statusCode : 'in';
  }

  const guarded = () => routes.filter(({ access }) => access !== 'public');
  /** Those that would end the callers' own logins, or change them. */
  const isSelfEnding = ({ path }: Route) => /logout|password|second-factor/.test(path);

  test('every route says who may call it, and there are routes for every kind of caller', () => {
    const kinds = new Set<string>(routes.map(({ access }) => access));
    for (const kind of ['public', 'account', 'catalog', 'tickets', 'payments', 'members', 'owner']) {
      assert(kinds.has(kind), kind);
    }
    assert(!kinds.has(undefined as never));
    assert(guarded().length > 20);
  });

  test('without credentials every guarded route answers 401 and says how to come in', async () => {
    for (const route of guarded()) {
      const { method, url } = requestAbout({ ...route, body: undefined }, { organizer: 'onsale' });
      const answer = await desk.app.inject({ method: method!, url });
      assert.equal(answer.statusCode, 401, `${route.label}`);
      assert.match(String(answer.headers['www-authenticate']), /^Bearer/);
    }
  });

  test('each role gets through to the routes whose right it has, and to no other', async () => {
    for (const role of roles) {
      const rights: readonly string[] = rightsOfRole[role];
      for (const route of guarded().filter((route) => !isSelfEnding(route))) {
        const expected = route.access === 'account' || rights.includes(route.access) ? 'in' : 403;
        assert.equal(await tryRoute(route, staff.get(role)!), expected, `${role}: ${route.label}`);
      }
    }
  });

  test('a buyer gets through to its own account only', async () => {
    for (const route of guarded().filter((route) => !isSelfEnding(route))) {
      const expected = route.access === 'account' ? 'in' : route.path.startsWith('/api/organizers/') ? 404 : 403;
      assert.equal(await tryRoute(route, buyer), expected, `${route.label}`);
    }
  });

  test('the platform’s owner gets through everywhere', needs('database'), async () => {
    const platform = await accounts.member('platform@roles.test');
    await desk.database.query('UPDATE accounts SET platform_owner = true WHERE account_id = $1', [platform.accountId]);
    const owner = accounts.bearer((await accounts.login(platform.email, platform.password)).body);
    for (const route of guarded().filter((route) => !isSelfEnding(route))) {
      assert.equal(await tryRoute(route, owner), 'in', `${route.label}`);
    }
  });

  test('each scope of a key opens its own routes, * all within the organiser, and none an account’s', async () => {
    for (const scope of ['catalog', 'tickets', 'payments', 'reports', '*'] as Scope[]) {
      const made = await accounts.send(
        'POST',
        '/api/organizers/onsale/keys',
        { name: scope, scopes: [scope] },
        desk.staff,
      );
      const { key } = made.body;
      for (const route of guarded().filter((route) => !/keys/.test(route.path))) {
        const isOpen = route.access === scope || (scope === '*' && !['account', 'owner'].includes(route.access));
        const found = await tryRoute(route, { authorization: `Bearer ${key}` });
        assert.equal(found, isOpen ? 'in' : 403, `${scope}: ${route.label}`);
      }
    }
  });

  test(
    'a role counts in its own organiser only; another organiser is not there',
    needs('clock', 'database'),
    async () => {
      const member = await accounts.member('two@roles.test');
      const other = await accounts.organizer('other-house');
      await accounts.organizer('third-house');
      await accounts.setRole(member.accountId, 'door', other);
      const headers = accounts.bearer((await accounts.login(member.email, member.password)).body);
      const keys = (organizer?: string) =>
        accounts.send(
          'POST',
          '/api/venues',
          { name: 'Hall', city: 'Here' },
          { ...headers, ...(organizer && { 'x-organizer': organizer }) },
        );
      assert.equal((await keys()).body.code, 'SCOPE_MISSING');
      assert.equal((await keys('other-house')).status, 403);
      for (const foreign of ['onsale', 'third-house', 'nowhere', 'x y', '../onsale']) {
        assert.deepEqual([(await keys(foreign)).status, (await keys(foreign)).body.code], [404, 'ORGANIZER_NOT_FOUND']);
      }
      await accounts.setRole(member.accountId, 'manager', 1);
      desk.clock.advance(5_000);
      assert.equal((await keys()).status, 403, 'of two organisers none is meant without a name');
      assert.equal((await keys('onsale')).status, 201);
      const { memberships } = (await accounts.send('GET', '/api/auth/me', undefined, headers)).body;
      assert.deepEqual(
        memberships.map(({ organizer, role }: { organizer: string; role: string }) => [organizer, role]),
        [
          ['onsale', 'manager'],
          ['other-house', 'door'],
        ],
      );
    },
  );

  test(
    'a role taken away among many requests: each is answered as staff or as a stranger, and later ones never as staff',
    needs('clock', 'database'),
    async () => {
      const member = await accounts.member('leaving@roles.test');
      await accounts.setRole(member.accountId, 'manager');
      const headers = accounts.bearer((await accounts.login(member.email, member.password)).body);
      const make = () => accounts.send('POST', '/api/venues', { name: 'Hall of the leaving', city: 'Here' }, headers);
      assert.equal((await make()).status, 201);
      const [, ...answers] = await Promise.all([
        accounts.setRole(member.accountId, null),
        ...Array.from({ length: 30 }, make),
      ]);
      const statuses = answers.map((answer) => answer!.status);
      assert(
        statuses.every((status) => status === 201 || status === 403),
        String(statuses),
      );
      const made = await desk.database.query(`SELECT 1 FROM venues WHERE name = 'Hall of the leaving'`);
      assert.equal(made.length, 1 + statuses.filter((status) => status === 201).length);
      desk.clock.advance(5_000);
      for (const answer of await Promise.all(Array.from({ length: 10 }, make))) assert.equal(answer.status, 403);
    },
  );

  test(
    'a role that is taken away, granted or changed counts within five seconds, without a new login',
    needs('clock', 'database'),
    async () => {
      const member = await accounts.member('moving@roles.test');
      const headers = accounts.bearer(member);
      const make = () => accounts.send('POST', '/api/venues', { name: 'Hall', city: 'Here' }, headers);
      const steps: [Role | null, number][] = [
        [null, 403],
        ['manager', 201],
        ['clerk', 403],
        ['admin', 201],
        [null, 403],
      ];
      for (const [role, status] of steps) {
        await accounts.setRole(member.accountId, role);
        desk.clock.advance(5_000);
        assert.equal((await make()).status, status, String(role));
      }
      assert.deepEqual((await accounts.history(member.accountId)).slice(3), [
        'RoleGranted',
        'RoleGranted',
        'RoleGranted',
        'RoleTaken',
      ]);
    },
  );
});
