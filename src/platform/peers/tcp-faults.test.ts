import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { systemRandom } from '../../kernel/ids.ts';
import { systemClock } from '../clock/clock.ts';
import type { Owner } from '../ownership/ownership.ts';
import { type PeerRefused, PeerUnknown, PeerUnreached, peerBounds } from './peers.ts';
import { pause, until } from './peers-trial.test-support.ts';
import { createTcpPeers, type TcpPeers } from './tcp-peers.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.test-support.ts';

const secret = 'of this installation, for all its processes';
type Parts = Parameters<typeof createTcpPeers>[0];
const local = { host: '127.0.0.1', port: 0 };

describe('peers by TCP', () => {
  const open: (TcpPeers | TcpProxy)[] = [];
  const failures: string[] = [];
  let front: TcpPeers;
  let answering: TcpPeers;
  let owner: Owner;
  let proxy: TcpProxy;
  let times = 0;

  function create(
    parts: Partial<Pick<Parts, 'versions' | 'bounds'>> & { processId?: string; secret?: string } = {},
  ): TcpPeers {
    const processId = parts.processId ?? randomUUID();
    const peers = createTcpPeers({
      processId: () => processId,
      clock: systemClock,
      random: systemRandom,
      secret: Buffer.from(parts.secret ?? secret),
      versions: parts.versions,
      bounds: parts.bounds,
      onFailure: (what, error) => void failures.push(`${what}: ${error}`),
    });
    open.push(peers);
    return peers;
  }

  async function behindProxy(peers: TcpPeers): Promise<TcpProxy> {
    const between = await startTcpProxy(await peers.listen(local));
    open.push(between);
    return between;
  }

  beforeEach(async () => {
    const processId = randomUUID();
    front = create();
    answering = create({ processId });
    proxy = await behindProxy(answering);
    owner = { processId, address: proxy.address, fence: 1 };
    times = 0;
    answering.answer('count', () => ++times);
  });
  afterEach(async () => {
    await Promise.all(
      open
        .splice(0)
        .toReversed()
        .map((one) => one.close()),
    );
    failures.length = 0;
  });

  const ask = (name: string, more: { body?: unknown; commandId?: string; timeLeftMs?: number } = {}, by = front) =>
    by.ask(owner, { name, body: null, commandId: null, timeLeftMs: 5_000, hops: 0, ...more });

  describe('a reset', () => {
    test('before anything was written: nothing was sent', async () => {
      proxy.target = null;
      await assert.rejects(ask('count'), PeerUnreached);
      assert.equal(times, 0);
      assert.deepEqual(failures, [], 'that somebody is away, whoever asked hears');
    });

    test('while it shakes hands: nothing was sent', async () => {
      proxy.hold();
      const asked = ask('count');
      await until(() => proxy.connections === 1);
      proxy.reset();
      await assert.rejects(asked, PeerUnreached);
      assert.equal(times, 0);
    });

    test('while it is written: unknown, and the same command id finds that nothing was done', async () => {
      await ask('count');
      proxy.hold();
      const commandId = randomUUID();
      const asked = Array.from({ length: 12 }, () => ask('count', { body: 'x'.repeat(1_000_000), commandId }));
      const ends = Promise.allSettled(asked);
      await pause(100);
      proxy.reset();
      const reasons = (await ends).map((end) => (end.status === 'rejected' ? end.reason.name : 'answered'));
      assert.equal(reasons[0], 'PeerUnknown');
      assert.equal(reasons.at(-1), 'PeerUnreached', 'what still waited here has not left');
      proxy.heal();
      assert.equal(await ask('count', { commandId }), 2);
    });

    test('after it was written: unknown, and the same command id finds the first answer', async () => {
      let answer: (value: unknown) => void = () => {};
      answering.answer('purchase', () => {
        times += 1;
        return new Promise((done) => {
          answer = done;
        });
      });
      const commandId = randomUUID();
      const asked = ask('purchase', { commandId });
      await until(() => times === 1);
      proxy.reset();
      await assert.rejects(asked, PeerUnknown);
      answer('sold');
      assert.equal(await ask('purchase', { commandId }), 'sold');
      assert.equal(times, 1);
    });
  });

  describe('a connection', () => {
    test('is one, for all questions of one process to another, and comes back after it broke', async () => {
      await Promise.all(Array.from({ length: 300 }, () => ask('count')));
      assert.equal(proxy.connections, 1);
      proxy.reset();
      await until(() =>
        ask('count').then(
          () => true,
          () => false,
        ),
      );
      assert.equal(proxy.connections, 2);
    });

    test('is tried ever more seldom while nobody is there', async () => {
      proxy.target = null;
      const end = systemClock.measure() + 1_500;
      let asked = 0;
      for (; systemClock.measure() < end; asked++) {
        await assert.rejects(ask('count'), PeerUnreached);
        await pause(5);
      }
      assert.ok(asked > 4 * proxy.connections && proxy.connections <= 8, `${proxy.connections} of ${asked}`);
    });

    test('that was there is tried again soon, however long it took to come about', async () => {
      const port = proxy.target;
      const isThere = () =>
        ask('count').then(
          () => true,
          () => false,
        );
      proxy.target = null;
      await until(async () => !(await isThere()) && proxy.connections === 6);
      proxy.target = port;
      await until(isThere);
      proxy.target = null;
      proxy.reset();
      const before = proxy.connections;
      const began = systemClock.measure();
      await until(async () => !(await isThere()) && proxy.connections >= before + 2);
      const ms = systemClock.measure() - began;
      // After the six before it waited 1.6 s for the next.
      assert.ok(ms < 1_500, `${ms}`);
    });

    test('that never comes about ends soon, and the next question at once', async () => {
      proxy.hold();
      const began = systemClock.measure();
      await assert.rejects(ask('count'), /does not greet/);
      // By far less than it is patient with a question.
      const ms = systemClock.measure() - began;
      assert.ok(ms < 4_000, `${ms}`);
      await assert.rejects(ask('count'), PeerUnreached);
      assert.ok(systemClock.measure() - began - ms < 1_000);
    });

    test('with the wrong secret is refused by both, and each says so in one line', async () => {
      const stranger = create({ secret: 'of another installation' });
      await assert.rejects(ask('count', {}, stranger), PeerUnreached);
      await until(() => failures.length >= 2);
      await pause(200);
      await assert.rejects(ask('count', {}, stranger), PeerUnreached);
      await until(() => failures.length >= 3);
      assert.equal(times, 0);
      const [refusing, speaking] = [
        'refusing a connection from 127.0.0.1',
        `speaking to the process at ${proxy.address}`,
      ];
      assert.equal(failures.filter((line) => line.startsWith(speaking)).length, 1);
      assert.equal(failures.filter((line) => line.startsWith(refusing)).length, 2);
      assert.ok(!failures.join().includes(secret));
      assert.equal(await ask('count'), 1, 'others are served');
    });

    test('of two versions speaks the best that both know; with none it is not opened', async () => {
      const target = create({ processId: owner.processId, versions: [3, 2] });
      target.answer('count', () => 'answered');
      proxy.target = await target.listen(local);
      assert.equal(await ask('count', {}, create({ versions: [2, 1] })), 'answered');
      assert.equal(await ask('count', {}, create({ versions: [4, 3] })), 'answered');
      await assert.rejects(ask('count', {}, create({ versions: [1] })), (error: Error) => {
        assert.ok(error instanceof PeerUnreached);
        assert.match(error.message, /speaks version 3,2 of the pipe, and we 1/);
        return true;
      });
      assert.equal(failures.length, 1);
    });

    test('to another process at the same address says which', async () => {
      const other = create();
      proxy.target = await other.listen(local);
      await assert.rejects(ask('count'), (error: PeerRefused) => error.refusal.why === 'wrong process');
    });

    test('of somebody who only looks, says nothing, or says nonsense harms nobody', async () => {
      const port = proxy.target!;
      const closed = ['', 'GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01'].map((said) => {
        const socket = connect(port, '127.0.0.1', () => void socket.write(said));
        return once(socket.on('error', () => {}).resume(), 'close');
      });
      connect(port, '127.0.0.1', function (this: ReturnType<typeof connect>) {
        this.resetAndDestroy();
      }).on('error', () => {});
      assert.equal(await ask('count'), 1);
      await Promise.allSettled(closed);
      assert.equal(failures.length, 1, failures.join('\n'));
      assert.equal(await ask('count'), 2);
    });

    test('to somebody who answers with nonsense is none', async () => {
      const fool = createServer((socket) => void socket.on('error', () => {}).end('SSH-2.0\r\n')).listen(
        0,
        '127.0.0.1',
      );
      await once(fool, 'listening');
      proxy.target = (fool.address() as { port: number }).port;
      await assert.rejects(ask('count'), PeerUnreached);
      fool.close();
    });

    test('that is being made does not keep a process from ending', async () => {
      proxy.hold();
      const asked = ask('count').catch((error) => error);
      await until(() => proxy.connections === 1);
      const began = systemClock.measure();
      await front.close();
      assert.ok(systemClock.measure() - began < 800, 'before any time-out');
      assert.ok((await asked) instanceof PeerUnreached);
    });

    test('of somebody who does not read the answers is cut', async () => {
      const small = create({ processId: owner.processId, bounds: { ...peerBounds, underWay: 100, queued: 1_000_000 } });
      const answers: (() => void)[] = [];
      small.answer('big', () => new Promise((done) => answers.push(() => done('x'.repeat(1_000_000)))));
      proxy.target = await small.listen(local);
      const all = Array.from({ length: 20 }, () => ask('big', { timeLeftMs: 30_000 }).catch((error) => error));
      await until(() => answers.length === 20);
      proxy.hold();
      for (const answer of answers) {
        answer();
        await pause(1);
      }
      proxy.heal();
      const began = systemClock.measure();
      const ends = await Promise.all(all);
      assert.ok(systemClock.measure() - began < 10_000);
      assert.ok(ends.at(-1) instanceof PeerUnknown);
    });

    test('does not keep a process from ending whose peer is frozen', async () => {
      await ask('count');
      proxy.hold();
      const big = Array.from({ length: 9 }, () => ask('count', { body: 'x'.repeat(1_000_000) }).catch(() => {}));
      await pause(50);
      const began = systemClock.measure();
      await front.close();
      await Promise.all(big);
      assert.ok(systemClock.measure() - began < 5_000);
    });
  });

  test('a port that is taken is refused', async () => {
    await assert.rejects(create().listen({ host: '127.0.0.1', port: proxy.target! }), /EADDRINUSE/);
  });

  describe('a frozen process', () => {
    let child: ChildProcess;
    after(() => void child?.kill('SIGKILL'));

    test('is noticed in a moment; what lay before it when it wakes is not done', async () => {
      const frozen = { ...owner, processId: randomUUID() };
      child = fork(new URL('./frozen-peer.test-support.ts', import.meta.url), [frozen.processId, secret], {
        execArgv: ['--disable-warning=ExperimentalWarning'],
      });
      const [{ port }] = await once(child, 'message');
      const to = { ...frozen, address: `127.0.0.1:${port}` };
      const askFrozen = (name: string, timeLeftMs: number) =>
        front.ask(to, { name, body: null, commandId: null, timeLeftMs, hops: 0 });
      assert.equal(await askFrozen('now', 5_000), 'fine');
      await pause(500);
      const askedAt = systemClock.measure();
      const early = askFrozen('now', 300);
      for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
      for (; systemClock.measure() < askedAt + 1_000; );
      assert.equal(await early, 'fine', 'whoever stood still himself reads first what came meanwhile');
      child.kill('SIGSTOP');
      const frozenAt = systemClock.measure();
      const open = askFrozen('counted', 1_000).catch((error) => error);
      await until(async () => {
        const end = await askFrozen('now', 100).catch((error) => error);
        return end instanceof PeerUnreached;
      });
      const ms = systemClock.measure() - frozenAt;
      assert.ok(ms < 6_000, `noticed after ${ms}`);
      assert.ok((await open) instanceof PeerUnknown);
      child.kill('SIGCONT');
      await until(() =>
        askFrozen('now', 1_000).then(
          () => true,
          () => false,
        ),
      );
      assert.equal(await askFrozen('counted', 1_000), 1);
      child.kill('SIGKILL');
      await until(() =>
        askFrozen('now', 1_000).then(
          () => false,
          (error) => error instanceof PeerUnreached,
        ),
      );
    });
  });
});
