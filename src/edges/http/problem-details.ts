import type { Refusal } from '../../contract/problem.ts';

/** How a refusal looks to a client: its status, a title that never changes, and a sentence made of its facts. */
interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly detail?: (facts: Refusal) => string;
}

/** The one table from refusal codes to HTTP. A code that is missing here answers 500 and fails a test. */
export const problemKinds: Record<string, ProblemKind> = {
  // every route
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
    title: 'This API key may not do that',
    detail: ({ scope }) => `It needs the scope ${scope}.`,
  },
  UNAVAILABLE: { status: 503, title: 'The service cannot answer right now', detail: () => 'Try again in a moment.' },
  VALIDATION_FAILED: { status: 400, title: 'The request breaks its schema' },
  VERSION_CONFLICT: {
    status: 409,
    title: 'Somebody else changed this at the same time',
    detail: () => 'Read it again and retry.',
  },

  // seating plans and import
  IMPORT_UNREADABLE: {
    status: 400,
    title: 'Nothing in this document could be read',
    detail: () => 'Send schema.org events as JSON-LD, a saved page that has them embedded, or a seating plan.',
  },
  PLAN_INVALID: { status: 400, title: 'This is not a valid seating plan' },
  PLAN_IN_USE: {
    status: 409,
    title: 'Events use this seating plan',
    detail: ({ events }) => `${events} ${events === 1 ? 'event uses' : 'events use'} it.`,
  },
  PLAN_SUPPLEMENT_INVALID: { status: 400, title: 'The supplement does not fit its seating plan' },
  SEATING_PLAN_NOT_FOUND: { status: 404, title: 'There is no such seating plan' },
};

/** The kind of a code; for one that nobody mapped, an internal error. */
export function problemKind(code: string): ProblemKind {
  return problemKinds[code] ?? problemKinds.INTERNAL!;
}
