/**
 * Which process decides about an event. Its ledger is in that process's memory, and in no other's: `docs/adr/0035`.
 *
 * `sole-ownership.ts` is the adapter of a process that is alone by the lock of its data folder: it owns everything, and
 * nothing is written down. `leased-ownership.ts` is that of processes that share a database: leases and fences in its rows.
 */
export interface Ownership {
  /**
   * What this process writes beside what it decides about an event at this moment; null: it may not decide, because the
   * event is another's, or because its own lease may be over. Asked in the same turn as the decision. As long as it is the
   * same, so is the object.
   */
  fenceOf(eventId: number): Fence | null;
  /** The other process that decides about an event, as far as this one knows; null: nobody does, or this one. */
  ownerOf(eventId: number): Owner | null;
  /** Resolves as soon as somebody owns the event: with true, or with false after `withinMs`. */
  untilOwned(eventId: number, withinMs: number): Promise<boolean>;
  /** Called when slots were lost: what is in memory of their events is worth nothing from that moment on. */
  onLost(listener: (isLost: InSlots) => void): void;
  /**
   * Called before slots go to another process, when nothing more is decided about their events: the listener ends what is
   * under way there and writes what is not written. If it rejects, they stay for now. Of several the last one is asked first.
   */
  beforeHandOver(listener: (isLeaving: InSlots) => Promise<void>): void;
}

/** Whether an event is one of those. */
export type InSlots = (eventId: number) => boolean;

/**
 * Proof of ownership at the moment of a decision. Whoever writes it down joins the row of `slots` that says the same, and
 * writes nothing where there is none (`postgres-fenced-slots.ts`). `slot` −1: of a process that is alone; there are no rows.
 */
export interface Fence {
  readonly slot: number;
  readonly processId: string;
  /** Of a sequence: never handed out twice. */
  readonly fence: number;
}

/** Another process, as it is found. */
export interface Owner {
  readonly processId: string;
  /** The address of its listener for other processes, `host:port`. */
  readonly address: string;
  readonly fence: number;
}

/** The ownership of one process among several, as far as it knows of the others. */
export interface JoinedOwnership extends Ownership {
  /** Looks who owns what, and does about it what is to be done. */
  look(): Promise<void>;
  /** Whether another process lives, as far as this one knows. */
  isLiving(processId: string): boolean;
  /**
   * Goes on owning the slot of an event under a new fence: what anybody still writes under the one until now is refused from
   * then on, and what it has written before is there to be read. As at a handover, what is in memory of these events is lost.
   * Does nothing where this process does not own the event; rejects where it could not be written.
   */
  fenceAnew(eventId: number): Promise<void>;
}

/** Thrown where this process was to decide about an event that is not its own, or not any more. Nothing was done. */
export class NotOwned extends Error {
  override readonly name = 'NotOwned';
  readonly eventId: number;
  constructor(eventId: number) {
    super(`Event ${eventId} is not owned by this process`);
    this.eventId = eventId;
  }
}
