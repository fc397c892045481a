import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../../src/platform/postgres/database.ts';
import { embeddedConnection } from '../../src/platform/postgres/embedded-server.ts';
import { finishOnsale, freshDataDir, postgresPid, serveOnsale, takePort } from '../support/onsale-process.ts';

async function assertOneLine(args: readonly string[], pattern: RegExp, code = 1) {
  const run = await finishOnsale(['serve', '--no-demo', ...args]);
  assert.equal(run.code, code, run.stderr);
  assert.equal(run.stdout, '');
  assert.match(run.stderr, pattern);
  assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
}

test('a taken port is named, and nothing is left running', async () => {
  const dataDir = await freshDataDir();
  const port = String(await takePort());
  await assertOneLine(['--data-dir', dataDir, '--port', port], new RegExp(`^Port ${port} is taken .*--port`));
  assert.equal(await postgresPid(dataDir), undefined);
  const server = await serveOnsale(dataDir);
  assert.match(server.stdout(), /Owner key/);
  await server.stop();
});

test('a Redis at a host that nobody knows is named with its setting', async () => {
  const args = ['--data-dir', await freshDataDir(), '--port', '0'];
  for (const setting of ['redis-url', 'redis-cache-url', 'redis-lock-urls']) {
    const name = setting.toUpperCase().replaceAll('-', '_');
    const unknown = new RegExp(
      `^Redis at nowhere\\.invalid:6379 \\(${name}\\) cannot be reached: its host name is unknown`,
    );
    await assertOneLine([...args, `--${setting}`, 'redis://:hush@nowhere.invalid'], unknown);
  }
});

test('a second Onsale on a data folder is refused and does not disturb the first', async () => {
  const dataDir = await freshDataDir();
  const first = await serveOnsale(dataDir, { args: ['--no-demo'] });
  const before = await readFile(join(dataDir, 'server.json'), 'utf8');
  await assertOneLine(['--data-dir', dataDir, '--port', '0'], new RegExp(`Another Onsale .*${dataDir}.*${first.url}`));
  assert.equal(await readFile(join(dataDir, 'server.json'), 'utf8'), before);
  assert.equal((await fetch(`${first.url}/health/ready`)).status, 200);
  assert.equal(await first.stop(), 0);
});

test('of two that start at once on a new data folder one serves and one is refused', async () => {
  const dataDir = await freshDataDir();
  const both = await Promise.allSettled([serveOnsale(dataDir), serveOnsale(dataDir)]);
  const winners = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const losers = both.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
  assert.equal(winners.length, 1, String(losers));
  assert.match(losers[0]!, /Another Onsale/);
  assert.equal((await fetch(`${winners[0]!.url}/health/ready`)).status, 200);
  await winners[0]!.stop();
});

test('a file in the place of the data folder is refused', async () => {
  const dataDir = await freshDataDir();
  await writeFile(dataDir, 'hello');
  await assertOneLine(['--data-dir', dataDir, '--port', '0'], /cannot be written .*DATA_DIR/);
});

test('a data folder that may not be written is refused', {
  skip: process.getuid?.() === 0 && 'root may write',
}, async () => {
  const dataDir = await freshDataDir();
  await mkdir(dataDir, { recursive: true });
  await chmod(dataDir, 0o500);
  await assertOneLine(['--data-dir', dataDir, '--port', '0'], /cannot be written \(EACCES\).*DATA_DIR/);
  await chmod(dirname(dataDir), 0o500);
  await assertOneLine(['--data-dir', `${dataDir}-2`, '--port', '0'], /cannot be written/);
  await chmod(dirname(dataDir), 0o700);
});

test('data of a newer version is refused: the folder, the database, and PostgreSQL', async () => {
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir, { args: ['--no-demo'] });
  const database = openDatabase((await embeddedConnection(join(dataDir, 'postgres')))!, 1);
  await database.bypassingRls.query(
    `INSERT INTO schema_migrations (id, name, checksum) VALUES (9999, '9999-later.sql', 'x')`,
  );
  await database.close();
  await server.stop();
  const args = ['--data-dir', dataDir, '--port', '0'];
  await assertOneLine(args, /newer Onsale .*9999-later/);
  assert.equal(await postgresPid(dataDir), undefined);

  const clusterVersion = join(dataDir, 'postgres/cluster/PG_VERSION');
  await writeFile(clusterVersion, '99\n');
  await assertOneLine(args, /PostgreSQL 99/);

  const note = join(dataDir, 'version.json');
  await writeFile(note, (await readFile(note, 'utf8')).replace(/"onsale":"\d+/, '"onsale":"999'));
  await assertOneLine(args, /newer Onsale/);
});

test('all bad settings are reported together, one a line, with exit code 2', async () => {
  const run = await finishOnsale(['serve', '--port', 'abc', '--log-level=loud', '--prot', '--data-dir'], {
    env: { DATABASE_URL: 'nonsense', NODE_ENV: 'staging' },
  });
  assert.equal(run.code, 2);
  for (const name of ['--port', '--log-level', '--prot', '--data-dir', 'DATABASE_URL', 'NODE_ENV']) {
    assert.equal(run.stderr.split('\n').filter((line) => line.includes(name)).length, 1, `${name}: ${run.stderr}`);
  }
  assert(!run.stderr.includes('    at ') && !run.stderr.includes('nonsense'));
});

test('a host that is not of this machine is refused', async () => {
  const dataDir = await freshDataDir();
  await assertOneLine(['--data-dir', dataDir, '--port', '0', '--host', '192.0.2.1'], /192\.0\.2\.1 is no address/);
});
