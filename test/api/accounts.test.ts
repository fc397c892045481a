import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';

describe('accounts', () => {
  let desk: TestApp;
  let accounts: ReturnType<typeof accountDesk>;
  before(async () => {
    desk = await startTestApp();
    accounts = accountDesk(desk);
  });
  const password = 'trois petits cochons';

  test('register, prove the address, log in, look, refresh, log out', async () => {
    const email = 'Ann.Smithee@Example.org';
    const registered = await accounts.send('POST', '/api/auth/register', { email, password, name: 'Ann' });
    assert.equal(registered.status, 201, JSON.stringify(registered.body));
    const verified = await accounts.send('POST', '/api/auth/verify', { token: await accounts.mailedToken(email) });
    assert.equal(verified.status, 200);

    const { status, body: tokens } = await accounts.send('POST', '/api/auth/login', {
      email: email.toLowerCase(),
      password,
    });
    assert.equal(status, 200);
    assert.equal(tokens.tokenType, 'Bearer');
    assert.equal(tokens.expiresIn, 15 * 60);

    const me = await accounts.me(tokens);
    assert.equal(me.status, 200);
    const { email: own, name, emailVerified, memberships, isPlatformOwner, sessionId } = me.body;
    assert.deepEqual(
      { own, name, emailVerified, memberships, isPlatformOwner, sessionId },
      {
        own: email,
        name: 'Ann',
        emailVerified: true,
        memberships: [],
        isPlatformOwner: false,
        sessionId: tokens.sessionId,
      },
    );

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
  });
});
