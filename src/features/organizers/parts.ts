import type { Clock } from '../../platform/clock/clock.ts';
import type { TenantDatabase } from '../../platform/postgres/database.ts';
import type { KnownAccounts, ListEvents, OwnShows } from './ports.ts';

/** What commands and queries of organisers work with. */
export interface OrganizerParts {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly accounts: KnownAccounts;
}

/** What their routes work with. */
export interface OrganizerRouteParts extends OrganizerParts {
  readonly shows: OwnShows;
  readonly listEvents: ListEvents;
}
