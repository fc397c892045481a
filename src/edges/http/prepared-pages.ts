import type { IncomingMessage, ServerResponse } from 'node:http';

import {
  chooseForm,
  matchesTag,
  type PageSource,
  type PreparedPage,
  type PreparedPages,
  surrogateKey,
} from '../../platform/http/prepared-pages.ts';
import type { CacheCounts } from '../../platform/telemetry/metrics.ts';
import { readRequestId } from './request-id.ts';

/**
 * Whether a page may go out for this request: the headers to add to it, name and value in turn, or null to leave the request to
 * the router. Never rejects.
 */
export type AdmitPage = (request: IncomingMessage) => Admission | Promise<Admission>;
type Admission = readonly string[] | null;

/**
 * Answers a GET of a known page and returns true; false leaves the request to the router. At once, unless whoever is asked
 * whether it may takes time.
 */
export type AnswerPage = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** Prepared pages with the edge's side: answering. */
export interface AnsweringPages extends PreparedPages {
  /** As {@link AnswerPage}. `admit` is asked only about requests that a page would answer. */
  answer(request: IncomingMessage, response: ServerResponse, admit?: AdmitPage): boolean | Promise<boolean>;
}

const freely: AdmitPage = () => [];

const pagesMax = 20_000;

/**
 * Prepared pages in this process, at most {@link pagesMax} of them (the oldest makes room). `counts`: how often one was there, and how
 * often one that had been made was not current any more.
 */
export function createPreparedPages(counts: CacheCounts = { hit: 0, missed: 0 }): AnsweringPages {
  const sources = new Map<string, PageSource>();
  return {
    serve(path, source) {
      if (sources.size >= pagesMax && !sources.has(path)) sources.delete(sources.keys().next().value!);
      sources.set(path, source);
    },
    forget: (path) => void sources.delete(path),
    answer(request, response, admit = freely) {
      if (request.method !== 'GET') return false;
      const source = sources.get(request.url!);
      // An API key may be wrong, and staff may see more: the router decides.
      if (source === undefined || request.headers.authorization !== undefined) return false;
      const page = source.current(request.headers);
      if (page === null) {
        counts.missed += 1;
        return false;
      }
      const admission = admit(request);
      if (admission === null) return false;
      if ('then' in admission) {
        return admission.then((late) => {
          if (late === null) return false;
          counts.hit += 1;
          send(page, request, response, late);
          return true;
        });
      }
      counts.hit += 1;
      send(page, request, response, admission);
      return true;
    },
  };
}

/** Sends a page, or 304 to whoever has it. */
function send(
  page: PreparedPage,
  request: IncomingMessage,
  response: ServerResponse,
  admitted: readonly string[],
): void {
  const { surrogateKeys } = page;
  const more = surrogateKeys === undefined ? admitted : [surrogateKey, surrogateKeys, ...admitted];
  const requestId = readRequestId(request.headers['x-request-id']);
  const { encoding, etag, vary } = chooseForm(page, request.headers['accept-encoding'] as string | undefined);
  if (matchesTag(request.headers['if-none-match'], etag)) {
    response.writeHead(304, [
      'etag',
      etag,
      'cache-control',
      page.cacheControl,
      'vary',
      vary,
      'x-request-id',
      requestId,
      ...more,
    ]);
    response.end();
    return;
  }
  const sendHead = (length: number, extra: readonly string[]) =>
    response.writeHead(200, [
      'content-type',
      'application/json; charset=utf-8',
      'content-length',
      String(length),
      'etag',
      etag,
      'cache-control',
      page.cacheControl,
      'vary',
      vary,
      'x-request-id',
      requestId,
      ...extra,
    ]);
  if (encoding !== null && page.packed !== undefined) {
    const head = ['content-encoding', encoding, ...more];
    const sendPacked = (body: Buffer) => sendHead(body.length, head).end(body);
    const packed = page.packed.by(encoding);
    if (Buffer.isBuffer(packed)) sendPacked(packed);
    else packed.then(sendPacked, () => response.destroy());
    return;
  }
  sendHead(page.body.length, more);
  if (page.text === null) response.end(page.body);
  else response.end(page.text, 'latin1');
}
