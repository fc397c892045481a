import { randomUUID } from 'node:crypto';
import { Unavailable } from '../postgres/database.ts';
import { type HeldSlot, type ListedProcess, type ListedSlot, leaseMs } from './lease-rows.ts';
import type { LeasedOwnership, LeasedOwnershipParts } from './leased-ownership-parts.ts';
import type { Fence, InSlots, Owner } from './ownership.ts';
import { shareOut, slotCount, slotOf } from './slots.ts';

/** How often the lease is renewed, and looked who owns what. */
const renewEveryMs = 2_000;
/** Nothing is decided any more when so much of a lease is over: a second before others may claim what is ours. */
const decideMs = leaseMs - 1_000;
/** While a claim or a handover is under way somewhere, it is looked again so soon. */
const lookSoonMs = 200;
/** So long a process that ends tries to hand over what it owns. */
const leaveMs = 5_000;
/** A thread that stood still for so long is no judge of others. */
const stuckMs = 1_000;

/**
 * The ownership of a process among several (`docs/adr/0035`). A process has a lease, renewed in one row; a slot of events has
 * a fence. The lease is counted from before a renewal was sent, by the clock that is never set and, as a second witness, by
 * the time of day. Whoever's lease is over is declared dead, for good; its slots are claimed, each under a new fence, by
 * those whose share they are.
 */
