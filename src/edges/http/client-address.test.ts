import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { createClientAddress, networkOf } from './client-address.ts';

function request(remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

const trusting = createClientAddress(['10.0.0.0/8', '192.0.2.7', '2001:db8:1::/48']);

const cases: [what: string, remote: string, headers: Record<string, string>, expected: string][] = [
  ['a stranger’s headers count for nothing', '203.0.113.5', { 'x-forwarded-for': '198.51.100.1' }, '203.0.113.5'],
  ['a trusted proxy says for whom', '10.1.2.3', { 'x-forwarded-for': '198.51.100.1' }, '198.51.100.1'],
  ['a single trusted address', '192.0.2.7', { 'x-forwarded-for': '198.51.100.1' }, '198.51.100.1'],
  ['its neighbour is not trusted', '192.0.2.8', { 'x-forwarded-for': '198.51.100.1' }, '192.0.2.8'],
  [
    'what the client wrote itself is further out and does not count',
    '10.1.2.3',
    { 'x-forwarded-for': '1.1.1.1, 198.51.100.1' },
    '198.51.100.1',
  ],
  [
    'proxies in a row are passed',
    '10.1.2.3',
    { 'x-forwarded-for': '1.1.1.1, 198.51.100.1, 10.9.9.9, 192.0.2.7' },
    '198.51.100.1',
  ],
  ['only proxies: the outermost', '10.1.2.3', { 'x-forwarded-for': '10.7.7.7, 10.9.9.9' }, '10.7.7.7'],
  ['no header: the proxy itself', '10.1.2.3', {}, '10.1.2.3'],
  ['nonsense: whoever forwarded it', '10.1.2.3', { 'x-forwarded-for': '198.51.100.1, <script>' }, '10.1.2.3'],
  ['a port is dropped', '10.1.2.3', { 'x-forwarded-for': '198.51.100.1:4711' }, '198.51.100.1'],
  ['IPv4 over an IPv6 socket', '::ffff:10.1.2.3', { 'x-forwarded-for': '::ffff:198.51.100.1' }, '198.51.100.1'],
  ['an IPv6 proxy', '2001:db8:1:2::3', { 'x-forwarded-for': '2001:db8:ffff::1' }, '2001:db8:ffff::1'],
  ['Forwarded', '10.1.2.3', { forwarded: 'for=198.51.100.1;proto=https' }, '198.51.100.1'],
  [
    'Forwarded with quotes, port and several hops',
    '10.1.2.3',
    { forwarded: 'for=1.1.1.1, proto=https; For="[2001:db8:ffff::1]:4711", for=10.3.3.3' },
    '2001:db8:ffff::1',
  ],
  ['Forwarded for nobody in particular', '10.1.2.3', { forwarded: 'for=unknown' }, '10.1.2.3'],
  ['an IPv4 address in the dress of IPv6', '10.1.2.3', { 'x-forwarded-for': '::ffff:c000:201' }, '192.0.2.1'],
  ['the same in decimal', '10.1.2.3', { 'x-forwarded-for': '::FFFF:192.0.2.1' }, '192.0.2.1'],
  [
    'X-Forwarded-For is what proxies write: with it, Forwarded may be the client’s own',
    '10.1.2.3',
    { 'x-forwarded-for': '198.51.100.1', forwarded: 'for=1.1.1.1' },
    '198.51.100.1',
  ],
  [
    'a header without end is looked at from our side only',
    '10.1.2.3',
    { 'x-forwarded-for': '10.1.1.1,'.repeat(5_000) },
    '10.1.2.3',
  ],
];

for (const [what, remote, headers, expected] of cases) {
  test(`the client behind proxies: ${what}`, () => {
    assert.equal(trusting(request(remote, headers)), expected);
    // Remembered answers are the same.
    assert.equal(trusting(request(remote, headers)), expected);
  });
}

test('without trusted proxies only the peer counts', () => {
  const peer = createClientAddress([]);
  assert.equal(peer(request('10.1.2.3', { 'x-forwarded-for': '198.51.100.1' })), '10.1.2.3');
});

test('addresses of one IPv6 network count as one, IPv4 addresses each for itself', () => {
  const networks = [
    '2001:db8::1',
    '2001:db8::ffff:2',
    '2001:0db8:0:0:1:2:3:4',
    '2001:db8:0:1::1',
    '::1',
    '::ffff:1',
    '192.0.2.1',
  ].map(networkOf);
  assert.deepEqual(networks, [
    '2001:db8:0:0::/64',
    '2001:db8:0:0::/64',
    '2001:db8:0:0::/64',
    '2001:db8:0:1::/64',
    '0:0:0:0::/64',
    '0:0:0:0::/64',
    '192.0.2.1',
  ]);
});
