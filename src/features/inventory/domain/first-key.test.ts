import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { judgeFirstKey } from './first-key.ts';

const ulid = () =>
  `01J${Array.from(randomBytes(23), (byte) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[byte % 32]).join('')}`;

test('what is drawn is random, also with something before it', () => {
  for (let i = 0; i < 2_000; i++) {
    const hex = randomBytes(16).toString('hex');
    for (const key of [randomUUID(), `reserve-${randomUUID()}`, hex, randomUUID().toUpperCase(), ulid()]) {
      assert.equal(judgeFirstKey(key), 'random', key);
    }
    assert.notEqual(judgeFirstKey(randomBytes(16).toString('base64url')), 'weak');
  }
});

test('words, dates and numbers are made up, though they are long', () => {
  for (const key of [
    'twenty-two-characters-or-more',
    'my-first-order-of-today',
    'order-2027-01-15-000001',
    'Customer-Order-2027-0000017',
    'Customer:4711/Event:12/Order:1',
  ]) {
    assert.equal(judgeFirstKey(key), 'made-up', key);
  }
});

test('what is short, repeats or counts is weak', () => {
  for (const key of [
    '1',
    randomUUID().slice(0, 21),
    'a'.repeat(22),
    'x'.repeat(200),
    'abababababababababababab',
    'abcdefghijklmnopqrstuvwxyz',
    '1234567890123456789012',
    '00000000-0000-0000-0000-000000000001',
    '0'.repeat(32),
  ]) {
    assert.equal(judgeFirstKey(key), 'weak', key);
  }
});
