import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { finishOnsale, freshDataDir, serveOnsale } from '../support/onsale-process.ts';

const env = { NODE_ENV: 'production' };

test('production does not start with a weak secret: one clear line, exit code 2, and not a word of it', async () => {
  const weak = { INTERNAL_SECRET: 'changeme-changeme-changeme', SMTP_URL: 'smtp://user:password@mail.example' };
  for (const [name, value] of Object.entries(weak)) {
    const run = await finishOnsale(['serve', '--port', '0'], { env: { ...env, [name]: value } });
    assert.equal(run.code, 2);
    assert.match(run.stderr, new RegExp(`^${name} must [^\n]+\nTry: onsale serve --help\n$`));
    assert(!run.stderr.includes(value));
  }
});

test('production by its defaults sells no ticket for a sandbox card, shows no mail, loads no demo and prints no key', async () => {
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir, { env });
  const key = (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim();
  assert.match(server.stdout(), /Owner key +kept in /);
  assert(!`${server.stdout()}${server.stderr()}`.includes(key));
  const get = async (path: string, headers = {}) => fetch(server.url + path, { headers });
  const { items } = (await (await get('/api/events')).json()) as { items: unknown[] };
  assert.deepEqual(items, []);
  const { providers } = (await (await get('/api/payments/methods')).json()) as { providers: { provider: string }[] };
  assert(!providers.some(({ provider }) => provider === 'sandbox'), JSON.stringify(providers));
  assert.equal((await get('/dev/mail')).status, 404);
  assert.equal((await get('/dev/mail', { authorization: `Bearer ${key}` })).status, 200);
  assert.equal(await server.stop(), 0);
});
