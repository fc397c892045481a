import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailKey } from './mail-address.ts';

test('one person with several spellings of an address is one person', () => {
  const spellings = [
    'ada.lovelace@gmail.com',
    'AdaLovelace@GMail.com',
    'a.d.a.l.o.v.e.l.a.c.e@googlemail.com',
    'ada.lovelace+tickets@gmail.com',
    'ada.lovelace+a+b@gmail.com',
    ' ada.lovelace@gmail.com ',
    'adalovelace@gmail.com.',
    'ａｄａ.lovelace@gmail.com',
    'аdа.lovelace@gmail.com',
    'ada.lοvelace@gmail.com',
    'adá.lovelace@gmail.com',
    'ada.lovelace@gmаil.com',
    'ada\u00adlovelace@gmail.com',
    'ada\u200blove\u2060lace\ufeff@gma\u200dil.com',
  ];
  for (const spelling of spellings) assert.equal(mailKey(spelling), 'adalovelace@gmail.com', spelling);
});

test('different people stay different', () => {
  const keys = ['ada@example.org', 'adam@example.org', 'ada@example.com', 'ada_1@example.org', 'ada-1@example.org'].map(
    mailKey,
  );
  assert.equal(new Set(keys).size, keys.length);
});

test('the domain counts in its ASCII form', () => {
  assert.equal(mailKey('ada@münchen.example'), mailKey('ADA@munchen.example'));
  assert.equal(mailKey('ada@日本.example'), mailKey('ada@xn--wgv71a.example'));
});

test('what is no address has no key, and a name of dots alone is not everybody’s', () => {
  for (const wrong of ['', 'ada', '@example.org', 'ada@', '@']) assert.equal(mailKey(wrong), null, wrong);
  assert.notEqual(mailKey('+a@example.org'), mailKey('+b@example.org'));
  assert.equal(mailKey('...@example.org'), '...@example.org');
});

test('a plain address takes the short way to the same key', () => {
  assert.equal(mailKey('ada@example.org'), mailKey('Ada@Example.org'));
});
