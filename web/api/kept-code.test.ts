import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codesFor, forgetCodes, keepCode, keptCodes } from './kept-code.ts';

test('a request names the codes that count for what it asks for, one of each kind', () => {
  keepCode(1, { kind: 'promo', code: 'OLD', ticketTypeIds: [1] });
  keepCode(1, { kind: 'promo', code: 'TEN', ticketTypeIds: [1, 2] });
  keepCode(1, { kind: 'access', code: 'FRIENDS', ticketTypeIds: [3] });
  assert.deepEqual(codesFor(1, [1]), { promoCode: 'TEN' });
  assert.deepEqual(codesFor(1, [2, 3]), { promoCode: 'TEN', accessCode: 'FRIENDS' });
  assert.deepEqual(codesFor(1, [4]), {});
  assert.deepEqual(codesFor(2, [1]), {}, 'they are of one show');
  forgetCodes(1, 'promo');
  assert.deepEqual(codesFor(1, [1, 3]), { accessCode: 'FRIENDS' });
  forgetCodes(1);
  assert.deepEqual(keptCodes(1), []);
});
