import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { acceptedValue } from '../../contract/problem.ts';
import { SearchPage, SearchQuery } from '../../contract/search.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { searchEvents } from './queries/search-events.ts';
import type { SearchStore } from './store/search-store.ts';

/** `GET /api/search` and its short name `/search`: one handler. */
export function searchRoutes({ store, clock }: { store: SearchStore; clock: Clock }): FastifyPluginAsyncTypebox {
  return async (app) => {
    for (const url of ['/api/search', '/search'] as const) {
      app.get(
        url,
        {
          config: { access: 'public', keep: 'shared' },
          schema: {
            tags: ['search'],
            summary: url === '/search' ? 'Find shows (short for /api/search)' : 'Find shows',
            description:
              'Everything given must hold. Events that are over are hidden, unless from, to or date ask for the past.',
            querystring: SearchQuery,
            response: { 200: SearchPage },
          },
        },
        async (request) => acceptedValue(await searchEvents(store, request.query, clock.now())),
      );
    }
  };
}
