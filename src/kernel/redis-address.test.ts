import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf, readRedisAddress } from './redis-address.ts';

function addressOf(text: string) {
  const read = readRedisAddress(text);
  assert(read.accepted, text);
  return read.value;
}

test('one server, with all that a URL can say', () => {
  const { kind, nodes, username, password, database, tls } = addressOf('rediss://ana:p%40ss@cache.example:6390/3');
  assert.deepEqual(
    [kind, nodes, username, database, tls],
    ['single', [{ host: 'cache.example', port: 6390 }], 'ana', 3, true],
  );
  assert.equal(password?.reveal(), 'p@ss');
});

test('what is left out is as usual', () => {
  const { nodes, username, password, database, tls } = addressOf('redis://localhost');
  assert.deepEqual(
    [nodes, username, password, database, tls],
    [[{ host: 'localhost', port: 6379 }], undefined, undefined, 0, false],
  );
  assert.equal(addressOf('redis://:secret@h').password?.reveal(), 'secret');
  assert.equal(addressOf('redis://h/').database, 0);
});

test('sentinels with the name of their master, and passwords of their own', () => {
  const address = addressOf('redis+sentinel://u:p@s1,s2:26380,[::1]/onsale/2?sentinelPassword=q');
  assert.equal(address.kind, 'sentinel');
  assert.deepEqual(
    address.nodes.map(({ host, port }) => `${host} ${port}`),
    ['s1 26379', 's2 26380', '::1 26379'],
  );
  assert.deepEqual([address.master, address.database], ['onsale', 2]);
  assert.equal(address.sentinel.password?.reveal(), 'q');
  assert.equal(placeOf(address), 's1:26379, s2:26380, [::1]:26379 (master onsale)');
});

test('nodes of a cluster', () => {
  const address = addressOf('rediss+cluster://:p@n1:7001,n2:7002');
  assert.deepEqual([address.kind, address.nodes.length, address.tls], ['cluster', 2, true]);
});

const wrong = [
  'http://h',
  'redis:h',
  'redis://',
  'redis://h:0',
  'redis://h:70000',
  'redis://h:x',
  'redis://h/one',
  'redis://h/1/2',
  'redis://h1,h2',
  'redis://h?db=1',
  'redis+sentinel://h:26379',
  'redis+sentinel://h:26379/',
  'redis+sentinel://h/m/1/2',
  'redis+cluster://h/1',
  'redis+cluster://h,',
  'redis+cluster://h//',
  'redis://u:%zz@h',
  'redis+unix:///tmp/x',
];
for (const text of wrong) {
  test(`${text} is refused`, () => assert.equal(readRedisAddress(text).accepted, false));
}

test('no refusal repeats a password', () => {
  for (const text of [
    'redis://u:hush@h:x',
    'redis://u:hush@h1,h2',
    'redis+sentinel://u:hush@h',
    'redis://u:hush%zz@h',
  ]) {
    const read = readRedisAddress(text);
    assert(!read.accepted && !read.refusal.includes('hush'), text);
  }
});
