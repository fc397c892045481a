import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTotpStep, otpauthUrl, toBase32, totpCode } from './totp.ts';

const secret = Buffer.from('12345678901234567890');

test('codes are those of RFC 6238, appendix B', () => {
  const expected: [seconds: number, code: string][] = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ];
  for (const [seconds, code] of expected) assert.equal(totpCode(secret, Math.floor(seconds / 30)), code);
});

test('a clock may be off by a step, and a code is good once', () => {
  const now = 1_111_111_111_000;
  const step = Math.floor(now / 30_000);
  for (const near of [step - 1, step, step + 1]) {
    assert.equal(findTotpStep(secret, totpCode(secret, near), 0, now), near);
    assert.equal(findTotpStep(secret, totpCode(secret, near), near, now), undefined);
  }
  for (const far of [step - 2, step + 2]) assert.equal(findTotpStep(secret, totpCode(secret, far), 0, now), undefined);
  for (const wrong of ['', '12345', '1234567', 'abcdef', '１２３４５６']) {
    assert.equal(findTotpStep(secret, wrong, 0, now), undefined);
  }
});

test('an app gets the secret in base32 (RFC 4648)', () => {
  assert.equal(toBase32(Buffer.from('foobar')), 'MZXW6YTBOI');
  assert.equal(toBase32(Buffer.from('foob')), 'MZXW6YQ');
  assert.equal(
    otpauthUrl(secret, 'ann@example.org', 'Onsale'),
    'otpauth://totp/Onsale:ann%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Onsale',
  );
});
