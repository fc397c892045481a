import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotOwned } from '../../../platform/ownership/ownership.ts';
import { held } from '../domain/ledger-makers.test-support.ts';
import { eventId, openTown, watch } from './live-feed.test-support.ts';
import { liveName } from './live-followers.ts';
import { keepMs } from './piped-live-feed.ts';

/** An owner, and a process that follows it. */
function openTwo(places = 5) {
  const town = openTown(places);
  const owner = town.process('owner');
  const front = town.process('front');
  town.own('owner');
  const change = async (id: string) => {
    held(owner.ledger(), id);
    await owner.push();
    await town.settle();
  };
  return { town, owner, front, change };
}

test('however many follow, the owner is followed once, and all get its bytes', async () => {
  const { owner, front, change } = openTwo();
  const local = await watch(owner.feed);
  const followers = await Promise.all([1, 2, 3].map(() => watch(front.feed)));
  await change('RES_1');
  assert.equal(front.followed, 1);
  for (const { frames, texts } of followers) {
    assert.equal(frames.length, 2);
    assert.equal(texts[1], followers[0]!.texts[1]);
    assert.deepEqual(texts, local.texts);
  }
  assert.equal(local.frames[0]!.fence, 1);
});

test('who comes again is answered from what is kept here, as the owner would', async () => {
  const { owner, front, change } = openTwo();
  const first = await watch(front.feed);
  const versions: string[] = [];
  for (const id of ['RES_1', 'RES_2', 'RES_3']) {
    versions.push(owner.ledger().version);
    await change(id);
  }
  for (const version of versions) {
    const [here, there] = await Promise.all([watch(front.feed, version), watch(owner.feed, version)]);
    assert.deepEqual(here.frames, there.frames);
  }
  assert.deepEqual((await watch(front.feed)).frames, (await watch(owner.feed)).frames);
  first.stop();
  assert.equal(front.followed, 1);
});

test('a gap in what the owner sends is asked for, once, and closed for all', async () => {
  const town = openTown(3);
  const front = town.process('front');
  const network = { clock: town.networkClock, random: () => Buffer.alloc(1) };
  const owner = town.network.join({ processId: () => 'owner', address: 'owner', ...network, onFailure: assert.fail });
  const asked: unknown[] = [];
  const head = { eventId, epoch: 'e1', fence: 1, at: '2030-01-01T12:00:00.000Z', nextExpiryAt: null };
  const snapshot = (to: number, states: string) =>
    JSON.stringify({
      type: 'snapshot',
      ...head,
      ...{ version: `e1.${to}`, to, geometry: null, states, availableCapacity: 3, ticketTypes: [] },
    });
  const delta = (from: number, to: number, changes: unknown[]) =>
    JSON.stringify({
      type: 'delta',
      ...head,
      ...{ version: `e1.${to}`, from, to, changes, availableCapacity: 3, ticketTypes: [] },
    });
  let send: (frame: string) => void = () => {};
  owner.answerFollowers(liveName, (_body, follower) => {
    send = follower.send;
    send(snapshot(1, 'haa'));
    return { heard: (body) => void asked.push(body), stopped() {} };
  });
  town.own('owner');
  const { frames, state, places } = await watch(front.feed);
  for (const [from, place] of [
    [2, 1],
    [3, 2],
  ] as const) {
    send(delta(from, from + 1, [[place, 'h']]));
    await town.settle();
  }
  assert.deepEqual(asked, [{ since: 'e1.1' }]);
  assert.equal(frames.length, 1, 'nobody hears of what cannot be placed');
  send(delta(1, 4, [[1, 'hh']]));
  // Made before the one that closed the gap: it is known already.
  send(delta(1, 2, [[1, 'a']]));
  await town.settle();
  assert.deepEqual([places(), state.gaps, frames.length], ['hhh', 0, 2]);
});

test('a pipe that breaks is followed on: the same owner sends what was missed', async () => {
  const { town, owner, front, change } = openTwo();
  const follower = await watch(front.feed);
  town.network.break('owner', 'front');
  await change('RES_1');
  assert.equal(follower.frames.length, 1);
  // Meanwhile who comes sees what is known.
  assert.equal((await watch(front.feed)).places(), 'aaaaa');
  await town.wait(200);
  assert.deepEqual(
    follower.frames.map(({ type }) => type),
    ['snapshot', 'delta'],
  );
  assert.equal(follower.places(), 'haaaa');
  assert.equal(follower.state.seen?.version, owner.ledger().version);
});

