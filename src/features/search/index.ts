import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Queryable, WalledDatabase } from '../../platform/postgres/database.ts';
import { everybody } from '../../platform/postgres/scope.ts';
import { indexEvents } from './commands/index-events.ts';
import { searchRoutes } from './http.ts';
import { searchEvents } from './queries/search-events.ts';
import { createPostgresSearchStore } from './store/postgres-search-store.ts';

export type { EventFound, EventsFound } from './queries/search-events.ts';

export interface Search {
  /** Called by whoever changes an event, its venue, performers or ticket types, in the same transaction. */
  readonly indexEvents: (tx: Queryable, eventIds: readonly number[]) => Promise<void>;
  readonly routes: FastifyPluginAsyncTypebox;
  readonly queries: {
    readonly searchEvents: (asked: Parameters<typeof searchEvents>[1]) => ReturnType<typeof searchEvents>;
  };
}

/** Finding shows: documents written with the catalogue, and the searches that read them. */
export function createSearch({ database, clock }: { database: WalledDatabase; clock: Clock }): Search {
  const store = createPostgresSearchStore({ database: database.as(everybody) });
  return {
    indexEvents,
    routes: searchRoutes({ store, clock }),
    queries: { searchEvents: (asked) => searchEvents(store, asked, clock.now()) },
  };
}
