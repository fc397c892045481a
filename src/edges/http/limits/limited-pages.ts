import type { AnswerHeaders } from '../answer-headers.ts';
import { networkOf } from '../client-address.ts';
import type { AnsweringPages } from '../prepared-pages.ts';
import type { RequestLimits } from './request-limits.ts';

/**
 * Prepared pages with the headers of every answer, limited as the router limits reads. A request that is over the limit is left to the router, which
 * refuses it in words.
 */
export function limitPages(
  pages: AnsweringPages,
  { reads, clientAddress }: RequestLimits,
  answerHeaders: AnswerHeaders,
): AnsweringPages {
  return {
    ...pages,
    answer(request, response) {
      if (request.method !== 'GET') return false;
      const network = networkOf(clientAddress(request));
      const verdict = reads.look(network);
      const headers = [...answerHeaders.for(request.headers)];
      if ('allowed' in verdict) {
        if (!verdict.allowed) return false;
        const { limit, remaining } = verdict;
        if (limit > 0) headers.push('ratelimit-limit', String(limit), 'ratelimit-remaining', String(remaining - 1));
      }
      if (!pages.answer(request, response, headers)) return false;
      reads.take(network);
      return true;
    },
  };
}
