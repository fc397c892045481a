import { Type } from 'typebox';
import { type AnyProblemKind, FieldFaults, problem, retryAfterSeconds, version } from './kind.ts';

/** Codes of every route, and of the edge itself: too many, too large, too slow, too late. */
export const edgeProblems = {
  BODY_INVALID: { status: 400, title: 'The body is not valid JSON' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  CONTENT_TYPE_UNSUPPORTED: { status: 415, title: 'This content type is not supported here' },
  CURSOR_INVALID: {
    status: 400,
    title: 'The cursor is not one of ours',
    detail: () => 'Take nextCursor of the page before, unchanged.',
  },
  INTERNAL: { status: 500, title: 'Something went wrong on our side' },
  KEY_MISSING: { status: 401, title: 'An API key is needed', detail: () => 'Send Authorization: Bearer <key>.' },
  KEY_UNKNOWN: { status: 401, title: 'This API key is unknown or revoked' },
  LOCKED: problem({
    status: 503,
    title: 'Somebody else is changing this right now',
    facts: retryAfterSeconds,
    detail: ({ retryAfterSeconds }) => `Nothing was changed. Try again in ${retryAfterSeconds} s.`,
  }),
  METHOD_NOT_ALLOWED: problem({
    status: 405,
    title: 'This method is not allowed here',
    facts: { allowed: Type.Array(Type.String()) },
  }),
  NOT_FOUND: { status: 404, title: 'There is nothing here' },
  ORIGIN_FOREIGN: { status: 403, title: 'A request with only a cookie, or for a socket, must come from our own pages' },
  OWNER_CHANGED: {
    status: 503,
    title: 'Another server looks after this show since a moment ago',
    detail: () => 'Nothing was changed or charged. Send the same request again.',
  },
  REQUEST_INVALID: { status: 400, title: 'The request could not be read' },
  SCOPE_MISSING: problem({
    status: 403,
    title: 'You may not do that here',
    facts: { scope: Type.String() },
    detail: ({ scope }) =>
      `It needs the right ${scope} (of the organiser that X-Organizer names, if you belong to several).`,
  }),
  SOCKETS_FULL: problem({
    status: 503,
    title: 'No more sockets can be opened here now',
    facts: retryAfterSeconds,
    detail: ({ retryAfterSeconds }) => `Ask without one meanwhile, and try again in ${retryAfterSeconds} s.`,
  }),
  TOO_MANY_SOCKETS: problem({
    status: 429,
    title: 'Too many sockets are open from your network',
    facts: { limit: Type.Integer(), ...retryAfterSeconds },
    detail: ({ limit }) => `${limit} may be: close one, or ask without.`,
  }),
  UNAVAILABLE: problem({
    status: 503,
    title: 'The service cannot answer right now',
    facts: { retryAfterSeconds: Type.Optional(Type.Integer()) },
    detail: () => 'Try again in a moment.',
  }),
  UPGRADE_NEEDED: {
    status: 426,
    title: 'This address takes a WebSocket',
    detail: () => 'Connect by WebSocket, version 13.',
  },
  VALIDATION_FAILED: problem({
    status: 400,
    title: 'The request breaks its schema',
    facts: { errors: FieldFaults },
  }),
  VERSION_CONFLICT: {
    status: 409,
    title: 'Somebody else changed this at the same time',
    detail: () => 'Read it again and retry.',
  },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },
  RATE_LIMITED: problem({
    status: 429,
    title: 'Too many requests',
    facts: retryAfterSeconds,
    detail: ({ retryAfterSeconds }) => `Try again in ${retryAfterSeconds} s.`,
  }),
  REQUEST_TOO_SLOW: { status: 408, title: 'The request did not come in time' },
  VERSION_MISMATCH: problem({
    status: 412,
    title: 'It has changed since you read it',
    facts: version,
    detail: ({ version }) => `It is at version ${version} now.`,
  }),
} satisfies Record<string, AnyProblemKind>;
