import assert from 'node:assert/strict';
import { test } from 'node:test';
import { held } from '../domain/ledger-makers.test-support.ts';
import { crowd, crowdEveryMs, crowdSlackMs, pushEveryMs } from './crowds.ts';
import { openTown, watch } from './live-feed.test-support.ts';

/** Two processes, and so many who watch in the one that does not own the event. */
async function openHall(viewers: number) {
  const town = openTown(9);
  const owner = town.process('owner');
  const front = town.process('front');
  town.own('owner');
  const followers = await Promise.all(Array.from({ length: viewers }, () => watch(front.feed)));
  let holds = 0;
  return {
    town,
    owner,
    front,
    followers,
    async change() {
      held(owner.ledger(), `RES_${++holds}`);
      await owner.push();
      await town.settle();
    },
  };
}

test('a crowd is sent the first change at once, and what comes within a quarter of a second as one frame', async () => {
  const { town, owner, front, followers, change } = await openHall(crowd);
  await change();
  assert.ok(followers.every(({ frames }) => frames.length === 2));
  await change();
  // Knows more than the others when the next frame comes.
  const late = await watch(front.feed);
  await change();
  assert.ok(followers.every(({ frames }) => frames.length === 2));
  await town.wait(crowdEveryMs + crowdSlackMs);
  for (const { frames, places, state } of [...followers, late]) {
    assert.deepEqual([places(), state.gaps, state.seen?.version], ['hhhaaaaaa', 0, owner.ledger().version]);
    assert.equal(frames.length, frames === late.frames ? 2 : 3);
  }
  await town.wait(crowdEveryMs + crowdSlackMs);
  assert.equal(followers[0]!.frames.length, 3, 'nothing is sent where nothing has changed');
});

test('what comes when a crowd is nearly due is handed out at once, and what was due waits for it a little', async () => {
  const { town, followers, change } = await openHall(crowd);
  const count = () => followers[0]!.frames.length;
  const pass = async (ms: number) => {
    town.networkClock.advance(ms);
    await town.settle();
  };
  await change();
  for (const counted of [2, 3]) {
    await pass(pushEveryMs);
    await change();
    assert.equal(count(), counted);
    await pass(pushEveryMs - crowdSlackMs / 2);
    assert.equal(count(), counted);
    await change();
    assert.equal(count(), counted + 1, 'fresh, and at once');
  }
  await pass(pushEveryMs);
  await change();
  await pass(pushEveryMs + crowdSlackMs / 2);
  assert.equal(count(), 4, 'a fresh one may be coming');
  await pass(crowdSlackMs / 2);
  assert.equal(count(), 5);
});

test('who is fewer than a crowd is sent each change as it comes', async () => {
  const { followers, change } = await openHall(crowd - 1);
  for (let nth = 1; nth <= 3; nth++) {
    await change();
    assert.ok(followers.every(({ frames }) => frames.length === nth + 1));
  }
});

test('a change that a crowd has still to come comes from the next owner', async () => {
  const { town, followers, change } = await openHall(crowd);
  const next = town.process('next');
  await change();
  await change();
  town.own('next');
  await town.wait(crowdEveryMs + 200);
  for (const { state, frames } of followers) assert.deepEqual([state.gaps, frames.at(-1)?.fence], [0, 2]);
  assert.equal(followers[0]!.state.seen?.version, next.ledger().version);
});

test('a crowd that watched nothing for a while begins with what there is then', async () => {
  const { town, owner, front, followers, change } = await openHall(crowd);
  await change();
  for (const one of followers) one.stop();
  await change();
  const back = await Promise.all(Array.from({ length: crowd }, () => watch(front.feed)));
  await change();
  await town.wait(crowdEveryMs + crowdSlackMs);
  for (const { state, places } of back)
    assert.deepEqual([places(), state.gaps, state.seen?.version], ['hhhaaaaaa', 0, owner.ledger().version]);
});
