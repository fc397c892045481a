import type { ProblemKind } from './problem-details.ts';

/** Codes of the edge itself: too many, too large, too slow, too late. Part of the one table in `problem-details.ts`. */
export const edgeProblems: Record<string, ProblemKind> = {
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
