import type { Clock } from '../clock/clock.ts';
import type { JoiningProcess, LeaseRows, ListedProcess, ListedSlot } from './lease-rows.ts';
import type { JoinedOwnership } from './ownership.ts';

export interface LeasedOwnership extends JoinedOwnership {
  /** Names this process; another one after it was declared dead by others. */
  readonly processId: string;
  /** It is about to end, and owns nothing more soon. */
  readonly isLeaving: boolean;
  /** Joins, claims its share, and goes on renewing. Rejects if the database cannot be asked. */
  start(): Promise<void>;
  /** Hands everything over to the others, and ends. Where nobody is left, it stays unowned. */
  leave(): Promise<void>;
  /** The other processes that live. */
  others(): readonly ListedProcess[];
  /** For operators: what is owned by whom. */
  readonly slots: readonly ListedSlot[];
}

export interface LeasedOwnershipParts {
  readonly rows: LeaseRows;
  readonly clock: Pick<Clock, 'now' | 'measure' | 'after'>;
  readonly process: Omit<JoiningProcess, 'processId'>;
  /** Whether another process answers at its address: whom most do not reach is handed nothing, and hands over what it has. */
  readonly reaches: (process: ListedProcess) => Promise<boolean>;
  /** Asks other processes to look: something was handed over to them, or they may hand over something. */
  readonly poke: (processes: readonly ListedProcess[]) => void;
  readonly onFailure: (what: string, error: unknown) => void;
  /** Makes up an id for this process, each time that it joins; left out: a random UUID. */
  readonly newId?: (() => string) | undefined;
  /** Hears the id of this process, each time that it joins. */
  readonly onJoined?: (processId: string) => void;
  /** Hears how many slots were claimed, lost and handed over. */
  readonly onMoved?: (how: 'claimed' | 'lost' | 'handed over', slots: number) => void;
  /** Hears that another process is gone that was not seen leaving in order: what it was to say of its changes it may not have said. */
  readonly onOtherDied?: () => void;
}
