import { randomUUID } from 'node:crypto';
import { Unavailable } from '../postgres/database.ts';
import { createLeaseEnd } from './lease-end.ts';
import { type HeldSlot, type LeaseRows, type ListedProcess, type ListedSlot, leaseMs } from './lease-rows.ts';
import type { LeasedOwnership, LeasedOwnershipParts } from './leased-ownership-parts.ts';
import type { Fence, InSlots, Owner } from './ownership.ts';
import { watchReach } from './reach-watch.ts';
import { shareOut, slotCount, slotOf } from './slots.ts';
import { createWaiting } from './waiting.ts';
import { whoMayOwn } from './who-may-own.ts';

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
  const {
    rows,
    clock,
    onFailure,
    newId = randomUUID,
    onJoined = () => {},
    onMoved = () => {},
    onOtherDied = () => {},
  } = parts;
  const lostListeners: ((isLost: InSlots) => void)[] = [];
  const handOverListeners: ((isLeaving: InSlots) => Promise<void>)[] = [];
  const waiting = createWaiting(clock, () => isCutOff && lease.isOver);
  const reach = watchReach({ clock, reaches: parts.reaches, onChange: () => void tick() });
  /** By slot: held by this process. What is being handed over is held, and decided about no more. */
  const held: (Fence | null)[] = new Array(slotCount).fill(null);
  const leavingSlots = new Set<number>();
  /** Those of them of which nobody knows whether they were handed over: the answer was lost. */
  const unsure = new Map<number, HeldSlot>();
  /** Those that are to go on under a new fence. */
  const stale = new Set<number>();
  let processId: string = newId();
  const lease = createLeaseEnd(clock, decideMs);
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
  /** All is handed over: who owns what is nothing to this process any more. */
  let hasLeft = false;
  let renewing: Promise<void> = Promise.resolve();
  /** The last renewal failed: whoever owns what meanwhile, this process cannot know. */
  let isCutOff = false;
  /** Whom it reaches, as its row says. */
  let publishedReach: readonly string[] | null = null;

  function fenceOf(eventId: number): Fence | null {
    const slot = slotOf(eventId);
    const fence = held[slot] ?? null;
    return fence !== null && !leavingSlots.has(slot) && !lease.isOver ? fence : null;
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

  /** Renews the lease. What happens to be known after an answer is acted on in the same turn. */
  async function renew(): Promise<void> {
    const sentAt = lease.now();
    const asked = processId;
    const { reached } = reach;
    const renewed = await rows.renew(asked, reached);
    const wasCutOff = isCutOff;
    isCutOff = false;
    // Said of whom this process was before it was declared dead.
    if (asked !== processId) return;
    publishedReach = reached;
    if (!renewed.isLiving) {
      // Dead is final: what is decided from here on is decided by another, at the same address.
      loseAll();
      lease.end();
      if (!isEnding) await join();
      return;
    }
    if (timeline !== null && renewed.timeline !== timeline) {
      // A standby took over: what is in memory may know sales that the database has lost, and it may hand out fences again that
      // this process has had. So it goes on as another one, which owns nothing yet.
      timeline = renewed.timeline;
      loseAll();
      processId = newId();
      await rows.leave(asked, 'dead');
      return join();
    }
    timeline = renewed.timeline;
    // Also a lease that lasted through it: others may only not yet have got to renewing theirs.
    if (lease.extend(sentAt) || wasCutOff) renewedSince = sentAt.measured;
  }

  async function join(): Promise<void> {
    processId = newId();
    const sentAt = lease.now();
    await rows.join({ ...parts.process, processId });
    onJoined(processId);
    publishedReach = null;
    renewedSince = sentAt.measured;
    lease.extend(sentAt);
  }

  function heldSlots(): HeldSlot[] {
    return held.flatMap((fence, slot) => (fence === null ? [] : [{ slot, fence: fence.fence }]));
  }

  /** Takes what the rows say over what is believed here: they are right. */
  function learn({ processes: living, slots: listed }: Awaited<ReturnType<LeaseRows['look']>>): void {
    const gone = processes.filter(({ state, processId: one }) => state === 'living' && one !== processId);
    processes = living;
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
    if (gone.some((one) => !living.some((other) => other.processId === one.processId))) onOtherDied();
  }

  /**
   * Looks whom this process reaches of those that are new, and says so before it acts on it: whoever is handed something must see
   * that it is reached.
   */
  async function shareOfAll(): Promise<(string | null)[]> {
    // Those too whose lease is over: after PostgreSQL was away they have only not renewed it yet, and are as well reached as before.
    await reach.meet(processes.filter((one) => one.processId !== processId));
    if (String(reach.reached) !== String(publishedReach)) await renew();
    return shareOut(whoMayOwn(processes, { processId, reached: reach.reached }));
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
    learn(await rows.look());
    await declareDead();
    const share = await shareOfAll();
    if (!isEnding) await claim(share);
    // Of two that lose each other one knows it first. Who is reached by nobody may be one of them, and waits until it knows itself.
    if (isEnding || share.includes(processId) || !reach.isUnsure) await handOver(share);
    waiting.wake();
    const able = new Set(share);
    const isMoving = slots.some(({ processId: owner }) => !able.has(owner) || owner === null);
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
    const now = clock.measure();
    if (over.length === 0 || now - renewedSince < leaseMs || isStuck(now) || lease.isOver) return;
    await rows.declareDead(over.map((one) => one.processId));
    learn(await rows.look());
  }

  async function claim(share: readonly (string | null)[]): Promise<void> {
    const living = new Set(processes.map((one) => one.processId));
    const free = slots.filter(
      ({ slot, processId: owner }) => share[slot] === processId && (owner === null || !living.has(owner)),
    );
    if (free.length === 0 || lease.isOver) return;
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
      learn(await rows.look());
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
    if (hasLeft) return Promise.resolve();
    looking = (async () => {
      try {
        do {
          looksAgain = false;
          await lookOnce();
        } while (looksAgain && !hasLeft);
      } finally {
        looking = null;
      }
    })();
    return looking;
  }

  const noteLook = (error: unknown) => onFailure('looking who owns which events', error);

  function isStuck(now: number): boolean {
    return now - tickedAt > renewEveryMs + stuckMs;
  }

  async function tick(): Promise<void> {
    const now = clock.measure();
    if (isStuck(now)) renewedSince = Math.max(renewedSince, now);
    tickedAt = now;
    cancelTick();
    cancelTick = clock.after(renewEveryMs, () => void tick());
    try {
      renewing = renew();
      await renewing;
    } catch (error) {
      isCutOff = true;
      waiting.wake();
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
    untilOwned: (eventId, withinMs) =>
      waiting.until(() => fenceOf(eventId) !== null || ownerOf(eventId) !== null, withinMs),
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
      reach.stop();
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
        hasLeft = true;
        loseAll();
        lease.end();
        // Others may have it look until the last moment: what is under way is not cut off by its own process.
        await Promise.allSettled([renewing, looking]);
        await rows.leave(processId, 'dead').catch((error) => onFailure('leaving', error));
        await rows.close();
      }
    },
  };
}
