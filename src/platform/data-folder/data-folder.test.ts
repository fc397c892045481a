import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findRunningServer, openDataFolder, readOwnerKey } from './data-folder.ts';
import { lockFolder } from './folder-lock.ts';
import { makeTemporaryDataFolder } from './temporary-data-folder.ts';

const temporary = await makeTemporaryDataFolder();
after(() => temporary.remove());

let count = 0;
const freshPath = () => join(temporary.path, `data-${count++}`);
const open = (path: string, version = '1.2.0') => openDataFolder(path, { command: 'serve', version });

test('a folder that is not there is made, closed to others, with folders above it', async () => {
  const path = join(freshPath(), 'with space', 'ünï');
  await (await open(path)).close();
  assert.equal((await stat(path)).mode & 0o066, 0);
});

test('the owner key is one line that only this user can read', async () => {
  const path = freshPath();
  const folder = await open(path);
  assert.equal(await folder.readOwnerKey(), undefined);
  await folder.keepOwnerKey('onsale_x');
  assert.equal(await readFile(folder.ownerKeyFile, 'utf8'), 'onsale_x\n');
  assert.equal((await stat(folder.ownerKeyFile)).mode & 0o777, 0o600);
  assert.equal(await readOwnerKey(path), 'onsale_x');
  await folder.close();
});

test('a second Onsale on a folder is refused, and hears where the first answers', async () => {
  const path = freshPath();
  const first = await open(path);
  await first.announce('http://127.0.0.1:3000');
  await assert.rejects(open(path), /Another Onsale .*http:\/\/127\.0\.0\.1:3000/);
  await first.close();
  await (await open(path)).close();
});

test('a process that is just stopping is waited for', async () => {
  const path = freshPath();
  const first = await open(path);
  const second = open(path);
  await first.close();
  await (await second).close();
});

test('a running server is found by its folder, and no longer once it has closed', async () => {
  const path = freshPath();
  assert.equal(await findRunningServer(path), undefined);
  const folder = await open(path);
  assert.equal(await findRunningServer(path), undefined);
  await folder.announce('http://127.0.0.1:3000');
  assert.deepEqual(await findRunningServer(path), { pid: process.pid, url: 'http://127.0.0.1:3000' });
  await folder.close();
  assert.equal(await findRunningServer(path), undefined);
});

test('a folder of a newer Onsale is refused and stays as it was', async () => {
  const path = freshPath();
  await (await open(path, '1.2.0')).close();
  const before = await readFile(join(path, 'version.json'), 'utf8');
  await assert.rejects(open(path, '1.1.9'), /newer Onsale \(1\.2\.0, this is 1\.1\.9\)/);
  assert.equal(await readFile(join(path, 'version.json'), 'utf8'), before);
  await (await open(path, '1.10.0')).close();
  await assert.rejects(open(path, '1.9.0'), /newer Onsale/);
});

test('a newer way to lay files out is refused, and so is a version that makes no sense', async () => {
  const path = freshPath();
  await mkdir(path);
  await writeFile(join(path, 'version.json'), '{"format":2,"onsale":"1.2.0"}');
  await assert.rejects(open(path), /newer Onsale/);
  await writeFile(join(path, 'version.json'), 'hello');
  await assert.rejects(open(path), /cannot be understood/);
});

test('a file in the place of the folder, or above it, is refused in one line', async () => {
  const path = freshPath();
  await writeFile(path, '');
  await assert.rejects(open(path), /cannot be written \(there is a file in its place\)\. Choose another with DATA_DIR/);
  await assert.rejects(open(join(path, 'below')), /there is a file in its place/);
});

test('a folder that may not be written is refused in one line', {
  skip: process.getuid?.() === 0 && 'root may write anywhere',
}, async () => {
  const path = freshPath();
  await mkdir(path);
  await chmod(path, 0o500);
  await assert.rejects(open(path), /cannot be written \(EACCES\)/);
});

test('the lock of a process that was killed is free at once', async () => {
  const path = freshPath();
  await mkdir(path);
  const program = `import { lockFolder } from '${new URL('./folder-lock.ts', import.meta.url)}';
    lockFolder(process.argv[1]); console.log('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  assert.equal(lockFolder(path), undefined);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = lockFolder(path);
  assert(lock);
  lock.release();
});

test('of many that start at once exactly one gets the folder', async () => {
  const path = freshPath();
  await mkdir(path);
  const program = `import { lockFolder } from '${new URL('./folder-lock.ts', import.meta.url)}';
    const lock = lockFolder(process.argv[1]); console.log(lock ? 'mine' : 'taken'); process.stdin.resume();`;
  const children = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', program, path], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const said = await Promise.all(children.map(async (child) => String((await once(child.stdout!, 'data'))[0]).trim()));
  for (const child of children) child.kill();
  assert.equal(said.filter((word) => word === 'mine').length, 1);
});
