import assert from 'node:assert/strict';
import { readSettings } from '../../src/config.ts';

const read = readSettings({ NODE_ENV: 'test', RATE_LIMITS: 'off', HOLD_LIMITS: 'off', SLOW_MS: '0' });
assert.ok(read.accepted);

/** The settings of an Onsale under test: as nobody has set them, but nobody is held up and nothing is slow. */
export const testSettings = read.value;
