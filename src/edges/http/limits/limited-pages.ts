import type { IncomingMessage } from 'node:http';
import type { Verdict } from '../../../platform/rate-limits/rate-limiter.ts';
import type { AnswerHeaders } from '../answer-headers.ts';
import { networkOf } from '../client-address.ts';
import type { AnsweringPages, AnswerPage } from '../prepared-pages.ts';
import type { RequestLimits } from './request-limits.ts';

/**
 * Answers by prepared pages with the headers of every answer, limited as the router limits reads: at once where the limiter decides
 * at once, else when it has. A request that is over the limit is left to the router, which refuses it in words.
 */
export function limitPages(
  pages: AnsweringPages,
  { reads, clientAddress }: RequestLimits,
  answerHeaders: AnswerHeaders,
): AnswerPage {
  function headersOf(request: IncomingMessage, { allowed, limit, remaining }: Verdict): readonly string[] | null {
    if (!allowed) return null;
    const headers = answerHeaders.for(request.headers);
    if (limit === 0) return headers;
    return [...headers, 'ratelimit-limit', String(limit), 'ratelimit-remaining', String(remaining)];
  }

  function admit(request: IncomingMessage) {
    const verdict = reads.take(networkOf(clientAddress(request)));
    return 'then' in verdict ? verdict.then((late) => headersOf(request, late)) : headersOf(request, verdict);
  }

  return (request, response) => pages.answer(request, response, admit);
}
