import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { runCommandLine } from '../../src/cli/run.ts';
import { createPostgresLeaseRows } from '../../src/platform/ownership/postgres-lease-rows.ts';
import { migrate } from '../../src/platform/postgres/migrate.ts';
import { version } from '../../src/version.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { createTestDatabase } from '../support/database.ts';
import { finishOnsale, freshDataDir, serveOnsale, toDatabaseUrl } from '../support/onsale-process.ts';

const all = Array.from({ length: 256 }, (_, slot) => slot);

/** Runs a command line in this process, on a database. */
async function run(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const [stdout, stderr]: string[][] = [[], []];
  const code = await runCommandLine(args, environment, {
    stdout: { write: (text) => stdout!.push(text) },
    stderr: { write: (text) => stderr!.push(text) },
    signal: new AbortController().signal,
  });
  return { code, stdout: stdout!.join(''), stderr: stderr!.join('') };
}

test('onsale status lists who lives, as what, of which version, and who owns how much', async () => {
  const { database, connection } = await createTestDatabase();
  const at = { DATABASE_URL: toDatabaseUrl(connection) };
  const nobody = await run(['status'], at);
  assert.equal(nobody.code, 1);
  assert.match(nobody.stdout, /No process serves\./);

  const rows = createPostgresLeaseRows({ connection, bypassingRls: database });
  const [selling, showing, dying] = [randomUUID(), randomUUID(), randomUUID()];
  await rows.join({ processId: selling, address: '10.0.0.1:41000', roles: ['booking'], version });
  await rows.join({ processId: showing, address: '10.0.0.2:41000', roles: ['api', 'live'], version: '9.9.9' });
  await rows.join({ processId: dying, address: '10.0.0.3:41000', roles: ['booking'], version });
  // Leases as long as the slowest machine runs this test; one that has ended.
  await database.query(
    `UPDATE processes SET until = now() + CASE process_id WHEN $1 THEN interval '-2 s' ELSE interval '1 h' END`,
    [dying],
  );
  await rows.claim(selling, all.slice(0, 250));
  const partly = await run(['status'], at);
  assert.equal(partly.code, 1);
  assert.match(partly.stdout, /Several versions run together: .*9\.9\.9/);
  assert.match(partly.stdout, /6 of 256 slots of events are owned by nobody\./);
  assert.match(
    partly.stdout,
    new RegExp(`^${selling.slice(0, 8)} +${version} +living +\\d+\\.\\d s +250 .*booking$`, 'm'),
  );
  assert.match(
    partly.stdout,
    new RegExp(`^${showing.slice(0, 8)} +9\\.9\\.9 +living .*10\\.0\\.0\\.2:41000 +api,live$`, 'm'),
  );
  assert.match(partly.stdout, new RegExp(`^${dying.slice(0, 8)} .* over +-\\d+\\.\\d s +0 `, 'm'));

  await rows.claim(selling, all.slice(250));
  await rows.leave(dying, 'dead');
  const whole = await run(['status', '--json', '--slots'], at);
  assert.equal(whole.code, 0);
  const { processes, slots, sole, schema } = JSON.parse(whole.stdout);
  assert.deepEqual(
    processes.map((one: { processId: string; slots: number }) => [one.processId, one.slots]),
    [
      [selling, 256],
      [showing, 0],
    ],
  );
  assert.deepEqual([slots.all, slots.owned, slots.list.length, sole], [256, 256, 256, null]);
  assert.ok(
    slots.list.every((one: { processId: string; fence: number }) => one.processId === selling && one.fence > 0),
  );
  assert.deepEqual([schema.pending, schema.unknown], [[], []]);
  const listed = await run(['status', '--slots'], at);
  assert.match(listed.stdout, new RegExp(`^ 255 +${selling.slice(0, 8)} +\\d+$`, 'm'));
  await rows.close();
});

test('onsale status of a folder of its own says that one process owns all, or that none serves', async () => {
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir, { args: ['--no-demo'] });
  const running = await finishOnsale(['status', '--data-dir', dataDir]);
  assert.equal(running.code, 0, running.stderr);
  assert.match(running.stdout, new RegExp(`One process serves at ${server.url} .*: it owns all events\\.`));
  assert.equal(await server.stop(), 0);
  const stopped = await run(['status'], { DATA_DIR: dataDir });
  assert.equal(stopped.code, 1);
  assert.match(stopped.stdout, /No process serves\./);
});

test('onsale migrate brings a schema up to date, once', async () => {
  const { connection } = await createTestDatabase({ isEmpty: true });
  const at = { DATABASE_URL: toDatabaseUrl(connection) };
  const before = await run(['status'], at);
  assert.match(before.stdout, /no schema yet\nTo run: 0001-foundation,.*\(onsale migrate\)/);
  // Of several at once, one does it and the others wait.
  const runs = await Promise.all([run(['migrate'], at), run(['migrate'], at), run(['migrate'], at)]);
  assert.deepEqual(runs.map(({ code, stdout }) => [code, stdout.startsWith('Nothing to do')]).sort(), [
    [0, false],
    [0, true],
    [0, true],
  ]);
  assert.equal((await run(['migrate', 'now'], at)).code, 2);
});

test('code of the version before runs on the schema of the next, and not on that of the one after', async () => {
  const { database } = await createTestDatabase();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  await database.query('ALTER TABLE bookings ADD COLUMN of_the_next_version text');
  const migrated = (by: string | null) =>
    database.query(
      `INSERT INTO schema_migrations (id, name, checksum, version) VALUES (9001, '9001-next.sql', '', $1)
       ON CONFLICT (id) DO UPDATE SET version = $1`,
      [by],
    );
  await migrated(`${major}.${minor + 1}.0`);
  assert.equal(await migrate(database), 0);
  const app = await startTestApp({ database });
  const office = boxOffice(app);
  const { eventId } = await office.show();
  assert.equal((await office.pay(await office.hold({ eventId, quantity: 1 }))).status, 201);
  for (const [by, words] of [
    [
      `${major}.${minor + 2}.0`,
      new RegExp(`belongs to Onsale ${major}.${minor + 2}.0, this is ${version} .*9001-next`),
    ],
    [null, /belongs to a newer Onsale/],
  ] as const) {
    await migrated(by);
    await assert.rejects(migrate(database), words);
  }
});
