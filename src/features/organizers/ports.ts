import type { EventBody } from '../../contract/catalog.ts';
import type { PageOf } from '../../contract/common.ts';
import type { Caller } from '../../contract/request.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { WalledDatabase } from '../../platform/postgres/database.ts';
import type { EventFilter } from '../catalog/index.ts';

/** What commands and queries of organisers work with. */
export interface OrganizerParts {
  readonly database: WalledDatabase;
  readonly clock: Clock;
  /** Called after somebody's role changed, so that the next request finds it so. */
  readonly rolesChanged: () => Promise<void>;
}

/** What its routes work with beside that. */
export interface OrganizerRouteParts extends OrganizerParts {
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
  | { readonly code: 'MEMBER_NOT_FOUND' }
  | { readonly code: 'LAST_ADMIN' }
  | { readonly code: 'INVITATION_NOT_FOUND' }
  | { readonly code: 'INVITATION_OF_OTHERS' }
  | { readonly code: 'INVITATION_CLOSED'; readonly state: 'accepted' | 'revoked' | 'expired' };
