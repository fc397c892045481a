import type { RouteOptions } from 'fastify';
import type { TSchema } from 'typebox';
import { type ProblemCode, problems } from '../../contract/problems.ts';
import { resources } from '../../platform/http/resources.ts';

/** What any route may answer, whatever it is about: too much, too late, or nothing works. */
const everywhere: readonly ProblemCode[] = ['INTERNAL', 'RATE_LIMITED', 'REQUEST_INVALID', 'UNAVAILABLE'];
/** A bearer that does not count, or the organiser that is named beside it. */
const badBearer: readonly ProblemCode[] = ['KEY_UNKNOWN', 'ORGANIZER_NOT_FOUND', 'TOKEN_EXPIRED', 'TOKEN_INVALID'];
/** What a route for those with a right answers to those without. */
const lackOfRight: readonly ProblemCode[] = ['KEY_MISSING', 'SCOPE_MISSING', 'SECOND_FACTOR_REQUIRED'];
/** What an Idempotency-Key can be. */
const keyed: readonly ProblemCode[] = ['IDEMPOTENCY_KEYS_DIFFER', 'IDEMPOTENCY_KEY_INVALID'];
/** Where an event is decided about that another process may have taken over. */
const ofLedger: readonly ProblemCode[] = ['OWNER_CHANGED'];
const unsafe: readonly ProblemCode[] = ['ORIGIN_FOREIGN', 'VERSION_CONFLICT'];
const withBody: readonly ProblemCode[] = ['BODY_INVALID', 'BODY_TOO_LARGE', 'CONTENT_TYPE_UNSUPPORTED'];

/**
 * All codes that a route can answer, by status and name: those that it declares (`config.problems`), and those that follow from what else
 * it says of itself. What is answered before a route is found (an address that is none, headers that are too large) is not among them.
 */
export function problemsOf({ method, config = {}, schema = {} }: RouteOptions): readonly ProblemCode[] {
  const { access = 'public', staff, ids = {}, problems: own = [] } = config;
  const isUnsafe = [method].flat().some((each) => each !== 'GET' && each !== 'HEAD');
  const isChecked = [schema.params, schema.querystring, schema.headers, schema.body].some((part) => part !== undefined);
  const named = Object.values(ids).flatMap((resource) => (resource === null ? [] : [resources[resource]]));
  const codes = new Set<ProblemCode>([
    ...everywhere,
    ...own,
    ...(config.badBearer === 'ignored' ? [] : badBearer),
    ...(access === 'account' ? (['ACCOUNT_NEEDED', 'LOGIN_NEEDED'] as const) : []),
    ...(access === 'public' || access === 'account' ? [] : lackOfRight),
    ...(staff ? (['SCOPE_MISSING'] as const) : []),
    ...named,
    ...(isUnsafe ? [...unsafe, ...withBody] : []),
    ...(config.keepsAnswers ? keyed : []),
    ...(config.eventOf && config.eventOf !== 'none' ? ofLedger : []),
    ...(isChecked ? (['VALIDATION_FAILED'] as const) : []),
    ...(hasCursor(schema.querystring) ? (['CURSOR_INVALID'] as const) : []),
  ]);
  return [...codes].sort((a, b) => problems[a].status - problems[b].status || (a < b ? -1 : 1));
}

function hasCursor(querystring: unknown): boolean {
  const { properties } = (querystring ?? {}) as TSchema & { readonly properties?: object };
  return properties !== undefined && 'cursor' in properties;
}

/** Codes by their status, in the order of the list. */
export function byStatus(codes: readonly ProblemCode[]): ReadonlyMap<number, readonly ProblemCode[]> {
  return Map.groupBy(codes, (code) => problems[code].status);
}
