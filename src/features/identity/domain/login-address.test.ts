import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loginAddress } from './login-address.ts';

test('case does not distinguish two accounts, dots and tags do', () => {
  assert.equal(loginAddress(' Ann.Lee+tickets@Example.ORG '), 'ann.lee+tickets@example.org');
  assert.notEqual(loginAddress('ann.lee@example.org'), loginAddress('annlee@example.org'));
  assert.notEqual(loginAddress('ann+x@example.org'), loginAddress('ann@example.org'));
});

test('letters that look like others make no account, and a look-alike domain is another domain', () => {
  const names = ['\u0430nn', 'ann\u200b', '\uff41nn', '\u212a', '\u0131', 'ann\u0000', 'a nn', ''];
  for (const name of names) assert.equal(loginAddress(`${name}@example.org`), undefined, JSON.stringify(name));
  assert.equal(loginAddress('ann@bücher.example'), 'ann@xn--bcher-kva.example');
  assert.equal(loginAddress('ann@bücher.example'), loginAddress('ann@BÜCHER.example.'));
  assert.notEqual(loginAddress('ann@ex\u0430mple.org'), loginAddress('ann@example.org'));
});

test('what is no mail domain is refused', () => {
  const domains = [
    'localhost',
    '127.0.0.1',
    '2130706433',
    '[::1]',
    'a/b.org',
    'a%2e.org',
    'a:80.org',
    '',
    '.',
    'x..org',
  ];
  for (const domain of domains) assert.equal(loginAddress(`ann@${domain}`), undefined, domain);
});
