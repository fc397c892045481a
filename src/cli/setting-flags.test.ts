import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeSettingFlags } from './setting-flags.ts';

test('a setting is taken with a space and with an equals sign', () => {
  assert.deepEqual(takeSettingFlags(['--port', '3001', '--data-dir=/a=b']), {
    flags: { port: '3001', dataDir: '/a=b' },
    rest: [],
    faults: [],
  });
});

test('--no-demo and --demo are switches, --demo=false is too', () => {
  assert.equal(takeSettingFlags(['--no-demo']).flags.demo, 'false');
  assert.equal(takeSettingFlags(['--demo']).flags.demo, 'true');
  assert.equal(takeSettingFlags(['--demo=false']).flags.demo, 'false');
});

test('only switches can be negated', () => {
  assert.deepEqual(takeSettingFlags(['--no-port']).rest, ['--no-port']);
});

test('what is no setting stays, in its order', () => {
  assert.deepEqual(takeSettingFlags(['a.json', '--publish', '--port=1', 'b.json']).rest, [
    'a.json',
    '--publish',
    'b.json',
  ]);
});

test('a flag without its value is a fault and does not swallow the next flag', () => {
  const { flags, faults } = takeSettingFlags(['--port', '--host', 'localhost', '--data-dir']);
  assert.deepEqual(flags, { host: 'localhost' });
  assert.equal(faults.length, 2);
});

test('what follows -- is left alone', () => {
  assert.deepEqual(takeSettingFlags(['--', '--port', '1']), { flags: {}, rest: ['--', '--port', '1'], faults: [] });
});
