import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { problemInGerman } from '../../contract/problems/german.ts';
import { problemKind, type Refusal } from '../../contract/problems.ts';
import { toIso } from '../../kernel/instant.ts';
import { type Language, preferredLanguage, usualLanguage } from '../../kernel/language.ts';
import { VersionConflict } from '../../platform/event-store/append-events.ts';
import { varyBy } from '../../platform/http/prepared-pages.ts';
import { Refused } from '../../platform/http/refused.ts';
import { Locked, lockTimes } from '../../platform/locks/locks.ts';
import { NotOwned } from '../../platform/ownership/ownership.ts';
import { PeerFailure } from '../../platform/peers/peers.ts';
import { sqlState, Unavailable } from '../../platform/postgres/database.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { type Fault, faultsMax } from './fault-words.ts';
import type { WithinReach } from './reach.ts';

export const problemType = 'application/problem+json; charset=utf-8';

/** Answers a refusal as problem+json. Facts of the refusal become members beside the standard ones. */
export function sendProblem(
  reply: FastifyReply,
  refusal: Refusal,
  metrics: Metrics,
  traceId = reply.request.id,
): FastifyReply {
  const { status } = problemKind(refusal.code);
  metrics.refusals.inc({ code: refusal.code });
  if (status === 401) reply.header('www-authenticate', challenge(refusal.code));
  if ('retryAfterSeconds' in refusal && refusal.retryAfterSeconds !== undefined) {
    reply.header('retry-after', String(refusal.retryAfterSeconds));
  } else if (status === 503 || refusal.code === 'IDEMPOTENCY_IN_FLIGHT') reply.header('retry-after', '1');
  const language = languageFor(reply.request);
  reply.header('content-language', language);
  varyBy(reply, 'accept-language');
  return reply
    .code(status)
    .type(problemType)
    .send(problemBody(refusal, traceId, language));
}

/** RFC 6750: whether a credential is missing, or the one that was sent does not count. */
function challenge(code: string): string {
  const isSent = ['KEY_UNKNOWN', 'TOKEN_EXPIRED', 'TOKEN_INVALID'].includes(code);
  return `Bearer realm="onsale"${isSent ? ', error="invalid_token"' : ''}`;
}

/** The language in which a problem speaks to whoever asks. */
export function languageFor({ headers }: { readonly headers: IncomingHttpHeaders }): Language {
  return preferredLanguage(headers['accept-language']) ?? usualLanguage;
}

