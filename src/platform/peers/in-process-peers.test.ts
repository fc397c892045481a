import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { systemRandom } from '../../kernel/ids.ts';
import { type Clock, createManualClock, systemClock } from '../clock/clock.ts';
import { createInProcessNetwork } from './in-process-peers.ts';
import { peersContract } from './peers.contract.ts';
import { PeerUnreached } from './peers.ts';
import type { PeerOnTrial } from './peers-trial.test-support.ts';

describe('in one process', () => {
  peersContract(() => {
    const network = createInProcessNetwork({ clock: systemClock });
    const all: PeerOnTrial[] = [];
    const pairs = (task: (one: string, other: string) => void) => {
      for (const one of all)
        for (const other of all) if (one !== other) task(one.owner.processId, other.owner.processId);
    };
    return {
      async start({ at = `process-${all.length}:1`, bounds } = {}) {
        const owner = { processId: randomUUID(), address: at, fence: 1 };
        const [asks, failures]: [PeerOnTrial['asks'], string[]] = [[], []];
        const peers = network.join({
          processId: () => one.owner.processId,
          address: at,
          clock: systemClock,
          random: systemRandom,
          onAsk: (name, outcome) => void asks.push([name, outcome]),
          onFailure: (what, error) => void failures.push(`${what}: ${error}`),
          bounds,
        });
        const one: PeerOnTrial = {
          peers,
          owner,
          asks,
          failures,
          rename() {
            one.owner = { ...one.owner, processId: randomUUID() };
          },
        };
        all.push(one);
        return one;
      },
      async crash({ owner }) {
        network.crash(owner.processId);
      },
      break: () => pairs(network.break),
      hold: () => pairs(network.hold),
      heal: network.heal,
      async end() {
        network.heal();
        for (const { peers } of all) await peers.close();
      },
    };
  });
});

describe('in virtual time', () => {
  test('a seed’s world plays the same each time: latency, partition, a process that stands still', async () => {
    const play = async () => {
      const clock = createManualClock(0);
      const log: string[] = [];
      const network = createInProcessNetwork({ clock, latencyMs: 5 });
      const common = { clock, random: () => Uint8Array.of(128), onFailure: assert.fail };
      const front = network.join({ ...common, processId: () => 'front', address: 'front:1' });
      const owner = network.join({ ...common, processId: () => 'owner', address: 'owner:1' });
      owner.answer('hold', (body) => body);
      const ask = (body: number, timeLeftMs: number) => {
        const to = { processId: 'owner', address: 'owner:1', fence: 1 };
        front.ask(to, { name: 'hold', body, commandId: `${body}`, timeLeftMs, hops: 0 }).then(
          (answer) => log.push(`${clock.measure()} ${answer}`),
          (error) => log.push(`${clock.measure()} ${body} ${error.name}`),
        );
      };
      const pass = async (ms: number) => {
        for (let passed = 0; passed < ms; passed++) {
          clock.advance(1);
          await new Promise((done) => setImmediate(done));
        }
      };
      ask(1, 1_000);
      await pass(100);
      network.hold('owner');
      ask(2, 300);
      await pass(400);
      ask(3, 5_000);
      await pass(1_500);
      ask(4, 5_000);
      network.heal();
      await pass(50);
      network.crash('owner');
      ask(5, 1_000);
      await pass(100);
      return log;
    };
    const log = await play();
    assert.deepEqual(log, ['15 1', '400 2 PeerUnknown', '2001 4 PeerUnreached', '2006 3', '2055 5 PeerUnreached']);
    assert.deepEqual(await play(), log);
  });

  test('nothing is looked after when nobody is connected any more', async () => {
    const clock = createManualClock(0);
    let timers = 0;
    const counting: Clock = {
      ...clock,
      after(delayMs, task) {
        timers += 1;
        const end = () => void timers--;
        const cancel = clock.after(delayMs, () => {
          end();
          task();
        });
        return () => {
          end();
          cancel();
        };
      },
    };
    const network = createInProcessNetwork({ clock });
    const common = { clock: counting, random: () => Uint8Array.of(128), onFailure: assert.fail };
    const front = network.join({ ...common, processId: () => 'front', address: 'front:1' });
    const owner = network.join({ ...common, processId: () => 'owner', address: 'owner:1' });
    owner.answer('now', () => 'fine');
    const to = { processId: 'owner', address: 'owner:1', fence: 1 };
    const request = { name: 'now', body: null, commandId: null, timeLeftMs: 1_000, hops: 0 };
    assert.equal(timers, 0);
    assert.equal(await front.ask(to, request), 'fine');
    assert.equal(timers, 2);
    network.crash('owner');
    for (let passed = 0; passed < 5_000; passed += 50) {
      clock.advance(50);
      await new Promise((done) => setImmediate(done));
    }
    assert.equal(timers, 0);
    await assert.rejects(front.ask(to, request), PeerUnreached);
    assert.equal(timers, 1);
    await front.close();
    assert.equal(timers, 0);
  });
});
