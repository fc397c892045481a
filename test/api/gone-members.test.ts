import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { totpCode } from '../../src/features/identity/domain/totp.ts';
import { accountDesk, fromBase32 } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import type { Method } from '../support/client.ts';
import { needs } from '../support/needs.ts';

describe('who is gone is gone', () => {
  let testApp: TestApp;
  let desk: ReturnType<typeof accountDesk>;
  const home = '/api/organizers/onsale';
  let serial = 0;

  before(async () => {
    testApp = await startTestApp();
    desk = accountDesk(testApp);
    await admin('founder');
  });

  async function admin(name: string) {
    const member = await desk.invited(`${name}@gone-members.test`, 'admin');
    return { ...member, headers: desk.bearer(member) };
  }

  /** What somebody may leave behind: a key, a key that this key made, an invitation of another address by each. */
  async function leaveBehind(headers: Record<string, string>) {
    const post = (url: string, body: object, by = headers) => desk.send('POST', `${home}${url}`, body, by);
    const key = (await post('/keys', { name: 'Mine', scopes: ['*'] })).body;
    const byKey = { authorization: `Bearer ${key.key}` };
    const child = (await post('/keys', { name: 'Sleeper', scopes: ['catalog'] }, byKey)).body;
    const email = `second-${++serial}@gone-members.test`;
    const invitation = (await post('/invitations', { email, role: 'admin' })).body;
    assert.ok(child.key && invitation.invitationId, JSON.stringify([child, invitation]));
    return { keys: [key, child], invitation, email, token: await desk.mailedToken(email) };
  }

  async function assertEnded({ keys, email, token }: Awaited<ReturnType<typeof leaveBehind>>) {
    await testApp.aSecond();
    await testApp.aSecond();
    for (const { key, name } of keys) {
      const answer = await desk.send('GET', '/api/venues', undefined, { authorization: `Bearer ${key}` });
      assert.equal(answer.status, 401, name);
    }
    const accomplice = await desk.member(email);
    const accepted = await desk.send('POST', '/api/invitations/accept', { token }, desk.bearer(accomplice));
    assert.deepEqual([accepted.status, accepted.body.code, accepted.body.state], [409, 'INVITATION_CLOSED', 'revoked']);
  }

  test('what somebody is making in the very moment of leaving ends too', needs('database'), async () => {
    const makes: [string, Method, object][] = [
      ['api_keys', 'POST', { name: 'Sleeper', scopes: ['*'] }],
      ['invitations', 'POST', { email: 'moment@gone-members.test', role: 'admin' }],
    ];
    for (const [table, method, body] of makes) {
      const founder = await admin(`founder-of-${table.replace('_', '-')}`);
      const leaving = await admin(`leaving-${table.replace('_', '-')}`);
      let removed: Promise<{ status: number }> | undefined;
      let made: Promise<{ status: number; body: Record<string, string> }> | undefined;
      // What is made waits before it is written, and its maker is removed meanwhile.
      await testApp.database.transaction(async (tx) => {
        await tx.query(`LOCK TABLE ${table} IN EXCLUSIVE MODE`);
        made = desk.send(method, `${home}/${table === 'api_keys' ? 'keys' : table}`, body, leaving.headers);
        await sleep(300);
        removed = desk.send('DELETE', `${home}/members/${leaving.accountId}`, undefined, founder.headers);
        await sleep(300);
      });
      assert.equal((await removed!).status, 200);
      await made;
      const left = await testApp.database.query(
        table === 'api_keys'
          ? `SELECT FROM api_keys WHERE created_by = 'account:' || $1 AND revoked_at IS NULL`
          : `SELECT FROM invitations WHERE invited_by = 'account:' || $1 AND revoked_at IS NULL`,
        [leaving.accountId],
      );
      assert.equal(left.length, 0, table);
    }
  });

  function assertListed(body: Record<string, { name?: string; email?: string }[]>, email: string) {
    const names = body.revokedKeys!.map(({ name }) => name);
    assert.deepEqual(names.toSorted(), ['Mine', 'Sleeper']);
    assert.deepEqual(
      body.revokedInvitations!.map((each) => each.email),
      [email],
    );
  }

  test('a member who is removed, or gets a role that makes none of these: keys, keys of keys, invitations end and are listed', async () => {
    for (const [method, body] of [
      ['DELETE', undefined],
      ['PUT', { role: 'manager' }],
    ] as const) {
      const thief = await admin(`thief-${method}`);
      const left = await leaveBehind(thief.headers);
      const answer = await desk.send(method, `${home}/members/${thief.accountId}`, body, testApp.staff);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assertListed(answer.body, left.email);
      await assertEnded(left);
    }
  });

  test('an account that is locked out, and let in again', async () => {
    const thief = await admin('locked');
    const left = await leaveBehind(thief.headers);
    const answer = await desk.send('POST', `/api/accounts/${thief.accountId}/disable`, undefined, testApp.staff);
    assertListed(answer.body, left.email);
    assert.deepEqual(answer.body.withoutAdmin, []);
    await desk.send('POST', `/api/accounts/${thief.accountId}/enable`, undefined, testApp.staff);
    await assertEnded(left);
  });

  test('an account that erases itself', async () => {
    const thief = await admin('erased');
    const left = await leaveBehind(thief.headers);
    const me = { confirm: true, password: thief.password };
    assert.equal((await desk.send('POST', '/api/me/erase', me, thief.headers)).status, 200);
    await assertEnded(left);
  });

  test('by an open invitation to the own address nobody comes back', async () => {
    const twice = await admin('twice');
    await desk.send('POST', `${home}/invitations`, { email: 'Twice@Gone-Members.test', role: 'admin' }, testApp.staff);
    const token = await desk.mailedToken('Twice@Gone-Members.test');
    const { body } = await desk.send('DELETE', `${home}/members/${twice.accountId}`, undefined, testApp.staff);
    assert.deepEqual(
      body.revokedInvitations.map(({ email }: { email: string }) => email),
      ['Twice@Gone-Members.test'],
    );
    const back = await desk.send('POST', '/api/invitations/accept', { token }, twice.headers);
    assert.equal(back.body.code, 'INVITATION_CLOSED');
  });

  test('who stays admin, or rises, keeps all; others’ keys are left alone', needs('clock', 'database'), async () => {
    const rising = await desk.member('rising@gone-members.test');
    await desk.setRole(rising.accountId, 'manager');
    const keeper = await admin('keeper');
    const left = await leaveBehind(keeper.headers);
    for (const [accountId, role] of [
      [rising.accountId, 'admin'],
      [keeper.accountId, 'admin'],
      [rising.accountId, 'clerk'],
    ] as const) {
      const { body } = await desk.send('PUT', `${home}/members/${accountId}`, { role }, testApp.staff);
      assert.deepEqual([body.revokedKeys, body.revokedInvitations], [[], []], JSON.stringify(body));
    }
    testApp.clock.advance(2_000);
    const headers = { authorization: `Bearer ${left.keys[1].key}` };
    assert.equal((await desk.send('GET', '/api/venues', undefined, headers)).status, 200);
  });

  test('a key that is revoked takes with it those that it made', needs('clock'), async () => {
    const boss = await admin('boss-of-keys');
    const { keys } = await leaveBehind(boss.headers);
    const [leaked, child] = keys;
    const other = (await desk.send('POST', `${home}/keys`, { name: 'Other', scopes: ['catalog'] }, boss.headers)).body;
    const { status, body } = await desk.send('DELETE', `${home}/keys/${leaked.apiKeyId}`, undefined, boss.headers);
    assert.deepEqual([status, body.revokedKeys], [200, [{ apiKeyId: child.apiKeyId, name: 'Sleeper' }]]);
    testApp.clock.advance(2_000);
    const works = async (key: string) =>
      (await desk.send('GET', '/api/venues', undefined, { authorization: `Bearer ${key}` })).status;
    assert.deepEqual([await works(leaked.key), await works(child.key), await works(other.key)], [401, 401, 200]);
    const again = await desk.send('DELETE', `${home}/keys/${leaked.apiKeyId}`, undefined, boss.headers);
    assert.deepEqual([again.status, again.body.revokedKeys], [200, []]);
  });

  test('keys say who made them', async () => {
    const maker = await admin('maker');
    const { keys } = await leaveBehind(maker.headers);
    const { body } = await desk.send('GET', `${home}/keys`, undefined, testApp.staff);
    const by = Object.fromEntries(
      body.items.map((key: { apiKeyId: string; createdBy: string }) => [key.apiKeyId, key.createdBy]),
    );
    assert.equal(by[keys[0].apiKeyId], `account:${maker.accountId}`);
    assert.equal(by[keys[1].apiKeyId], `key:${keys[0].apiKeyId}`);
    assert.deepEqual(
      keys.map(({ createdBy }: { createdBy: string }) => createdBy),
      [by[keys[0].apiKeyId], by[keys[1].apiKeyId]],
    );
  });

  test(
    'a key hands out no rights, whatever its scopes, and turns no money; the owner’s key does',
    needs('clock', 'database'),
    async () => {
      const member = await desk.member('helper@gone-members.test');
      await desk.setRole(member.accountId, 'door');
      const { key } = (await desk.send('POST', `${home}/keys`, { name: 'All', scopes: ['*'] }, testApp.staff)).body;
      const headers = { authorization: `Bearer ${key}` };
      const asks = [
        ['POST', '/keys', { name: 'More', scopes: ['*'] }],
        ['POST', '/keys', { name: 'More', scopes: ['catalog', '*'] }],
        ['POST', '/invitations', { email: 'friend@gone-members.test', role: 'door' }],
        ['PUT', `/members/${member.accountId}`, { role: 'admin' }],
        ['DELETE', `/members/${member.accountId}`, undefined],
        ['PUT', '', { paymentAccount: 'acct_1Elsewhere' }],
      ] as const;
      for (const [method, path, body] of asks) {
        const refused = await desk.send(method, home + path, body, headers);
        assert.deepEqual([refused.status, refused.body.code], [403, 'ACCOUNT_NEEDED'], method + path);
      }
      for (const [method, path, body] of asks) {
        const answer = await desk.send(method, home + path, body, testApp.staff);
        assert.ok(answer.status < 300, JSON.stringify(answer.body));
      }
    },
  );
});

