import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../src/platform/postgres/database.ts';
import { embeddedConnection } from '../../src/platform/postgres/embedded-server.ts';
import { finishOnsale, freshDataDir, type OnsaleServer, postgresPid, serveOnsale } from '../support/onsale-process.ts';
import { mountSmallDisk, withoutSmallDisk } from '../support/small-disk.ts';

/** Said: 2 s. This machine may be busy with other tests. */
const soonMs = 8_000;

interface Timed {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly ms: number;
  readonly retryAfter: string | null;
}

async function ask(url: string, init: RequestInit = {}): Promise<Timed> {
  const startedAt = performance.now();
  const response = await fetch(url, init);
  const text = await response.text();
  const ms = performance.now() - startedAt;
  return { status: response.status, body: JSON.parse(text), ms, retryAfter: response.headers.get('retry-after') };
}

function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Timed> {
  const sent = { 'content-type': 'application/json', ...headers };
  return ask(url, { method: 'POST', headers: sent, body: JSON.stringify(body) });
}

/** A buyer with a hold, who pays with one key however often. */
async function hold(url: string, eventId: number) {
  const { status, body } = await post(`${url}/api/tickets/reserve`, { eventId, quantity: 1 });
  const { reservationId, sessionToken } = body as { reservationId: string; sessionToken: string };
  const key = randomBytes(8).toString('hex');
  return {
    status,
    body,
    look: () =>
      ask(`${url}/api/tickets/reservation/${reservationId}`, { headers: { 'x-session-token': sessionToken } }),
    pay: (token = 'tok_ok') =>
      post(
        `${url}/api/tickets/purchase`,
        { reservationId, payment: { token } },
        { 'x-session-token': sessionToken, 'idempotency-key': key },
      ),
  };
}

async function openShow({ url }: OnsaleServer, dataDir: string): Promise<number> {
  const key = (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim();
  const show = {
    title: 'Show',
    eventDate: new Date(Date.now() + 90 * 86_400_000).toISOString(),
    venue: 'Hall',
    venueAddress: 'Main Street 1',
    ticketTypes: [{ name: 'Entry', price: 12.5, capacity: 20_000 }],
  };
  const { status, body } = await post(`${url}/api/events`, show, { authorization: `Bearer ${key}` });
  assert.equal(status, 201, JSON.stringify(body));
  return (body as { eventId: number }).eventId;
}

async function untilReady(url: string, wanted: number): Promise<Timed> {
  for (let time = 0; time < 1_500; time++) {
    const answer = await ask(`${url}/health/ready`);
    if (answer.status === wanted) return answer;
    await sleep(20);
  }
  return assert.fail(`readiness never became ${wanted}`);
}

/** The answer, once it is more than "not known yet". */
async function untilKnown(pay: () => Promise<Timed>): Promise<Timed> {
  let answer = await pay();
  for (let time = 0; time < 100 && answer.status === 202; time++) {
    await sleep(200);
    answer = await pay();
  }
  return answer;
}

async function untilBooked(dataDir: string): Promise<void> {
  const database = openDatabase((await embeddedConnection(join(dataDir, 'postgres')))!, 1);
  for (let time = 0; time < 1_000; time++) {
    if ((await database.bypassingRls.query('SELECT FROM bookings LIMIT 1')).length > 0) return database.close();
    await sleep(10);
  }
  assert.fail('nothing was booked');
}

/** The postmaster and every process it has begun. */
async function processesOf(postmaster: number): Promise<number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    names.map(async (name) => {
      const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === postmaster ? [Number(name)] : [];
    }),
  );
  return [postmaster, ...found.flat()];
}

/** PostgreSQL begins and ends processes all the time: one that was listed may be gone. */
function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function signalAll(postmaster: number, signal: NodeJS.Signals): Promise<void> {
  for (const pid of await processesOf(postmaster)) signalIfAlive(pid, signal);
}

async function assertVerified(dataDir: string): Promise<void> {
  const { code, stdout, stderr } = await finishOnsale(['verify', '--data-dir', dataDir]);
  assert.equal(code, 0, stdout + stderr);
}

const linuxOnly = { skip: process.platform !== 'linux' && 'needs /proc' };

