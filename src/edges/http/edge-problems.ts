import type { ProblemKind } from './problem-details.ts';

/** Codes of every route, and of the edge itself: too many, too large, too slow, too late. Part of the one table in `problem-details.ts`. */
export const edgeProblems: Record<string, ProblemKind> = {
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
  METHOD_NOT_ALLOWED: { status: 405, title: 'This method is not allowed here' },
  NOT_FOUND: { status: 404, title: 'There is nothing here' },
  ORIGIN_FOREIGN: { status: 403, title: 'A request with only a cookie must come from our own pages' },
  REQUEST_INVALID: { status: 400, title: 'The request could not be read' },
  SCOPE_MISSING: {
    status: 403,
    title: 'You may not do that here',
    detail: ({ scope }) =>
      `It needs the right ${scope} (of the organiser that X-Organizer names, if you belong to several).`,
  },
  UNAVAILABLE: { status: 503, title: 'The service cannot answer right now', detail: () => 'Try again in a moment.' },
  VALIDATION_FAILED: { status: 400, title: 'The request breaks its schema' },
  VERSION_CONFLICT: {
    status: 409,
    title: 'Somebody else changed this at the same time',
    detail: () => 'Read it again and retry.',
  },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    detail: ({ retryAfterSeconds }) => `Try again in ${retryAfterSeconds} s.`,
  },
  REQUEST_TOO_SLOW: { status: 408, title: 'The request did not come in time' },
  VERSION_MISMATCH: {
    status: 412,
    title: 'It has changed since you read it',
    detail: ({ version }) => `It is at version ${version} now.`,
  },
};