export function createLeasedOwnership(parts: LeasedOwnershipParts): LeasedOwnership {
  const { rows, clock, onFailure, newId = randomUUID, onJoined = () => {}, onMoved = () => {} } = parts;
  const lostListeners: ((isLost: InSlots) => void)[] = [];
  const handOverListeners: ((isLeaving: InSlots) => Promise<void>)[] = [];
  const waiting = new Set<() => void>();
  /** By slot: held by this process. What is being handed over is held, and decided about no more. */
  const held: (Fence | null)[] = new Array(slotCount).fill(null);
  const leavingSlots = new Set<number>();
  /** Those of them of which nobody knows whether they were handed over: the answer was lost. */
  const unsure = new Map<number, HeldSlot>();
  /** Those that are to go on under a new fence. */
  const stale = new Set<number>();
  let processId: string = newId();
  let decideUntil = Number.NEGATIVE_INFINITY;
  let decideUntilByDay = Number.NEGATIVE_INFINITY;
  let timeline: string | null = null;
  let renewedSince = Number.NEGATIVE_INFINITY;
  let tickedAt = Number.NEGATIVE_INFINITY;
  let processes: readonly ListedProcess[] = [];
  let slots: readonly ListedSlot[] = [];
  let cancelTick = () => {};
  let cancelSoon = () => {};
  let looking: Promise<void> | null = null;
  let looksAgain = false;
  let isEnding = false;

  function mayDecide(): boolean {
    return clock.measure() < decideUntil && clock.now() < decideUntilByDay;
  }

  function fenceOf(eventId: number): Fence | null {
    const slot = slotOf(eventId);
    const fence = held[slot] ?? null;
    return fence !== null && !leavingSlots.has(slot) && mayDecide() ? fence : null;
  }

  function ownerOf(eventId: number): Owner | null {
    const row = slots[slotOf(eventId)];
    if (!row || row.processId === null || row.processId === processId) return null;
    const found = processes.find((one) => one.processId === row.processId);
    return found ? { processId: found.processId, address: found.address, fence: row.fence } : null;
  }

  function others(): ListedProcess[] {
    return processes.filter((one) => one.processId !== processId && !one.isOver);
  }

  function lose(list: readonly number[]): void {
    const lost = new Set(list.filter((slot) => held[slot] !== null));
    if (lost.size === 0) return;
    for (const slot of lost) held[slot] = null;
    for (const listener of lostListeners) listener((eventId) => lost.has(slotOf(eventId)));
    onMoved('lost', lost.size);
  }

  function loseAll(): void {
    lose(held.flatMap((fence, slot) => (fence === null ? [] : [slot])));
    for (const slot of unsure.keys()) leavingSlots.delete(slot);
    unsure.clear();
  }

  function wake(): void {
    for (const look of [...waiting]) look();
  }

  /** Renews the lease. What happens to be known after an answer is acted on in the same turn. */
  async function renew(): Promise<void> {
    const sentAt = clock.measure();
    const sentAtByDay = clock.now();
    const renewed = await rows.renew(processId);
    if (!renewed.isLiving) {
      // Dead is final: what is decided from here on is decided by another, at the same address.
      loseAll();
      decideUntil = Number.NEGATIVE_INFINITY;
      if (!isEnding) await join();
      return;
    }
    if (timeline !== null && renewed.timeline !== timeline) {
      // A standby took over: what is in memory may know sales that the database has lost, and it may hand out fences again that
      // this process has had. So it goes on as another one, which owns nothing yet.
      timeline = renewed.timeline;
      loseAll();
      await rows.leave(processId, 'dead');
      return join();
    }
    timeline = renewed.timeline;
    if (decideUntil < sentAt) renewedSince = sentAt;
    if (sentAt + decideMs <= decideUntil) return;
    decideUntil = sentAt + decideMs;
    // Together: a day that was set forward and back again would else say for as long that nothing is over.
    decideUntilByDay = sentAtByDay + decideMs;
  }

  async function join(): Promise<void> {
    processId = newId();
    const sentAt = clock.measure();
    const sentAtByDay = clock.now();
    await rows.join({ ...parts.process, processId });
    onJoined(processId);
    renewedSince = sentAt;
    decideUntil = sentAt + decideMs;
    decideUntilByDay = sentAtByDay + decideMs;
  }

  function heldSlots(): HeldSlot[] {
    return held.flatMap((fence, slot) => (fence === null ? [] : [{ slot, fence: fence.fence }]));
  }

  /** Takes what the rows say over what is believed here: they are right. */
  function learn(listed: readonly ListedSlot[]): void {
    slots = listed;
    const lost: number[] = [];
    for (const { slot, processId: owner, fence } of listed) {
      const mine = held[slot];
      if (mine && (owner !== processId || fence !== mine.fence)) lost.push(slot);
    }
    lose(lost);
    // Handed over by another, or claimed here in a statement whose answer was lost.
    for (const { slot, processId: owner, fence } of listed) {
      if (owner === processId && held[slot] === null) held[slot] = { slot, processId, fence };
    }
  }

  /** Who may own: whoever has the role, lives, and answers at its address. */
  async function owners(): Promise<string[]> {
    const able = processes.filter(
      ({ state, isOver, roles }) => state === 'living' && !isOver && roles.includes('booking'),
    );
    const answers = await Promise.all(able.map((one) => one.processId === processId || parts.reaches(one)));
    return able.filter((_, at) => answers[at]).map((one) => one.processId);
  }

  /**
   * What is not known to be handed over is handed to itself, under a new fence: that waits for the first attempt, and finds only
   * what was not. Until then nothing is decided about it.
   */
  async function makeSure(): Promise<void> {
    if (unsure.size === 0) return;
    const list = [...unsure.values()];
    await rows.handOver(processId, list, processId);
    unsure.clear();
    const slotsInDoubt = list.map(({ slot }) => slot);
    lose(slotsInDoubt);
    for (const slot of slotsInDoubt) leavingSlots.delete(slot);
  }

  /** What goes on under a new fence is handed over like any other, but to this process itself. */
  async function takeAnew(): Promise<void> {
    if (stale.size === 0) return;
    const list = heldSlots().filter(({ slot }) => stale.has(slot));
    stale.clear();
    if (list.length > 0) await handOverTo({ processId }, list);
  }

  async function lookOnce(): Promise<void> {
    await makeSure();
    await takeAnew();
    const looked = await rows.look();
    processes = looked.processes;
    learn(looked.slots);
    await declareDead();
    const share = shareOut(await owners());
    if (!isEnding) await claim(share);
    await handOver(share);
    wake();
    const isMoving = slots.some(
      ({ processId: owner }) => owner === null || !processes.some((one) => one.processId === owner),
    );
    cancelSoon();
    if (isMoving) lookSoon();
  }

  function lookSoon(): void {
    cancelSoon();
    if (!isEnding) cancelSoon = clock.after(lookSoonMs, () => void look().catch(noteLook));
  }

  /** Whoever was slow himself, or without a database, knows too little to say of others that they are dead. */
  async function declareDead(): Promise<void> {
    const over = processes.filter(({ isOver, processId: one }) => isOver && one !== processId);
    if (over.length === 0 || clock.measure() - renewedSince < leaseMs || !mayDecide()) return;
    await rows.declareDead(over.map((one) => one.processId));
    const looked = await rows.look();
    processes = looked.processes;
    learn(looked.slots);
  }

  async function claim(share: readonly (string | null)[]): Promise<void> {
    const living = new Set(processes.map((one) => one.processId));
    const free = slots.filter(
      ({ slot, processId: owner }) => share[slot] === processId && (owner === null || !living.has(owner)),
    );
    if (free.length === 0 || !mayDecide()) return;
    const claimed = await rows.claim(
      processId,
      free.map(({ slot }) => slot),
    );
    const mine = new Map(claimed.map(({ slot, fence }) => [slot, fence]));
    for (const [slot, fence] of mine) held[slot] = { slot, processId, fence };
    slots = slots.map((one) => {
      const fence = mine.get(one.slot);
      return fence === undefined ? one : { slot: one.slot, processId, fence };
    });
    if (claimed.length > 0) onMoved('claimed', claimed.length);
  }

  /** Hands to others what is their share, to each all at once: nothing is decided about it meanwhile. */
  async function handOver(share: readonly (string | null)[]): Promise<void> {
    const wanted = new Map<string, HeldSlot[]>();
    for (const one of heldSlots()) {
      const to = share[one.slot];
      if (to && to !== processId) wanted.set(to, [...(wanted.get(to) ?? []), one]);
    }
    for (const [to, list] of wanted) {
      const successor = processes.find((one) => one.processId === to);
      if (successor) await handOverTo(successor, list);
    }
  }

  async function handOverTo(to: Pick<ListedProcess, 'processId'> | null, list: readonly HeldSlot[]): Promise<void> {
    const moving = new Set(list.map(({ slot }) => slot));
    const isLeaving: InSlots = (eventId) => moving.has(slotOf(eventId));
    for (const slot of moving) leavingSlots.add(slot);
    try {
      // Last to first, as slices drain: what bookings still end, inventory writes.
      for (const listener of handOverListeners.toReversed()) await listener(isLeaving);
      await rows.handOver(processId, list, to?.processId ?? null);
      lose([...moving]);
      onMoved('handed over', moving.size);
      parts.poke(others().filter((one) => one.processId === to?.processId));
      const looked = await rows.look();
      processes = looked.processes;
      learn(looked.slots);
    } catch (error) {
      if (error instanceof Unavailable) {
        for (const one of list) if (held[one.slot] !== null) unsure.set(one.slot, one);
        lookSoon();
      }
      throw error;
    } finally {
      for (const slot of moving) if (!unsure.has(slot)) leavingSlots.delete(slot);
    }
  }

  /** One look at a time; who asks meanwhile gets one that begins after that. */
  function look(): Promise<void> {
    if (looking) {
      looksAgain = true;
      return looking;
    }
    looking = (async () => {
      try {
        do {
          looksAgain = false;
          await lookOnce();
        } while (looksAgain);
      } finally {
        looking = null;
      }
    })();
    return looking;
  }

  const noteLook = (error: unknown) => onFailure('looking who owns which events', error);

  async function tick(): Promise<void> {
    const now = clock.measure();
    if (now - tickedAt > renewEveryMs + stuckMs) renewedSince = Math.max(renewedSince, now);
    tickedAt = now;
    cancelTick = clock.after(renewEveryMs, () => void tick());
    try {
      await renew();
    } catch (error) {
      onFailure('renewing the lease', error);
      return;
    }
    // Looking waits for the pool; the next renewal does not wait for it.
    if (!isEnding) void look().catch(noteLook);
  }

  return {
    get processId() {
      return processId;
    },
    get slots() {
      return slots;
    },
    get isLeaving() {
      return isEnding;
    },
    fenceOf,
    ownerOf,
    untilOwned(eventId, withinMs) {
      return new Promise((done) => {
        const isOwned = () => fenceOf(eventId) !== null || ownerOf(eventId) !== null;
        const finish = (answer: boolean) => {
          waiting.delete(again);
          cancel();
          done(answer);
        };
        const again = () => void (isOwned() && finish(true));
        const cancel = clock.after(withinMs, () => finish(isOwned()));
        waiting.add(again);
        again();
      });
    },
    onLost: (listener) => void lostListeners.push(listener),
    beforeHandOver: (listener) => void handOverListeners.push(listener),
    async start() {
      await join();
      tickedAt = clock.measure();
      cancelTick = clock.after(renewEveryMs, () => void tick());
      await look();
      parts.poke(others());
    },
    look,
    others,
    isLiving: (one) => one === processId || others().some((other) => other.processId === one),
    fenceAnew(eventId) {
      stale.add(slotOf(eventId));
      return look();
    },
    async leave() {
      isEnding = true;
      cancelSoon();
      try {
        await rows.leave(processId, 'leaving');
        await looking?.catch(() => {});
        for (const giveUpAt = clock.measure() + leaveMs; ; ) {
          try {
            await look();
            const left = heldSlots();
            if (left.length > 0) await handOverTo(null, left);
            break;
          } catch (error) {
            // Given up, what was not written is lost; but whoever ends must end.
            if (clock.measure() >= giveUpAt) throw error;
            onFailure('handing events over', error);
            await new Promise<void>((done) => void clock.after(lookSoonMs, done));
          }
        }
      } finally {
        cancelTick();
        loseAll();
        decideUntil = Number.NEGATIVE_INFINITY;
        await rows.leave(processId, 'dead').catch((error) => onFailure('leaving', error));
        await rows.close();
      }
    },
  };
}
