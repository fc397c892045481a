import type { EventBody } from '../../contract/catalog.ts';
import type { PageOf } from '../../contract/common.ts';
import type { Caller } from '../../contract/request.ts';
import type { CommandContext } from '../../kernel/context.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Queryable, WalledDatabase } from '../../platform/postgres/database.ts';
import type { EventFilter } from '../catalog/index.ts';

/** What commands and queries of organisers work with. */
export interface OrganizerParts {
  readonly database: WalledDatabase;
  readonly clock: Clock;
  /** Called after somebody's role changed, so that the next request finds it so. */
  readonly rolesChanged: () => Promise<void>;
}

/** The catalogue, as far as a change of an organiser reaches its shows. */
export interface OwnShows {
  /** In the caller's transaction; it hands the answer to `showsChanged` after its commit. */
  readonly followOrganizerZone: (
    tx: Queryable,
    zones: { readonly before: string | null; readonly after: string | null },
    context: CommandContext,
  ) => Promise<readonly number[]>;
  /** Those ahead that are open to guests or not as their organiser says; it hands them to `showsChanged` after its commit. */
  readonly openAsOrganizer: (tx: Queryable, context: CommandContext) => Promise<readonly number[]>;
  readonly showsChanged: (eventIds: readonly number[]) => Promise<void>;
}

/** What its routes work with beside that. */
export interface OrganizerRouteParts extends OrganizerParts {
  readonly shows: OwnShows;
  /** The catalogue's list, as the caller may see it. */
  readonly listEvents: (
    query: EventFilter & { readonly includeInactive?: boolean },
    caller: Caller,
  ) => Promise<PageOf<EventBody>>;
}

export type OrganizerRefusal =
  | { readonly code: 'ORGANIZER_NOT_FOUND' }
  | { readonly code: 'SLUG_TAKEN'; readonly slug: string }
  | { readonly code: 'SLUG_NEEDED' }
  | { readonly code: 'CURRENCY_UNKNOWN' }
  | { readonly code: 'TIME_ZONE_UNKNOWN' }
  | { readonly code: 'MEMBER_NOT_FOUND' }
  | { readonly code: 'KEY_NOT_FOUND' }
  | { readonly code: 'LAST_ADMIN' }
  | { readonly code: 'ACCOUNT_NEEDED' }
  | { readonly code: 'INVITATION_NOT_FOUND' }
  | { readonly code: 'INVITATION_OF_OTHERS' }
  | { readonly code: 'INVITATION_CLOSED'; readonly state: 'accepted' | 'revoked' | 'expired' };
