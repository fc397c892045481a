import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uuidv7 } from '../../../kernel/ids.ts';
import { orderNumberOf, readOrderNumber } from './order-number.ts';

test('an order number follows from the booking, and is read however it is typed', () => {
  const number = orderNumberOf('0199aaaa-0000-7000-8000-00ffffffffff');
  assert.equal(number, 'ZZZZ-ZZZZ');
  assert.equal(orderNumberOf('0199aaaa-0000-7000-8000-000000000000'), '2222-2222');
  for (const typed of ['4F2K-9QTM', '4f2k9qtm', ' 4F2K–9QTM ', '4F2K 9QTM'])
    assert.equal(readOrderNumber(typed), '4F2K-9QTM');
  for (const typed of ['', '4F2K-9QT', '4F2K-9QTM2', '4F2K-9QT0', 'TKT-7H3M-Q2XD'])
    assert.equal(readOrderNumber(typed), undefined);
});

test('orders of one moment have different numbers', () => {
  const numbers = new Set(Array.from({ length: 2_000 }, () => orderNumberOf(uuidv7(1_800_000_000_000))));
  assert.equal(numbers.size, 2_000);
});
