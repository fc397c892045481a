import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { applyFrame, type Seen } from '../../../../test/support/live-viewer.ts';
import { type LiveFrame, LiveFrameSchema } from '../../../contract/live.ts';
import type { EventLedger } from '../domain/ledger.ts';
import { freePlaces, held, noon, quantityOf } from '../domain/ledger-makers.test-support.ts';
import { placeState } from '../domain/types.ts';
import { statesText } from '../queries/place-letters.ts';
import { numbersOf, visibleTypes } from '../queries/visible-availability.ts';
import type { Following, LiveFeed } from './live-feed.ts';

/** A feed with the ledger of one event behind it, which the test changes. */
export interface FollowedEvent {
  readonly feed: LiveFeed;
  readonly eventId: number;
  readonly ledger: () => EventLedger;
  readonly now: () => number;
  advance(byMs: number): void;
  /** Until all that has happened is with the followers. */
  push(): Promise<void>;
  /** The ledger is loaded anew: another epoch. */
  reload(): void;
  /** The public may see the event no longer. */
  hide(): void;
}

/** Keeps what it hears as a page does; a gap is asked for at once. */
async function follow({ feed, eventId }: FollowedEvent, since: string | null = null, before: Seen | null = null) {
  const event = await feed.open(eventId);
  assert(event);
  const frames: LiveFrame[] = [];
  const texts: Buffer[] = [];
  const state = { seen: before, gaps: 0, isGone: false };
  const following: Following = event.follow(since, {
    take({ text }) {
      const frame = JSON.parse(text.toString()) as LiveFrame;
      assert(Value.Check(LiveFrameSchema, frame), text.toString());
      frames.push(frame);
      texts.push(text);
      const next = applyFrame(state.seen, frame);
      if (next === null) state.gaps += 1;
      else state.seen = next;
    },
    gone() {
      state.isGone = true;
    },
  });
  return Object.assign(following, { frames, texts, state });
}

