import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  SearchPage,
  SearchPlaces,
  type SearchPlacesAnswer,
  SearchQuery,
  Suggestions,
  SuggestionsQuery,
} from '../../contract/search.ts';
import { sendShared } from '../../platform/http/prepared-pages.ts';
import { toJsonBytes } from '../../platform/http/ready-answer.ts';
import { acceptedValue } from '../../platform/http/refused.ts';
import type { Caller } from '../../platform/http/request.ts';
import type { searchEvents } from './queries/search-events.ts';
import type { suggest } from './queries/suggest.ts';
import { searchProblems } from './refusals.ts';

/** `GET /api/search` and its short name `/search`: one handler; and what is proposed while somebody types. */
export function searchRoutes({
  find,
  suggest: propose,
  listPlaces,
}: {
  find: (asked: Parameters<typeof searchEvents>[1], caller: Caller) => ReturnType<typeof searchEvents>;
  suggest: (asked: Parameters<typeof suggest>[1], caller: Caller) => ReturnType<typeof suggest>;
  listPlaces: () => Promise<SearchPlacesAnswer>;
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    for (const url of ['/api/search', '/search'] as const) {
      app.get(
        url,
        {
          config: { access: 'public', keep: 'shared', problems: searchProblems },
          schema: {
            tags: ['search'],
            summary: url === '/search' ? 'Find shows (short for /api/search)' : 'Find shows',
            description:
              'Every condition must hold. Events that are over are hidden, unless from, to or date ask for the past.',
            querystring: SearchQuery,
            response: { 200: SearchPage },
          },
        },
        async (request) => acceptedValue(await find(request.query, request.caller)),
      );
    }
    app.get(
      '/api/search/places',
      {
        config: { access: 'public', keep: 'shared' },
        schema: {
          tags: ['search'],
          summary: 'List the cities and types to choose from',
          description: 'Of shows that are not over, the most common first; counted at most once a minute.',
          response: { 200: SearchPlaces },
        },
      },
      async (request, reply) => sendShared(request, reply, toJsonBytes(await listPlaces())),
    );
    app.get(
      '/api/search/suggestions',
      {
        config: { access: 'public', keep: 'shared', limit: 'suggest' },
        schema: {
          tags: ['search'],
          summary: 'Propose shows, performers, venues and cities while somebody types',
          description:
            'Of shows that are not over. What begins with the term comes first; small typing errors are forgiven where nothing else is found.',
          querystring: SuggestionsQuery,
          response: { 200: Suggestions },
        },
      },
      async (request, reply) => sendShared(request, reply, toJsonBytes(await propose(request.query, request.caller))),
    );
  };
}
