import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { openTestRedis } from '../../../test/support/open-test-redis.ts';
import {
  type RedisServer,
  startCluster,
  startRedis,
  until,
  withoutRedis,
} from '../../../test/support/redis-servers.ts';
import { systemRandom } from '../../kernel/ids.ts';
import { createManualClock, systemClock } from '../clock/clock.ts';
import { createInProcessLocks } from './in-process-locks.ts';
import { gate, impatient, locksContract, patient } from './locks.contract.ts';
import { Locked, type LockOutcome, type Locks, type LockTimes } from './locks.ts';
import { createRedlock } from './redlock.ts';

describe('locks in this process', () => {
  locksContract(async (times) => {
    const locks = createInProcessLocks({ clock: systemClock, times });
    return [locks, locks];
  });

  test('say how long they were waited for, and who was refused', async () => {
    const clock = createManualClock(0);
    const heard: [LockOutcome, number][] = [];
    const locks = createInProcessLocks({ clock, onLock: (outcome, ms) => heard.push([outcome, ms]) });
    const [waits, begun] = [gate(), gate()];
    const first = locks.withLock(['a'], () => {
      begun.open();
      return waits.opened;
    });
    await begun.opened;
    const second = assert.rejects(
      locks.withLock(['a'], async () => assert.fail('begun')),
      Locked,
    );
    clock.advance(3_000);
    const third = locks.withLock(['a'], async () => 'had');
    clock.advance(2_000);
    await second;
    waits.open();
    assert.equal(await third, 'had');
    await first;
    assert.deepEqual(heard, [
      ['had', 0],
      ['refused', 5_000],
      ['had', 2_000],
    ]);
  });
});

/** No machine is so busy that a server which works does not answer within this. */
const patienceMs = 10_000;

/** The locks of a process of its own: with its own connections. Servers may be said to hang: then nobody waits for them. */
async function openLocks(
  servers: readonly { readonly url: string; readonly hangs?: boolean }[],
  {
    times = patient,
    clock = systemClock,
    heard = [],
  }: { times?: LockTimes; clock?: Parameters<typeof createRedlock>[0]['clock']; heard?: LockOutcome[] } = {},
) {
  const nodes = await Promise.all(
    servers.map(({ url, hangs = false }) => openTestRedis(url, { prefix: 'shop:', ...(!hangs && { patienceMs }) })),
  );
  const parts = { nodes, clock, random: systemRandom, chance: Math.random, times };
  return { nodes, ...createRedlock({ ...parts, onLock: (outcome) => heard.push(outcome) }) };
}

