import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { finishOnsale, freshDataDir, postgresPid, serveOnsale } from '../support/onsale-process.ts';
import { findLost, inDatabaseOf, openShow, type Sale, startSale } from '../support/sale.ts';

const dataDir = await freshDataDir();
const backups = await mkdtemp(join(tmpdir(), 'onsale-backups-'));
after(() => rm(backups, { recursive: true, force: true }));

describe('the state of a moment', () => {
  let until: string;
  let late: Sale;
  /** Before that moment. */
  let acknowledged: ReturnType<Sale['sold']>;

  const restore = (into: string, ...args: string[]) =>
    finishOnsale(['restore', ...args, '--data-dir', into, '--backup-to', backups]);
  const logFolder = async () => join(backups, 'log', (await readdir(join(backups, 'log')))[0]!);
  /** Until which moment the log is kept. */
  async function keptUpTo(): Promise<number> {
    const folder = await logFolder().catch(() => null);
    const text = folder && (await readFile(join(folder, '00000001.json'), 'utf8').catch(() => null));
    return text ? Date.parse(JSON.parse(text).upTo) : 0;
  }
  async function untilKept(moment: number): Promise<void> {
    for (let time = 0; (await keptUpTo()) < moment; time++) {
      assert.ok(time < 600, 'the log is not kept');
      await sleep(100);
    }
  }

  before(async () => {
    const args = ['--no-demo', '--backup-to', backups, '--backup-log-seconds', '1'];
    const server = await serveOnsale(dataDir, { args });
    const first = await openShow(server, dataDir, 400);
    // The first look makes a backup that goes with the log.
    for (let time = 0; !(await readdir(backups)).some((name) => /^\d/.test(name)); time++) {
      assert.ok(time < 600, 'no backup');
      await sleep(100);
    }
    await untilKept(Date.now());
    const early = startSale(server, [first], 11);
    await early.untilSold(100);
    const listed = await finishOnsale(['backup', 'list', '--json', '--backup-to', backups]);
    assert.equal(JSON.parse(listed.stdout).length, 1);
    acknowledged = early.sold();
    until = new Date().toISOString();
    await sleep(50);
    late = startSale(server, [await openShow(server, dataDir, 2_000)], 12);
    await late.untilSold(50);
    await untilKept(Date.now());
    process.kill((await postgresPid(dataDir))!, 'SIGKILL');
    process.kill(server.pid, 'SIGKILL');
    await Promise.all([server.exited, early.ended, late.ended]);
  });

  test('is restored from the backup before it and the log: all that was acknowledged until then, nothing of later', async () => {
    const restored = await freshDataDir();
    const run = await restore(restored, '--until', until);
    assert.equal(run.code, 0, run.stderr + run.stdout);
    const shows = await inDatabaseOf({ DATA_DIR: restored }, (database) =>
      database.query('SELECT event_id FROM events'),
    );
    assert.equal(shows.length, 1, 'the second show was made later');
    assert.deepEqual(await findLost({ DATA_DIR: restored }, acknowledged), []);
    assert.equal((await findLost({ DATA_DIR: restored }, late.sold())).length, late.sold().length);
    const again = await serveOnsale(restored, { args: ['--no-demo'] });
    await again.stop();
  });

  test('that the log does not reach, or that is before all backups, is refused in one line', async () => {
    const cases: [until: string, pattern: RegExp, code?: number][] = [
      [new Date(Date.now() + 60_000).toISOString(), /^The write-ahead log in .* reaches to \d{4}-/],
      ['2020-01-01T00:00Z', /^No backup in .* was taken before 2020-01-01/],
      ['yesterday', /^--until takes a moment with its zone, like /, 2],
      ['2026-11-30T21:40', /^--until takes a moment with its zone, like /, 2],
    ];
    for (const [moment, pattern, code = 1] of cases) {
      const into = await freshDataDir();
      const run = await restore(into, '--until', moment);
      assert.equal(run.code, code, run.stderr);
      assert.match(run.stderr, pattern);
    }
  });

  test('beyond a gap in the log is refused, and a server that keeps no log lets PostgreSQL recycle it', async () => {
    const folder = await logFolder();
    const files = (await readdir(folder)).filter((name) => name.endsWith('.gz')).sort();
    await rm(join(folder, files.at(-2)!));
    const run = await restore(await freshDataDir(), '--until', until);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /^The write-ahead log in .* has a gap after backup /);
    const slots = () =>
      inDatabaseOf({ DATA_DIR: dataDir }, (database) => database.query('SELECT slot_name FROM pg_replication_slots'));
    assert.equal((await slots()).length, 1);
    const server = await serveOnsale(dataDir, { args: ['--no-demo'] });
    for (let time = 0; (await slots()).length > 0; time++) {
      assert.ok(time < 300, 'the slot is still there');
      await sleep(100);
    }
    await server.stop();
  });
});
