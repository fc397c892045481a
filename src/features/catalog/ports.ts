import type { PreparedPages } from '../../contract/prepared-pages.ts';
import type { Decision } from '../../kernel/decision.ts';
import type { RandomBytes } from '../../kernel/ids.ts';
import type { Queryable, WalledDatabase } from '../../platform/postgres/database.ts';
import type { EventLedgers } from '../inventory/index.ts';
import type { SeatGeometry } from '../seating/domain/geometry.ts';
import type { OneAtATime } from './store/one-at-a-time.ts';

/** The live ledgers, as far as the catalogue needs them. */
export type Ledgers = Pick<EventLedgers, 'use' | 'refresh' | 'refreshRules' | 'withholding' | 'endHolds' | 'forget'>;

/** Seating plans, as far as the catalogue needs them. */
export interface SeatingPlans {
  /** The plan in compact form, its row locked for share in a transaction; null if there is no such plan. */
  readonly loadGeometry: (tx: Queryable, seatingPlanId: number) => Promise<SeatGeometry | null>;
}

/** The search documents: `index` writes those of the events as they are now in this transaction, and removes those of events that are gone or hidden. */
export interface SearchIndex {
  index(tx: Queryable, eventIds: number[]): Promise<void>;
}

/** Finds public shows: the ids of a page of them, by date. */
export interface ShowFinder {
  find(asked: {
    readonly term?: string;
    readonly location?: string;
    readonly type?: string;
    readonly date?: string;
    readonly sort: 'date';
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<
    Decision<
      { readonly items: readonly { readonly eventId: number }[]; readonly nextCursor: string | null },
      { readonly code: string }
    >
  >;
}

/** The few methods of pino that the catalogue uses. */
export interface Log {
  info(facts: object, message: string): void;
}

/** What commands of the catalogue work with. */
export interface CatalogParts {
  readonly database: WalledDatabase;
  readonly ledgers: Ledgers;
  readonly seating: SeatingPlans;
  readonly search: SearchIndex & ShowFinder;
  readonly logger: Log;
  /** Hears how many tickets were made. */
  readonly onMinted: (count: number) => void;
  /** For the ids of tickets; the system's if left out. */
  readonly random?: RandomBytes;
  /** Event pages are kept ready here until the event looks different. */
  readonly pages: PreparedPages;
  readonly oneAtATime: OneAtATime;
  /** Tells the listeners that events look different now. Called after the commit. */
  readonly changed: (eventIds: readonly number[]) => void;
}