describe('an organiser keeps an admin', () => {
  let testApp: TestApp;
  let desk: ReturnType<typeof accountDesk>;
  before(async () => {
    testApp = await startTestApp();
    desk = accountDesk(testApp);
  });

  /** An organiser with one admin. */
  async function house(name: string) {
    const { slug } = (await desk.send('POST', '/api/organizers', { name }, testApp.staff)).body;
    const email = `${slug}@gone-members.test`;
    const member = await desk.member(email);
    await invite(slug, email, 'admin');
    const headers = desk.bearer(member);
    const accept = async () =>
      desk.send('POST', '/api/invitations/accept', { token: await desk.mailedToken(email) }, headers);
    assert.equal((await accept()).status, 200);
    return { slug, email, member, headers, accept, home: `/api/organizers/${slug}` };
  }

  const invite = (slug: string, email: string, role: string) =>
    desk.send('POST', `/api/organizers/${slug}/invitations`, { email, role }, testApp.staff);

  test('the last one does not leave by accepting another role, by erasure, or while the other is locked out', async () => {
    const { slug, email, member, headers, accept, home } = await house('Lonely');
    await invite(slug, email, 'door');
    assert.deepEqual([(await accept()).body.code], ['LAST_ADMIN']);
    const me = { confirm: true, password: member.password };
    const erased = await desk.send('POST', '/api/me/erase', me, headers);
    assert.deepEqual([erased.status, erased.body.code, erased.body.organizers], [409, 'LAST_ADMIN', [slug]]);
    assert.equal((await desk.me(member)).status, 200, 'nothing of it is done');

    const other = await desk.member('lonely-2@gone-members.test');
    await invite(slug, other.email, 'admin');
    const token = await desk.mailedToken(other.email);
    await desk.send('POST', '/api/invitations/accept', { token }, desk.bearer(other));
    await desk.send('POST', `/api/accounts/${other.accountId}/disable`, undefined, testApp.staff);
    const demoted = await desk.send('PUT', `${home}/members/${member.accountId}`, { role: 'door' }, headers);
    assert.equal(demoted.body.code, 'LAST_ADMIN', 'who is locked out is no admin that is left');
    await desk.send('POST', `/api/accounts/${other.accountId}/enable`, undefined, testApp.staff);
    assert.equal((await desk.send('POST', '/api/me/erase', me, headers)).status, 200);
  });

  test('two who leave at once by different ways do not both leave', async () => {
    const { slug, member, headers, home } = await house('Race');
    const other = await desk.member('race-2@gone-members.test');
    await invite(slug, other.email, 'admin');
    await desk.send(
      'POST',
      '/api/invitations/accept',
      { token: await desk.mailedToken(other.email) },
      desk.bearer(other),
    );
    await invite(slug, other.email, 'door');
    const token = await desk.mailedToken(other.email);
    await Promise.all([
      desk.send('POST', '/api/me/erase', { confirm: true, password: member.password }, headers),
      desk.send('POST', '/api/invitations/accept', { token }, desk.bearer(other)),
    ]);
    const { body } = await desk.send('GET', `${home}/members`, undefined, testApp.staff);
    assert.equal(
      body.items.filter(({ role }: { role: string }) => role === 'admin').length >= 1,
      true,
      JSON.stringify(body),
    );
  });

  test('to lock the last one out is possible and says so', async () => {
    const { slug, member } = await house('Burning');
    const { status, body } = await desk.send(
      'POST',
      `/api/accounts/${member.accountId}/disable`,
      undefined,
      testApp.staff,
    );
    assert.deepEqual([status, body.withoutAdmin], [200, [slug]]);
    assert.match(body.message, /Without an admin now: burning\./);
    // Nobody leaves it so: `onsale verify` may come by.
    assert.equal(
      (await desk.send('POST', `/api/accounts/${member.accountId}/enable`, undefined, testApp.staff)).status,
      200,
    );
  });

  test('erasing oneself takes the password, and the code where there is a second factor', needs('clock'), async () => {
    const member = await desk.member('leaving@gone-members.test');
    const headers = desk.bearer(member);
    const erase = (body: object) => desk.send('POST', '/api/me/erase', { confirm: true, ...body }, headers);
    assert.equal((await erase({})).status, 400);
    assert.equal((await erase({ password: 'wrong password' })).body.code, 'PASSWORD_WRONG');
    const { password } = member;
    const begun = await desk.send('POST', '/api/auth/second-factor', { password }, headers);
    const code = () => totpCode(fromBase32(begun.body.secret), Math.floor(testApp.clock.now() / 30_000));
    await desk.send('POST', '/api/auth/second-factor/confirm', { code: code() }, headers);
    assert.equal((await erase({ password })).body.code, 'SECOND_FACTOR_NEEDED');
    assert.equal((await erase({ password, code: '000000' })).body.code, 'SECOND_FACTOR_WRONG');
    testApp.clock.advance(30_000);
    assert.equal((await erase({ password, code: code() })).status, 200);
    assert.equal((await desk.login(member.email, password)).status, 401);

    const guessed = await desk.member('guessed@gone-members.test');
    const codes: string[] = [];
    for (let i = 0; i < 12; i++) {
      const guess = { confirm: true, password: `wrong password ${i}` };
      codes.push((await desk.send('POST', '/api/me/erase', guess, desk.bearer(guessed))).body.code);
    }
    assert.equal(codes.filter((each) => each === 'PASSWORD_WRONG').length, 10);
    assert.equal(codes.at(-1), 'TOO_MANY_GUESSES');
  });
});
