import type { RefusalOf } from '../../contract/problems.ts';
import type { Decision } from '../../kernel/decision.ts';
import type { Queryable } from '../../platform/postgres/database.ts';
import type { Inventory } from '../inventory/index.ts';
import type { SeatGeometry } from '../seating/domain/geometry.ts';

/** Live places, as far as the catalogue needs them. */
export type CatalogInventory = Pick<
  Inventory,
  'changeCapacity' | 'endHolds' | 'fenceOf' | 'findCode' | 'forget' | 'refresh' | 'refreshRules'
>;

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
      RefusalOf<'CURSOR_INVALID' | 'VALIDATION_FAILED'>
    >
  >;
}

/** The same for who is not signed in: a moment old at times. */
export interface PublicShowFinder {
  readonly findForPublic: ShowFinder['find'];
}

/** The few methods of pino that the catalogue uses. */
export interface Log {
  info(facts: object, message: string): void;
}
