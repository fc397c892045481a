import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totpCode } from '../../src/features/identity/domain/totp.ts';
import { accountDesk, fromBase32 } from '../support/account-desk.ts';
import { startTestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';

const desk = await startTestApp({ secondFactorRequired: true });
const accounts = accountDesk(desk);
const post = (url: string, body: object, headers: Record<string, string>) => accounts.send('POST', url, body, headers);
const venue = { name: 'Hall', city: 'Here' };

test(
  'where it is required, a role counts once a second factor is set up, and no longer than it is',
  needs('clock', 'database', 'process'),
  async () => {
    const member = await accounts.member('admin@example.org');
    const headers = accounts.bearer(member);
    await accounts.setRole(member.accountId, 'admin');
    desk.clock.advance(5_000);
    const refused = await post('/api/venues', venue, headers);
    assert.deepEqual([refused.status, refused.body.code], [403, 'SECOND_FACTOR_REQUIRED']);
    const foreign = await accounts.send('DELETE', '/api/venues/999999', undefined, headers);
    assert.equal(foreign.status, 404, 'what is not one’s own is not there all the same');
    assert.equal((await accounts.me(member)).status, 200);

    const { password } = member;
    const begun = await post('/api/auth/second-factor', { password }, headers);
    const code = () => totpCode(fromBase32(begun.body.secret), Math.floor(desk.clock.now() / 30_000));
    const { body } = await post('/api/auth/second-factor/confirm', { code: code() }, headers);
    desk.clock.advance(5_000);
    assert.equal((await post('/api/venues', venue, headers)).status, 201);

    const off = { password, code: body.recoveryCodes[0] };
    assert.equal((await post('/api/auth/second-factor/disable', off, headers)).status, 200);
    desk.clock.advance(5_000);
    assert.equal((await post('/api/venues', venue, headers)).body.code, 'SECOND_FACTOR_REQUIRED');
  },
);

test('the platform’s owner needs it too; buyers and keys do not', needs('clock', 'database', 'process'), async () => {
  const owner = await accounts.member('owner@example.org');
  await desk.database.query('UPDATE accounts SET platform_owner = true WHERE account_id = $1', [owner.accountId]);
  desk.clock.advance(5_000);
  const made = await post('/api/organizers', { name: 'More' }, accounts.bearer(owner));
  assert.equal(made.body.code, 'SECOND_FACTOR_REQUIRED');
  const buyer = accounts.bearer(await accounts.member('buyer@example.org'));
  assert.equal((await accounts.send('GET', '/api/bookings', undefined, buyer)).status, 200);
  assert.equal((await post('/api/venues', venue, buyer)).body.code, 'SCOPE_MISSING');
  assert.equal((await post('/api/venues', venue, desk.staff)).status, 201);
});

/** Kinds of the mails asked for to an address, in order. */
async function mailsTo(email: string): Promise<string[]> {
  const rows = await desk.database.query<{ kind: string }>(
    `SELECT payload->>'kind' AS kind FROM outbox WHERE topic = 'mail.requested' AND payload->>'to' = $1 ORDER BY created_at`,
    [email],
  );
  return rows.map(({ kind }) => kind);
}

/** Sets up a second factor with the login of a member; answers what makes its codes. */
async function enrol(member: { readonly accessToken: string; readonly password: string }) {
  const headers = accounts.bearer(member);
  const begun = await post('/api/auth/second-factor', { password: member.password }, headers);
  const secret = fromBase32(begun.body.secret);
  const code = () => totpCode(secret, Math.floor(desk.clock.now() / 30_000));
  const { body, status } = await post('/api/auth/second-factor/confirm', { code: code() }, headers);
  assert.equal(status, 200, JSON.stringify(body));
  return { code, recoveryCodes: body.recoveryCodes as string[] };
}

async function admin(email: string) {
  const member = await accounts.member(email);
  await accounts.setRole(member.accountId, 'admin');
  desk.clock.advance(5_000);
  return member;
}

test(
  'whoever logged in before the second factor was set up is out, by every way, at once, and the owner gets a mail',
  needs('clock', 'database', 'process'),
  async () => {
    const owner = await admin('robbed@example.org');
    const thief = (await accounts.login(owner.email, owner.password)).body;
    await enrol(owner);
    const headers = accounts.bearer(thief);
    for (const [method, url, body, more] of [
      ['GET', '/api/organizers/onsale/members', undefined, {}],
      ['POST', '/api/organizers/onsale/keys', { name: 'Mine', scopes: ['catalog'] }, {}],
      ['GET', '/api/audit', undefined, { 'x-organizer': 'onsale' }],
      ['POST', '/api/auth/password/change', { password: owner.password, newPassword: 'vier kleine zwijntjes' }, {}],
      ['GET', '/api/me/export', undefined, {}],
    ] as const) {
      const { status, body: answer } = await accounts.send(method, url, body, { ...headers, ...more });
      assert.deepEqual([status, answer.code], [401, 'TOKEN_INVALID'], url);
    }
    assert.equal((await accounts.refresh(thief)).body.code, 'REFRESH_INVALID');
    assert.equal(
      (await accounts.send('GET', '/api/organizers/onsale/members', undefined, accounts.bearer(owner))).status,
      200,
    );
    assert.equal((await mailsTo(owner.email)).at(-1), 'second-factor-on');
  },
);

test(
  'a login keeps what it passed: over refreshes and a new password, never by the account alone',
  needs('clock', 'database', 'process'),
  async () => {
    const owner = await admin('keeps@example.org');
    const { code, recoveryCodes } = await enrol(owner);
    desk.clock.advance(30_000);
    const { body: login } = await accounts.login(owner.email, owner.password, { code: code() });
    const { body: refreshed } = await accounts.refresh(login);
    const may = async (tokens: { accessToken: string }) =>
      (await post('/api/venues', venue, accounts.bearer(tokens))).status;
    assert.deepEqual([await may(login), await may(refreshed)], [201, 201]);
    const change = { password: owner.password, newPassword: 'vier kleine zwijntjes' };
    const { body: changed } = await post('/api/auth/password/change', change, accounts.bearer(refreshed));
    assert.equal(await may(changed), 201);
    assert.deepEqual([await may(login), await may(owner)], [401, 401]);
    const { items } = (await accounts.send('GET', '/api/auth/sessions', undefined, accounts.bearer(changed))).body;
    assert.deepEqual(
      items.map((each: { secondFactor: boolean }) => each.secondFactor),
      [true],
    );

    const byRecovery = await accounts.login(owner.email, change.newPassword, { code: recoveryCodes[0] });
    assert.equal(byRecovery.status, 200);
    assert.equal((await mailsTo(owner.email)).at(-1), 'recovery-code-used');
    await desk.database.query('UPDATE logins SET second_factor = false WHERE login_id = $1', [
      byRecovery.body.sessionId,
    ]);
    desk.clock.advance(5_000);
    assert.equal(
      (await post('/api/venues', venue, accounts.bearer(byRecovery.body))).body.code,
      'SECOND_FACTOR_REQUIRED',
    );

    const off = { password: change.newPassword, code: recoveryCodes[1]! };
    assert.equal((await post('/api/auth/second-factor/disable', off, accounts.bearer(changed))).status, 200);
    assert.equal((await accounts.me(byRecovery.body)).status, 401, 'the other login ends with it');
    assert.equal((await accounts.me(changed)).status, 200);
    assert.deepEqual((await mailsTo(owner.email)).slice(-2), ['recovery-code-used', 'second-factor-off']);
  },
);

test('an invitation accepted by a login that passed none gives it nothing', needs('clock', 'process'), async () => {
  const email = 'invited@example.org';
  const guest = await accounts.member(email);
  await post('/api/organizers/onsale/invitations', { email, role: 'admin' }, desk.staff);
  const accepted = await post(
    '/api/invitations/accept',
    { token: await accounts.mailedToken(email) },
    accounts.bearer(guest),
  );
  assert.equal(accepted.status, 200);
  const list = () => accounts.send('GET', '/api/organizers/onsale/members', undefined, accounts.bearer(guest));
  assert.equal((await list()).body.code, 'SECOND_FACTOR_REQUIRED');
  await enrol(guest);
  assert.equal((await list()).status, 200);
});
