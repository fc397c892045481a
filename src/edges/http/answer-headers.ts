import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Headers as name and value in turn, as Node's `writeHead` takes them. */
export type HeaderPairs = readonly string[];

export interface AnswerHeaders {
  /** Those of every answer to this request. */
  for(headers: IncomingHttpHeaders): HeaderPairs;
  /** Adds them to all answers of an app, and answers preflights. */
  install(app: FastifyInstance): void;
}

/** Answers are data: a browser that shows one runs, loads and frames nothing. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
/** The reference of the API: its own script and style, which may ask this server. */
export const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; " +
  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const securityPairs = [
  ...['content-security-policy', dataPolicy],
  ...['x-content-type-options', 'nosniff'],
  ...['x-frame-options', 'DENY'],
  // Addresses of orders and mails carry what opens them.
  ...['referrer-policy', 'no-referrer'],
];
const yearSeconds = 365 * 24 * 3_600;
const preflightSeconds = 600;
const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const allowedHeaders =
  'authorization, content-type, accept, idempotency-key, if-match, if-none-match, x-session-token, x-organizer, x-request-id, x-event-id';
const exposedHeaders =
  'etag, link, location, retry-after, ratelimit-limit, ratelimit-remaining, x-request-id, x-session-token, content-disposition';

/**
 * Security headers, and CORS for the pages of `origins` (`*`: any, but then without cookies). Origins that are listed
 * are trusted as our own: their requests may carry cookies.
 */
export function createAnswerHeaders(settings: {
  readonly isHttps: boolean;
  readonly origins: readonly string[];
}): AnswerHeaders {
  const { isHttps, origins } = settings;
  const plain = isHttps
    ? [...securityPairs, 'strict-transport-security', `max-age=${yearSeconds}`]
    : [...securityPairs];
  const isAny = origins.includes('*');
  const varies = [...plain, ...['vary', 'origin']];
  const byOrigin = new Map(
    origins.map((origin) => [
      origin,
      [
        ...(isAny ? plain : varies),
        ...['access-control-allow-origin', origin],
        ...(isAny ? [] : ['access-control-allow-credentials', 'true']),
        ...['access-control-expose-headers', exposedHeaders],
      ],
    ]),
  );
  const others = isAny ? byOrigin.get('*')! : varies;

  function headersFor({ origin }: IncomingHttpHeaders): HeaderPairs {
    if (origins.length === 0) return plain;
    return origin === undefined ? others : (byOrigin.get(origin) ?? others);
  }

  return {
    for: headersFor,
    install(app) {
      app.addHook('onRequest', (request, reply, done) => {
        const pairs = headersFor(request.headers);
        for (let i = 0; i < pairs.length; i += 2) reply.header(pairs[i]!, pairs[i + 1]!);
        const { origin, 'access-control-request-method': asked } = request.headers;
        const isPreflight = request.method === 'OPTIONS' && asked !== undefined && origin !== undefined;
        if (!isPreflight || !(isAny || byOrigin.has(origin))) return done();
        reply
          .code(204)
          .header('access-control-allow-methods', allowedMethods)
          .header('access-control-allow-headers', allowedHeaders)
          .header('access-control-max-age', String(preflightSeconds))
          .send();
      });
    },
  };
}
