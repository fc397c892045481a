import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { finishOnsale, freshDataDir, runOnsale, serveOnsale } from '../support/onsale-process.ts';
import { findLost, inDatabaseOf, openShow, startSale } from '../support/sale.ts';
import { type PostgresServer, startPrimary, untilSo, withoutStandby } from '../support/standby.ts';

const lost = await freshDataDir();
const [backups, programs] = [
  await mkdtemp(join(tmpdir(), 'onsale-backups-')),
  await mkdtemp(join(tmpdir(), 'onsale-programs-')),
];
after(async () => {
  for (const folder of [backups, programs]) await rm(folder, { recursive: true, force: true });
});

// The user is an ordinary one, who owns the database and nothing else: row-level security holds it too.
describe('a backup of an external PostgreSQL, by pg_dump', { skip: withoutStandby }, () => {
  const PATH = `${process.env.ONSALE_TEST_POSTGRES_PROGRAMS}:${process.env.PATH}`;
  let postgres: PostgresServer;
  const dataDir = lost;
  let acknowledged: Parameters<typeof findLost>[1];
  let sold: Parameters<typeof findLost>[1];

  const addressOf = (server: PostgresServer, database: string) =>
    `postgres://shop:hush@127.0.0.1:${server.port}/${database}`;
  async function makeDatabase(server: PostgresServer, name: string): Promise<string> {
    await server.ask(`CREATE DATABASE ${name} OWNER shop`);
    return addressOf(server, name);
  }
  /** A server of another machine, which has counted few transactions. */
  async function startOther(): Promise<PostgresServer> {
    const server = await startPrimary();
    await server.ask(`CREATE ROLE shop LOGIN PASSWORD 'hush' CREATEROLE`);
    return server;
  }
  const backup = (env: NodeJS.ProcessEnv, ...args: string[]) =>
    finishOnsale(['backup', '--json', '--backup-to', backups, ...args], { env: { PATH, ...env } });
  const restore = (env: NodeJS.ProcessEnv) =>
    finishOnsale(['restore', '--backup-to', backups], { env: { PATH, ...env } });

  before(async () => {
    postgres = await startOther();
    await postgres.ask(`DO $$ BEGIN FOR i IN 1..20000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$`);
    const DATABASE_URL = await makeDatabase(postgres, 'lost');
    const server = await serveOnsale(dataDir, { args: ['--no-demo'], env: { DATABASE_URL } });
    const sale = startSale(server, [await openShow(server, dataDir, 5_000)], 3);
    await sale.untilSold(60);
    acknowledged = sale.sold();
    const run = await backup({ DATABASE_URL, DATA_DIR: dataDir });
    assert.equal(run.code, 0, run.stderr);
    await sale.untilSold(30);
    await server.stop();
    await sale.ended;
    sold = sale.sold();
  });

  test('restores clean into an empty one, with all that was acknowledged before it; then it sells and mails on', async () => {
    const other = await startOther();
    const [DATABASE_URL, DATA_DIR] = [await makeDatabase(other, 'shop'), await freshDataDir()];
    const run = await restore({ DATABASE_URL, DATA_DIR });
    assert.equal(run.code, 0, run.stderr + run.stdout);
    assert.deepEqual(await findLost({ DATABASE_URL, DATA_DIR }, acknowledged), []);
    assert.ok((await findLost({ DATABASE_URL, DATA_DIR }, sold)).length > 0, 'the backup was in the middle');
    assert.equal(
      await readFile(join(DATA_DIR, 'owner.key'), 'utf8'),
      await readFile(join(dataDir, 'owner.key'), 'utf8'),
    );
    const server = await serveOnsale(DATA_DIR, { args: ['--no-demo'], env: { DATABASE_URL } });
    // By which transaction whoever mails has got so far: by the count of this server, which is lower.
    const mailedUpTo = () =>
      inDatabaseOf({ DATABASE_URL, DATA_DIR }, async (database) => {
        const [row] = await database.query<{ below: number }>(
          `SELECT below::text::int AS below FROM event_followers WHERE name = 'booking mails'`,
        );
        return row!.below;
      });
    const more = startSale(server, [await openShow(server, DATA_DIR, 50)], 4);
    await more.untilSold(3);
    await untilSo(async () => {
      const below = await mailedUpTo();
      return below > 100 && below < 20_000;
    });
    await server.stop();
    await more.ended;
    const again = await finishOnsale(['verify'], { env: { DATABASE_URL, DATA_DIR } });
    assert.equal(again.code, 0, again.stdout);
  });

  test('is refused where something is, in one line, and nothing is changed', async () => {
    const DATABASE_URL = await makeDatabase(postgres, 'taken');
    await postgres.ask('SELECT 1');
    await inDatabaseOf({ DATABASE_URL, DATA_DIR: await freshDataDir() }, (database) =>
      database.query('SELECT count(*) FROM events'),
    );
    const run = await restore({ DATABASE_URL, DATA_DIR: await freshDataDir() });
    assert.equal(run.code, 1);
    assert.match(
      run.stderr,
      /^The database taken is not empty: it holds \w+\. Restore into an empty one; nothing was changed\.\n$/,
    );
  });

  test('is refused by the private PostgreSQL, and by an older server, by name', async () => {
    const run = await restore({ DATA_DIR: await freshDataDir() });
    assert.equal(run.code, 1);
    assert.match(run.stderr, /^Backup \w+ is of an external PostgreSQL: set DATABASE_URL to an empty database\.\n$/);
  });

  test('killed in the middle leaves a database on which nobody starts, and that says so', async () => {
    const other = await startOther();
    const [DATABASE_URL, DATA_DIR] = [await makeDatabase(other, 'half'), await freshDataDir()];
    // A pg_restore that is slow.
    await writeFile(join(programs, 'pg_restore'), '#!/bin/sh\nexec sleep 10\n', { mode: 0o755 });
    const slow = { PATH: `${programs}:${PATH}`, DATABASE_URL, DATA_DIR };
    const run = runOnsale(['restore', '--backup-to', backups], { env: slow });
    const hasMark = async () => {
      const client = new pg.Client({ connectionString: DATABASE_URL });
      await client.connect();
      const { rows } = await client.query(`SELECT 1 WHERE to_regclass('restore_under_way') IS NOT NULL`);
      await client.end();
      return rows.length > 0;
    };
    await untilSo(hasMark);
    run.child.kill('SIGKILL');
    await run.exited;
    const started = await finishOnsale(['serve', '--port', '0'], { env: { DATABASE_URL, DATA_DIR } });
    assert.equal(started.code, 1);
    assert.match(started.stderr, /^A backup is being restored into this database, or that was broken off\./);
    const second = await restore({ DATABASE_URL, DATA_DIR });
    assert.match(second.stderr, /^A restore into the database half is under way, or was broken off\./);
  });

  test('without pg_dump, or as a user who does not see all rows, is refused in one line', async () => {
    const DATABASE_URL = addressOf(postgres, 'lost');
    const without = await finishOnsale(['backup', '--backup-to', backups], {
      env: { PATH: '/nowhere', DATABASE_URL, DATA_DIR: dataDir },
    });
    assert.match(without.stderr, /^pg_dump is not there\. Install the client programs of PostgreSQL/);
    await postgres.ask(`CREATE ROLE reader LOGIN PASSWORD 'hush'`);
    await postgres.ask('GRANT shop TO reader');
    const reader = await backup({ DATABASE_URL: DATABASE_URL.replace('shop:', 'reader:'), DATA_DIR: dataDir });
    assert.equal(reader.code, 1);
    assert.match(reader.stderr, /does not see all rows/);
    const list = await finishOnsale(['backup', 'list', '--json', '--backup-to', backups]);
    assert.equal(JSON.parse(list.stdout).length, 1, 'what failed is no backup');
  });
});
