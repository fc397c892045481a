import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createHmacSha256, createHmacSha512 } from './hmac.ts';

test('signs as every other HMAC-SHA256 does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.string({ unit: 'binary', maxLength: 300 }), (secret, text) => {
      const expected = createHmac('sha256', secret).update(text).digest('base64url');
      const sign = createHmacSha256(secret);
      sign('another text before');
      assert.equal(sign(text), expected);
    }),
  );
});

test('signs as every other HMAC-SHA512 does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 128 }), fc.string({ unit: 'binary', maxLength: 300 }), (secret, text) => {
      const expected = createHmac('sha512', secret).update(text).digest('hex');
      const sign = createHmacSha512(secret);
      sign('another text before');
      assert.equal(sign(text), expected);
    }),
  );
});

test('refuses a secret longer than a block', () => {
  assert.throws(() => createHmacSha256(new Uint8Array(65)), RangeError);
  assert.throws(() => createHmacSha512(new Uint8Array(129)), RangeError);
});