test('another owner is followed as soon as it is known, from a snapshot, and an old one is believed no more', async () => {
  const { town, owner, front, change } = openTwo();
  const other = town.process('other');
  const follower = await watch(front.feed);
  await change('RES_1');
  town.own('other', ['other', 'front']);
  await town.wait(200);
  held(other.ledger(), 'RES_2');
  await other.push();
  await town.settle();
  assert.deepEqual(
    follower.frames.map(({ type, fence }) => [type, fence]),
    [
      ['snapshot', 1],
      ['delta', 1],
      ['snapshot', 2],
      ['delta', 2],
    ],
  );
  const { length } = follower.frames;
  held(owner.ledger(), 'RES_3');
  await owner.push();
  await town.wait(200);
  assert.equal(follower.frames.length, length);
  assert.deepEqual([follower.state.gaps, follower.state.seen?.epoch], [0, other.ledger().version.split('.')[0]]);
});

test('an owner that has lost the event ends who follows it, who then asks anew whose it is', async () => {
  const { town, owner, front } = openTwo();
  const other = town.process('other');
  const follower = await watch(front.feed);
  // The front has not heard of it.
  town.own('other', ['owner', 'other']);
  await owner.push();
  await town.settle();
  await town.wait(200);
  assert.deepEqual([follower.frames.length, follower.frames[1]?.fence], [2, 2]);
  assert.deepEqual([owner.failures, other.failures, front.failures], [[], [], []]);
});

test('who follows an event hears on when it comes to this process, and when it goes', async () => {
  const { town, owner, front } = openTwo();
  const [here, there] = [await watch(front.feed), await watch(owner.feed)];
  for (const [at, [now, id]] of [
    [front, 'front'],
    [owner, 'owner'],
    [front, 'front'],
  ].entries() as ArrayIterator<[number, [typeof front, string]]>) {
    town.own(id);
    await town.wait(300);
    held(now.ledger(), `RES_${at}`);
    await now.push();
    await town.settle();
    for (const { state, places } of [here, there]) {
      assert.deepEqual([places(), state.seen?.version], ['haaaa', now.ledger().version]);
      assert.deepEqual([state.gaps, state.isGone], [0, false]);
    }
  }
  here.stop();
  there.stop();
  assert.deepEqual([owner.failures, front.failures], [[], []]);
});

test('while nobody owns the event it is shown for a while, then refused to who comes; who follows waits', async () => {
  const { town, front } = openTwo();
  const follower = await watch(front.feed);
  town.network.crash('owner');
  town.own(null, ['front']);
  await town.wait(1_000);
  await watch(front.feed);
  await town.wait(11_000);
  const refused = assert.rejects(front.feed.open(eventId), NotOwned);
  await town.wait(4_000);
  await refused;
  town.process('next');
  town.own('next', ['front', 'next']);
  await town.wait(3_000);
  assert.deepEqual([follower.frames.length, follower.frames[1]?.fence], [2, 2]);
});

test('an event is followed as long as somebody watches, and a minute more', async () => {
  const { town, owner, front, change } = openTwo();
  const follower = await watch(front.feed);
  await town.wait(1_000);
  follower.stop();
  await town.wait(keepMs - 1_000);
  await change('RES_1');
  const back = await watch(front.feed);
  assert.deepEqual([back.places(), front.followed], ['haaaa', 1], 'it was followed on');
  await town.wait(keepMs + 1_000);
  const last = await watch(front.feed);
  assert.equal(front.followed, 1, 'somebody watched all the time');
  back.stop();
  last.stop();
  await town.wait(keepMs + 1_000);
  await watch(front.feed);
  assert.equal(front.followed, 2, 'nobody had asked for a minute');
  front.piped.close();
  await assert.rejects(front.feed.open(eventId), NotOwned);
  assert.deepEqual(owner.failures, []);
});

test('an event that is hidden while its pipe is broken is gone when it is followed on', async () => {
  const { town, owner, front } = openTwo();
  const follower = await watch(front.feed);
  town.network.break('owner', 'front');
  owner.hide();
  await town.wait(200);
  assert.equal(follower.state.isGone, true);
});
