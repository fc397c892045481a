import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expiryFault, formatExpiry, formatNumber, isCardNumber, testCards, tokenOf } from './test-cards.ts';

test('each test card has a number that could be a card’s, and its own', () => {
  for (const { token, number } of testCards) {
    assert.ok(isCardNumber(number), `${number} of ${token}`);
    assert.equal(tokenOf(number.replaceAll(' ', '')), token);
  }
  assert.equal(new Set(testCards.map(({ number }) => number)).size, testCards.length);
  assert.equal(tokenOf('5555 5555 5555 4444'), undefined);
  assert.equal(isCardNumber('4242 4242 4242 4241'), false);
});

test('what is typed is written as on the card', () => {
  assert.equal(formatNumber('42424242x4'), '4242 4242 4');
  assert.equal(formatExpiry('1'), '1');
  assert.equal(formatExpiry('4'), '04 / ');
  assert.equal(formatExpiry('12'), '12 / ');
  assert.equal(formatExpiry('12 /', '12 / '), '12');
  assert.equal(formatExpiry('12 / 34'), '12 / 34');
});

test('an expiry is a month that has not passed', () => {
  const now = new Date(2026, 10, 30);
  assert.equal(expiryFault('', now), 'missing');
  assert.equal(expiryFault('13 / 30', now), 'form');
  assert.equal(expiryFault('1', now), 'form');
  assert.equal(expiryFault('10 / 26', now), 'past');
  assert.equal(expiryFault('11 / 26', now), null);
});
