import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allIn } from './prices.ts';

const plain = { currency: 'EUR', serviceFee: null, tax: null };

test('a price is what the buyer pays, with the fee that the buyer pays and the tax that is added', () => {
  assert.equal(allIn(38, plain), 38);
  const fee = (perTicket: number | null, percent: number | null, paidBy: 'buyer' | 'organizer') => ({
    ...plain,
    serviceFee: { perTicket, percent, paidBy },
  });
  assert.equal(allIn(38, fee(2.4, null, 'buyer')), 40.4);
  assert.equal(allIn(38, fee(2.4, null, 'organizer')), 38);
  assert.equal(allIn(0, fee(2.4, null, 'buyer')), 0, 'what costs nothing has no fee');
  assert.equal(allIn(10.05, fee(null, 5, 'buyer')), 10.55);
  assert.equal(allIn(10, { ...plain, tax: { name: null, percent: 8.875, included: false } }), 10.89);
  assert.equal(allIn(10, { ...plain, tax: { name: null, percent: 21, included: true } }), 10);
  assert.equal(
    allIn(1_200, { currency: 'JPY', serviceFee: null, tax: { name: null, percent: 10, included: false } }),
    1_320,
  );
});
