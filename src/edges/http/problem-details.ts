import type { Refusal } from '../../contract/problem.ts';
import { edgeProblems } from './edge-problems.ts';
import { priceProblems } from './price-problems.ts';

/** How a refusal looks to a client: its status, a title that never changes, and a sentence made of its facts. */
export interface ProblemKind {
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

  // organisers
  INVITATION_CLOSED: {
    status: 409,
    title: 'This invitation is closed',
    detail: ({ state }) => `It is ${state}.`,
  },
  INVITATION_NOT_FOUND: { status: 404, title: 'There is no such invitation' },
  INVITATION_OF_OTHERS: {
    status: 403,
    title: 'This invitation is for another mail address',
    detail: () => 'Log in with an account that has proven the address that was invited.',
  },
  KEY_NOT_FOUND: { status: 404, title: 'There is no such API key' },
  LAST_ADMIN: {
    status: 409,
    title: 'An organiser keeps at least one admin',
    detail: () => 'Make somebody else an admin first.',
  },
  MEMBER_NOT_FOUND: { status: 404, title: 'There is no such member' },
  SLUG_NEEDED: { status: 400, title: 'This name makes no slug: send one' },
  SLUG_TAKEN: {
    status: 409,
    title: 'Another organiser has this slug',
    detail: ({ slug }) => `${slug} is taken.`,
  },

