import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StartRefused } from '../start-refused.ts';
import type { EmbeddedServer } from './embedded-server.ts';
import { startLastingServer } from './lasting-server.ts';

/** Servers that die on demand, and starts that fail as often as requested. */
function scene(failures: number) {
  const started: { die: () => void; isStopped: boolean }[] = [];
  const said: string[] = [];
  const failed = Promise.withResolvers<StartRefused>();
  let failuresLeft = 0;
  async function start(): Promise<EmbeddedServer> {
    if (failuresLeft-- > 0) throw new Error('the disk is full.');
    const end = Promise.withResolvers<void>();
    const one = { die: () => end.resolve(), isStopped: false };
    started.push(one);
    const stop = async () => {
      one.isStopped = true;
      end.resolve();
    };
    return { connection: { url: 'postgres://x' }, pid: 1, folder: '/data/postgres', exited: end.promise, stop };
  }
  const events = { onNotice: (sentence: string) => void said.push(sentence), onFailed: failed.resolve };
  return {
    started,
    said,
    failed: failed.promise,
    open: async (pausesMs: readonly number[]) => {
      const server = await startLastingServer('/data', events, { start, pausesMs });
      failuresLeft = failures;
      return server;
    },
  };
}

const until = async (done: () => boolean) => {
  for (let turn = 0; turn < 10_000 && !done(); turn++) await new Promise((next) => setTimeout(next, 1));
  assert.ok(done());
};

describe('a private PostgreSQL that dies', () => {
  test('is started again, also when the first tries fail', async () => {
    const { started, said, open } = scene(2);
    const server = await open([0, 1, 1]);
    started[0]!.die();
    await until(() => said.length === 2);
    assert.deepEqual(said, [
      'The private PostgreSQL ended; it is started again.',
      'The private PostgreSQL runs again.',
    ]);
    await server.stop();
    assert.deepEqual(
      started.map(({ isStopped }) => isStopped),
      [false, true],
    );
  });

  test('is given up after so many tries, with the reason of the last', async () => {
    const { started, failed, open } = scene(9);
    const server = await open([0, 1, 1]);
    started[0]!.die();
    const { message } = await failed;
    assert.match(message, /^The private PostgreSQL ended, and 3 tries .* the disk is full\. See \/data\/postgres/);
    await server.stop();
  });

  test('that dies again and again soon after its start is given up too', async () => {
    const { started, failed, open } = scene(0);
    const server = await open([0, 1, 1]);
    for (let life = 0; life < 4; life++) {
      await until(() => started.length === life + 1);
      started[life]!.die();
    }
    assert.match((await failed).message, /3 tries to start it again did not help/);
    await server.stop();
  });

  test('is not started again once it is stopped', async () => {
    const { started, said, open } = scene(0);
    const server = await open([0]);
    await server.stop();
    assert.deepEqual([started.length, said], [1, []]);
  });
});
