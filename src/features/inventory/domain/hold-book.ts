import { assert } from '../../../kernel/assert.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { DeadlineHeap } from './deadline-heap.ts';
import type { Hold } from './types.ts';

/** What the ledger alone knows about a hold from its beginning. */
export interface KeptWithHold {
  readonly placeNos: readonly number[];
  /** The types of its places, each once. */
  readonly typeNos: readonly number[];
  readonly partial: boolean;
  /** Whom its places count for, until it ends. */
  readonly holders: readonly string[];
  /** The network of a guest nobody knows: its places count there too. */
  readonly network: string | null;
  /** A declined payment has extended the hold once. */
  extended: boolean;
}

/** A hold as it begins. `deadlineBeforePayment`: of one that begins in payment, because it is read from the journal. */
export type NewHold = KeptWithHold & { readonly deadlineBeforePayment?: Instant };

/** A live hold and what only the ledger knows about it. `hold` is replaced, never changed: callers may keep it. */
export interface HoldRecord extends KeptWithHold {
  readonly slot: number;
  hold: Hold;
  /** The deadline before the payment under way moved it. */
  deadlineBeforePayment: Instant;
  /** The mail address (its key) that the payment under way counts for; null if none does. */
  mail: string | null;
}

/**
 * The live holds of one event: by reservation id, by idempotency key, by deadline. Holds in payment have no deadline here: only the booking side ends them.
 */
export class HoldBook {
  /** How often a deadline was set, moved or taken away. */
  deadlineChanges = 0;
  private readonly byId = new Map<string, HoldRecord>();
  private readonly byKey = new Map<string, HoldRecord>();
  private readonly bySlot: (HoldRecord | undefined)[] = [];
  private readonly freeSlots: number[] = [];
  private readonly paying = new Set<HoldRecord>();
  private readonly deadlines = new DeadlineHeap();
  /** The same once more per ticket type, for "the next may come back at". */
  private readonly deadlinesOf: DeadlineHeap[] = [];
  /** Places in open holds by holder and by network: session ids, addresses of mail and of networks look different. */
  private readonly held = new Map<string, number>();

  get size(): number {
    return this.byId.size;
  }

  get nextExpiryAt(): Instant | null {
    return this.deadlines.firstDeadline;
  }

  /** The first deadline among the active holds that hold a place of one of these types. */
  nextExpiryOf(typeNos: readonly number[]): Instant | null {
    let first: Instant | null = null;
    for (const typeNo of typeNos) {
      const deadline = this.deadlinesOf[typeNo]?.firstDeadline ?? null;
      if (deadline !== null && (first === null || deadline < first)) first = deadline;
    }
    return first;
  }

  get(reservationId: string): HoldRecord | undefined {
    return this.byId.get(reservationId);
  }

  at(slot: number): HoldRecord | undefined {
    return this.bySlot[slot];
  }

  withKey(customer: string, key: string): HoldRecord | undefined {
    return this.byKey.get(`${customer}\n${key}`);
  }

  all(): readonly HoldRecord[] {
    return [...this.byId.values()];
  }

  /** How many were made for an earlier edition of the show. */
  countBefore(edition: number): number {
    let count = 0;
    for (const { hold } of this.byId.values()) if (hold.edition < edition) count += 1;
    return count;
  }

  /** The holds that a payment has frozen: few beside all that are alive. */
  inPayment(): readonly Hold[] {
    return Array.from(this.paying, ({ hold }) => hold);
  }

  /** How many places a session, account, mail address or network holds now, in payment too. */
  heldBy(holder: string): number {
    return this.held.get(holder) ?? 0;
  }

  add(hold: Hold, kept: NewHold): HoldRecord {
    assert(!this.byId.has(hold.reservationId), 'A reservation id is used once.');
    const slot = this.freeSlots.pop() ?? this.bySlot.length;
    const { placeNos, typeNos, partial, holders, network, extended, deadlineBeforePayment = hold.expiresAt } = kept;
    const record: HoldRecord = {
      slot,
      placeNos,
      typeNos,
      partial,
      holders,
      network,
      extended,
      hold,
      deadlineBeforePayment,
      mail: null,
    };
    this.bySlot[slot] = record;
    this.byId.set(hold.reservationId, record);
    if (hold.idempotency !== null) this.byKey.set(`${hold.customer}\n${hold.idempotency.key}`, record);
    if (hold.status === 'active') this.setDeadline(record);
    else this.paying.add(record);
    this.count(record, placeNos.length);
    return record;
  }

  /** Replaces the hold by its new form; the deadline counts while it is active. */
  replace(record: HoldRecord, hold: Hold): void {
    record.hold = hold;
    if (hold.status === 'active') {
      this.paying.delete(record);
      this.setDeadline(record);
    } else {
      this.paying.add(record);
      this.removeDeadline(record);
    }
  }

  /** Moves the deadlines of all holds by so much. */
  shift(byMs: number): void {
    for (const record of this.byId.values()) {
      record.hold = { ...record.hold, expiresAt: record.hold.expiresAt + byMs };
      record.deadlineBeforePayment += byMs;
    }
    this.deadlineChanges += 1;
    this.deadlines.shift(byMs);
    for (const deadlines of this.deadlinesOf) deadlines.shift(byMs);
  }

  remove(record: HoldRecord): void {
    const { hold, slot } = record;
    this.byId.delete(hold.reservationId);
    if (hold.idempotency !== null) this.byKey.delete(`${hold.customer}\n${hold.idempotency.key}`);
    this.paying.delete(record);
    this.removeDeadline(record);
    this.count(record, -record.placeNos.length);
    this.bySlot[slot] = undefined;
    this.freeSlots.push(slot);
  }

  /** The active hold whose deadline has come (`deadline <= now`), the earliest first; undefined if none is due. */
  firstDue(now: Instant): HoldRecord | undefined {
    const slot = this.deadlines.firstSlot;
    if (slot < 0) return undefined;
    const record = this.bySlot[slot]!;
    return record.hold.expiresAt <= now ? record : undefined;
  }

  private count({ holders, network }: HoldRecord, by: number): void {
    for (const holder of holders) this.countFor(holder, by);
    if (network !== null) this.countFor(network, by);
  }

  private countFor(holder: string, by: number): void {
    const places = (this.held.get(holder) ?? 0) + by;
    if (places > 0) this.held.set(holder, places);
    else this.held.delete(holder);
  }

  private setDeadline({ slot, typeNos, hold }: HoldRecord): void {
    this.deadlineChanges += 1;
    this.deadlines.set(slot, hold.expiresAt);
    for (const typeNo of typeNos) {
      while (this.deadlinesOf.length <= typeNo) this.deadlinesOf.push(new DeadlineHeap());
      this.deadlinesOf[typeNo]!.set(slot, hold.expiresAt);
    }
  }

  private removeDeadline({ slot, typeNos }: HoldRecord): void {
    this.deadlineChanges += 1;
    this.deadlines.remove(slot);
    for (const typeNo of typeNos) this.deadlinesOf[typeNo]?.remove(slot);
  }
}
