import type { RandomBytes } from '../../kernel/ids.ts';
import type { PreparedPages } from '../../platform/http/prepared-pages.ts';
import type { Locks } from '../../platform/locks/locks.ts';
import type { TenantDatabase } from '../../platform/postgres/database.ts';
import type { PublicReading } from '../../platform/postgres/read-replica.ts';
import type { CatalogInventory, Log, PublicShowFinder, SearchIndex, SeatingPlans, ShowFinder } from './ports.ts';

/** What commands of the catalogue work with. */
export interface CatalogParts {
  readonly database: TenantDatabase;
  /** What is read by who is not signed in, and so has changed nothing: a moment old at times. */
  readonly reading: PublicReading;
  readonly inventory: CatalogInventory;
  readonly seating: SeatingPlans;
  readonly search: SearchIndex & ShowFinder & PublicShowFinder;
  readonly logger: Log;
  /** Hears how many tickets were made. */
  readonly onMinted: (count: number) => void;
  /** For the ids of tickets. */
  readonly random: RandomBytes;
  /** Event pages are kept ready here until the event looks different. */
  readonly pages: PreparedPages;
  readonly locks: Locks;
  /** Notifies the listeners that events look different now. Called after the commit. */
  readonly changed: (eventIds: readonly number[]) => void;
}
