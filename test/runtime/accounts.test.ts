import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { finishOnsale, freshDataDir, serveOnsale } from '../support/onsale-process.ts';

test('staff get accounts beside a running server, keys rotate, and whoever is locked out is out within five seconds', async () => {
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir, { args: ['--no-demo', '--log-level', 'trace'] });
  const onsale = (...args: string[]) => finishOnsale([...args, '--data-dir', dataDir]);
  async function send(method: string, path: string, body?: object, bearer?: string) {
    const headers: Record<string, string> = { ...(body && { 'content-type': 'application/json' }) };
    if (bearer) headers.authorization = `Bearer ${bearer}`;
    const answer = await fetch(server.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    // biome-ignore lint/suspicious/noExplicitAny: checked member by member
    return { status: answer.status, body: (await answer.json()) as any };
  }
  const password = 'trois petits cochons';

  const made = await onsale('user', 'create', 'ann@example.org', '--role', 'manager');
  assert.equal(made.code, 0, made.stderr);
  const token = made.stdout.trim();
  assert.equal((await send('POST', '/api/auth/password/reset', { token, password })).status, 200);
  const login = () => send('POST', '/api/auth/login', { email: 'ann@example.org', password });
  const first = (await login()).body;
  assert.equal((await send('POST', '/api/venues', { name: 'Barn' }, first.accessToken)).status, 201);

  const rotated = await onsale('keys', 'rotate');
  assert.equal(rotated.code, 0, rotated.stderr);
  assert.equal((await send('GET', '/api/auth/me', undefined, first.accessToken)).status, 200);
  const next = (await send('POST', '/api/auth/refresh', { refreshToken: first.refreshToken })).body;
  assert.equal((await send('GET', '/api/auth/me', undefined, next.accessToken)).status, 200);
  const { kid } = JSON.parse(Buffer.from(next.accessToken.split('.')[0], 'base64url').toString());
  const { keys } = (await send('GET', '/.well-known/jwks.json')).body;
  assert(keys.some((key: { kid: string }) => key.kid === kid));

  assert.match((await onsale('user', 'list')).stdout, /^ann@example\.org {2}onsale:manager$/m);
  assert.equal((await onsale('user', 'create', 'ann@example.org')).code, 1);

  assert.equal((await onsale('user', 'role', 'ann@example.org', 'admin')).code, 0);
  for (const role of ['door', 'none']) {
    const last = await onsale('user', 'role', 'ann@example.org', role);
    assert.deepEqual([last.code, /is the last admin/.test(last.stderr)], [1, true], last.stderr);
  }
  const admin = (await send('POST', '/api/auth/refresh', { refreshToken: next.refreshToken })).body;
  const key = await send(
    'POST',
    '/api/organizers/onsale/keys',
    { name: 'Box', scopes: ['catalog'] },
    admin.accessToken,
  );
  assert.equal(key.status, 201, JSON.stringify(key.body));
  assert.match((await onsale('key', 'list')).stdout, /Box +catalog +\S+ +account:/);

  const locked = await onsale('user', 'disable', 'ann@example.org');
  assert.equal(locked.code, 0, locked.stderr);
  assert.match(locked.stderr, /Revoked with it: the key "Box"/);
  assert.match(locked.stderr, /onsale has no admin now/);
  const until = Date.now() + 20_000;
  let status = 200;
  while (status !== 401 && Date.now() < until) {
    await sleep(100);
    ({ status } = await send('GET', '/api/auth/me', undefined, admin.accessToken));
  }
  assert.equal(status, 401);
  assert.equal((await login()).status, 401);
  assert.equal((await send('POST', '/api/auth/refresh', { refreshToken: admin.refreshToken })).status, 401);

  const huge = await fetch(`${server.url}/api/auth/me`, {
    headers: { authorization: `Bearer ${'x'.repeat(64 * 1024)}` },
  });
  assert.equal(huge.status, 431);

  await server.stop();
  const printed = server.stdout() + server.stderr();
  for (const secret of [password, token, first.accessToken, first.refreshToken, next.accessToken, next.refreshToken]) {
    assert(!printed.includes(secret), 'the log holds no secret');
  }
});
