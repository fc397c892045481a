import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';

const password = 'trois petits cochons';

describe('accounts', () => {
  let desk: TestApp;
  let accounts: ReturnType<typeof accountDesk>;
  before(async () => {
    desk = await startTestApp();
    accounts = accountDesk(desk);
  });

  /** The subjects of what was written to an address. */
  async function mailsTo(email: string): Promise<string[]> {
    for (let i = 0; i < 3; i++) await desk.runJobs();
    const { body } = await accounts.send(
      'GET',
      `/dev/mail?to=${encodeURIComponent(email)}&format=json`,
      undefined,
      desk.staff,
    );
    return body.items.map(({ subject }: { subject: string }) => subject);
  }

  test('register, prove the address, log in, look, refresh, log out', needs('database'), async () => {
    const email = 'Ann.Smithee@Example.org';
    const registered = await accounts.send('POST', '/api/auth/register', { email, password, name: 'Ann' });
    assert.equal(registered.status, 201, JSON.stringify(registered.body));
    const verified = await accounts.send('POST', '/api/auth/verify', { token: await accounts.mailedToken(email) });
    assert.equal(verified.status, 200);

    const { status, body: tokens } = await accounts.login(email.toLowerCase(), password);
    assert.deepEqual([status, tokens.tokenType, tokens.expiresIn], [200, 'Bearer', 15 * 60]);

    const me = await accounts.me(tokens);
    assert.equal(me.status, 200);
    const { accountId, createdAt: _, ...rest } = me.body;
    assert.deepEqual(rest, {
      email,
      name: 'Ann',
      emailVerified: true,
      secondFactor: false,
      isPlatformOwner: false,
      language: null,
      memberships: [],
      sessionId: tokens.sessionId,
    });

    const next = await accounts.refresh(tokens);
    assert.equal(next.status, 200);
    assert.notEqual(next.body.refreshToken, tokens.refreshToken);
    assert.equal((await accounts.me(next.body)).status, 200);

    const out = await accounts.send('POST', '/api/auth/logout', { refreshToken: next.body.refreshToken });
    assert.equal(out.status, 200);
    assert.equal((await accounts.refresh(next.body)).status, 401);
    for (const old of [tokens, next.body]) {
      const refused = await accounts.me(old);
      assert.deepEqual([refused.status, refused.body.code], [401, 'TOKEN_INVALID']);
    }
    assert.deepEqual(await accounts.history(accountId), [
      'AccountRegistered',
      'MailVerified',
      'LoggedIn',
      'LoginEnded',
    ]);
  });

  test('nobody learns from registering whether an address has an account: only its owner gets a mail', async () => {
    const { email } = await accounts.member('owner@accounts.test');
    const first = await accounts.send('POST', '/api/auth/register', { email: 'new@accounts.test', password });
    const again = await accounts.send('POST', '/api/auth/register', {
      email: 'OWNER@accounts.test',
      password: 'another password',
    });
    assert.deepEqual([again.status, again.body], [first.status, first.body]);
    assert.ok((await mailsTo(email)).includes('You already have an account'));
    assert.equal((await accounts.login(email, 'another password')).status, 401);
  });

  test('an account laid ready for a stranger’s address is theirs alone once they prove it', async () => {
    const email = 'victim@accounts.test';
    await accounts.send('POST', '/api/auth/register', { email, password: 'set by the thief' });
    const { body: thief } = await accounts.login(email, 'set by the thief');
    assert.equal((await accounts.me(thief)).body.emailVerified, false);
    await accounts.mailedToken(email); // Nobody uses it: the next mail is the one.

    await accounts.send('POST', '/api/auth/register', { email, password });
    assert.equal((await accounts.login(email, password)).status, 401, 'not before the mail came back');
    await accounts.send('POST', '/api/auth/verify', { token: await accounts.mailedToken(email) });
    assert.equal((await accounts.login(email, password)).status, 200);
    assert.equal((await accounts.login(email, 'set by the thief')).status, 401);
    assert.equal((await accounts.me(thief)).status, 401);
    assert.equal((await accounts.refresh(thief)).status, 401);
  });

  test('a mail’s token counts once, for a day, and only for what it was sent for', needs('clock'), async () => {
    const email = 'late@accounts.test';
    await accounts.send('POST', '/api/auth/register', { email, password });
    const token = await accounts.mailedToken(email);
    const verify = (text: string) => accounts.send('POST', '/api/auth/verify', { token: text });
    const reset = await accounts.send('POST', '/api/auth/password/reset', { token, password: 'another password' });
    assert.deepEqual([reset.status, reset.body.code], [400, 'MAIL_TOKEN_INVALID']);
    desk.clock.advance(24 * 3_600_000 + 1);
    assert.equal((await verify(token)).body.code, 'MAIL_TOKEN_INVALID');
    assert.equal((await accounts.send('POST', '/api/auth/verify/resend', { email })).status, 202);
    const fresh = await accounts.mailedToken(email);
    assert.notEqual(fresh, token);
    assert.equal((await verify(fresh)).status, 200);
    assert.equal((await verify(fresh)).status, 400);
    assert.equal((await verify('x'.repeat(43))).status, 400);
  });

  test('a forgotten password is set anew by mail, and every login ends', async () => {
    const member = await accounts.member('forgetful@accounts.test');
    const forgot = (email: string) => accounts.send('POST', '/api/auth/password/forgot', { email });
    const known = await forgot(member.email);
    const unknown = await forgot('nobody@accounts.test');
    assert.deepEqual([known.status, known.body], [unknown.status, unknown.body]);
    const token = await accounts.mailedToken(member.email);
    assert.equal((await mailsTo('nobody@accounts.test')).length, 0);
    const reset = (text: string) => accounts.send('POST', '/api/auth/password/reset', { token, password: text });
    assert.equal((await reset('12345678')).body.code, 'PASSWORD_COMMON');
    assert.equal((await reset('quatre petits cochons')).status, 200);
    assert.equal((await reset('cinq petits cochons')).body.code, 'MAIL_TOKEN_INVALID');
    assert.equal((await accounts.me(member)).status, 401);
    assert.equal((await accounts.refresh(member)).status, 401);
    assert.equal((await accounts.login(member.email, member.password)).status, 401);
    assert.equal((await accounts.login(member.email, 'quatre petits cochons')).status, 200);
  });

  test('a password is changed by whoever knows it; all logins end but the one that goes on', async () => {
    const member = await accounts.member('changing@accounts.test');
    const elsewhere = (await accounts.login(member.email, member.password)).body;
    const change = (old: string, next: string) =>
      accounts.send('POST', '/api/auth/password/change', { password: old, newPassword: next }, accounts.bearer(member));
    assert.deepEqual((await change('wrong password', 'quatre petits cochons')).body.code, 'PASSWORD_WRONG');
    assert.deepEqual((await change(member.password, member.email)).body.code, 'PASSWORD_COMMON');
    const changed = await change(member.password, 'quatre petits cochons');
    assert.equal(changed.status, 200);
    for (const old of [member, elsewhere]) {
      assert.equal((await accounts.me(old)).status, 401);
      assert.equal((await accounts.refresh(old)).status, 401);
    }
    assert.equal((await accounts.me(changed.body)).status, 200);
    assert.equal((await accounts.refresh(changed.body)).status, 200);
    assert.ok((await mailsTo(member.email)).includes('Your password was changed'));
  });

  test('logins are listed, ended one by one, and all at once', async () => {
    const member = await accounts.member('many@accounts.test');
    const phone = (
      await accounts.send('POST', '/api/auth/login', member && { email: member.email, password }, {
        'user-agent': 'Phone',
      })
    ).body;
    const tablet = (await accounts.login(member.email, password)).body;
    const list = await accounts.send('GET', '/api/auth/sessions', undefined, accounts.bearer(member));
    assert.equal(list.body.items.length, 3);
    const listed = list.body.items.find((item: { sessionId: string }) => item.sessionId === phone.sessionId);
    assert.deepEqual([listed.userAgent, listed.current], ['Phone', false]);

    const end = (id: string) => accounts.send('DELETE', `/api/auth/sessions/${id}`, undefined, accounts.bearer(member));
    assert.equal((await end(phone.sessionId)).status, 200);
    assert.equal((await end(phone.sessionId)).body.code, 'SESSION_UNKNOWN');
    const stranger = await accounts.member('stranger@accounts.test');
    assert.equal((await end(stranger.sessionId)).status, 404);
    assert.equal((await accounts.me(stranger)).status, 200);
    assert.equal((await accounts.me(phone)).status, 401);

    assert.equal((await accounts.send('POST', '/api/auth/logout-all', undefined, accounts.bearer(member))).status, 200);
    for (const tokens of [member, tablet]) {
      assert.equal((await accounts.me(tokens)).status, 401);
      assert.equal((await accounts.refresh(tokens)).status, 401);
    }
    assert.equal((await accounts.login(member.email, password)).status, 200);
  });

  test('addresses with tricks and impossible passwords are refused with a sentence, never a 500', async () => {
    const register = (email: unknown, text: unknown = password) =>
      accounts.send('POST', '/api/auth/register', { email, password: text });
    for (const email of [
      '',
      'ann',
      'ann@',
      '@accounts.test',
      'ann@localhost',
      '\u0430nn@accounts.test',
      'ann\u0000@accounts.test',
      'ann@127.0.0.1',
      `${'a'.repeat(65)}@accounts.test`,
      `a@${'b'.repeat(300)}.org`,
      7,
      null,
    ]) {
      assert.equal((await register(email)).status, 400, JSON.stringify(email));
    }
    const codes = new Map([
      ['', 'PASSWORD_SHORT'],
      ['short', 'PASSWORD_SHORT'],
      ['password1', 'PASSWORD_COMMON'],
      ['x1'.repeat(37), 'PASSWORD_LONG'],
      ['x'.repeat(1025), 'VALIDATION_FAILED'],
      ['nul\u0000in the middle', 'VALIDATION_FAILED'],
    ]);
    for (const [text, code] of codes)
      assert.equal((await register('tricks@accounts.test', text)).body.code, code, code);
    for (const text of ['', 'x'.repeat(1024), '\u{1f600}'.repeat(200)]) {
      assert.equal((await accounts.login('tricks@accounts.test', text)).body.code, 'LOGIN_FAILED');
    }
    assert.equal((await accounts.login('\u0430nn@accounts.test', password)).body.code, 'LOGIN_FAILED');
    assert.equal((await register('plus+tag@accounts.test')).status, 201);
  });

  test('two people who register the same address at once make one account', needs('database'), async () => {
    const email = 'race@accounts.test';
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => accounts.send('POST', '/api/auth/register', { email, password })),
    );
    assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([201]));
    const rows = await desk.database.query('SELECT 1 FROM accounts WHERE email_key = $1', [email]);
    assert.equal(rows.length, 1);
  });

  test('a guest session is begun, and kept by whoever has one', async () => {
    const first = await accounts.send('POST', '/api/auth/guest');
    assert.equal(first.status, 201);
    const { sessionToken } = first.body;
    assert.equal(first.headers['x-session-token'], sessionToken);
    const again = await accounts.send('POST', '/api/auth/guest', undefined, { 'x-session-token': sessionToken });
    assert.equal(again.body.sessionToken, sessionToken);
    const forged = await accounts.send('POST', '/api/auth/guest', undefined, { 'x-session-token': `${sessionToken}x` });
    assert.notEqual(forged.body.sessionToken, `${sessionToken}x`);
  });

  test('links in mails of earlier versions lead to the pages of the app', async () => {
    for (const page of ['verify', 'reset', 'invitation']) {
      const { statusCode, headers } = await desk.app.inject({ url: `/account/${page}` });
      assert.deepEqual([statusCode, headers.location], [302, `/${page}`]);
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['referrer-policy'], 'no-referrer');
    }
  });

  test('what happened to accounts holds no address, no name, no password and no token', needs('database'), async () => {
    const [row] = await desk.database.query<{ text: string }>(
      `SELECT string_agg(data::text || metadata::text, ' ') AS text FROM event_store WHERE stream LIKE 'account-%'`,
    );
    assert.doesNotMatch(row!.text, /@|cochons|Ann|thief|eyJ/);
  });
});
