import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPassword, normalizePassword } from './password-rules.ts';

const facts = {
  email: 'ann.smithee@example.org',
  name: 'Ann Smithee',
  isCommon: (text: string) => text === 'football1',
};
const code = (password: string) => checkPassword(password, facts)?.code ?? null;

test('a password may be made of anything, as long as it is not short', () => {
  for (const password of ['trois petits cochons', 'ggkqwhxb', '😀😁😂😃😄😅😆😇', '        x', 'ПарольМой']) {
    assert.equal(code(password), null, password);
  }
  for (const password of ['', 'a', '1234567', '😀😁😂😃']) assert.equal(code(password), 'PASSWORD_SHORT', password);
});

test('72 bytes are the most: beyond, bcrypt would not look', () => {
  assert.equal(code(`x${'y'.repeat(71)}`), null);
  assert.equal(code(`x${'y'.repeat(72)}`), 'PASSWORD_LONG');
  assert.equal(code('ж'.repeat(37)), 'PASSWORD_LONG');
});

test('what anybody would try first is refused, in any case', () => {
  const first = [
    'FootBall1',
    'aaaaaaaa',
    'abcdefghi',
    '87654321',
    'ann.smithee',
    'Ann Smithee',
    'ANN.smithee@example.org',
  ];
  for (const password of first) assert.equal(code(password), 'PASSWORD_COMMON', password);
});

test('a letter is the same however it is composed', () => {
  assert.equal(normalizePassword('Cafe\u0301'), normalizePassword('Caf\u00e9'));
});
