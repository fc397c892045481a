import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { commands } from '../../src/cli/commands.ts';
import { version } from '../../src/version.ts';
import { finishOnsale, freshDataDir, postgresPid, serveOnsale } from '../support/onsale-process.ts';

test('without a command, and with --help, all commands are listed', async () => {
  for (const args of [[], ['--help'], ['help']]) {
    const { code, stdout } = await finishOnsale(args);
    assert.equal(code, 0);
    for (const { name } of commands) assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
  }
});

for (const { name } of commands) {
  test(`onsale ${name} --help and onsale help ${name} say how it is used, even with bad settings`, async () => {
    const direct = await finishOnsale([name, '--help'], { env: { PORT: 'nonsense' } });
    assert.equal(direct.code, 0, direct.stderr);
    assert.match(direct.stdout, new RegExp(`onsale ${name}`));
    assert.equal((await finishOnsale(['help', name])).stdout, direct.stdout);
  });
}

test('--version prints the version', async () => {
  assert.equal((await finishOnsale(['--version'])).stdout, `${version}\n`);
});

test('an unknown command or flag is one line and a hint, with exit code 2', async () => {
  for (const args of [
    ['sell'],
    ['serve', '--prot'],
    ['serve', 'extra'],
    ['key'],
    ['key', 'make'],
    ['key', 'list', '--al'],
  ]) {
    const { code, stdout, stderr } = await finishOnsale(args);
    assert.equal(code, 2, `${args}: ${stderr}`);
    assert.equal(stdout, '');
    assert.match(stderr, /^.+\nTry: onsale .*--help\n$/);
  }
});

test('keys are made, used, listed and revoked beside a running server', async () => {
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir, { args: ['--no-demo'] });
  const key = (...args: string[]) => finishOnsale(['key', ...args, '--data-dir', dataDir]);
  const addVenue = async (bearer: string) => {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'Barn' });
    return (await fetch(`${server.url}/api/venues`, { method: 'POST', headers, body })).status;
  };
  const owner = (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim();
  assert.equal(await addVenue(owner), 201);

  const made = await key('create', 'Web site', '--scopes', 'catalog,reports');
  assert.equal(made.code, 0, made.stderr);
  const text = made.stdout.trim();
  assert.equal(await addVenue(text), 201);
  const doorman = await key('create', 'Door', '--scope', 'tickets');
  assert.equal(await addVenue(doorman.stdout.trim()), 403);

  const listed = JSON.parse((await key('list', '--json')).stdout) as { name: string; apiKeyId: string }[];
  assert.deepEqual(listed.map((each) => each.name).sort(), ['Door', 'Web site', 'owner']);
  const { stdout } = await key('list');
  assert.match(stdout, /Web site +catalog,reports/);
  assert(!stdout.includes(text));

  const id = listed.find((each) => each.name === 'Web site')!.apiKeyId;
  assert.equal((await key('revoke', id)).code, 0);
  assert.equal(await addVenue(text), 401);
  assert.equal((await key('revoke', id)).code, 1);
  assert.equal((await key('create', 'x', '--scopes', 'everything')).code, 2);
  assert.equal((await key('create', 'x')).code, 2);
  await server.stop();

  const alone = await key('list');
  assert.match(alone.stdout, /Web site .*revoked/);
  assert.equal(await postgresPid(dataDir), undefined);
});

test('a command on a folder without data says so instead of making one', async () => {
  const dataDir = await freshDataDir();
  const { code, stderr } = await finishOnsale(['key', 'list', '--data-dir', dataDir]);
  assert.equal(code, 1);
  assert.match(stderr, /^There is no data in .*\n$/);
});
