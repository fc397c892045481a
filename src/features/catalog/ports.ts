import type { Database, Queryable } from '../../platform/postgres/database.ts';
import type { EventLedger } from '../inventory/domain/ledger.ts';
import type { SeatGeometry } from '../seating/domain/geometry.ts';

/** The live ledgers, as far as the catalogue needs them. */
export interface EventLedgers {
  /** Runs `work` on the event's ledger, loaded if it is not. `work` is synchronous, so nothing interleaves. */
  use<T>(eventId: number, work: (ledger: EventLedger) => T): Promise<T>;
  /** Reads rules and places again if the ledger is loaded. Called after every committed change of what is sold. */
  refresh(eventId: number): Promise<void>;
  /** Ends all active holds; holds in payment stay. */
  endHolds(eventId: number): Promise<void>;
  /** Drops the ledger: the event is gone. */
  forget(eventId: number): void;
}

/** Seating plans, as far as the catalogue needs them. */
export interface SeatingPlans {
  /** The plan in compact form, its row locked for share in a transaction; null if there is no such plan. */
  readonly loadGeometry: (tx: Queryable, seatingPlanId: number) => Promise<SeatGeometry | null>;
}

/** The search documents: `index` writes those of the events as they are now in this transaction, and removes those of events that are gone or hidden. */
export interface SearchIndex {
  index(tx: Queryable, eventIds: number[]): Promise<void>;
}

/** The few methods of pino that the catalogue uses. */
export interface Log {
  info(facts: object, message: string): void;
}

/** What commands of the catalogue work with. */
export interface CatalogParts {
  readonly database: Database;
  readonly ledgers: EventLedgers;
  readonly seating: SeatingPlans;
  readonly search: SearchIndex;
  readonly logger: Log;
  /** Tells the listeners that events look different now. Called after the commit. */
  readonly changed: (eventIds: readonly number[]) => void;
}
