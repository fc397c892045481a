import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noteServerTime, serverNow } from './server-clock.ts';

test('counts by the server’s clock, whatever the one here says, and an old answer does not put it back', () => {
  const here = Date.parse('2020-01-01T00:00:00Z');
  assert.equal(serverNow(here), here);
  noteServerTime('2027-01-15T12:00:00Z', here);
  assert.equal(serverNow(here), Date.parse('2027-01-15T12:00:00Z'));
  noteServerTime('2027-01-15T11:59:30Z', here);
  noteServerTime('no time', here);
  noteServerTime(null, here);
  assert.equal(serverNow(here + 1_000), Date.parse('2027-01-15T12:00:01Z'));
});