/** The text of a problem+json answer. */
export function problemBody(refusal: Refusal, traceId: string, language: Language = usualLanguage): string {
  const { code, errors, ...inside } = refusal as Refusal & { readonly errors?: unknown };
  const kind = problemKind(code);
  const words = language === 'de' ? problemInGerman(code) : kind;
  const facts = withIsoTimes(inside);
  return JSON.stringify({
    ...facts,
    type: `urn:onsale:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: words.title,
    status: kind.status,
    code,
    detail: words.detail?.(facts as never),
    traceId,
    errors,
  });
}

/** What facts that are instants end in. */
const instantName = /(?:At|From|Until)$|^(?:deadline|from|until)$/;

/** The facts of a refusal as the wire has them. */
export function wireFacts({ code: _code, ...facts }: Refusal): Record<string, unknown> {
  return withIsoTimes(facts);
}

/** Facts with their instants as the wire has them; inside they are milliseconds. */
function withIsoTimes(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const name in facts) {
    const value = facts[name];
    shown[name] = typeof value === 'number' && instantName.test(name) ? toIso(value) : value;
  }
  return shown;
}

/** Fastify's own refusals (before a handler runs), by its error code. */
const frameworkRefusals: Record<string, Refusal> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'BODY_TOO_LARGE' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'CONTENT_TYPE_UNSUPPORTED' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'BODY_INVALID' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'BODY_INVALID' },
};

/** Hears a refusal that is answered, and by which route. */
export type OnProblem = (refusal: Refusal, route: FastifyRequest['routeOptions']) => void;

/** The one place where anything thrown by a route becomes an answer. A stack goes to the log, never to the client. */
export function createErrorHandler(
  metrics: Metrics,
  withinReach: WithinReach = () => null,
  onProblem: OnProblem = () => {},
) {
  return function answerError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) {
    const refusal = toRefusal(error, request);
    const reached = withinReach(refusal, request);
    if (reached === null) return answer(refusal, error, request, reply);
    return reached.then(
      (within) => send(within, request, reply),
      (fault: Error) => answer(toRefusal(fault, request), fault, request, reply),
    );
  };

  function answer(refusal: Refusal, error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (problemKind(refusal.code).status >= 500) logFailure(error, refusal, request);
    return send(refusal, request, reply, error instanceof Refused ? error.traceId : undefined);
  }

  function send(refusal: Refusal, request: FastifyRequest, reply: FastifyReply, traceId?: string): FastifyReply {
    onProblem(refusal, request.routeOptions);
    return sendProblem(reply, refusal, metrics, traceId);
  }
}

/**
 * A fault of ours goes to the log whole. That something is busy or away is no such fault, and in a rush there are thousands of
 * these answers: a short line each, without a stack.
 */
export function logFailure(error: Error, { code }: Refusal, request: FastifyRequest): void {
  const facts = { correlationId: request.id, route: request.routeOptions.url };
  if (code === 'INTERNAL') return request.log.error({ err: error, ...facts }, 'request failed');
  const { message, cause } = error;
  const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
  request.log.warn({ code, ...(reason !== code && { reason }), ...facts }, 'request turned away');
}

/** What is thrown by a handler as the refusal that it is answered with. */
export function toRefusal(error: FastifyError | Error, request: FastifyRequest): Refusal {
  if (error instanceof Refused) return error.refusal;
  if (error instanceof NotOwned) return { code: 'OWNER_CHANGED' };
  if (error instanceof Locked) return { code: 'LOCKED', retryAfterSeconds: lockTimes.waitMs / 1_000 };
  if (error instanceof Unavailable || error instanceof PeerFailure) return { code: 'UNAVAILABLE' };
  if (error instanceof VersionConflict || ['40001', '40P01', '55P03'].includes(sqlState(error) ?? '')) {
    return { code: 'VERSION_CONFLICT' };
  }
  if ('validation' in error && error.validation) return { code: 'VALIDATION_FAILED', errors: faultsOf(error, request) };
  const code = (error as FastifyError).code ?? '';
  const known = frameworkRefusals[code];
  if (known) return known;
  if (error instanceof SyntaxError && (error as FastifyError).statusCode === 400) return { code: 'BODY_INVALID' };
  const status = (error as FastifyError).statusCode;
  if (status === 503) return { code: 'UNAVAILABLE' };
  if (status !== undefined && status >= 400 && status < 500) return { code: 'REQUEST_INVALID' };
  return { code: 'INTERNAL' };
}

/** The parts of a request that have schemas, as the framework looks at them: in this order, up to the first that does not fit. */
const parts = { params: 'params', body: 'body', querystring: 'query', headers: 'headers' } as const;
type Part = keyof typeof parts;

/** The faults of the part that was refused, and of those that were not looked at any more. */
function faultsOf(error: FastifyError, request: FastifyRequest): readonly Fault[] {
  const names = Object.keys(parts) as Part[];
  const refused = names.indexOf(error.validationContext as Part);
  const faults = [...placed((error.validation ?? []) as unknown as readonly Fault[], names[refused])];
  for (const part of names.slice(refused + 1)) {
    const fits = request.getValidationFunction(part);
    if (fits && !fits(request[parts[part]] ?? null))
      faults.push(...placed(fits.errors as unknown as readonly Fault[], part));
  }
  return faults.slice(0, faultsMax);
}

/** Faults of a part with that part in their fields; the body's stand without. */
function placed(faults: readonly Fault[], part: Part | undefined): Fault[] {
  const where = part === undefined || part === 'body' ? '' : `/${part}`;
  return faults.map(({ field, message }) => ({ field: `${where}${field}` || '/', message }));
}
