import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTestDatabase } from '../../../test/support/database.ts';
import type { Clock } from '../clock/clock.ts';
import { Unavailable } from '../postgres/database.ts';
import { batchCountMax, createGroupCommit } from './group-commit.ts';

/** Its pauses are over at once. */
const impatient: Clock = {
  now: () => 0,
  measure: () => 0,
  onSet: () => {},
  after(_delayMs, task) {
    const pause = setImmediate(task);
    return () => clearImmediate(pause);
  },
};

const gone = () => new Unavailable('PostgreSQL cannot be reached');

/** A group whose batches wait until the test lets each go, in turn. */
function steppedGroup(options: { readonly waitingMax?: number } = {}) {
  const batches: { commands: readonly number[]; done: (results: readonly string[]) => void }[] = [];
  const sizes: number[] = [];
  const group = createGroupCommit<number, string>({
    execute: (commands) => new Promise((done) => batches.push({ commands, done })),
    onBatch: (size) => sizes.push(size),
    clock: impatient,
    ...options,
  });
  return {
    group,
    batches,
    sizes,
    async finish(index: number) {
      const { commands, done } = batches[index]!;
      done(commands.map(answerOf));
      await turn();
    },
  };
}

/** A group whose `execute` is a plain function; `seen` notes every batch that was run. */
function plainGroup(execute: (commands: readonly number[], run: number) => readonly string[]) {
  const seen: (readonly number[])[] = [];
  const group = createGroupCommit<number, string>({
    execute: async (commands) => execute(commands, seen.push(commands)),
    clock: impatient,
  });
  return { group, seen };
}

