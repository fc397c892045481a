import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { until } from '../../src/platform/peers/peers-trial.test-support.ts';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { createTestDatabase } from '../support/database.ts';
import { intercepted } from '../support/intercepted.ts';
import { joinedProcesses } from '../support/joined-processes.ts';
import { needs } from '../support/needs.ts';

describe('staying logged in', () => {
  let desk: TestApp;
  let accounts: ReturnType<typeof accountDesk>;
  before(async () => {
    desk = await startTestApp();
    accounts = accountDesk(desk);
  });

  test(
    'two tabs that refresh at once, and an answer that got lost, get the same successor',
    needs('clock'),
    async () => {
      const member = await accounts.member('tabs@example.org');
      const answers = await Promise.all(Array.from({ length: 20 }, () => accounts.refresh(member)));
      assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
      assert.equal(new Set(answers.map((answer) => answer.body.refreshToken)).size, 1);
      desk.clock.advance(10_000);
      const late = await accounts.refresh(member);
      assert.equal(late.body.refreshToken, answers[0]!.body.refreshToken);
      assert.equal((await accounts.refresh(late.body)).status, 200);
      assert.equal((await accounts.me(late.body)).status, 200);
    },
  );

  test('a token used again later is in two hands: the whole login ends, others go on', needs('clock'), async () => {
    const member = await accounts.member('copied@example.org');
    const other = (await accounts.login(member.email, member.password)).body;
    const next = (await accounts.refresh(member)).body;
    desk.clock.advance(10_001);
    const reused = await accounts.refresh(member);
    assert.deepEqual([reused.status, reused.body.code], [401, 'REFRESH_REUSED']);
    assert.equal((await accounts.refresh(next)).body.code, 'REFRESH_INVALID');
    assert.equal((await accounts.me(next)).status, 401);
    assert.equal((await accounts.me(other)).status, 200);
    assert.equal((await accounts.refresh(other)).status, 200);
  });

  test('a login lives as long as it is refreshed, and ends after seven days without', needs('clock'), async () => {
    let tokens: { refreshToken: string } = await accounts.member('weekly@example.org');
    for (let week = 0; week < 3; week++) {
      desk.clock.advance(7 * 24 * 3_600_000 - 1);
      const next = await accounts.refresh(tokens);
      assert.equal(next.status, 200);
      tokens = next.body;
    }
    desk.clock.advance(7 * 24 * 3_600_000);
    assert.equal((await accounts.refresh(tokens)).body.code, 'REFRESH_INVALID');
  });

  test('a disabled account is out: no refresh, no login, no access', async () => {
    const member = await accounts.member('disabled@example.org');
    const url = `/api/accounts/${member.accountId}`;
    assert.equal((await accounts.send('POST', `${url}/disable`, undefined, accounts.bearer(member))).status, 403);
    assert.equal((await accounts.send('POST', `${url}/disable`, undefined, desk.staff)).status, 200);
    assert.equal((await accounts.me(member)).status, 401);
    assert.equal((await accounts.refresh(member)).status, 401);
    assert.equal((await accounts.login(member.email, member.password)).body.code, 'LOGIN_FAILED');
    assert.equal((await accounts.send('POST', `${url}/enable`, undefined, desk.staff)).status, 200);
    assert.equal((await accounts.login(member.email, member.password)).status, 200);
    assert.equal((await accounts.me(member)).status, 401, 'what was ended stays ended');
  });

  test(
    'another process learns of it within five seconds, though it knew the token',
    needs('clock', 'process'),
    async () => {
      const member = await accounts.member('elsewhere@example.org');
      const second = await startTestApp({ database: desk.database });
      const there = accountDesk(second);
      assert.equal((await there.me(member)).status, 200);
      await accounts.send('POST', '/api/auth/logout-all', undefined, accounts.bearer(member));
      second.clock.advance(4_999);
      assert.equal((await there.me(member)).status, 401);
    },
  );

  test(
    'another process of this Onsale learns of it at once, and need not ask',
    needs('clock', 'database', 'process'),
    async () => {
      const { database, connection } = await createTestDatabase();
      const processes = joinedProcesses({ database, connection });
      const [one, other] = [await processes.join(), await processes.join()];
      const here = accountDesk(await startTestApp({ database, ...one.ports }));
      const there = accountDesk(await startTestApp({ database, ...other.ports }));
      const member = await here.member('at-once@example.org');
      assert.equal((await there.me(member)).status, 200);
      await here.send('POST', '/api/auth/logout-all', undefined, here.bearer(member));
      // No clock moves: nothing there is old enough to be read again.
      await until(async () => (await there.me(member)).status === 401);
    },
  );

  test(
    'a refresh token that was found dead once is refused without asking the database',
    needs('database', 'process'),
    async () => {
      const { database } = await createTestDatabase();
      let asked = 0;
      const counting = intercepted(database, (statement, ask) => {
        if (statement.name === 'find-refresh-owner') asked += 1;
        return ask();
      });
      const others = accountDesk(await startTestApp({ database: counting }));
      const member = await others.member('dead@example.org');
      const other = (await others.login(member.email, member.password)).body;
      await others.send('POST', '/api/auth/logout', undefined, others.bearer(member));
      for (const questions of [1, 1]) {
        assert.equal((await others.refresh(member)).body.code, 'REFRESH_INVALID');
        assert.equal(asked, questions);
      }
      // Logged out by the token itself, it is known at once; a login that lives is not touched.
      const next = (await others.refresh(other)).body;
      await others.send('POST', '/api/auth/logout', { refreshToken: next.refreshToken }, {});
      const before = asked;
      assert.equal((await others.refresh(next)).body.code, 'REFRESH_INVALID');
      assert.equal(asked, before);
    },
  );

  test(
    'another process follows by its job alone, without any request in between',
    needs('jobs', 'process'),
    async () => {
      const member = await accounts.member('job@example.org');
      const second = await startTestApp({ database: desk.database });
      const there = accountDesk(second);
      assert.equal((await there.me(member)).status, 200);
      await accounts.send('POST', '/api/auth/logout-all', undefined, accounts.bearer(member));
      await second.core.jobs.find(({ name }) => name === 'follow accounts')!.run();
      assert.equal((await there.me(member)).status, 401);
    },
  );

  test(
    'browsers keep the refresh token in a cookie that scripts and foreign pages cannot use',
    needs('clock'),
    async () => {
      const { email, password } = await accounts.member('browser@example.org');
      const { body, headers } = await accounts.login(email, password, { browser: true });
      assert.equal(body.refreshToken, undefined);
      const [line, device] = headers['set-cookie'] as unknown as [string, string];
      assert.match(device, /^onsale_device=[\w-]{65}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=15552000$/);
      assert.match(line, /^onsale_refresh=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800$/);
      const cookie = line.split(';')[0]!;
      const host = 'onsale.example';
      const refresh = (more: Record<string, string>) =>
        accounts.send('POST', '/api/auth/refresh', undefined, { cookie, host, ...more });
      for (const foreign of [{}, { origin: 'https://evil.example' }, { origin: 'null' }] as Record<string, string>[]) {
        assert.equal((await refresh(foreign)).body.code, 'ORIGIN_FOREIGN');
        assert.equal((await refresh({ ...foreign, authorization: 'Bearer nonsense' })).body.code, 'ORIGIN_FOREIGN');
        assert.equal((await refresh({ ...foreign, 'x-session-token': 'nonsense' })).body.code, 'ORIGIN_FOREIGN');
      }
      const next = await refresh({ origin: 'https://onsale.example', authorization: 'Bearer expired.long.ago' });
      assert.equal(next.status, 200);
      assert.equal(next.body.refreshToken, undefined);
      const renewed = String(next.headers['set-cookie']).split(';')[0]!;
      assert.notEqual(renewed, cookie);
      const out = await accounts.send('POST', '/api/auth/logout', undefined, {
        cookie: renewed,
        host,
        origin: `https://${host}`,
      });
      assert.match(String(out.headers['set-cookie']), /^onsale_refresh=; .*Max-Age=0$/);
      assert.equal((await accounts.me(next.body)).status, 401);
    },
  );

  test('tokens that are no refresh tokens refresh nothing', async () => {
    const member = await accounts.member('odd@example.org');
    const second = (await accounts.login(member.email, member.password)).body;
    for (const refreshToken of ['x', 'a'.repeat(43), second.refreshToken.slice(0, -1)]) {
      assert.equal((await accounts.refresh({ refreshToken })).body.code, 'REFRESH_INVALID');
    }
    assert.equal((await accounts.refresh({ refreshToken: member.accessToken })).status, 400);
    for (const body of [{}, undefined]) {
      assert.equal((await accounts.send('POST', '/api/auth/refresh', body)).body.code, 'REFRESH_INVALID');
    }
    assert.equal((await accounts.send('POST', '/api/auth/logout')).body.code, 'LOGIN_NEEDED');
  });
});
