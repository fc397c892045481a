import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { readSettings } from './config.ts';

function settingsOf(...given: Parameters<typeof readSettings>) {
  const read = readSettings(...given);
  assert(read.accepted);
  return read.value;
}

function faultsOf(...given: Parameters<typeof readSettings>) {
  const read = readSettings(...given);
  assert(!read.accepted);
  return read.refusal;
}

test('without any setting everything has a safe default on one machine', () => {
  const settings = settingsOf({});
  assert.equal(settings.host, '127.0.0.1');
  assert.equal(settings.port, 3000);
  assert.match(settings.dataDir, /^\/.*\/data$/);
  assert.equal(settings.databaseUrl, undefined);
  assert.equal(settings.demo, true);
});

test('a flag wins over the environment', () => {
  assert.equal(settingsOf({ PORT: '3001' }, { port: '3002' }).port, 3002);
});

test('an empty variable counts as not set, and unknown ones are not looked at', () => {
  assert.equal(settingsOf({ PORT: '', REDIS_URL: 'redis://x' }).port, 3000);
});

test('all faults are reported together and name the setting', () => {
  const faults = faultsOf({ PORT: '70000', LOG_LEVEL: 'loud', PUBLIC_URL: 'ftp://x', DATABASE_URL: 'mysql://x' });
  assert.equal(faults.length, 4);
  for (const name of ['PORT', 'LOG_LEVEL', 'PUBLIC_URL', 'DATABASE_URL']) {
    assert(faults.some((fault) => fault.startsWith(name)));
  }
});

for (const port of ['-1', '65536', '1.5', '3e3', ' 80', '0x50', 'http', '٣']) {
  test(`the port ${JSON.stringify(port)} is refused`, () => {
    assert.equal(faultsOf({ PORT: port }).length, 1);
  });
}

test('a flag with an empty value is a fault', () => {
  assert.match(faultsOf({}, { port: '' })[0]!, /^--port must not be empty/);
});

test('a secret shows nowhere: not in text, JSON, logs or faults', () => {
  const settings = settingsOf({ DATABASE_URL: 'postgres://u:hush@h/d' });
  assert.equal(settings.databaseUrl?.reveal(), 'postgres://u:hush@h/d');
  const shown = `${settings.databaseUrl} ${JSON.stringify(settings)} ${inspect(settings, { depth: 9, showHidden: true })}`;
  assert(!shown.includes('hush'));
  assert(!faultsOf({ DATABASE_URL: 'hush' })[0]!.includes('hush'));
});

test('a secret may come from a file, but not from two places', () => {
  const file = `/tmp/onsale-secret-${process.pid}`;
  writeFileSync(file, 'postgres://u:p@h/d\n');
  assert.equal(settingsOf({ DATABASE_URL_FILE: file }).databaseUrl?.reveal(), 'postgres://u:p@h/d');
  assert.match(faultsOf({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://u:p@h/d' })[0]!, /both set/);
  assert.match(faultsOf({ DATABASE_URL_FILE: '/tmp/onsale-no-such-file' })[0]!, /cannot be read/);
});

test('settings cannot be changed', () => {
  assert(Object.isFrozen(settingsOf({})));
});

test('production does not start with a secret that is short or stands in examples; without one it draws its own', () => {
  const weak = [
    'short',
    'changeme-changeme-changeme-changeme',
    'a'.repeat(64),
    'example-secret-of-the-documentation-1',
  ];
  for (const secret of weak) {
    const faults = faultsOf({ NODE_ENV: 'production', INTERNAL_SECRET: secret });
    assert.match(faults.join(), /^INTERNAL_SECRET must be random in production/);
    assert(!faults.join().includes(secret));
    assert(readSettings({ INTERNAL_SECRET: secret }).accepted, 'elsewhere it is nobody’s business');
  }
  const random = 'q7Jm2vXb9Ld4Rk8TzWc5Yn1Hs6Pf3GaE';
  assert.equal(settingsOf({ NODE_ENV: 'production', INTERNAL_SECRET: random }).internalSecret?.reveal(), random);
  assert.equal(settingsOf({ NODE_ENV: 'production' }).internalSecret, undefined);
});
