import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { hash } from 'bcrypt';
import { totpCode } from '../../src/features/identity/domain/totp.ts';
import { accountDesk, fromBase32 } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';

describe('logging in', () => {
  let desk: TestApp;
  let accounts: ReturnType<typeof accountDesk>;
  before(async () => {
    desk = await startTestApp({ trustedProxies: ['127.0.0.1'] });
    accounts = accountDesk(desk);
  });

  /** A login that comes from this address. */
  const loginFrom = (address: string, email: string, password: string, more: object = {}) =>
    accounts.send('POST', '/api/auth/login', { email, password, ...more }, { 'x-forwarded-for': address });

  test('unknown, wrong and disabled are answered alike', async () => {
    const member = await accounts.member('known@login.test');
    const wrong = await accounts.login(member.email, 'wrong password');
    const unknown = await accounts.login('unknown@login.test', 'wrong password');
    await accounts.send('POST', `/api/accounts/${member.accountId}/disable`, undefined, desk.staff);
    const disabled = await accounts.login(member.email, member.password);
    const { traceId: _, ...body } = wrong.body;
    for (const answer of [unknown, disabled]) {
      const { traceId: __, ...same } = answer.body;
      assert.deepEqual([answer.status, same], [401, body]);
    }
  });

  test(
    'ten wrong guesses, one after the other or all at once, are the last for a quarter of an hour, right or wrong',
    needs('clock'),
    async () => {
      for (const [email, atOnce] of [
        ['row@login.test', false],
        ['burst@login.test', true],
      ] as const) {
        const member = await accounts.member(email);
        const guess = () => accounts.login(email, 'wrong password');
        const answers = atOnce ? await Promise.all(Array.from({ length: 40 }, guess)) : [];
        if (!atOnce) for (let i = 0; i < 12; i++) answers.push(await guess());
        assert.equal(answers.filter(({ status }) => status === 401).length, 10);
        const refused = answers.find(({ status }) => status === 429)!;
        assert.equal(refused.body.code, 'TOO_MANY_GUESSES');
        const retryAfter = Number(refused.headers['retry-after']);
        assert(retryAfter > 0 && retryAfter <= 900);
        assert.equal((await accounts.login(email, member.password)).status, 429, 'the right one too');
        desk.clock.advance(15 * 60_000);
        assert.equal((await accounts.login(email, member.password)).status, 200);
      }
    },
  );

  test('an unknown address is limited like a known one, however it is written', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) {
      const email = i % 2 ? 'Nobody@Login.test' : ' nobody@login.test';
      statuses.push((await accounts.login(email, 'wrong password')).status);
    }
    assert.deepEqual(statuses.slice(-3), [401, 429, 429]);
  });

  test('whoever knows the password is not limited', async () => {
    const member = await accounts.member('often@login.test');
    for (let i = 0; i < 25; i++) assert.equal((await accounts.login(member.email, member.password)).status, 200);
  });

  test('a hash of another cost is renewed at the next login', needs('database'), async () => {
    const member = await accounts.member('old@login.test');
    const old = await hash(member.password, 5);
    await desk.database.query('UPDATE accounts SET password_hash = $2 WHERE account_id = $1', [member.accountId, old]);
    assert.equal((await accounts.login(member.email, member.password)).status, 200);
    const read = () =>
      desk.database.query<{ hash: string }>('SELECT password_hash AS hash FROM accounts WHERE account_id = $1', [
        member.accountId,
      ]);
    assert.match((await read())[0]!.hash, /^\$2b\$04\$/);
    assert.equal((await accounts.login(member.email, member.password)).status, 200);
  });

  test('too many logins at once are asked to come back later, and change nothing', needs('process'), async () => {
    const slow = accountDesk(await startTestApp({ database: desk.database, passwordCost: 8 }));
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
    const members = await Promise.all(names.map((name) => accounts.member(`crowd-${name}@login.test`)));
    const attempts = members.flatMap(({ email, password }) =>
      Array.from({ length: 9 }, () => slow.login(email, password)),
    );
    const answers = await Promise.all(attempts);
    const busy = answers.filter(({ status }) => status === 503);
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 503]));
    for (const { body, headers } of busy) {
      assert.equal(body.code, 'LOGIN_BUSY');
      assert(Number(headers['retry-after']) >= 1);
    }
    for (const member of members) assert.equal((await accounts.login(member.email, member.password)).status, 200);
  });

  test(
    'a second factor: set up, asked for, each code once, recovery codes for the day it is lost, turned off',
    needs('clock'),
    async () => {
      const member = await accounts.member('factor@login.test');
      const { email, password } = member;
      const post = (url: string, body: object) =>
        accounts.send('POST', `/api/auth/second-factor${url}`, body, accounts.bearer(member));
      assert.equal((await post('', { password: 'wrong password' })).body.code, 'PASSWORD_WRONG');
      const begun = await post('', { password });
      assert.equal(begun.status, 201);
      assert.match(
        begun.body.otpauthUrl,
        /^otpauth:\/\/totp\/Onsale:factor%40login\.test\?secret=[A-Z2-7]{32}&issuer=Onsale$/,
      );
      assert.equal((await accounts.login(email, password)).status, 200, 'it counts only once it is confirmed');
      const secret = fromBase32(begun.body.secret);
      const code = () => totpCode(secret, Math.floor(desk.clock.now() / 30_000));
      assert.equal((await post('/confirm', { code: '000000' })).body.code, 'SECOND_FACTOR_WRONG');
      const { body: confirmed } = await post('/confirm', { code: code() });
      assert.equal(confirmed.recoveryCodes.length, 10);
      assert.equal((await post('', { password })).body.code, 'SECOND_FACTOR_ON');
      assert.equal((await accounts.me(member)).body.secondFactor, true);

      const needed = await accounts.login(email, password);
      assert.deepEqual([needed.status, needed.body.code], [401, 'SECOND_FACTOR_NEEDED']);
      assert.equal((await accounts.login(email, 'wrong password')).body.code, 'LOGIN_FAILED');
      assert.equal(
        (await accounts.login(email, password, { code: code() })).body.code,
        'SECOND_FACTOR_WRONG',
        'used to confirm',
      );
      desk.clock.advance(30_000);
      const tries = await Promise.all(
        Array.from({ length: 5 }, () => accounts.login(email, password, { code: code() })),
      );
      assert.equal(tries.filter(({ status }) => status === 200).length, 1, 'a code is good once');

      const [recovery] = confirmed.recoveryCodes as [string];
      const byRecovery = await accounts.login(email, password, { code: recovery.toLowerCase().replace('-', ' ') });
      assert.equal(byRecovery.status, 200);
      assert.equal((await accounts.login(email, password, { code: recovery })).body.code, 'SECOND_FACTOR_WRONG');

      desk.clock.advance(15 * 60_000);
      const session = (await accounts.login(email, password, { code: code() })).body;
      const disable = (with_: string) =>
        accounts.send('POST', '/api/auth/second-factor/disable', { password, code: with_ }, accounts.bearer(session));
      assert.equal((await disable('000000')).body.code, 'SECOND_FACTOR_WRONG');
      assert.equal((await disable(confirmed.recoveryCodes[1])).status, 200);
      assert.equal((await accounts.login(email, password)).status, 200);
    },
  );

  test('codes are guessed at no more often than passwords', needs('clock'), async () => {
    const member = await accounts.member('codes@login.test');
    const post = (url: string, body: object) =>
      accounts.send('POST', `/api/auth/second-factor${url}`, body, accounts.bearer(member));
    const { body } = await post('', { password: member.password });
    const code = totpCode(fromBase32(body.secret), Math.floor(desk.clock.now() / 30_000));
    await post('/confirm', { code });
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++)
      statuses.push((await accounts.login(member.email, member.password, { code: `00000${i % 10}` })).status);
    assert.equal(statuses.filter((status) => status === 401).length <= 10, true);
    assert.equal(statuses.at(-1), 429);
  });

  test('to begin a second factor ten times and more with the right password shuts no door', async () => {
    const member = await accounts.member('begins@login.test');
    const begin = (password: string) =>
      accounts.send('POST', '/api/auth/second-factor', { password }, accounts.bearer(member));
    for (let i = 0; i < 12; i++) assert.equal((await begin(member.password)).status, 201);
    assert.equal((await accounts.login(member.email, member.password)).status, 200);
    for (let i = 0; i < 10; i++) assert.equal((await begin('wrong password')).body.code, 'PASSWORD_WRONG');
    assert.equal((await begin(member.password)).body.code, 'TOO_MANY_GUESSES');
    assert.equal(
      (await accounts.login(member.email, member.password)).status,
      200,
      'what one login guessed is its own',
    );
  });

  test(
    'codes that confirm a second factor are guessed at ten times, whatever key or new secret is tried',
    needs('clock'),
    async () => {
      const member = await accounts.member('confirms@login.test');
      const headers = { ...accounts.bearer(member), 'idempotency-key': 'one-and-the-same' };
      const post = (url: string, body: object) => accounts.send('POST', `/api/auth/second-factor${url}`, body, headers);
      const { body } = await post('', { password: member.password });
      const right = totpCode(fromBase32(body.secret), Math.floor(desk.clock.now() / 30_000));
      const codes: string[] = [];
      for (let i = 0; i < 40; i++) {
        if (i === 5) await post('', { password: member.password });
        codes.push((await post('/confirm', { code: String(100_000 + i) })).body.code);
      }
      assert.equal(codes.filter((code) => code === 'SECOND_FACTOR_WRONG').length, 10, `${right}`);
      assert.equal(codes.at(-1), 'TOO_MANY_GUESSES');
      const parallel = await accounts.member('confirms-2@login.test');
      const begun = await accounts.send(
        'POST',
        '/api/auth/second-factor',
        { password: parallel.password },
        accounts.bearer(parallel),
      );
      assert.equal(begun.status, 201);
      const burst = await Promise.all(
        Array.from({ length: 30 }, (_, i) =>
          accounts.send(
            'POST',
            '/api/auth/second-factor/confirm',
            { code: String(100_000 + i) },
            accounts.bearer(parallel),
          ),
        ),
      );
      assert.equal(burst.filter((answer) => answer.body.code === 'SECOND_FACTOR_WRONG').length, 10);
    },
  );

  test('who was signed in on a device before is not shut out by others’ guesses, and cannot guess without end there', async () => {
    const member = await accounts.member('device@login.test');
    const { email, password } = member;
    const { deviceToken } = (await accounts.login(email, password)).body;
    for (const network of ['198.51.100.1', '198.51.100.2', '198.51.100.3', '127.0.0.1']) {
      for (let i = 0; i < 10; i++) await loginFrom(network, email, 'wrong password');
    }
    assert.equal((await loginFrom('203.0.113.1', email, password)).status, 429);
    assert.equal((await loginFrom('203.0.113.1', email, password, { deviceToken })).status, 200);
    assert.equal((await accounts.login(email, password, { deviceToken })).status, 200, 'behind their own address too');
    const cookie = `onsale_device=${deviceToken}`;
    const origin = { origin: 'http://localhost:80', host: 'localhost:80' };
    const browser = await accounts.send(
      'POST',
      '/api/auth/login',
      { email, password, browser: true },
      { cookie, ...origin },
    );
    assert.equal(browser.status, 200);
    assert.equal(browser.body.deviceToken, undefined);
    assert.match(String(browser.headers['set-cookie']), /onsale_device=[\w-]{65}; Path=\/; HttpOnly; SameSite=Strict/);

    const stranger = await accounts.member('stranger@login.test');
    const { deviceToken: others } = (await accounts.login(stranger.email, stranger.password)).body;
    assert.equal((await loginFrom('203.0.113.1', email, password, { deviceToken: others })).status, 429);
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) statuses.push((await accounts.login(email, 'wrong password', { deviceToken })).status);
    assert.deepEqual(statuses.slice(9), [401, 429, 429]);

    const change = { password, newPassword: 'vier kleine zwijntjes' };
    const changed = await accounts.send('POST', '/api/auth/password/change', change, accounts.bearer(browser.body));
    assert.equal(changed.status, 200, 'whoever is signed in is not shut out either');
    const login = (token: string) => accounts.login(email, change.newPassword, { deviceToken: token });
    assert.equal((await login(deviceToken)).status, 429, 'a device of the old password is a stranger');
    assert.equal((await login(changed.body.deviceToken)).status, 200);
  });

  test('one IPv6 network guesses and has mails sent as one', async () => {
    const member = await accounts.member('six@login.test');
    const statuses = [];
    for (let i = 0; i < 30; i++)
      statuses.push((await loginFrom(`2001:db8:1:2::${i}`, member.email, 'wrong password')).status);
    assert.equal(statuses.filter((status) => status === 401).length, 10);
    assert.equal(
      (await loginFrom('2001:db8:1:3::1', member.email, member.password)).status,
      200,
      'its owner is elsewhere',
    );
    const mails = [];
    for (let i = 0; i < 8; i++) {
      const headers = { 'x-forwarded-for': `2001:db8:1:2::${i}` };
      mails.push((await accounts.send('POST', '/api/auth/password/forgot', { email: member.email }, headers)).status);
    }
    assert.deepEqual(mails, [202, 202, 202, 202, 202, 429, 429, 429]);
  });

  test('a flood of refusals has no guess forgotten', needs('process'), async () => {
    const member = await accounts.member('flooded@login.test');
    for (let i = 0; i < 10; i++) await loginFrom('192.0.2.77', member.email, 'wrong password');
    for (let i = 0; i < 300; i++) await accounts.login(`nobody-${i}@login.test`, 'wrong password', {});
    assert.equal((await loginFrom('192.0.2.77', member.email, member.password)).status, 429);
  });

  test('a clock set back refuses nobody, and lifts no limit', needs('clock'), async () => {
    const member = await accounts.member('back@login.test');
    for (let i = 0; i < 10; i++) await loginFrom('192.0.2.78', member.email, 'wrong password');
    for (const jumpMs of [-15_000, -120_000, -7_200_000]) {
      desk.clock.jump(jumpMs);
      assert.equal((await accounts.login(member.email, member.password)).status, 200);
      assert.equal((await accounts.me(member)).status, 200);
      assert.equal((await loginFrom('192.0.2.78', member.email, member.password)).status, 429);
    }
    desk.clock.advance(15 * 60_000);
    assert.equal((await loginFrom('192.0.2.78', member.email, member.password)).status, 200);
  });
});
