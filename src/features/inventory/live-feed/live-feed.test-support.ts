import assert from 'node:assert/strict';
import { applyFrame, type Seen } from '../../../../test/support/live-viewer.ts';
import type { LiveFrame } from '../../../contract/live.ts';
import { createManualClock } from '../../../platform/clock/clock.ts';
import {
  type Fence,
  type InSlots,
  NotOwned,
  type Owner,
  type Ownership,
} from '../../../platform/ownership/ownership.ts';
import { createInProcessNetwork } from '../../../platform/peers/in-process-peers.ts';
import type { LoadedEvent } from '../commands/event-ledgers.ts';
import type { EventLedger } from '../domain/ledger.ts';
import { freePlaces, ledgerOf, noon } from '../domain/ledger-makers.test-support.ts';
import { createEmbeddedLiveFeed } from './embedded-live-feed.ts';
import type { LiveEvent, LiveFeed } from './live-feed.ts';
import { createLiveFeedByOwner } from './live-feed-by-owner.ts';
import { answerLiveFollowers } from './live-followers.ts';
import { createPipedLiveFeed } from './piped-live-feed.ts';

export const eventId = 7;
let epochs = 1;

/** The ledgers of a process in which there is one event, read when it is needed. `fence`: null while another process decides. */
export function ledgersOfOne(places: number, fence: () => Fence | null) {
  let isPublic = true;
  let isAway = false;
  let first = 1;
  const load = (under: Fence): LoadedEvent => ({
    ledger: ledgerOf({ epoch: first === 1 ? `e${first++}` : `again${epochs++}`, places: freePlaces(places) }),
    geometry: null,
    seatingPlanId: null,
    seatMapHash: null,
    version: '1',
    fence: under,
    isPublic,
    lastUsedAt: 0,
  });
  let loaded: LoadedEvent | undefined;
  function current(): LoadedEvent {
    const now = fence();
    if (now === null) throw new NotOwned(eventId);
    if (loaded?.fence !== now) loaded = load(now);
    return loaded;
  }
  return {
    ledgers: {
      loaded: (id: number) => (id === eventId && loaded !== undefined && fence() === loaded.fence ? loaded : undefined),
      async open(id: number) {
        if (isAway) throw new Error('PostgreSQL is away');
        return id === eventId ? current() : null;
      },
    },
    ledger: (): EventLedger => current().ledger,
    reload() {
      loaded = load(fence()!);
    },
    hide() {
      isPublic = false;
      current().isPublic = false;
    },
    drop() {
      loaded = undefined;
    },
    away(is: boolean) {
      isAway = is;
    },
  };
}

/** Processes on one network, and who of them owns the event. */
export function openTown(places: number) {
  /** Of the ledgers; that of the network, which has much to look after, stands still unless it is moved. */
  const clock = createManualClock(noon);
  const networkClock = createManualClock(noon);
  const network = createInProcessNetwork({ clock: networkClock });
  const random = (length: number) => Buffer.alloc(length, 127);
  const lost: ((processId: string) => void)[] = [];
  let truth: Fence | null = null;
  let fences = 0;

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 30; turn++) await new Promise<void>((done) => setImmediate(done));
  }

  function process(processId: string) {
    let belief: Fence | null = null;
    let followed = 0;
    const waiting = new Set<() => void>();
    const failures: unknown[] = [];
    const onFailure = (error: unknown) => void failures.push(error);
    const learn = () => {
      belief = truth;
      for (const wake of [...waiting]) wake();
    };
    const ownerOf = (): Owner | null =>
      belief === null || belief.processId === processId
        ? null
        : { processId: belief.processId, address: belief.processId, fence: belief.fence };
    const fenceOf = () => (belief?.processId === processId ? belief : null);
    const ownership: Ownership = {
      fenceOf,
      ownerOf,
      untilOwned: (_eventId, withinMs) =>
        new Promise((done) => {
          const wake = () => {
            if (belief === null) return;
            waiting.delete(wake);
            done(true);
          };
          networkClock.after(withinMs, () => done(belief !== null));
          waiting.add(wake);
          wake();
        }),
      onLost() {},
      beforeHandOver() {},
    };
    const peers = network.join({
      processId: () => processId,
      address: processId,
      clock: networkClock,
      random,
      onFailure: (what, error) => failures.push(what, error),
    });
    const { ledgers, ...one } = ledgersOfOne(places, fenceOf);
    const here = createEmbeddedLiveFeed({ ledgers, clock, onFailure });
    const piped = createPipedLiveFeed({
      peers: {
        follow(to, request, on) {
          followed += 1;
          return peers.follow(to, request, on);
        },
      },
      ownership,
      lookForOwners: async () => learn(),
      clock: networkClock,
      random,
      onFailure,
    });
    answerLiveFollowers({ peers, ownership, feed: here, onFailure });
    const isLost: InSlots = () => true;
    lost.push((owner) => owner !== processId && here.leave(isLost));
    const feed = createLiveFeedByOwner({ here, elsewhere: piped, ownership, clock: networkClock, random, onFailure });
    return {
      ...one,
      peers,
      piped,
      feed,
      failures,
      learn,
      push: () => here.push(),
      /** How often it has begun to follow another process. */
      get followed() {
        return followed;
      },
      /** Takes slots of an owner that knows nothing of it. */
      believe(fence: Fence) {
        belief = fence;
      },
    };
  }
  const processes = new Map<string, ReturnType<typeof process>>();

  return {
    clock,
    network,
    networkClock,
    settle,
    process(processId: string) {
      const made = process(processId);
      processes.set(processId, made);
      return made;
    },
    /** A process owns the event from now on. `known`: to whom; left out, to everybody. */
    own(processId: string | null, known?: readonly string[]): void {
      truth = processId === null ? null : { slot: 1, processId, fence: ++fences };
      for (const [id, one] of processes) if (known === undefined || known.includes(id)) one.learn();
      for (const leave of lost) if (processId !== null && known === undefined) leave(processId);
    },
    /** Lets time pass on the network, in steps in which everybody hears what there is. */
    async wait(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += 100) {
        networkClock.advance(100);
        for (const { piped } of processes.values()) piped.look();
        await settle();
      }
    },
  };
}

/** Somebody who watches the event in a process. */
export async function watch(feed: LiveFeed, since: string | null = null, before: Seen | null = null) {
  const event: LiveEvent | null = await feed.open(eventId);
  assert(event);
  const frames: LiveFrame[] = [];
  const texts: Buffer[] = [];
  const state = { seen: before, gaps: 0, isGone: false };
  const following = event.follow(since, {
    take({ text }) {
      const frame = JSON.parse(text.toString()) as LiveFrame;
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
  return Object.assign(following, { frames, texts, state, places: () => state.seen?.states.join('') });
}
