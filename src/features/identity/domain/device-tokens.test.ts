import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createDeviceTokens } from './device-tokens.ts';

const tokens = createDeviceTokens(randomBytes(32));
const ana = { accountId: '0199aaaa-0000-7000-8000-000000000001', passwordHash: '$2b$12$one' };

test('a device is known to the account that it was signed in to, and to no other', () => {
  const token = tokens.issue(ana);
  assert.match(token, /^[\w-]{65}$/);
  assert.equal(tokens.read(token, ana), token.slice(0, 22));
  assert.equal(tokens.read(token, { ...ana, accountId: '0199aaaa-0000-7000-8000-000000000002' }), null);
  assert.notEqual(tokens.issue(ana), token);
});

test('it is a stranger again once the password has changed, or if anything was made up', () => {
  const token = tokens.issue(ana);
  assert.equal(tokens.read(token, { ...ana, passwordHash: '$2b$12$two' }), null);
  assert.equal(createDeviceTokens(randomBytes(32)).read(token, ana), null);
  const other = tokens.issue(ana);
  for (const made of ['', 'x', token.slice(1), other.slice(0, 22) + token.slice(22), `${token}A`]) {
    assert.equal(tokens.read(made, ana), null, made);
  }
});
