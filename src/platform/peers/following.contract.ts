import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type Follower, NotMine, type PeerRefused, PeerUnknown, PeerUnreached, peerBounds } from './peers.ts';
import { type PeerOnTrial, type PeersTrial, pause, until } from './peers-trial.test-support.ts';

/** The part of the contract of peers that is about following. */
export function followingContract(
  scene: () => { readonly trial: PeersTrial; readonly front: PeerOnTrial; readonly owner: PeerOnTrial },
): void {
  describe('following', () => {
    let trial: PeersTrial;
    let front: PeerOnTrial;
    let owner: PeerOnTrial;
    beforeEach(() => {
      ({ trial, front, owner } = scene());
    });

    /** Follows, and notes what comes. */
    function follow(name: string, body: unknown = null) {
      const noted: unknown[] = [];
      const followed = front.peers.follow(
        owner.owner,
        { name, body },
        {
          frame: (text) => void noted.push(text),
          ended: (why) => void noted.push(why),
        },
      );
      return { noted, ...followed };
    }

    /** Shows something to followers, and notes what they say. */
    function show(name: string, begin?: (follower: Follower, body: unknown) => void) {
      const [followers, heard, stopped]: [Follower[], unknown[], Follower[]] = [[], [], []];
      owner.peers.answerFollowers(name, (body, follower) => {
        followers.push(follower);
        begin?.(follower, body);
        return { heard: (said) => void heard.push(said), stopped: () => void stopped.push(follower) };
      });
      return { followers, heard, stopped };
    }

    test('brings frames in order, those of the beginning too, and what the follower says', async () => {
      const shown = show('event', (follower, body) => follower.send(`snapshot of ${body}`));
      const one = follow('event', 7);
      one.send({ wants: 'more' });
      await until(() => one.noted.length === 1 && shown.heard.length === 1);
      for (let i = 0; i < 500; i++) shown.followers[0]!.send(`delta ${i}`);
      await until(() => one.noted.length === 501);
      assert.deepEqual(one.noted, ['snapshot of 7', ...Array.from({ length: 500 }, (_, i) => `delta ${i}`)]);
      assert.deepEqual(shown.heard, [{ wants: 'more' }]);
      const { from, fence } = shown.followers[0]!;
      assert.deepEqual([from, fence], [front.owner.processId, owner.owner.fence]);
      assert.deepEqual(shown.stopped, []);
    });

    test('ends when the follower stops: it hears nothing more, the other side hears it once', async () => {
      const shown = show('event');
      const [one, two] = [follow('event'), follow('event')];
      await until(() => shown.followers.length === 2);
      shown.followers[0]!.send('before');
      await until(() => one.noted.length === 1);
      one.stop();
      one.stop();
      one.send('unheard');
      await until(() => shown.stopped.length === 1);
      for (const follower of shown.followers) follower.send('after');
      await until(() => two.noted.length === 1);
      assert.deepEqual([one.noted, two.noted, shown.heard], [['before'], ['after'], []]);
      assert.deepEqual(shown.stopped, [shown.followers[0]]);
    });

    test('ends when the other side ends it, in order or with a reason', async () => {
      const shown = show('event');
      const all = [follow('event'), follow('event')];
      await until(() => shown.followers.length === 2);
      shown.followers[0]!.send('last');
      shown.followers[0]!.end();
      shown.followers[0]!.send('unsent');
      shown.followers[1]!.end({ why: 'not mine', owner: null });
      await until(() => all.every(({ noted }) => noted.length > 0) && all[0]!.noted.length === 2);
      assert.deepEqual(all[0]!.noted, ['last', null]);
      assert.ok(all[1]!.noted[0] instanceof NotMine);
      assert.deepEqual(shown.stopped, []);
    });

    test('is refused as questions are', async () => {
      owner.peers.answerFollowers('theirs', () => {
        throw new NotMine(null);
      });
      owner.peers.answerFollowers('broken', () => {
        throw new Error('out of order');
      });
      const all = ['unknown', 'theirs', 'broken'].map((name) => follow(name));
      await until(() => all.every(({ noted }) => noted.length === 1));
      assert.deepEqual((all[0]!.noted[0] as PeerRefused).refusal, { why: 'unknown request' });
      assert.ok(all[1]!.noted[0] instanceof NotMine);
      assert.ok(all[2]!.noted[0] instanceof PeerUnknown);
      assert.match(owner.failures.join(), /out of order/);
      await trial.crash(owner);
      const none = follow('event');
      assert.equal(none.noted.length, 0, 'never before the function returns');
      await until(() => none.noted.length === 1);
      assert.ok(none.noted[0] instanceof PeerUnreached);
    });

    test('ends on both sides when the connection breaks, and can begin again', async () => {
      const shown = show('event');
      const one = follow('event');
      await until(() => shown.followers.length === 1);
      trial.break();
      await until(() => one.noted.length === 1 && shown.stopped.length === 1);
      assert.ok(one.noted[0] instanceof PeerUnreached);
      const two = follow('event');
      await until(() => shown.followers.length === 2);
      shown.followers[1]!.send('again');
      await until(() => two.noted.length === 1);
      assert.equal(one.noted.length, 1);
    });

    test('more followers than may be are refused', async () => {
      const small = await trial.start({ bounds: { ...peerBounds, followed: 2 } });
      small.peers.answerFollowers('event', () => ({ stopped() {} }));
      const noted: unknown[] = [];
      const on = { frame: assert.fail, ended: (why: unknown) => void noted.push(why) };
      const all = [1, 2, 3].map(() => front.peers.follow(small.owner, { name: 'event', body: null }, on));
      await until(() => noted.length > 0);
      assert.deepEqual((noted[0] as PeerRefused).refusal, { why: 'too busy', retryAfterMs: 1_000 });
      all[0]!.stop();
      front.peers.follow(small.owner, { name: 'event', body: null }, on);
      await pause(50);
      assert.equal(noted.length, 1);
    });

    test('what is followed takes no place of a question, on either side', async () => {
      const bounds = { ...peerBounds, underWay: 1 };
      const [small, asking] = [await trial.start({ bounds }), await trial.start({ bounds })];
      small.peers.answerFollowers('event', (_body, follower) => {
        follower.send('here');
        return { stopped() {} };
      });
      small.peers.answer('now', () => 'fine');
      const shown: string[] = [];
      const on = { frame: (text: string) => void shown.push(text), ended() {} };
      const all = [1, 2, 3].map(() => asking.peers.follow(small.owner, { name: 'event', body: null }, on));
      await until(() => shown.length === 3);
      assert.deepEqual(
        all.map(({ isSilent }) => isSilent),
        [false, false, false],
      );
      const request = { name: 'now', body: null, commandId: null, timeLeftMs: 5_000, hops: 0 };
      assert.equal(await asking.peers.ask(small.owner, request), 'fine');
      all[0]!.stop();
      assert.equal(all[0]!.isSilent, true);
    });

    test('who does not read is cut as too busy, and delays nobody', async () => {
      const small = await trial.start({ bounds: { ...peerBounds, queued: 100_000 } });
      const stopped: string[] = [];
      small.peers.answerFollowers('flood', (body, follower) => {
        for (let i = 0; i < 30; i++) follower.send('x'.repeat(10_000));
        return { stopped: () => void stopped.push(body as string) };
      });
      const noted: unknown[] = [];
      front.peers.follow(
        small.owner,
        { name: 'flood', body: 'a' },
        {
          frame: (text) => void noted.push(text.length),
          ended: (why) => void noted.push(why),
        },
      );
      await until(() => typeof noted.at(-1) === 'object');
      assert.deepEqual((noted.at(-1) as PeerRefused).refusal, { why: 'too busy', retryAfterMs: 1_000 });
      assert.ok(noted.length > 5 && noted.length < 20, `${noted.length}`);
      assert.deepEqual(stopped, ['a']);
      small.peers.answer('now', () => 'fine');
      const request = { name: 'now', body: null, commandId: null, timeLeftMs: 5_000, hops: 0 };
      assert.equal(await front.peers.ask(small.owner, request), 'fine');
    });
  });
}
