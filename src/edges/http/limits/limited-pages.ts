import { networkOf } from '../client-address.ts';
import type { AnsweringPages } from '../prepared-pages.ts';
import type { RequestLimits } from './request-limits.ts';

/**
 * Prepared pages, limited as the router limits reads. A request that is over the limit is left to the router, which
 * refuses it in words.
 */
export function limitPages(pages: AnsweringPages, { reads, clientAddress }: RequestLimits): AnsweringPages {
  return {
    ...pages,
    answer(request, response) {
      if (request.method !== 'GET') return false;
      const network = networkOf(clientAddress(request));
      const verdict = reads.look(network);
      if (!('allowed' in verdict)) return pages.answer(request, response);
      if (!verdict.allowed) return false;
      const headers =
        verdict.limit === 0
          ? undefined
          : ['ratelimit-limit', String(verdict.limit), 'ratelimit-remaining', String(verdict.remaining - 1)];
      if (!pages.answer(request, response, headers)) return false;
      reads.take(network);
      return true;
    },
  };
}