describe('locks in Redis', { skip: withoutRedis }, () => {
  /** The contract for two processes on servers of its own, of which something may become before it begins. */
  async function contractOn<Server extends { readonly url: string; readonly hangs?: boolean }>(
    servers: readonly Server[],
    become: (servers: readonly Server[]) => Promise<void> | void = () => {},
  ): Promise<void> {
    const pairs = new Map<LockTimes, readonly [Locks, Locks]>();
    for (const times of [patient, impatient]) {
      pairs.set(times, [await openLocks(servers, { times }), await openLocks(servers, { times })]);
    }
    before(() => become(servers));
    locksContract(async (times) => pairs.get(times)!);
  }
  const startThree = () => Promise.all([startRedis(), startRedis(), startRedis()]);

  describe('one server', async () => {
    const server = await startRedis();
    await contractOn([server]);

    test('bear the name that others see, end with their lease, and are not given back by who does not have them', async () => {
      const { command } = server;
      const locks = await openLocks([server], { times: impatient });
      await locks.withLock(['tickets:event:42'], async () => {
        assert.match(await command('get', 'shop:tickets:event:42'), /^[0-9a-f]{32}$/);
        const left = Number(await command('pttl', 'shop:tickets:event:42'));
        assert(left > 0 && left <= 30_000, `${left} ms`);
        await command('set', 'shop:tickets:event:42', 'of-another-service', 'px', '30000');
      });
      assert.equal(await command('get', 'shop:tickets:event:42'), 'of-another-service');
      await assert.rejects(
        locks.withLock(['tickets:event:42'], async () => assert.fail('begun')),
        Locked,
      );
      await command('del', 'shop:tickets:event:42');
      assert.equal(await locks.withLock(['tickets:event:42'], async () => 'had'), 'had');
      assert.equal(await command('exists', 'shop:tickets:event:42'), '0');
    });

    test('are kept for as long as the work lasts', async () => {
      const { command } = server;
      const clock = createManualClock(0);
      const works = await openLocks([server], { clock });
      await works.withLock(['renewed'], async () => {
        const token = await command('get', 'shop:renewed');
        for (let renewals = 0; renewals < 3; renewals++) {
          await command('pexpire', 'shop:renewed', '20000');
          clock.advance(patient.leaseMs / 3);
          await until(async () => Number(await command('pttl', 'shop:renewed')) > 20_000);
        }
        assert.equal(await command('get', 'shop:renewed'), token);
      });
    });

    test('are free again once their holder stands still for longer than the lease', async () => {
      const { command } = server;
      const heard: LockOutcome[] = [];
      // A clock that stands still renews nothing: so does a process that does.
      const stopped = await openLocks([server], {
        times: { ...patient, leaseMs: 400 },
        clock: createManualClock(0),
        heard,
      });
      const other = await openLocks([server], { heard });
      const [waits, begun] = [gate(), gate()];
      const slow = stopped.withLock(['paused'], async () => {
        begun.open();
        await waits.opened;
      });
      await begun.opened;
      await other.withLock(['paused'], async () => {
        waits.open();
        await slow;
        // What the first gave back was not its own any more.
        assert.equal(await command('exists', 'shop:paused'), '1');
      });
      assert.deepEqual(heard, ['had', 'had']);
    });

    test('that are lost while the work goes on are said', async () => {
      const { command } = server;
      const heard: LockOutcome[] = [];
      const locks = await openLocks([server], { times: { ...patient, leaseMs: 300 }, heard });
      await locks.withLock(['taken away'], async () => {
        await command('set', 'shop:taken away', 'of-another-service');
        await until(() => heard.includes('lost'));
      });
      assert.deepEqual(heard, ['had', 'lost']);
    });
  });

  describe('a cluster', async () => contractOn([await startCluster()]));

  describe('three servers', async () => contractOn(await startThree()));

  describe('three servers, of which one is dead', async () =>
    contractOn(await startThree(), (servers) => servers[1]!.kill()));

  describe('three servers, of which one hangs', async () => {
    const [first, second, third] = await startThree();
    await contractOn([first!, second!, { ...third!, hangs: true }], (servers) => servers[2]!.pause());
  });

  test('a name that most servers gave to another is not had, whatever the rest says', async () => {
    const servers = await startThree();
    const heard: LockOutcome[] = [];
    const locks = await openLocks(servers, { times: impatient, heard });
    for (const { command } of servers.slice(1)) await command('set', 'shop:theirs', 'of-another-service');
    await assert.rejects(
      locks.withLock(['theirs'], async () => assert.fail('begun')),
      Locked,
    );
    assert.equal(await servers[0]!.command('exists', 'shop:theirs'), '0');
    assert.deepEqual(heard, ['refused']);
  });

  test('once most servers are away, each process has its own locks; what Redis did too late is given back', async () => {
    const servers = await startThree();
    const heard: LockOutcome[] = [];
    const [first, ...others] = servers;
    const locks = await openLocks([first!, ...others.map((one) => ({ ...one, hangs: true }))], { heard });
    for (const server of others) server.pause();
    let running = 0;
    const work = async () => {
      running += 1;
      assert.equal(running, 1);
      await new Promise(setImmediate);
      running -= 1;
    };
    await Promise.all([1, 2, 3].map(() => locks.withLock(['away'], work)));
    assert.deepEqual(heard, ['alone', 'alone', 'alone']);
    for (const server of others) server.resume();
    // They had been sent the name before it was known that they hang.
    const isFree = async ({ command }: RedisServer) => (await command('exists', 'shop:away')) === '0';
    for (const node of locks.nodes) await until(() => node.trouble === null);
    for (const server of servers) await until(() => isFree(server));
    await until(async () => {
      heard.length = 0;
      await locks.withLock(['away'], work);
      return heard[0] === 'had';
    });
  });
});
