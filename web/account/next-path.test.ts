import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextPath, withNext } from './next-path.ts';

const next = (path: string) => nextPath(`?${new URLSearchParams({ next: path })}`, 'https://shop.test');

test('who signs in comes back to pages of the shop, with all of their address', () => {
  assert.equal(next('/pay/abc?x=1#y'), '/pay/abc?x=1#y');
  assert.equal(next('/'), '/');
  assert.equal(nextPath('', 'https://shop.test'), null);
});

test('nobody is led to another site', () => {
  for (const path of [
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    '/\t/evil.test',
    'javascript:alert(1)',
    'pay/abc',
    '',
  ]) {
    const led = next(path);
    assert.ok(led === null || new URL(led, 'https://shop.test').origin === 'https://shop.test', path);
  }
  assert.equal(next('//evil.test'), null);
  assert.equal(next('/\\evil.test'), null);
});

test('the way back goes along between the pages', () => {
  assert.equal(withNext('/register', '?next=%2Fpay%2Fabc'), '/register?next=%2Fpay%2Fabc');
  assert.equal(withNext('/register', '?other=1'), '/register');
});