test('a PostgreSQL that hangs is not waited for, and nothing is lost when it goes on', linuxOnly, async () => {
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir, { args: ['--no-demo'] });
  const { url } = server;
  const eventId = await openShow(server, dataDir);
  const buyers = await Promise.all(Array.from({ length: 6 }, () => hold(url, eventId)));
  const postmaster = (await postgresPid(dataDir))!;
  const charged = buyers[5]!.pay('tok_slow');
  // Its first commit is done, and its bank is thinking: for three seconds.
  await untilBooked(dataDir);
  await signalAll(postmaster, 'SIGSTOP');
  try {
    const [ready, health, search, ...paid] = await Promise.all([
      ask(`${url}/health/ready`),
      ask(`${url}/health`),
      ask(`${url}/api/search?term=show`),
      ...buyers.slice(0, 3).map(({ pay }) => pay()),
    ]);
    for (const { status, ms } of [ready, health, search, ...paid]) {
      assert.equal(status, 503);
      assert.ok(ms < soonMs, `after ${ms} ms`);
    }
    for (const { body, retryAfter } of paid) assert.deepEqual([body.code, retryAfter], ['UNAVAILABLE', '1']);
    const next = await buyers[3]!.pay();
    assert.equal(next.status, 503);
    assert.ok(next.ms < 3_000, `nobody waits any more: ${next.ms} ms`);
    assert.equal((await hold(url, eventId)).status, 201);
    assert.equal((await buyers[4]!.look()).status, 200);
    assert.equal((await ask(`${url}/health/live`)).status, 200);
    const unknown = await charged;
    assert.equal(unknown.status, 202, JSON.stringify(unknown.body));
    assert.ok(unknown.ms < 15_000, `after ${unknown.ms} ms`);
  } finally {
    await signalAll(postmaster, 'SIGCONT');
  }
  await untilReady(url, 200);
  for (const buyer of buyers) {
    const token = buyer === buyers[5] ? 'tok_slow' : 'tok_ok';
    const bought = await untilKnown(() => buyer.pay(token));
    assert.equal(bought.status, 201, JSON.stringify(bought.body));
    assert.deepEqual((await buyer.pay(token)).body, bought.body);
  }
  assert.match(server.stderr(), /has not answered for 1\.5 s.*\n[\s\S]*answers again/);
  await assertVerified(dataDir);
  assert.equal(await server.stop(), 0);
});

test(
  'a statement that one lock holds up ends at its deadline, and its purchase is found by its key',
  linuxOnly,
  async () => {
    const dataDir = await freshDataDir();
    const server = await serveOnsale(dataDir, { args: ['--no-demo'] });
    const { url } = server;
    const buyer = await hold(url, await openShow(server, dataDir));
    const postmaster = (await postgresPid(dataDir))!;
    const before = await processesOf(postmaster);
    assert.equal((await (await hold(url, 1)).pay()).status, 201);
    // Whatever writes sales is stopped, the rest of PostgreSQL is well.
    const ofSales = (await processesOf(postmaster)).filter((pid) => !before.includes(pid));
    assert.ok(ofSales.length > 0);
    for (const pid of ofSales) signalIfAlive(pid, 'SIGSTOP');
    try {
      const paid = await buyer.pay();
      assert.equal(paid.status, 503);
      assert.ok(paid.ms < 12_000, `after ${paid.ms} ms`);
      assert.equal((await ask(`${url}/health/ready`)).status, 200);
    } finally {
      for (const pid of ofSales) signalIfAlive(pid, 'SIGCONT');
    }
    await sleep(200);
    assert.equal((await buyer.pay()).status, 201);
    await assertVerified(dataDir);
    assert.equal(await server.stop(), 0);
  },
);

const asRoot = { skip: withoutSmallDisk };

test('with a full disk nothing is held or sold, and it is said; when there is room it goes on', asRoot, async (t) => {
  const disk = await mountSmallDisk();
  if (disk === null) return t.skip('no tmpfs can be mounted here');
  const dataDir = join(disk.path, 'data');
  const server = await serveOnsale(dataDir, { args: ['--no-demo'] });
  const { url } = server;
  const eventId = await openShow(server, dataDir);
  const waiting = await hold(url, eventId);
  const spare = await hold(url, eventId);
  await disk.fill();
  const unsold = await untilRefused(url, eventId, spare);
  assert.deepEqual([unsold.status, unsold.body.code], [503, 'UNAVAILABLE'], JSON.stringify(unsold.body));
  assert.ok(Number(unsold.retryAfter) >= 1);
  const refused = await hold(url, eventId);
  assert.deepEqual([refused.status, refused.body.code], [503, 'UNAVAILABLE']);
  const { body } = await untilReady(url, 503);
  assert.deepEqual(body.degraded, ['postgres: disk full']);
  assert.equal((await waiting.look()).status, 200);
  await disk.clear();
  await untilReady(url, 200);
  assert.equal((await hold(url, eventId)).status, 201);
  const paid = await waiting.pay();
  assert.equal(paid.status, 201, JSON.stringify(paid.body));
  assert.match(server.stderr(), /no room left on its disk[\s\S]*has room again/);
  await assertVerified(dataDir);
  assert.equal(await server.stop(), 0);
});

/**
 * Buys until that is refused: a database has some pages in hand. Where something else was first to find the disk full nothing can be held
 * any more, and `spare` is paid, which was held before.
 */
async function untilRefused(url: string, eventId: number, spare: Awaited<ReturnType<typeof hold>>): Promise<Timed> {
  for (let round = 0; round < 200; round++) {
    const buyers = await Promise.all(Array.from({ length: 20 }, () => hold(url, eventId)));
    const held = buyers.filter(({ status }) => status === 201);
    if (held.length === 0) return spare.pay();
    const paid = await Promise.all(held.map(({ pay }) => pay()));
    const refused = paid.find(({ status }) => status !== 201);
    if (refused) return refused;
  }
  return assert.fail('the disk never filled up');
}
