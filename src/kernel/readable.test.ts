import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readableOn } from './readable.ts';

test('text on an organiser’s colour is the one of two that can be read better', () => {
  for (const light of ['#ffffff', '#cdf03f', '#ffd700', '#7fb2ff', '#00c853']) assert.equal(readableOn(light), 'ink');
  for (const dark of ['#000000', '#1b1e5c', '#b3261a', '#453dcf', '#0a7044']) assert.equal(readableOn(dark), 'white');
});
