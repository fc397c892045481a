import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Order } from '../proof/buyers.ts';
import {
  finishOnsale,
  freshDataDir,
  type OnsaleServer,
  postgresPid,
  runOnsale,
  serveOnsale,
} from '../support/onsale-process.ts';
import { findLost, inDatabaseOf, openShow, type Sale, startSale } from '../support/sale.ts';
import { mountSmallDisk, withoutSmallDisk } from '../support/small-disk.ts';

/** A folder of the test's own. */
async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'onsale-backups-'));
  after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const [lost, kept] = [await freshDataDir(), await freshFolder()];

describe('a backup of the private PostgreSQL', () => {
  const [dataDir, backups] = [lost, kept];
  let server: OnsaleServer;
  let sale: Sale;
  /** Acknowledged before the backup was begun. */
  let acknowledged: readonly Order[];
  let id: string;

  before(async () => {
    server = await serveOnsale(dataDir, { args: ['--no-demo'] });
    sale = startSale(server, [await openShow(server, dataDir, 20_000), await openShow(server, dataDir, 3_000)], 7);
    await sale.untilSold(100);
    acknowledged = sale.sold();
    const run = await finishOnsale(['backup', '--json', '--data-dir', dataDir, '--backup-to', backups]);
    assert.equal(run.code, 0, run.stderr);
    id = JSON.parse(run.stdout).id;
    await sale.untilSold(50);
    // The machine is lost: server and PostgreSQL at once.
    process.kill((await postgresPid(dataDir))!, 'SIGKILL');
    process.kill(server.pid, 'SIGKILL');
    await Promise.all([server.exited, sale.ended]);
  });

  /** Restores into a data folder of its own. */
  async function restore(into: string, args: readonly string[] = []) {
    return finishOnsale(['restore', ...args, '--data-dir', into, '--backup-to', backups]);
  }

  test('that was taken in the middle of a sale restores clean, with all that was acknowledged before it', async (t) => {
    const restored = await freshDataDir();
    const run = await restore(restored);
    assert.equal(run.code, 0, run.stderr + run.stdout);
    assert.match(run.stdout, /is restored: all until .*\n(.*\n)*.*0 faults|clean/i);
    t.diagnostic(`${acknowledged.length} orders before, ${sale.sold().length} in all`);
    assert.deepEqual(await findLost({ DATA_DIR: restored }, acknowledged), []);
    assert.ok(
      (await findLost({ DATA_DIR: restored }, sale.sold())).length > 0,
      'later ones are lost: the backup was in the middle',
    );
    assert.equal(
      await readFile(join(restored, 'owner.key'), 'utf8'),
      await readFile(join(dataDir, 'owner.key'), 'utf8'),
    );
    assert.deepEqual(
      (await readdir(restored)).filter((name) => name.startsWith('restoring')),
      [],
    );
  });

  test('sells on where it was restored: nobody owns anything, fences and numbers are above those of the lost one', async () => {
    const restored = await freshDataDir();
    assert.equal((await restore(restored, [id])).code, 0);
    const state = await inDatabaseOf({ DATA_DIR: restored }, async (database) => {
      const [row] = await database.query<{ living: number; owned: number; fence: number; timeline: string }>(
        `SELECT (SELECT count(*) FROM processes WHERE state <> 'dead') AS living,
           (SELECT count(*) FROM slots WHERE process_id IS NOT NULL) AS owned, (SELECT min(fence) FROM slots) AS fence,
           left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline`,
      );
      return row!;
    });
    assert.deepEqual([state.living, state.owned, state.timeline], [0, 0, '00000002']);
    assert.ok(state.fence > 1_000_000_000);
    const again = await serveOnsale(restored, { args: ['--no-demo'] });
    const show = await openShow(again, restored, 20);
    assert.ok(show > 100_000, 'a number that the lost one may have handed out');
    const more = startSale(again, [show], 8);
    await more.untilSold(3);
    await again.stop();
    await more.ended;
  });

  test('is refused where a database is, in one line, and leaves it as it was', async () => {
    const taken = await freshDataDir();
    const other = await serveOnsale(taken, { args: ['--no-demo'] });
    await other.stop();
    const key = await readFile(join(taken, 'owner.key'), 'utf8');
    const run = await restore(taken);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /^There is a database in .* already\. Restore into an empty place .*\n$/);
    assert.equal(await readFile(join(taken, 'owner.key'), 'utf8'), key);
  });

  test('that is damaged, cut short or without its manifest is refused, and nothing is there then', async () => {
    const damaged = await freshFolder();
    const archive = join(damaged, id, 'cluster.tar.gz');
    const manifest = join(damaged, id, 'manifest.json');
    const cases: [what: string, spoil: () => Promise<void>, pattern: RegExp][] = [
      ['a bit', () => flipByte(archive), /damaged|cannot be read/],
      ['its end', async () => truncate(archive, (await readFile(archive)).length - 1000), /damaged|cannot be read/],
      ['its manifest', () => rm(manifest), /There are no backups in/],
      ['half a manifest', () => truncate(manifest, 100), /manifest of backup .* cannot be understood/],
    ];
    for (const [what, spoil, pattern] of cases) {
      await rm(damaged, { recursive: true, force: true });
      await cp(backups, damaged, { recursive: true });
      await spoil();
      const into = await freshDataDir();
      const run = await finishOnsale(['restore', '--data-dir', into, '--backup-to', damaged]);
      assert.equal(run.code, 1, what);
      assert.match(run.stderr, pattern, what);
      assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
      const left = await readdir(into).catch(() => [] as string[]);
      assert.ok(!left.includes('postgres') && !left.includes('restoring'), `${what}: ${left}`);
    }
  });

  test('is made of what its manifest says, and readable by nobody else', async () => {
    const manifest = JSON.parse(await readFile(join(backups, id, 'manifest.json'), 'utf8'));
    assert.deepEqual(manifest.parts.map(({ name }: { name: string }) => name).sort(), [
      'cluster.tar.gz',
      'owner.key',
      'postgres-password',
    ]);
    for (const { name, sha256 } of manifest.parts) {
      const content = await readFile(join(backups, id, name));
      assert.equal(createHash('sha256').update(content).digest('hex'), sha256, name);
    }
  });

  test('killed in the middle is no backup; a restore that was killed leaves no database, and the next one succeeds', async () => {
    const [half, into] = [await freshFolder(), await freshDataDir()];
    const source = await freshDataDir();
    assert.equal((await restore(source)).code, 0);
    const taking = runOnsale(['backup', '--data-dir', source, '--backup-to', half]);
    while ((await readdir(half)).length === 0) await sleep(5);
    taking.child.kill('SIGKILL');
    await taking.exited;
    const list = await finishOnsale(['backup', 'list', '--backup-to', half]);
    assert.match(list.stdout, /There are no backups/);
    const restoring = runOnsale(['restore', '--data-dir', into, '--backup-to', backups]);
    while (!(await readdir(into).catch(() => [] as string[])).includes('restoring')) await sleep(5);
    restoring.child.kill('SIGKILL');
    await restoring.exited;
    assert.ok(!(await readdir(into)).includes('postgres'));
    const run = await restore(into);
    assert.equal(run.code, 0, run.stderr);
  });

  test('onto a disk that gets full is refused in one line, and nothing of it is left', {
    skip: withoutSmallDisk,
  }, async (t) => {
    const disk = await mountSmallDisk();
    if (disk === null) return t.skip('may not mount');
    const source = await freshDataDir();
    assert.equal((await restore(source)).code, 0);
    // Room for the beginning of a backup, and no more.
    await writeFile(join(disk.path, 'others'), Buffer.alloc(298 << 20));
    const run = await finishOnsale(['backup', '--data-dir', source, '--backup-to', join(disk.path, 'backups')]);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /^the folder .* cannot be written \(no space is left\)\.\n$/i);
    assert.deepEqual(await readdir(join(disk.path, 'backups')), []);
  });
});

