import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../../../platform/clock/clock.ts';
import { soleFence } from '../../../platform/ownership/sole-ownership.ts';
import { held, noon } from '../domain/ledger-makers.test-support.ts';
import { crowdEveryMs } from './crowds.ts';
import { createEmbeddedLiveFeed } from './embedded-live-feed.ts';
import { type FollowedEvent, liveFeedContract } from './live-feed.contract.ts';
import { eventId, ledgersOfOne, openTown } from './live-feed.test-support.ts';

function openEmbedded(places: number) {
  const clock = createManualClock(noon);
  const failures: unknown[] = [];
  const { ledgers, ...one } = ledgersOfOne(places, () => soleFence);
  const feed = createEmbeddedLiveFeed({ ledgers, clock, onFailure: (error) => void failures.push(error) });
  const event: FollowedEvent = {
    ...one,
    feed,
    eventId,
    now: () => clock.now(),
    advance: (byMs) => clock.advance(byMs),
    async push() {
      await feed.push();
      // A crowd is looked at every second time.
      await feed.push();
    },
  };
  return { ...event, failures, drop: one.drop, away: one.away };
}

/** The same event, followed from another process than the one that owns it. */
function openPiped(places: number): FollowedEvent {
  const town = openTown(places);
  const owner = town.process('owner');
  const front = town.process('front');
  town.own('owner');
  return {
    feed: front.piped,
    eventId,
    ledger: owner.ledger,
    now: () => town.clock.now(),
    advance: (byMs) => town.clock.advance(byMs),
    async push() {
      await owner.push();
      await owner.push();
      await town.settle();
      // A crowd has to wait for what comes soon after what came last.
      await town.wait(crowdEveryMs);
    },
    reload: owner.reload,
    hide: owner.hide,
  };
}

describe('the feed of the process that decides', () => {
  liveFeedContract(openEmbedded);

  test('the first frame knows of what has happened since all others were sent theirs', async () => {
    const event = openEmbedded(5);
    const open = await event.feed.open(eventId);
    const take = () => {};
    open!.follow(null, { take, gone: take });
    const { version } = event.ledger();
    held(event.ledger(), 'RES_1');
    const frames: { type: string; changes: unknown[] }[] = [];
    open!.follow(version, { take: ({ text }) => frames.push(JSON.parse(text.toString())), gone: take });
    assert.deepEqual([frames[0]?.type, frames[0]?.changes], ['delta', [[0, 'h']]]);
  });

  test('an event that has fallen out of memory is read again, and as long as that fails its followers wait', async () => {
    const event = openEmbedded(3);
    const states: string[] = [];
    const followed = await event.feed.open(eventId);
    const take = ({ text }: { text: Buffer }) => states.push(JSON.parse(text.toString()).states);
    followed!.follow(null, { take, gone: () => assert.fail('it is there') });
    event.drop();
    event.away(true);
    await event.push();
    assert.deepEqual([states.length, event.failures.length], [1, 2]);
    event.away(false);
    await event.push();
    assert.deepEqual(states, ['aaa', 'aaa']);
  });

  test('a crowd is looked at half as often, others each time', async () => {
    for (const [followers, frames] of [
      [2, 3],
      [300, 2],
    ] as const) {
      const event = openEmbedded(10);
      let taken = 0;
      const followed = await event.feed.open(eventId);
      for (let i = 0; i < followers; i++) followed!.follow(null, { take: () => (taken += 1), gone: () => {} });
      const pushOnce = event.feed as unknown as { push(): Promise<void> };
      for (const id of ['RES_1', 'RES_2']) {
        held(event.ledger(), id);
        await pushOnce.push();
      }
      assert.equal(taken, followers * frames);
    }
  });
});

describe('the feed of a process that follows the one that decides', () => {
  liveFeedContract(openPiped);
});
