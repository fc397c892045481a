import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createHmacSha256 } from './hmac.ts';

test('signs as every other HMAC-SHA256 does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.string({ unit: 'binary' }), (secret, text) => {
      const expected = createHmac('sha256', secret).update(text).digest('base64url');
      const sign = createHmacSha256(secret);
      sign('another text before');
      assert.equal(sign(text), expected);
    }),
  );
});

test('refuses a secret longer than a block', () => {
  assert.throws(() => createHmacSha256(new Uint8Array(65)), RangeError);
});
