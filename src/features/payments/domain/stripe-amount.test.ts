import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fromStripeAmount, toStripeAmount } from './stripe-amount.ts';

describe('an amount at Stripe', () => {
  for (const [currency, minor, stripe] of [
    ['EUR', 4_500, 4_500],
    ['JPY', 700, 700],
    ['KRW', 12_000, 12_000],
    ['ISK', 700, 70_000],
    ['UGX', 700, 70_000],
    ['MGA', 70_000, 700],
    ['KWD', 12_340, 12_340],
  ] as const) {
    test(`${minor} minor units of ${currency} are ${stripe}`, () => {
      assert.deepEqual(toStripeAmount(minor, currency), { accepted: true, value: stripe });
      assert.deepEqual(fromStripeAmount(stripe, currency.toLowerCase()), { amountMinor: minor, currency });
    });
  }

  test('is refused where Stripe cannot charge it exactly', () => {
    for (const [currency, minor] of [
      ['KWD', 12_345],
      ['BHD', 1],
      ['MGA', 70_050],
      ['EUR', 100_000_000],
      ['ISK', 1_000_000],
    ] as const) {
      assert.equal(toStripeAmount(minor, currency).accepted, false, `${minor} ${currency}`);
    }
  });

  test('comes back as it went, whatever it is', () => {
    const currency = fc.constantFrom('EUR', 'JPY', 'ISK', 'UGX', 'MGA', 'KWD', 'TND', 'USD');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), currency, (minor, code) => {
        const sent = toStripeAmount(minor, code);
        if (sent.accepted) {
          assert.deepEqual(fromStripeAmount(sent.value, code.toLowerCase()), { amountMinor: minor, currency: code });
        }
      }),
    );
  });
});