test('a server takes a backup every day: at once, if none was taken since the last time of day that is set', async () => {
  const [dataDir, backups] = [await freshDataDir(), await freshFolder()];
  const args = ['--no-demo', '--backup-to', backups, '--backup-at', '00:00'];
  const server = await serveOnsale(dataDir, { args });
  const list = async (): Promise<readonly { id: string }[]> =>
    JSON.parse((await finishOnsale(['backup', 'list', '--json', '--backup-to', backups])).stdout);
  for (let time = 0; (await list()).length === 0; time++) {
    assert.ok(time < 100, 'no backup');
    await sleep(500);
  }
  await server.stop();
  const [first, ...more] = await list();
  assert.deepEqual(more, []);
  const restored = await freshDataDir();
  const run = await finishOnsale(['restore', first!.id, '--backup-to', backups, '--data-dir', restored]);
  assert.equal(run.code, 0, run.stderr);
});

test('backup and restore say in one line what is missing', async () => {
  const empty = await freshFolder();
  const cases: [args: string[], pattern: RegExp][] = [
    [['backup', '--data-dir', await freshDataDir()], /^Nothing says where backups lie\./],
    [['backup', '--data-dir', await freshDataDir(), '--backup-to', empty], /^There is no data in/],
    [['serve', '--backup-at', '25:00', '--backup-to', empty], /^--backup-at must read 03:30, or off/],
    [['serve', '--backup-at', '03:30'], /^BACKUP_AT needs BACKUP_TO\./],
    [['restore', '--data-dir', await freshDataDir(), '--backup-to', empty], /^There are no backups in/],
    [
      ['restore', '20200101T000000Z', '--data-dir', await freshDataDir(), '--backup-to', empty],
      /^There is no whole backup/,
    ],
  ];
  for (const [args, pattern] of cases) {
    const run = await finishOnsale(args);
    assert.equal(run.code, args[0] === 'serve' ? 2 : 1);
    assert.match(run.stderr, pattern);
    assert.ok(
      run.stderr
        .trim()
        .replace(/\nTry: .*/, '')
        .split('\n').length === 1,
      run.stderr,
    );
  }
});

async function flipByte(path: string): Promise<void> {
  const content = await readFile(path);
  content[content.length >> 1]! ^= 1;
  await writeFile(path, content);
}
