/** A process that is not dead, as its row says. */
export interface ListedProcess {
  readonly processId: string;
  /** `host:port` of its listener for other processes. */
  readonly address: string;
  readonly roles: readonly string[];
  readonly version: string;
  /** By which it is seen whether processes sign with the same secret; null of a version that did not say it. */
  readonly secretMark: string | null;
  readonly state: 'living' | 'leaving';
  /** The ids of the other processes that it reaches at their addresses; null: it has not looked, or its version does not say. */
  readonly reached: readonly string[] | null;
  /** Its lease is over by the clock of the database: whoever sees that may declare it dead. */
  readonly isOver: boolean;
}

/** Who owns a slot: null while nobody does. */
export interface ListedSlot {
  readonly slot: number;
  readonly processId: string | null;
  readonly fence: number;
}

/** A slot as it is held: under this fence and no other. */
export interface HeldSlot {
  readonly slot: number;
  readonly fence: number;
}

/** What a process says of itself when it joins. */
export interface JoiningProcess
  extends Pick<ListedProcess, 'processId' | 'address' | 'roles' | 'version'>,
    Partial<Pick<ListedProcess, 'secretMark'>> {
  /** How many connections of PostgreSQL it may have; left out: those need not be counted. */
  readonly connections?: number | null;
}

/** The rows by which the processes of one Onsale agree on who owns what (`docs/adr/0035`). Times are the database's own. */
export interface LeaseRows {
  /** Lists a process with a lease of {@link leaseMs}. */
  join(process: JoiningProcess): Promise<void>;
  /**
   * Makes the lease end {@link leaseMs} from now, or later if it does already. Answers whether the process lives: a dead one
   * stays dead; and the timeline of the database, another one after a standby took over. `reached` is listed from now on.
   */
  renew(
    processId: string,
    reached: readonly string[] | null,
  ): Promise<{ readonly isLiving: boolean; readonly timeline: string }>;
  /** All processes that are not dead, and all slots, as they are at one moment. */
  look(): Promise<{ readonly processes: readonly ListedProcess[]; readonly slots: readonly ListedSlot[] }>;
  /** Declares processes dead whose lease is over; one that was renewed meanwhile lives on. */
  declareDead(processIds: readonly string[]): Promise<void>;
  /**
   * Claims those of these slots that nobody owns or that a dead process owned, each under a new fence; answers them. Waits for
   * commits under way under their old fences, a second at most: then it throws, and nothing is claimed.
   */
  claim(processId: string, slots: readonly number[]): Promise<readonly HeldSlot[]>;
  /**
   * Hands slots that this process holds under these fences to another that lives (null: to nobody), each under a new fence;
   * those that it holds no longer are left alone.
   */
  handOver(processId: string, held: readonly HeldSlot[], to: string | null): Promise<void>;
  /** From here on the process gets no slots (`leaving`), or has ended (`dead`). */
  leave(processId: string, state: 'leaving' | 'dead'): Promise<void>;
  /** Declares a process dead of which it is known that it has ended, whatever its lease says. */
  bury(processId: string): Promise<void>;
  /** The same of all: whoever asks is known to be the first of an installation that nobody else can reach. */
  buryAll(): Promise<void>;
  close(): Promise<void>;
}

/** A process that says nothing for so long may be declared dead. */
export const leaseMs = 6_000;
