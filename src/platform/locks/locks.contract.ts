import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Locked, type Locks, type LockTimes } from './locks.ts';

/** Long enough for a machine that is busy: nobody is refused who may have it. */
export const patient: LockTimes = { leaseMs: 30_000, waitMs: 60_000, retryMs: 20 };
/** Whoever asks for what another keeps is refused soon. */
export const impatient: LockTimes = { leaseMs: 30_000, waitMs: 100, retryMs: 20 };

/** Something that is waited for until a test says so. */
export function gate() {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  return { opened, open };
}

let made = 0;
const fresh = () => `lock-${++made}`;

/**
 * What locks must do, asked by two that know of each other by nothing else: in one process the same one twice, between processes one
 * in each.
 */
export function locksContract(make: (times: LockTimes) => Promise<readonly [Locks, Locks]>): void {
  test('works under one name run one after the other, and each answers its own', async () => {
    const both = await make(patient);
    const name = fresh();
    let running = 0;
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        both[i % 2]!.withLock([name], async () => {
          running += 1;
          assert.equal(running, 1);
          for (let turns = 0; turns < 5; turns++) await turn();
          running -= 1;
          return i;
        }),
      ),
    );
    assert.deepEqual(
      answers,
      answers.map((_, i) => i),
    );
  });

  test('works under other names run beside each other', async () => {
    const [one, other] = await make(patient);
    const [waits, works] = [gate(), gate()];
    const first = one.withLock([fresh()], async () => {
      works.open();
      await waits.opened;
    });
    await works.opened;
    for (const locks of [one, other]) await locks.withLock([fresh(), fresh()], async () => waits.open());
    await first;
  });

  test('whoever has one of several names keeps out who wants another of them, in whatever order they are named', async () => {
    const both = await make(patient);
    const names = [fresh(), fresh(), fresh()];
    const running = new Set<string>();
    const wishes = Array.from({ length: 12 }, (_, i) => {
      const rotated = names.map((_name, at) => names[(at + i) % 3]!);
      return i % 4 === 0 ? rotated : i % 4 === 1 ? rotated.toReversed() : rotated.slice(0, 2);
    });
    await Promise.all(
      wishes.map((wish, i) =>
        both[i % 2]!.withLock(wish, async () => {
          for (const name of wish) assert(!running.has(name));
          for (const name of wish) running.add(name);
          for (let turns = 0; turns < 5; turns++) await turn();
          for (const name of wish) running.delete(name);
        }),
      ),
    );
  });

  test('a name that is said twice is had once', async () => {
    const [locks] = await make(patient);
    const name = fresh();
    assert.equal(await locks.withLock([name, name], async () => 'done'), 'done');
  });

  test('whoever waits too long is refused without having begun, and keeps nothing of what it had', async () => {
    const [one, other] = await make(impatient);
    const [free, kept] = [fresh(), fresh()];
    const [waits, works] = [gate(), gate()];
    const first = one.withLock([kept], async () => {
      works.open();
      await waits.opened;
      return 'done';
    });
    await works.opened;
    for (const locks of [one, other]) {
      await assert.rejects(
        locks.withLock([free, kept], async () => assert.fail('begun')),
        Locked,
      );
    }
    for (const locks of [one, other]) assert.equal(await locks.withLock([free], async () => 'had'), 'had');
    waits.open();
    assert.equal(await first, 'done');
  });

  test('a work that fails gives its names back, and its failure is thrown', async () => {
    const both = await make(patient);
    const name = fresh();
    for (const locks of both) {
      await assert.rejects(
        locks.withLock([name], () => Promise.reject(new Error('no use'))),
        /no use/,
      );
    }
    for (const locks of both) assert.equal(await locks.withLock([name], async () => 'had'), 'had');
  });
}
