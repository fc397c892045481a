import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptedEncoding } from './accepted-encoding.ts';

test('the best encoding that is accepted is chosen, and none that is refused', () => {
  for (const [header, chosen] of [
    [undefined, null],
    ['', null],
    ['identity', null],
    ['zstd, compress', null],
    ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['GZIP;q=0.5, BR;q=0.1', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['br; q=0.0, gzip ; q=0.000', null],
    ['brotli, xgzip', null],
  ] as const) {
    assert.equal(acceptedEncoding(header), chosen, String(header));
  }
});