const answerOf = (command: number) => `done ${command}`;
const turn = () => new Promise((done) => setImmediate(done));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('a group of commits', () => {
  test('a lone command is written at once', async () => {
    const { group, seen } = plainGroup((commands) => commands.map(answerOf));
    assert.equal(await group.submit(7), 'done 7');
    assert.deepEqual(seen, [[7]]);
  });

  test('whatever arrives while a commit is under way leaves together when it has returned', async () => {
    const { group, batches, finish } = steppedGroup();
    const first = [group.submit(0), group.submit(1)];
    await turn();
    const second = range(2, 30).map((n) => group.submit(n));
    await turn();
    assert.deepEqual(
      batches.map(({ commands }) => commands),
      [[0, 1]],
    );
    await finish(0);
    assert.deepEqual(await Promise.all(first), ['done 0', 'done 1']);
    assert.deepEqual(batches[1]!.commands, range(2, 30));
    await finish(1);
    assert.deepEqual(await Promise.all(second), range(2, 30).map(answerOf));
  });

  test('the next batch leaves before the members of the last one get their results, and they get them in their order', async () => {
    const { group, batches } = steppedGroup();
    const happened: string[] = [];
    const submit = (n: number) => group.submit(n).then((result) => happened.push(result));
    const all = [submit(0), submit(1)];
    await turn();
    all.push(submit(2));
    batches[0]!.done(['done 0', 'done 1']);
    while (batches.length < 2) await Promise.resolve();
    assert.deepEqual(happened, [], 'the second batch is on its way, and nobody of the first has a result yet');
    // Even a commit that returns at once is not reported before the one that was written before it.
    batches[1]!.done(['done 2']);
    await Promise.all(all);
    assert.deepEqual(happened, [0, 1, 2].map(answerOf));
  });

  test('a batch never holds more than 500, first come first written', async () => {
    const { group, batches, finish, sizes } = steppedGroup();
    const all = Promise.all(range(0, 1_201).map((n) => group.submit(n)));
    await turn();
    for (const index of [0, 1, 2]) await finish(index);
    assert.deepEqual(await all, range(0, 1_201).map(answerOf));
    assert.deepEqual(sizes, [batchCountMax, batchCountMax, 201]);
    assert.deepEqual(
      batches.flatMap(({ commands }) => commands),
      range(0, 1_201),
    );
  });

  test('a poisonous command fails alone, the others are written', async () => {
    const fault = new Error('poison');
    const { group, seen } = plainGroup((commands) => {
      if (commands.includes(3)) throw fault;
      return commands.map(answerOf);
    });
    const results = await Promise.allSettled(range(0, 6).map((n) => group.submit(n)));
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason)),
      ['done 0', 'done 1', 'done 2', fault, 'done 4', 'done 5'],
    );
    assert.deepEqual(seen, [range(0, 6), [0], [1], [2], [3], [4], [5]]);
  });

  test('while PostgreSQL is away the batch is tried again as it is', async () => {
    const { group, seen } = plainGroup((commands, run) => {
      if (run < 3) throw gone();
      return commands.map(answerOf);
    });
    assert.deepEqual(await Promise.all([group.submit(1), group.submit(2)]), ['done 1', 'done 2']);
    assert.deepEqual(seen, [
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  test('when it stays away every command of the batch hears so, and later ones are tried anew', async () => {
    let isAway = true;
    const { group, seen } = plainGroup((commands) => {
      if (isAway) throw gone();
      return commands.map(answerOf);
    });
    const results = await Promise.allSettled([group.submit(1), group.submit(2)]);
    assert.ok(results.every((result) => result.status === 'rejected' && result.reason instanceof Unavailable));
    assert.equal(seen.length, 4);
    isAway = false;
    assert.equal(await group.submit(3), 'done 3');
  });

  test('if it goes away while a batch is taken apart, the rest does not wait in turn', async () => {
    const { group, seen } = plainGroup((commands) => {
      if (commands.length > 1) throw new Error('poison somewhere');
      if (commands[0]! > 0) throw gone();
      return commands.map(answerOf);
    });
    const results = await Promise.allSettled(range(0, 100).map((n) => group.submit(n)));
    assert.deepEqual(results[0], { status: 'fulfilled', value: 'done 0' });
    assert.ok(results.slice(1).every((one) => one.status === 'rejected' && one.reason instanceof Unavailable));
    assert.ok(!seen.some((commands) => commands[0] === 2), 'only the first of them was tried');
  });

  test('once an answer was lost, no later failure says that nothing was written', async () => {
    const { database } = await createTestDatabase();
    let runs = 0;
    const group = createGroupCommit<number, number>({
      async execute(commands) {
        runs += 1;
        // It was written, and nobody heard so.
        if (runs === 1) throw gone();
        await database.query(`DO $$ BEGIN RAISE 'lost' USING ERRCODE = '40P01'; END $$`);
        return commands;
      },
      clock: impatient,
    });
    await assert.rejects(group.submit(1), Unavailable);
    assert.equal(runs, 4);
  });

  test('a lost deadlock is tried again as a batch', async () => {
    const { database } = await createTestDatabase();
    let runs = 0;
    const group = createGroupCommit<number, number>({
      async execute(commands) {
        runs += 1;
        if (runs === 1) await database.query(`DO $$ BEGIN RAISE 'lost' USING ERRCODE = '40P01'; END $$`);
        return commands;
      },
      clock: impatient,
    });
    assert.deepEqual(await Promise.all([group.submit(1), group.submit(2)]), [1, 2]);
    assert.equal(runs, 2);
  });

  test('refuses at once when too many wait, and goes on when there is room again', async () => {
    const { group, finish } = steppedGroup({ waitingMax: 3 });
    const first = group.submit(0);
    await turn();
    const waiting = [1, 2, 3].map((n) => group.submit(n));
    await assert.rejects(group.submit(4), Unavailable);
    await finish(0);
    const late = group.submit(5);
    await finish(1);
    await finish(2);
    assert.deepEqual(await Promise.all([first, ...waiting, late]), [0, 1, 2, 3, 5].map(answerOf));
  });

  test('drain waits for what runs and what waits', async () => {
    const { group, finish } = steppedGroup();
    await group.drain();
    const written: string[] = [];
    for (const n of [0, 1]) group.submit(n).then((result) => written.push(result));
    await turn();
    group.submit(2).then((result) => written.push(result));
    let drained = false;
    const drain = group.drain().then(() => {
      drained = true;
    });
    await finish(0);
    assert.equal(drained, false);
    await finish(1);
    await drain;
    assert.deepEqual(written, [0, 1, 2].map(answerOf));
  });
});
