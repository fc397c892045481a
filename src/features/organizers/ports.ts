import type { EventBody } from '../../contract/catalog.ts';
import type { PageOf } from '../../contract/common.ts';
import type { CommandContext } from '../../kernel/context.ts';
import type { Caller } from '../../platform/http/request.ts';
import type { Queryable } from '../../platform/postgres/database.ts';
import type { EventFilter } from '../catalog/index.ts';

/** The accounts that this process knows by heart, as far as a change of roles reaches them. */
export interface KnownAccounts {
  /** Called after somebody's role changed, so that the next request finds it so. */
  followChanges(): Promise<void>;
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

/** The catalogue's list of shows, as the caller may see it. */
export type ListEvents = (
  query: EventFilter & { readonly includeInactive?: boolean },
  caller: Caller,
) => Promise<PageOf<EventBody>>;
