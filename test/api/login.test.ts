import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { hash } from 'bcrypt';
import { totpCode } from '../../src/features/identity/domain/totp.ts';
import { accountDesk, fromBase32 } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';

describe('logging in', () => {
  let desk: TestApp;
  let accounts: ReturnType<typeof accountDesk>;
  before(async () => {
    desk = await startTestApp();
    accounts = accountDesk(desk);
  });

  test('unknown, wrong and disabled are answered alike', async () => {
    const member = await accounts.member('known@example.org');
    const wrong = await accounts.login(member.email, 'wrong password');
    const unknown = await accounts.login('unknown@example.org', 'wrong password');
    await accounts.send('POST', `/api/accounts/${member.accountId}/disable`, undefined, desk.staff);
    const disabled = await accounts.login(member.email, member.password);
    const { traceId: _, ...body } = wrong.body;
    for (const answer of [unknown, disabled]) {
      const { traceId: __, ...same } = answer.body;
      assert.deepEqual([answer.status, same], [401, body]);
    }
  });

  test('ten wrong guesses, one after the other or all at once, are the last for a quarter of an hour, right or wrong', async () => {
    for (const [email, atOnce] of [
      ['row@example.org', false],
      ['burst@example.org', true],
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
  });

  test('an unknown address is limited like a known one, however it is written', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) {
      const email = i % 2 ? 'Nobody@Example.org' : ' nobody@example.org';
      statuses.push((await accounts.login(email, 'wrong password')).status);
    }
    assert.deepEqual(statuses.slice(-3), [401, 429, 429]);
  });

  test('whoever knows the password is not limited', async () => {
    const member = await accounts.member('often@example.org');
    for (let i = 0; i < 25; i++) assert.equal((await accounts.login(member.email, member.password)).status, 200);
  });

  test('a hash of another cost is renewed at the next login', async () => {
    const member = await accounts.member('old@example.org');
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

  test('too many logins at once are told to come back, and change nothing', async () => {
    const slow = accountDesk(await startTestApp({ database: desk.database, passwordCost: 8 }));
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
    const members = await Promise.all(names.map((name) => accounts.member(`crowd-${name}@example.org`)));
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

  test('a second factor: set up, asked for, each code once, recovery codes for the day it is lost, turned off', async () => {
    const member = await accounts.member('factor@example.org');
    const { email, password } = member;
    const post = (url: string, body: object) =>
      accounts.send('POST', `/api/auth/second-factor${url}`, body, accounts.bearer(member));
    assert.equal((await post('', { password: 'wrong password' })).body.code, 'PASSWORD_WRONG');
    const begun = await post('', { password });
    assert.equal(begun.status, 201);
    assert.match(
      begun.body.otpauthUrl,
      /^otpauth:\/\/totp\/Onsale:factor%40example\.org\?secret=[A-Z2-7]{32}&issuer=Onsale$/,
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
    const tries = await Promise.all(Array.from({ length: 5 }, () => accounts.login(email, password, { code: code() })));
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
  });

  test('codes are guessed at no more often than passwords', async () => {
    const member = await accounts.member('codes@example.org');
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
});
