import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Pages that are kept as ready buffers and answered before any framework code runs: the ones that everybody reads while
 * a sale is on (event page, availability, seat map). A source says what is current; the buffer is made again only when
 * its version changed.
 */
export interface PreparedPages {
  /** Answers a GET of a known page and returns true; false leaves the request to the router. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
  /** From now on GETs of exactly this URL path are answered from `source`. */
  serve(path: string, source: PageSource): void;
  forget(path: string): void;
}

export interface PageSource {
  /** The page as it is now, or null to leave the request to the router (which then knows better). */
  current(): PreparedPage | null;
}

export interface PreparedPage {
  readonly body: Buffer;
  readonly etag: string;
  readonly cacheControl: string;
}

const pagesMax = 20_000;

/** A page from its body; the ETag is a hash of it unless a cheaper version text is given. */
export function preparePage(body: Buffer, cacheControl: string, version?: string): PreparedPage {
  const etag = `"${version ?? createHash('sha1').update(body).digest('base64url')}"`;
  return { body, etag, cacheControl };
}

export function createPreparedPages(): PreparedPages {
  const sources = new Map<string, PageSource>();
  return {
    serve(path, source) {
      if (sources.size >= pagesMax && !sources.has(path)) sources.delete(sources.keys().next().value!);
      sources.set(path, source);
    },
    forget: (path) => void sources.delete(path),
    answer(request, response) {
      if (request.method !== 'GET') return false;
      const page = sources.get(request.url!)?.current();
      // An API key may be wrong, and staff may see more: the router decides.
      if (!page || request.headers.authorization !== undefined) return false;
      const given = request.headers['x-request-id'];
      const requestId = typeof given === 'string' && /^[\w.:+/=-]{1,128}$/.test(given) ? given : randomUUID();
      if (matches(request.headers['if-none-match'], page.etag)) {
        response.writeHead(304, ['etag', page.etag, 'cache-control', page.cacheControl, 'x-request-id', requestId]);
        response.end();
        return true;
      }
      response.writeHead(200, [
        'content-type',
        'application/json; charset=utf-8',
        'content-length',
        String(page.body.length),
        'etag',
        page.etag,
        'cache-control',
        page.cacheControl,
        'x-request-id',
        requestId,
      ]);
      response.end(page.body);
      return true;
    },
  };
}

/** RFC 9110 §13.1.2: any of the listed tags, weak or not, or `*`. */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
