import { Type } from 'typebox';
import { type AnyProblemKind, problem, retryAfterSeconds } from './kind.ts';

/** The part of the table that is about organisers, their people, and who calls. */
export const identityProblems = {
  // organisers
  INVITATION_CLOSED: problem({
    status: 409,
    title: 'This invitation is closed',
    facts: { state: Type.String() },
    detail: ({ state }) => `It is ${state}.`,
  }),
  INVITATION_NOT_FOUND: { status: 404, title: 'There is no such invitation' },
  INVITATION_OF_OTHERS: {
    status: 403,
    title: 'This invitation is for another mail address',
    detail: () => 'Log in with an account that has proven the address that was invited.',
  },
  KEY_NOT_FOUND: { status: 404, title: 'There is no such API key' },
  LAST_ADMIN: problem({
    status: 409,
    title: 'An organiser keeps at least one admin',
    facts: { organizers: Type.Optional(Type.Array(Type.String())) },
    detail: () => 'Make somebody else an admin first.',
  }),
  MEMBER_NOT_FOUND: { status: 404, title: 'There is no such member' },
  SLUG_NEEDED: { status: 400, title: 'This name makes no slug: send one' },
  SLUG_TAKEN: problem({
    status: 409,
    title: 'Another organiser has this slug',
    facts: { slug: Type.String() },
    detail: ({ slug }) => `${slug} is taken.`,
  }),

  // who calls
  ACCOUNT_NEEDED: { status: 403, title: 'An account is needed', detail: () => 'An API key cannot do this.' },
  ACCOUNT_UNKNOWN: { status: 404, title: 'There is no such account' },
  LOGIN_BUSY: problem({
    status: 503,
    title: 'Too many passwords are being checked right now',
    facts: retryAfterSeconds,
    detail: ({ retryAfterSeconds }) => `Try again in ${retryAfterSeconds} seconds.`,
  }),
  LOGIN_FAILED: { status: 401, title: 'This mail address and password do not fit' },
  LOGIN_NEEDED: {
    status: 401,
    title: 'You are not logged in',
    detail: () => 'Log in and send Authorization: Bearer <access token>.',
  },
  MAIL_INVALID: {
    status: 400,
    title: 'An account cannot have this mail address',
    detail: () => 'The name before the @ must be plain ASCII, and the domain one that mail reaches.',
  },
  MAIL_TAKEN: {
    status: 409,
    title: 'Another account has this mail address by now',
    detail: () => 'Log in there, or ask for another address.',
  },
  MAIL_TOKEN_INVALID: {
    status: 400,
    title: 'This link was used, has expired, or is not ours',
    detail: () => 'Ask for another mail.',
  },
  MAIL_UNVERIFIED: {
    status: 403,
    title: 'Your mail address is not proven yet',
    detail: () => 'Follow the link in the mail we sent you.',
  },
  ORGANIZER_NOT_FOUND: { status: 404, title: 'There is no such organiser, or you do not belong to it' },
  PASSWORD_COMMON: {
    status: 400,
    title: 'This password is one of the first that anybody would try',
    detail: () => 'Several words in a row are easy to keep in mind and hard to guess.',
  },
  PASSWORD_LONG: problem({
    status: 400,
    title: 'This password is too long',
    facts: { bytesMax: Type.Integer() },
    detail: ({ bytesMax }) => `At most ${bytesMax} bytes.`,
  }),
  PASSWORD_SHORT: problem({
    status: 400,
    title: 'This password is too short',
    facts: { lengthMin: Type.Integer() },
    detail: ({ lengthMin }) => `At least ${lengthMin} characters.`,
  }),
  PASSWORD_WRONG: { status: 403, title: 'This is not your password' },
  REFRESH_INVALID: {
    status: 401,
    title: 'This refresh token is unknown or has expired',
    detail: () => 'Log in again.',
  },
  REFRESH_REUSED: {
    status: 401,
    title: 'This refresh token was used before',
    detail: () => 'Somebody may have a copy, so the login has ended. Log in again.',
  },
  SECOND_FACTOR_NEEDED: {
    status: 401,
    title: 'A code of the second factor is needed',
    detail: () => 'Send it as code, with address and password.',
  },
  SECOND_FACTOR_OFF: { status: 409, title: 'The second factor is not turned on' },
  SECOND_FACTOR_ON: { status: 409, title: 'The second factor is turned on already' },
  SECOND_FACTOR_REQUIRED: {
    status: 403,
    title: 'Your role counts once you have logged in with a second factor',
    detail: () => 'Set one up (POST /api/auth/second-factor), or log in again with its code.',
  },
  SECOND_FACTOR_WRONG: { status: 401, title: 'This code is wrong or was used' },
  SESSION_UNKNOWN: { status: 404, title: 'You have no such login' },
  TOKEN_EXPIRED: { status: 401, title: 'This access token has expired', detail: () => 'Refresh it.' },
  TOKEN_INVALID: { status: 401, title: 'This token does not count', detail: () => 'Log in again.' },
  TOO_MANY_GUESSES: problem({
    status: 429,
    title: 'Too many wrong guesses',
    facts: retryAfterSeconds,
    detail: ({ retryAfterSeconds }) => `Try again in ${retryAfterSeconds} seconds.`,
  }),
  TOO_MANY_MAILS: problem({
    status: 429,
    title: 'Too many mails were asked for',
    facts: retryAfterSeconds,
    detail: ({ retryAfterSeconds }) => `Try again in ${retryAfterSeconds} seconds.`,
  }),
} satisfies Record<string, AnyProblemKind>;