/** What every live feed must do. `open`: an event of so many free places, at noon. */
export function liveFeedContract(open: (places: number) => FollowedEvent): void {
  function assertAsLedger({ ledger, now }: FollowedEvent, seen: Seen | null): void {
    const { ticketTypes, availableCapacity } = numbersOf(visibleTypes(ledger(), now()));
    assert(seen);
    assert.equal(seen.states.join(''), statesText(ledger().states(now())));
    assert.equal(seen.version, ledger().version);
    assert.deepEqual([...seen.ticketTypes.values()], ticketTypes);
    assert.equal(seen.availableCapacity, availableCapacity);
    assert.equal(seen.nextExpiryAt === null ? null : Date.parse(seen.nextExpiryAt), ledger().nextExpiryAt);
  }

  test('the first frame is everything, and is there at once', async () => {
    const event = open(5);
    const { frames, state } = await follow(event);
    assert.equal(frames[0]?.type, 'snapshot');
    assertAsLedger(event, state.seen);
  });

  test('a change goes to all in one frame of the same bytes; where nothing changes, nothing comes', async () => {
    const event = open(5);
    const followers = await Promise.all([1, 2, 3].map(() => follow(event)));
    held(event.ledger(), 'RES_1', { selection: quantityOf(2) }, event.now());
    held(event.ledger(), 'RES_2', {}, event.now());
    await event.push();
    await event.push();
    for (const { frames, texts, state } of followers) {
      assert.equal(frames.length, 2);
      assert.equal(texts[1], followers[0]!.texts[1]);
      assertAsLedger(event, state.seen);
    }
  });

  test('a hold that expires is a change, and so is one that is renewed', async () => {
    const event = open(3);
    const { state, frames } = await follow(event);
    const hold = held(event.ledger(), 'RES_1', {}, event.now());
    await event.push();
    event.advance(60_000);
    assert(event.ledger().renew('RES_1', null, event.now()).accepted);
    await event.push();
    assert.equal(frames.length, 3);
    assertAsLedger(event, state.seen);
    event.advance(hold.expiresAt - noon);
    await event.push();
    assert.equal(state.seen?.states.join(''), 'aaa');
    assertAsLedger(event, state.seen);
  });

  test('who knows a version gets what is new since; who knows one that nobody can go on from, everything', async () => {
    const event = open(5);
    const first = await follow(event);
    first.stop();
    held(event.ledger(), 'RES_1', {}, event.now());
    await event.push();
    const back = await follow(event, first.state.seen!.version, first.state.seen);
    assert.equal(back.frames[0]?.type, 'delta');
    assertAsLedger(event, back.state.seen);
    for (const since of ['other.1', 'e1.99', 'e1.x', '']) {
      assert.equal((await follow(event, since)).frames[0]?.type, 'snapshot', since);
    }
    assert.equal(first.frames.length, 1, 'nothing comes to who has left');
  });

  test('a gap is closed by a snapshot, or by what is missing', async () => {
    const event = open(5);
    const follower = await follow(event);
    const { version } = follower.state.seen!;
    held(event.ledger(), 'RES_1', {}, event.now());
    await event.push();
    follower.resync(null);
    assert.equal(follower.frames[2]?.type, 'snapshot');
    follower.resync(version);
    assert(follower.frames[3]?.type === 'delta' && follower.frames[3].changes.length === 1);
    assertAsLedger(event, follower.state.seen);
    follower.stop();
    follower.resync(null);
    assert.equal(follower.frames.length, 4);
  });

  test('more than can be said by deltas is said by a snapshot', async () => {
    const event = open(2_000);
    const { frames, state } = await follow(event);
    const all = freePlaces(2_000).map((place) => ({ ...place, state: placeState.sold }));
    event.ledger().sync(all);
    await event.push();
    assert.equal(frames[1]?.type, 'snapshot');
    assertAsLedger(event, state.seen);
  });

  test('a ledger that is loaded anew is a new epoch: everybody gets everything', async () => {
    const event = open(5);
    const { frames, state } = await follow(event);
    event.reload();
    held(event.ledger(), 'RES_1', {}, event.now());
    await event.push();
    assert.equal(frames[1]?.type, 'snapshot');
    assert.notEqual(frames[1].epoch, frames[0]?.epoch);
    assertAsLedger(event, state.seen);
  });

  test('a type that comes or is hidden brings everything anew', async () => {
    const event = open(5);
    const { frames, state } = await follow(event);
    const { rules } = event.ledger();
    event.ledger().changeRules({ ...rules, types: rules.types.map((type) => ({ ...type, isHidden: true })) });
    await event.push();
    assert.equal(frames[1]?.type, 'snapshot');
    assert.equal(state.seen?.ticketTypes.size, 0);
  });

  test('an event that is hidden is gone for who follows it and for who comes', async () => {
    const event = open(5);
    const { state, frames } = await follow(event);
    event.hide();
    held(event.ledger(), 'RES_1', {}, event.now());
    await event.push();
    assert.deepEqual([state.isGone, frames.length], [true, 1]);
    assert.equal(await event.feed.open(event.eventId), null);
    assert.equal(await event.feed.open(event.eventId + 1), null);
  });

  test('however many follow, and whenever they come, all end up with the same', async () => {
    const event = open(50);
    const early = await Promise.all(Array.from({ length: 450 }, () => follow(event)));
    held(event.ledger(), 'RES_1', { selection: quantityOf(3) }, event.now());
    const pushed = event.push();
    // While the frame goes round, the ledger moves on, somebody comes, somebody leaves.
    held(event.ledger(), 'RES_2', {}, event.now());
    const late = await follow(event);
    early[440]!.stop();
    await pushed;
    await event.push();
    await event.push();
    for (const { state } of [...early.slice(0, 440), late]) {
      assert.equal(state.gaps, 0);
      assertAsLedger(event, state.seen);
    }
  });

  const step = fc.oneof(
    fc.record({ do: fc.constant('hold' as const), count: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ do: fc.constant('release' as const), nth: fc.nat(20) }),
    fc.record({ do: fc.constant('sell' as const), nth: fc.nat(20) }),
    fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ do: fc.constant('staff' as const), place: fc.nat(29), state: fc.constantFrom(0, 3, 4, 5) }),
    fc.record({ do: fc.constant('push' as const) }),
    fc.record({ do: fc.constant('join' as const) }),
    fc.record({ do: fc.constant('back' as const), nth: fc.nat(5) }),
    fc.record({ do: fc.constant('reload' as const) }),
  );
  test('whatever happens in whatever order, the frames replayed are the ledger', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const event = open(30);
        const followers = [await follow(event)];
        const ids: string[] = [];
        for (const each of steps) {
          const ledger = event.ledger();
          if (each.do === 'hold') {
            const reservationId = `RES_${ids.length}`;
            ids.push(reservationId);
            const selection = quantityOf(each.count);
            const request = { reservationId, customer: 'ada', selection, partial: true };
            ledger.place({ ...request, contact: null, idempotency: null }, event.now());
          } else if (each.do === 'release') ledger.release(ids[each.nth] ?? '', null, event.now());
          else if (each.do === 'sell') {
            if (ledger.freeze(ids[each.nth] ?? '', null, event.now(), 60_000).accepted) ledger.convert(ids[each.nth]!);
          } else if (each.do === 'wait') event.advance(each.minutes * 60_000);
          else if (each.do === 'staff') {
            const state = each.state as 0 | 3 | 4 | 5;
            const placeNo = each.place;
            const ticketId = ledger.ticketIdAt(placeNo) ?? `ticket-again-${placeNo}`;
            ledger.sync([{ placeNo, ticketId, ticketTypeId: 1, state }]);
          } else if (each.do === 'push') await event.push();
          else if (each.do === 'join') followers.push(await follow(event));
          else if (each.do === 'back') {
            const known = followers[each.nth % followers.length]!;
            known.stop();
            followers[each.nth % followers.length] = await follow(event, known.state.seen!.version, known.state.seen);
          } else event.reload();
        }
        await event.push();
        for (const { state } of followers) {
          assert.equal(state.gaps, 0);
          assertAsLedger(event, state.seen);
        }
      }),
      { numRuns: 150 },
    );
  });
}
