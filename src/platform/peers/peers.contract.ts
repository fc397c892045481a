import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { systemClock } from '../clock/clock.ts';
import { followingContract } from './following.contract.ts';
import {
  type Asked,
  NotMine,
  type PeerRefusal,
  PeerRefused,
  type PeerRequest,
  PeerUnknown,
  PeerUnreached,
  peerBounds,
} from './peers.ts';
import { type PeerOnTrial, type PeersTrial, pause, until } from './peers-trial.test-support.ts';

/** What any {@link Peers} must do. */
export function peersContract(open: () => Promise<PeersTrial> | PeersTrial): void {
  describe('peers', () => {
    let trial: PeersTrial;
    let front: PeerOnTrial;
    let owner: PeerOnTrial;
    beforeEach(async () => {
      trial = await open();
      front = await trial.start();
      owner = await trial.start();
    });
    afterEach(() => trial.end());

    const ask = (request: Partial<PeerRequest> & { readonly name: string }, to = owner.owner, by = front) =>
      by.peers.ask(to, { body: null, commandId: null, timeLeftMs: 5_000, hops: 0, ...request });

    /** A handler whose answers wait until they are called for, in any order. */
    function slow(name: string, at = owner) {
      const waiting: { readonly body: unknown; readonly answer: (value: unknown) => void }[] = [];
      at.peers.answer(name, (body) => new Promise((answer) => waiting.push({ body, answer })));
      return waiting;
    }

    async function refused(work: Promise<unknown>, refusal: PeerRefusal): Promise<PeerRefused> {
      let caught: unknown;
      await work.catch((error) => {
        caught = error;
      });
      assert.ok(caught instanceof PeerRefused, String(caught));
      assert.deepEqual(caught.refusal, refusal);
      return caught;
    }

    describe('a question', () => {
      test('is answered with what the handler returns, at once or later, throughout JSON', async () => {
        owner.peers.answer('now', (body) => body);
        owner.peers.answer('later', async (body) => body);
        owner.peers.answer('nothing', () => undefined);
        const bodies = [null, 7, 'Zoë "said"\n\u2028𝄞', [1, [2]], { a: { b: [true, null] } }, 'x'.repeat(900_000)];
        for (const body of bodies) {
          assert.deepEqual(await ask({ name: 'now', body }), body);
          assert.deepEqual(await ask({ name: 'later', body }), body);
        }
        assert.equal(await ask({ name: 'nothing' }), null);
      });

      test('brings along who asks, under which fence, by which command, until when, and one hop more', async () => {
        const seen: Asked[] = [];
        owner.peers.answer('look', (_body, asked) => void seen.push(asked));
        const commandId = randomUUID();
        await ask({ name: 'look' });
        const before = systemClock.measure();
        await ask({ name: 'look', commandId, timeLeftMs: 700, hops: 1 }, { ...owner.owner, fence: 41 });
        const { deadline, ...rest } = seen[1]!;
        assert.deepEqual(rest, { from: front.owner.processId, fence: 41, commandId, hops: 2 });
        assert.deepEqual([seen[0]!.hops, seen[0]!.commandId], [1, null]);
        assert.ok(Math.abs(deadline - before - 700) < 100, `${deadline - before}`);
      });

      test('many at once are answered each with its own', async () => {
        owner.peers.answer('double', async (body) => 2 * (body as number));
        const all = await Promise.all(Array.from({ length: 2_000 }, (_, body) => ask({ name: 'double', body })));
        assert.deepEqual(
          all,
          all.map((_, i) => 2 * i),
        );
      });

      test('both processes ask each other at once', async () => {
        for (const one of [front, owner]) one.peers.answer('who', () => one.owner.processId);
        const answers = await Promise.all([ask({ name: 'who' }), ask({ name: 'who' }, front.owner, owner)]);
        assert.deepEqual(answers, [owner.owner.processId, front.owner.processId]);
      });

      test('a slow answer delays no other: answers come one by one in any order', async () => {
        const waiting = slow('purchase');
        owner.peers.answer('hold', (body) => body);
        const order: unknown[] = [];
        const purchases = [1, 2].map((body) => ask({ name: 'purchase', body }).then((answer) => order.push(answer)));
        await Promise.all(Array.from({ length: 500 }, (_, body) => ask({ name: 'hold', body })));
        assert.equal(waiting.length, 2);
        waiting[1]!.answer('second');
        await purchases[1];
        waiting[0]!.answer('first');
        await purchases[0];
        assert.deepEqual(order, ['second', 'first']);
      });

      test('what was refused was not done, and says why', async () => {
        const other = { processId: randomUUID(), address: '10.0.0.9:7000', fence: 9 };
        owner.peers.answer('theirs', () => {
          throw new NotMine(other);
        });
        owner.peers.answer('nobody’s', async () => {
          throw new NotMine(null);
        });
        const theirs = await refused(ask({ name: 'theirs' }), { why: 'not mine', owner: other });
        assert.ok(theirs instanceof NotMine);
        assert.deepEqual(theirs.owner, other);
        await refused(ask({ name: 'nobody’s' }), { why: 'not mine', owner: null });
        await refused(ask({ name: 'of a later version' }), { why: 'unknown request' });
        await refused(ask({ name: 'constructor' }), { why: 'unknown request' });
      });

      test('a handler that fails leaves the outcome unknown, and the operator hears why', async () => {
        owner.peers.answer('broken', () => {
          throw new Error('out of order');
        });
        owner.peers.answer('odd', async () => 1n);
        await assert.rejects(ask({ name: 'broken' }), PeerUnknown);
        await assert.rejects(ask({ name: 'odd' }), PeerUnknown);
        assert.equal(owner.failures.length, 2);
        assert.match(owner.failures[0]!, /out of order/);
      });

      test('its outcome and name are counted', async () => {
        owner.peers.answer('now', () => 1);
        await ask({ name: 'now' });
        await ask({ name: 'new' }).catch(() => {});
        await trial.crash(owner);
        await ask({ name: 'now' }).catch(() => {});
        assert.deepEqual(front.asks, [
          ['now', 'answered'],
          ['new', 'refused'],
          ['now', 'unreached'],
        ]);
      });

      test('goes round no circle: hops only count up, and nobody asks itself', async () => {
        front.peers.answer('relay', () => 'here');
        owner.peers.answer('relay', (body, { hops }) => owner.peers.ask(front.owner, request(body, hops)));
        const request = (body: unknown, hops: number) => ({ ...plain, name: 'relay', body, hops });
        const plain = { commandId: null, timeLeftMs: 1_000 };
        assert.equal(await ask({ name: 'relay' }), 'here');
        await refused(ask({ name: 'relay', hops: 1 }), { why: 'too many hops' });
        await refused(ask({ name: 'relay', hops: 2 }), { why: 'too many hops' });
        const { processId } = front.owner;
        await refused(ask({ name: 'relay' }, front.owner), { why: 'wrong process', processId });
      });
    });

    describe('a command that is asked again', () => {
      test('finds its first answer, whoever asks, and is not carried out again', async () => {
        let times = 0;
        owner.peers.answer('hold', (body) => ({ body, times: ++times }));
        const [commandId, third] = [randomUUID(), await trial.start()];
        const first = await ask({ name: 'hold', body: 'a', commandId });
        assert.deepEqual(await ask({ name: 'hold', body: 'a', commandId }), first);
        assert.deepEqual(await ask({ name: 'hold', body: 'a', commandId }, owner.owner, third), first);
        assert.deepEqual(await ask({ name: 'hold', body: 'a', commandId: randomUUID() }), { body: 'a', times: 2 });
      });

      test('waits for its first answer while that is under way', async () => {
        const waiting = slow('purchase');
        const commandId = randomUUID();
        const all = [1, 2, 3].map(() => ask({ name: 'purchase', commandId }));
        await until(() => waiting.length > 0);
        await ask({ name: 'purchase', commandId, timeLeftMs: 200 }).catch(() => {});
        assert.equal(waiting.length, 1);
        waiting[0]!.answer('sold');
        assert.deepEqual(await Promise.all(all), ['sold', 'sold', 'sold']);
      });

      test('finds it after the connection broke, or nobody waited for it', async () => {
        const waiting = slow('purchase');
        const [one, two] = [randomUUID(), randomUUID()];
        const broken = ask({ name: 'purchase', commandId: one });
        const late = ask({ name: 'purchase', commandId: two, timeLeftMs: 150 });
        await assert.rejects(late, PeerUnknown);
        trial.break();
        await assert.rejects(broken, PeerUnknown);
        const again = ask({ name: 'purchase', commandId: one });
        await pause(50);
        for (const { answer } of waiting) answer('sold');
        assert.equal(await again, 'sold');
        assert.equal(await ask({ name: 'purchase', commandId: two }), 'sold');
        assert.equal(waiting.length, 2);
      });

      test('finds that it failed; what was refused is tried anew', async () => {
        let times = 0;
        owner.peers.answer('broken', () => {
          times += 1;
          throw new Error('out of order');
        });
        owner.peers.answer('moving', () => {
          times += 1;
          if (times < 2) throw new NotMine(null);
          return 'mine now';
        });
        const commandId = randomUUID();
        await refused(ask({ name: 'moving', commandId }), { why: 'not mine', owner: null });
        assert.equal(await ask({ name: 'moving', commandId }), 'mine now');
        const failing = randomUUID();
        for (let i = 0; i < 2; i++) await assert.rejects(ask({ name: 'broken', commandId: failing }), PeerUnknown);
        assert.equal(times, 3);
      });
    });

    describe('time', () => {
      test('without an answer the outcome is unknown at the deadline, and an answer after it harms nothing', async () => {
        const waiting = slow('purchase');
        owner.peers.answer('now', () => 'fine');
        const began = systemClock.measure();
        await assert.rejects(ask({ name: 'purchase', timeLeftMs: 300 }), PeerUnknown);
        const ms = systemClock.measure() - began;
        assert.ok(ms >= 300 && ms < 1_000, `${ms}`);
        waiting[0]!.answer('too late');
        assert.equal(await ask({ name: 'now' }), 'fine');
      });

      test('what has no time left is not done: at home, or when it arrives', async () => {
        let times = 0;
        owner.peers.answer('count', () => ++times);
        await refused(ask({ name: 'count', timeLeftMs: 0 }), { why: 'late' });
        assert.equal(await ask({ name: 'count' }), 1);
        trial.hold();
        await assert.rejects(ask({ name: 'count', timeLeftMs: 200 }), PeerUnknown);
        await pause(100);
        trial.heal();
        assert.equal(await ask({ name: 'count' }), 2);
      });

      test('what could not be sent in time is not sent later', async () => {
        let times = 0;
        owner.peers.answer('count', () => ++times);
        trial.hold();
        await assert.rejects(ask({ name: 'count', timeLeftMs: 200 }), PeerUnreached);
        trial.heal();
        assert.equal(await ask({ name: 'count' }), 1);
      });

      test('who does not speak is noticed within 2 s: asked no more, its open questions end in time', async () => {
        const waiting = slow('purchase');
        owner.peers.answer('now', () => 'fine');
        const ended = assert.rejects(ask({ name: 'purchase', timeLeftMs: 2_500 }), PeerUnknown);
        const patient = ask({ name: 'purchase', timeLeftMs: 20_000 });
        await until(() => waiting.length === 2);
        trial.hold();
        await pause(2_000);
        const began = systemClock.measure();
        await assert.rejects(ask({ name: 'now' }), PeerUnreached);
        assert.ok(systemClock.measure() - began < 500);
        await ended;
        trial.heal();
        waiting[1]!.answer('sold');
        assert.equal(await patient, 'sold', 'it only stood still');
        assert.equal(await ask({ name: 'now' }), 'fine');
      });
    });

    describe('a process', () => {
      test('that is not there is not reached, and is when it is there', async () => {
        await trial.crash(owner);
        await assert.rejects(ask({ name: 'now' }), PeerUnreached);
        await refused(ask({ name: 'now', timeLeftMs: 0 }), { why: 'late' });
        const began = systemClock.measure();
        await assert.rejects(ask({ name: 'now' }), PeerUnreached);
        assert.ok(systemClock.measure() - began < 200, 'it is not tried at each question');
        const next = await trial.start({ at: owner.owner.address });
        next.peers.answer('now', () => 'fine');
        await pause(100);
        assert.equal(await ask({ name: 'now' }, next.owner), 'fine');
      });

      test('that began at the address of another is the wrong one', async () => {
        owner.peers.answer('now', () => 'old');
        await ask({ name: 'now' });
        await trial.crash(owner);
        const next = await trial.start({ at: owner.owner.address });
        next.peers.answer('now', () => 'new');
        const { processId } = next.owner;
        // It takes a moment to notice that the old one is gone.
        await until(() =>
          ask({ name: 'now' }).then(
            () => false,
            (error) => error instanceof PeerRefused,
          ),
        );
        await refused(ask({ name: 'now' }), { why: 'wrong process', processId });
        assert.equal(await ask({ name: 'now' }, next.owner), 'new');
      });

      test('that was declared dead and began anew is another one, on the same connection too', async () => {
        let times = 0;
        owner.peers.answer('count', () => ++times);
        const [before, commandId] = [owner.owner, randomUUID()];
        assert.equal(await ask({ name: 'count', commandId }), 1);
        owner.rename();
        const { processId } = owner.owner;
        await refused(ask({ name: 'count' }, before), { why: 'wrong process', processId });
        assert.equal(await ask({ name: 'count', commandId }), 1, 'what it has answered it knows');
        assert.equal(await ask({ name: 'count' }), 2);
      });

      test('that dies leaves the outcome unknown at once', async () => {
        const waiting = slow('purchase');
        const open = ask({ name: 'purchase' });
        await until(() => waiting.length === 1);
        const lost = assert.rejects(open, PeerUnknown);
        await trial.crash(owner);
        await lost;
      });

      test('that ends sends the answers that are ready, and takes no more', async () => {
        const waiting = slow('purchase');
        const [one, two] = [ask({ name: 'purchase' }), ask({ name: 'purchase' })];
        const lost = assert.rejects(two, PeerUnknown);
        const mine = ask({ name: 'purchase' }, front.owner, owner).catch((error) => error);
        await until(() => waiting.length === 2);
        waiting[0]!.answer('sold');
        await pause(0);
        await owner.peers.close();
        assert.equal(await one, 'sold');
        await lost;
        assert.ok((await mine) instanceof Error);
        await assert.rejects(ask({ name: 'purchase' }), PeerUnreached);
        await assert.rejects(ask({ name: 'now' }, front.owner, owner), PeerUnreached);
      });
    });

    describe('bounds', () => {
      test('more questions than may be under way are refused at once, and only those', async () => {
        const small = await trial.start({ bounds: { ...peerBounds, underWay: 10, queued: 1_000_000 } });
        const waiting = slow('purchase');
        const all = Array.from({ length: 10 }, () => ask({ name: 'purchase' }, owner.owner, small));
        for (let i = 0; i < 3; i++)
          await refused(ask({ name: 'purchase' }, owner.owner, small), { why: 'too busy', retryAfterMs: 1_000 });
        await until(() => waiting.length === 10);
        for (const { answer } of waiting) answer('sold');
        await Promise.all(all);
        assert.equal(waiting.length, 10);
        owner.peers.answer('now', () => 'fine');
        assert.equal(await ask({ name: 'now' }, owner.owner, small), 'fine');
      });

      test('a process that has too much to answer says so itself', async () => {
        const small = await trial.start({ bounds: { ...peerBounds, underWay: 10, queued: 1_000_000 } });
        const waiting = slow('purchase', small);
        const all = Array.from({ length: 12 }, () => ask({ name: 'purchase' }, small.owner).catch((error) => error));
        await until(() => waiting.length === 10);
        for (const { answer } of waiting) answer('sold');
        const ends = await Promise.all(all);
        assert.equal(ends.filter((end) => end === 'sold').length, 10);
        for (const end of ends.filter((one) => one !== 'sold'))
          assert.deepEqual((end as PeerRefused).refusal, { why: 'too busy', retryAfterMs: 1_000 });
      });

      test('more than may wait to be sent is refused, and room comes back', async () => {
        const small = await trial.start({ bounds: { ...peerBounds, underWay: 1_000, queued: 50_000 } });
        owner.peers.answer('length', (body) => (body as string).length);
        const big = { name: 'length', body: 'x'.repeat(20_000) };
        const ends = await Promise.all([1, 2, 3, 4].map(() => ask(big, owner.owner, small).catch((error) => error)));
        assert.deepEqual(ends.slice(0, 2), [20_000, 20_000]);
        for (const end of ends.slice(2))
          assert.deepEqual((end as PeerRefused).refusal, { why: 'too busy', retryAfterMs: 1_000 });
        assert.equal(await ask(big, owner.owner, small), 20_000);
      });

      test('a request of more than 1 MB is a bug, an answer of more than 16 MB is none', async () => {
        const chunk = 'x'.repeat(1024 * 1024);
        owner.peers.answer('long', (body) => chunk.repeat(body as number).slice(100));
        assert.throws(() => ask({ name: 'long', body: chunk }), /longer than a request/);
        assert.equal(((await ask({ name: 'long', body: 16 })) as string).length, 16 * 1024 * 1024 - 100);
        await assert.rejects(ask({ name: 'long', body: 17 }), PeerUnknown);
        assert.match(owner.failures.join(), /longer than it may be/);
      });
    });

    followingContract(() => ({ trial, front, owner }));
  });
}