  // who calls
  ACCOUNT_NEEDED: { status: 403, title: 'An account is needed', detail: () => 'An API key cannot do this.' },
  ACCOUNT_UNKNOWN: { status: 404, title: 'There is no such account' },
  LOGIN_BUSY: {
    status: 503,
    title: 'Too many passwords are being checked right now',
    detail: ({ retryAfterSeconds }) => `Try again in ${retryAfterSeconds} seconds.`,
  },
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
  PASSWORD_LONG: {
    status: 400,
    title: 'This password is too long',
    detail: ({ bytesMax }) => `At most ${bytesMax} bytes.`,
  },
  PASSWORD_SHORT: {
    status: 400,
    title: 'This password is too short',
    detail: ({ lengthMin }) => `At least ${lengthMin} characters.`,
  },
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
  SECOND_FACTOR_REQUIRED: { status: 403, title: 'Your role counts once you have set up a second factor' },
  SECOND_FACTOR_WRONG: { status: 401, title: 'This code is wrong or was used' },
  SESSION_UNKNOWN: { status: 404, title: 'You have no such login' },
  TOKEN_EXPIRED: { status: 401, title: 'This access token has expired', detail: () => 'Refresh it.' },
  TOKEN_INVALID: { status: 401, title: 'This token does not count', detail: () => 'Log in again.' },
  TOO_MANY_GUESSES: {
    status: 429,
    title: 'Too many wrong guesses',
    detail: ({ retryAfterSeconds }) => `Try again in ${retryAfterSeconds} seconds.`,
  },
  TOO_MANY_MAILS: {
    status: 429,
    title: 'Too many mails were asked for',
    detail: ({ retryAfterSeconds }) => `Try again in ${retryAfterSeconds} seconds.`,
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
  // catalogue: what the request says
  AMOUNT_OUT_OF_RANGE: { status: 400, title: 'This amount is out of range' },
  CAPACITY_INVALID: { status: 400, title: 'This capacity is not possible' },
  CATEGORY_TAKEN: { status: 400, title: 'A seat category belongs to one ticket type only' },
  CATEGORY_UNKNOWN: { status: 400, title: 'The seating plan has no such category' },
  COORDINATES_INCOMPLETE: { status: 400, title: 'Latitude and longitude belong together' },
  CURRENCY_UNKNOWN: { status: 400, title: 'This currency is unknown' },
  DATES_CONTRADICT: { status: 400, title: 'The dates contradict each other' },
  EVENT_IN_PAST: { status: 400, title: 'The event would be over already' },
  FIELD_MISSING: { status: 400, title: 'A field is missing' },
  PERFORMER_UNKNOWN: { status: 400, title: 'There is no such performer' },
  PRICE_CONTRADICTS: { status: 400, title: 'The price differs from the first rate' },
  RATES_REPEAT: { status: 400, title: 'Two rates have the same name' },
  SEATING_PLAN_UNKNOWN: { status: 400, title: 'There is no such seating plan' },
  SERIES_UNKNOWN: { status: 400, title: 'There is no such series' },
  TIME_ZONE_UNKNOWN: { status: 400, title: 'This time zone is unknown' },
  TOO_MANY_DECIMALS: { status: 400, title: 'The currency has fewer decimals' },
  VENUE_UNKNOWN: { status: 400, title: 'There is no such venue' },
  // catalogue: what the state of things forbids
  CAPACITY_BELOW_SOLD: {
    status: 409,
    title: 'More places are taken than this capacity',
    detail: ({ taken, sold, reserved, held }) =>
      `${taken} places are taken: ${sold} sold, ${reserved} reserved, ${held} held.`,
  },
  CATEGORIES_FIXED: { status: 409, title: 'The seat categories of a published ticket type stay as they are' },
  CURRENCY_FIXED: { status: 409, title: 'The currency cannot change once tickets were booked' },
  EVENT_INACTIVE: { status: 409, title: 'The event is inactive', detail: () => 'Reactivate it first.' },
  EVENT_NOT_FOUND: { status: 404, title: 'There is no such event' },
  EVENT_OVER: { status: 409, title: 'The event is over' },
  IN_USE: {
    status: 409,
    title: 'It is in use',
    detail: ({ usedBy }) => `It is used by ${usedBy}.`,
  },
  NOTHING_TO_SELL: {
    status: 409,
    title: 'The event has nothing to sell',
    detail: () => 'Give it a ticket type with at least one place first.',
  },
  PERFORMER_NOT_FOUND: { status: 404, title: 'There is no such performer' },
  PLAN_FIXED: { status: 409, title: 'The seating plan of a published event stays as it is' },
  SERIES_NOT_FOUND: { status: 404, title: 'There is no such series' },
  STATUS_CHANGE_FORBIDDEN: {
    status: 409,
    title: 'The status cannot change that way',
    detail: ({ currentStatus, requested }) => `From ${currentStatus} to ${requested}.`,
  },
  TICKETS_CHANGED: {
    status: 409,
    title: 'Tickets were taken meanwhile',
    detail: () => 'Read the availability again and retry.',
  },
  TICKET_TYPE_NOT_FOUND: { status: 404, title: 'There is no such ticket type' },
  TOO_MANY_TICKET_TYPES: { status: 409, title: 'The event has as many ticket types as it can' },
  VENUE_NOT_FOUND: { status: 404, title: 'There is no such venue' },

  // inventory
  ...edgeProblems,
  ...priceProblems,
  ALREADY_RENEWED: { status: 409, title: 'A reservation can be renewed only once' },
  EVENT_NOT_ON_SALE: { status: 409, title: 'This event is not on sale now' },
  IDEMPOTENCY_IN_FLIGHT: {
    status: 409,
    title: 'The first request with this key is still under way',
    detail: () => 'Ask again in a moment.',
  },
  IDEMPOTENCY_KEY_INVALID: { status: 400, title: 'The Idempotency-Key must be 1 to 200 printable characters' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'This Idempotency-Key was used for another request' },
  IDEMPOTENCY_KEY_WEAK: {
    status: 400,
    title: 'The key of a first request must be random',
    detail: ({ lengthMin }) => `Use at least ${lengthMin} random characters, or a guest session.`,
  },
  LIMIT_PER_CUSTOMER: {
    status: 409,
    title: 'More tickets than one customer may have',
    detail: ({ limit, already }) => `The limit is ${limit}; you have ${already}.`,
  },
  LIMIT_PER_RESERVATION: {
    status: 409,
    title: 'More tickets than one reservation may hold',
    detail: ({ limit }) => `The limit is ${limit}.`,
  },
  NOT_ENOUGH_TICKETS: {
    status: 409,
    title: 'Not enough tickets are free',
    detail: ({ available, held, nextExpiryAt }) =>
      notEnough(Number(available), Number(held), nextExpiryAt as number | null),
  },
  RATE_UNKNOWN: {
    status: 400,
    title: 'This ticket type has no such rate',
    detail: ({ rate }) => `There is no rate “${rate}”.`,
  },
  RESERVATION_EXPIRED: { status: 410, title: 'This reservation has expired' },
  RESERVATION_IN_PAYMENT: { status: 409, title: 'A payment for this reservation is under way' },
  RESERVATION_UNKNOWN: { status: 404, title: 'There is no such reservation' },
  SEAT_MAP_UNKNOWN: { status: 404, title: 'There is no seat map at this address' },
  SEATS_TAKEN: { status: 409, title: 'Some of these tickets are not free any more' },
  SELECTION_UNCLEAR: {
    status: 400,
    title: 'Say in one way what to hold',
    detail: () => 'Send either quantity (with ticketTypeId), items, ticketIds or seatGuids.',
  },
  SOLD_OUT: { status: 409, title: 'Sold out' },
  TICKET_TYPE_NEEDED: {
    status: 400,
    title: 'This event has several ticket types',
    detail: () => 'Name one as ticketTypeId.',
  },
  TICKET_TYPE_NOT_ON_SALE: { status: 409, title: 'This ticket type is not on sale now' },
  TICKET_TYPE_UNKNOWN: { status: 404, title: 'This event has no such ticket type' },
  TICKET_UNKNOWN: { status: 404, title: 'This event has no such ticket' },
  TOO_MANY_ATTEMPTS: {
    status: 409,
    title: 'Too many payments were tried for this reservation',
    detail: ({ limit }) => `At most ${limit}.`,
  },

  // tickets by hand
  EVENT_NOT_PUBLISHED: {
    status: 409,
    title: 'The event is not published',
    detail: () => 'Publishing it makes its tickets.',
  },
  HOLD_NOT_WHOLE: {
    status: 409,
    title: 'A hold ends as a whole',
    detail: () => 'Name all of its tickets (ids are those that are missing), or release its reservation.',
  },
  PLACES_UNCLEAR: { status: 400, title: 'Send either ticketIds or seatGuids' },
  TICKET_IN_PAYMENT: {
    status: 409,
    title: 'A payment for this ticket is under way',
    detail: () => 'The payment decides what becomes of it.',
  },
  TICKET_MOVE_FORBIDDEN: {
    status: 409,
    title: 'The ticket cannot be moved there',
    detail: ({ currentStatus, requested, allowed }) =>
      moveForbidden(String(currentStatus), String(requested), allowed as string[]),
  },
  TICKET_NOT_FOUND: { status: 404, title: 'There is no such ticket' },
  TICKET_VERSION_MISMATCH: {
    status: 412,
    title: 'The ticket has changed since',
    detail: ({ version }) => `It is at version ${version} now.`,
  },

  // bookings
  ATTENDEE_NAMES_NEEDED: {
    status: 400,
    title: 'Each ticket needs the name of its visitor',
    detail: () => 'Send attendees [{ticketId, name}], one for each ticket.',
  },
  ORDER_LINK_UNKNOWN: { status: 404, title: 'This link opens no order', detail: () => 'It may be too old.' },
  BOOKING_NOT_PAID: {
    status: 409,
    title: 'The booking is not paid',
    detail: ({ status }) => `It is ${String(status).replace('_', ' ')}.`,
  },
  BOOKING_UNKNOWN: { status: 404, title: 'There is no such booking' },
  BOOKING_VERSION_MISMATCH: {
    status: 412,
    title: 'The booking has changed since',
    detail: ({ version }) => `It is at version ${version} now.`,
  },
  CANCELLATION_NOT_ALLOWED: { status: 409, title: 'Tickets of this show cannot be given back' },
  CANCELLATION_TOO_LATE: {
    status: 409,
    title: 'It is too late to cancel',
    detail: ({ deadline }) => `That was possible until ${deadline}.`,
  },
  REFUND_UNKNOWN: { status: 404, title: 'This booking has no such refund' },
  TICKET_NOT_BOOKED: { status: 409, title: 'This ticket belongs to no booking' },
  AMOUNT_NOT_PAYABLE: {
    status: 400,
    title: 'The payment provider cannot charge this amount exactly',
    detail: ({ currency }) => `In ${currency} it takes other steps. Choose another way to pay.`,
  },
  PAYMENT_DECLINED: {
    status: 402,
    title: 'The payment was declined',
    detail: ({ expiresAt }) => `Your tickets stay held until ${expiresAt}. Try another card.`,
  },
  PAYMENT_MISSING: {
    status: 400,
    title: 'This booking costs money',
    detail: () => 'Send payment {provider, token} or paymentReference.',
  },
  PAYMENT_NOT_CAPTURED: { status: 409, title: 'This payment took no money', detail: ({ state }) => `It is ${state}.` },
  PAYMENT_NOT_FOUND: { status: 404, title: 'There is no such payment' },
  PAYMENT_PROVIDER_DOWN: {
    status: 503,
    title: 'The payment provider cannot be reached now',
    detail: ({ expiresAt }) => `Nothing was charged. Your tickets stay held until ${expiresAt}. Try again in a moment.`,
  },
  PAYMENT_PROVIDER_OFF: { status: 400, title: 'This payment provider is switched off here' },
  PAYMENT_PROVIDER_UNKNOWN: { status: 404, title: 'There is no such payment provider here' },
  PAYMENT_REFERENCE_USED: { status: 409, title: 'This payment reference has paid for another booking' },
  PAYMENT_TOKEN_UNKNOWN: { status: 400, title: 'The payment provider does not know this token' },
  PAYMENT_UNCLEAR: {
    status: 400,
    title: 'Say in one way how to pay',
    detail: () => 'Send one of payment, paymentDetails and paymentReference.',
  },
  REFUND_TOO_MUCH: {
    status: 409,
    title: 'More than is left of this payment',
    detail: ({ left, currency }) => `${left} ${currency} can still be given back.`,
  },
  REFUND_KEEPS_TICKETS: { status: 409, title: 'Only a refund of all that is left cancels the tickets' },
  REVIEW_NOT_FOUND: { status: 404, title: 'There is no such open review' },
  TOO_MANY_DECLINES: {
    status: 429,
    title: 'Too many declined cards',
    detail: ({ retryAfterSeconds }) => `Try again in ${retryAfterSeconds} seconds.`,
  },
  WEBHOOK_SIGNATURE_INVALID: { status: 400, title: 'The webhook’s signature is not valid, or too old' },
};

/** The kind of a code; for one that nobody mapped, an internal error. */
export function problemKind(code: string): ProblemKind {
  return problemKinds[code] ?? problemKinds.INTERNAL!;
}

function moveForbidden(status: string, requested: string, allowed: readonly string[]): string {
  const may = allowed.length === 0 ? 'It stays as it is.' : `It may become ${allowed.join(' or ')}.`;
  return `From ${status} to ${requested} is no move. ${may}`;
}

function notEnough(available: number, held: number, nextExpiryAt: number | null): string {
  const may = nextExpiryAt === null ? '' : `; the next may come back at ${new Date(nextExpiryAt).toISOString()}`;
  return `${available} free now, ${held} held${may}.`;
}
