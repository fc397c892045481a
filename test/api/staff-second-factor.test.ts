import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totpCode } from '../../src/features/identity/domain/totp.ts';
import { accountDesk, fromBase32 } from '../support/account-desk.ts';
import { startTestApp } from '../support/app.ts';

const desk = await startTestApp({ secondFactorRequired: true });
const accounts = accountDesk(desk);
const post = (url: string, body: object, headers: Record<string, string>) => accounts.send('POST', url, body, headers);
const venue = { name: 'Hall', city: 'Here' };

test('where it is required, a role counts once a second factor is set up, and no longer than it is', async () => {
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
});

test('the platform’s owner needs it too; buyers and keys do not', async () => {
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
