import type { ListedSlot } from '../../src/platform/ownership/lease-rows.ts';
import type { LeasedOwnership } from '../../src/platform/ownership/leased-ownership-parts.ts';
import type { Fence } from '../../src/platform/ownership/ownership.ts';
import { Violation } from './claim.ts';
import type { Ground } from './ground.ts';
import type { ProcessLine, Worked } from './wire.ts';

/** What becomes of the event's ownership, to those who remember what it was like before. */
export type Move = 'claimed' | 'handed over';

/** A process as far as it owns. */
interface Watched {
  readonly line: ProcessLine;
  readonly life: number;
  readonly ids: Set<string>;
}

/** Statements that write down what the ledger of an event decided, and nothing where its fence is gone. */
const journalWrites = /^\s*(INSERT INTO hold_journal|DELETE FROM hold_journal WHERE reservation_id = ANY)/;
/** Where the fences stand among the values of a first commit. */
const fencesFrom = 24;
const firstCommits = new Set(['booking-reserve-fenced', 'booking-reserve-carefully-fenced']);

/**
 * Watches who owns the event: by its row in PostgreSQL, read whenever a transaction has ended, and by nothing that processes say
 * of themselves. Two that decide at once under valid fences cannot be: one row names one owner. So what is claimed is that
 * - fences only grow, and none comes twice;
 * - nobody who is not the owner by the row believes to be, as long as clocks are as bad as leases allow for;
 * - whatever somebody else than the owner has decided is not written: the journal by the owner alone, a first commit by whoever
 *   makes the payment, but under the owner's fence.
 */
export function createSentinel(parts: {
  readonly ground: Ground;
  /** Whether leases prove anything in this world. */
  readonly trustsClocks: boolean;
  readonly note: (line: string) => void;
  readonly onViolation: (violation: Violation) => void;
}) {
  const { ground, trustsClocks, note, onViolation } = parts;
  const watched: Watched[] = [];
  const listeners: ((move: Move) => void)[] = [];
  let eventId: number | null = null;
  let truth: ListedSlot = { slot: -1, processId: null, fence: 0 };
  let stale = 0;
  let moves = 0;

  /** Noted beside: whoever asked must not take it for an error of PostgreSQL. */
  function expect(isTrue: boolean, sentence: string): void {
    if (!isTrue) onViolation(new Violation(sentence));
  }

  async function look(by: ProcessLine | null): Promise<void> {
    if (eventId === null) return;
    const now = await ground.readOwner(eventId);
    if (now.fence === truth.fence && now.processId === truth.processId) return;
    expect(now.fence > truth.fence, `fence ${now.fence} comes after fence ${truth.fence}`);
    const before = watched.find(({ ids }) => truth.processId !== null && ids.has(truth.processId));
    const move = by !== null && before?.line === by ? 'handed over' : 'claimed';
    truth = now;
    moves += 1;
    const owner = watched.find(({ ids }) => now.processId !== null && ids.has(now.processId));
    // Not by its number: in which order a claim of many slots numbers them is PostgreSQL's own affair, and no part of a replay.
    note(`owner  ${owner ? `life ${owner.life}` : 'nobody'} under fence no. ${moves} of the event: ${move}`);
    for (const listener of listeners) listener(move);
  }

  function owns(line: ProcessLine): boolean {
    return watched.some((one) => one.line === line && truth.processId !== null && one.ids.has(truth.processId));
  }

  return {
    /** How often an owner of the past has decided something, or shown something. */
    get stale() {
      return stale;
    },
    /** How often the event has changed its owner. */
    get moves() {
      return moves;
    },
    owns,
    /** Whether some process of these lines owns the event, and none of another. */
    isOwnedBy: (lines: readonly ProcessLine[]) => lines.some(owns),
    onMoved: (listener: (move: Move) => void) => void listeners.push(listener),
    /** From here on it is this event that is watched. */
    async watchEvent(id: number): Promise<void> {
      eventId = id;
      await look(null);
    },
    /** Hears under which ids a process joins. */
    joins(line: ProcessLine, life: number, processId: string): void {
      const known = watched.find((one) => one.line === line);
      if (known) known.ids.add(processId);
      else watched.push({ line, life, ids: new Set([processId]) });
    },
    /** Hears what an ownership answers from now on. */
    watch(ownership: LeasedOwnership, life: number): void {
      const answer = ownership.fenceOf;
      ownership.fenceOf = (id) => {
        const fence = answer(id);
        if (fence !== null && id === eventId) decides(fence, life);
        return fence;
      };
    },
    look,
    /** PostgreSQL has worked on a statement. */
    async worked({ line, statement, values, rows }: Worked): Promise<void> {
      if (eventId === null) return;
      const { name = '', text } = statement;
      if (text === 'COMMIT') return look(line);
      const isFirstCommit = firstCommits.has(name);
      if (!isFirstCommit && !journalWrites.test(text)) return;
      if (!isFirstCommit) return expect(owns(line), 'a process that does not own the event writes to the journal');
      if (isUnderTruth(values)) return;
      const isWritten = !name.includes('carefully') || (rows as { booked: boolean }[]).some((row) => row.booked);
      expect(!isWritten, 'a first commit is written under a fence that the event is not under');
    },
  };

  /** Whether a first commit names no other fence of the event's slot than its row does. */
  function isUnderTruth(values: readonly unknown[]): boolean {
    const [slots, processIds, fences] = values
      .slice(fencesFrom, fencesFrom + 3)
      .map((array) => elements(array as Buffer));
    return slots!.every(
      (slot, at) =>
        slot.readInt32BE() !== truth.slot ||
        (processIds![at]!.toString('hex') === truth.processId?.replaceAll('-', '') &&
          Number(fences![at]!.readBigInt64BE()) === truth.fence),
    );
  }

  function decides(fence: Fence, life: number): void {
    if (fence.processId === truth.processId && fence.fence === truth.fence) return;
    stale += 1;
    if (!trustsClocks) return;
    onViolation(
      new Violation(`life ${life} decides under fence ${fence.fence}, and the event is under fence ${truth.fence}`),
    );
  }
}

/** The elements of an array as PostgreSQL is sent it: after a head of 20 bytes each with its length. */
function elements(array: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 20; at < array.length; ) {
    const length = array.readInt32BE(at);
    found.push(array.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

export type Sentinel = ReturnType<typeof createSentinel>;
