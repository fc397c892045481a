import { Type } from 'typebox';
import { Nullable, OneOf } from '../common.ts';
import { SeatSchema } from '../inventory.ts';
import { type AnyProblemKind, ids, Moment, problem, version } from './kind.ts';

/** The part of the table that is about holds, and tickets that staff move by hand. */
export const inventoryProblems = {
  // inventory
  ALREADY_RENEWED: { status: 409, title: 'A reservation can be renewed only once' },
  EVENT_NOT_ON_SALE: problem({
    status: 409,
    title: 'This event is not on sale now',
    facts: { reason: OneOf(['not_selling', 'not_yet', 'over']), opensAt: Nullable(Moment()) },
  }),
  HOLD_LIMIT_PER_CUSTOMER: problem({
    status: 409,
    title: 'More tickets than one customer may hold at once',
    facts: { limit: Type.Integer(), held: Type.Integer() },
    detail: ({ limit, held }) => `The limit is ${limit}; you hold ${held} now. Buy them or let some go first.`,
  }),
  HOLD_LIMIT_PER_NETWORK: problem({
    status: 409,
    title: 'More tickets than may be held from one network at once',
    facts: { limit: Type.Integer(), held: Type.Integer() },
    detail: ({ limit, held }) =>
      `The limit is ${limit}; ${held} are held from yours now. Sign in with an account, or try again when some are bought or let go.`,
  }),
  IDEMPOTENCY_IN_FLIGHT: {
    status: 409,
    title: 'The first request with this key is still under way',
    detail: () => 'Ask again in a moment.',
  },
  IDEMPOTENCY_KEYS_DIFFER: { status: 400, title: 'The Idempotency-Key and the body’s idempotencyKey differ' },
  IDEMPOTENCY_KEY_INVALID: { status: 400, title: 'The Idempotency-Key must be 1 to 200 printable characters' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'This Idempotency-Key was used for another request' },
  IDEMPOTENCY_KEY_WEAK: problem({
    status: 400,
    title: 'The key of a first request must be random',
    facts: { lengthMin: Type.Integer() },
    detail: ({ lengthMin }) => `Draw at least ${lengthMin} characters (a UUID will do), or use a guest session.`,
  }),
  LIMIT_PER_CUSTOMER: problem({
    status: 409,
    title: 'More tickets than one customer may have',
    facts: { limit: Type.Integer(), already: Type.Integer() },
    detail: ({ limit, already }) => `The limit is ${limit}; you have ${already}.`,
  }),
  LIMIT_PER_RESERVATION: problem({
    status: 409,
    title: 'More tickets than one reservation may hold',
    facts: { limit: Type.Integer() },
    detail: ({ limit }) => `The limit is ${limit}.`,
  }),
  MAIL_OR_ACCOUNT_NEEDED: {
    status: 400,
    title: 'This purchase needs a mail address or an account',
    detail: () => 'There is a limit per customer: send customerEmail with the purchase, or sign in.',
  },
  NOT_ENOUGH_TICKETS: problem({
    status: 409,
    title: 'Not enough tickets are free',
    facts: {
      requested: Type.Optional(Type.Integer()),
      available: Type.Integer(),
      held: Type.Integer(),
      nextExpiryAt: Nullable(Moment()),
      byChoiceOnly: Type.Optional(Type.Integer()),
      ticketTypeIds: Type.Optional(Type.Array(Type.Integer())),
    },
    detail: ({ available, held, nextExpiryAt }) => notEnough(available, held, nextExpiryAt),
  }),
  RATE_UNKNOWN: problem({
    status: 400,
    title: 'This ticket type has no such rate',
    facts: { ticketTypeId: Type.Integer(), rate: Type.String() },
    detail: ({ rate }) => `There is no rate “${rate}”.`,
  }),
  RESERVATION_EXPIRED: problem({
    status: 410,
    title: 'This reservation has expired',
    facts: { expiredAt: Moment() },
  }),
  RESERVATION_IN_PAYMENT: { status: 409, title: 'A payment for this reservation is under way' },
  RESERVATION_UNKNOWN: { status: 404, title: 'There is no such reservation' },
  SEAT_MAP_UNKNOWN: { status: 404, title: 'There is no seat map at this address' },
  SEATS_TAKEN: problem({
    status: 409,
    title: 'Some of these tickets are not free any more',
    facts: {
      ...ids,
      alternative: Type.Optional(
        Type.Array(Type.Object({ ticketId: Type.String(), seat: Nullable(SeatSchema) }), {
          description:
            'As many places of the same ticket type, seats side by side near those asked for, that are free; nobody holds them.',
        }),
      ),
    },
  }),
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
  TICKET_TYPE_NOT_ON_SALE: problem({
    status: 409,
    title: 'This ticket type is not on sale now',
    facts: { ticketTypeId: Type.Integer() },
  }),
  TICKET_TYPE_UNKNOWN: problem({
    status: 404,
    title: 'This event has no such ticket type',
    facts: { ticketTypeId: Type.Integer() },
  }),
  TICKET_UNKNOWN: problem({
    status: 404,
    title: 'This event has no such ticket',
    facts: ids,
  }),
  TOO_MANY_ATTEMPTS: problem({
    status: 409,
    title: 'Too many payments were tried for this reservation',
    facts: { limit: Type.Integer() },
    detail: ({ limit }) => `At most ${limit}.`,
  }),

  // tickets by hand
  EVENT_NOT_PUBLISHED: {
    status: 409,
    title: 'The event is not published',
    detail: () => 'Publishing it makes its tickets.',
  },
  GUESTS_REFUSED: {
    status: 401,
    title: 'This show is sold to accounts only',
    detail: () =>
      'Log in (POST /api/auth/login) or register, and ask again with the access token. What is held stays held meanwhile: ' +
      'send its session token too.',
  },
  HOLD_NOT_WHOLE: problem({
    status: 409,
    title: 'A hold ends as a whole',
    facts: ids,
    detail: () => 'Name all of its tickets (ids are those that are missing), or release its reservation.',
  }),
  PLACES_UNCLEAR: { status: 400, title: 'Send either ticketIds or seatGuids' },
  TICKET_IN_PAYMENT: problem({
    status: 409,
    title: 'A payment for this ticket is under way',
    facts: { ...ids, allowed: Type.Array(Type.String()) },
    detail: () => 'The payment decides what becomes of it.',
  }),
  TICKET_MOVE_FORBIDDEN: problem({
    status: 409,
    title: 'The ticket cannot be moved there',
    facts: {
      ...ids,
      currentStatus: Type.String(),
      requested: Type.String(),
      allowed: Type.Array(Type.String()),
    },
    detail: ({ currentStatus, requested, allowed }) => moveForbidden(currentStatus, requested, allowed),
  }),
  TICKET_NOT_FOUND: { status: 404, title: 'There is no such ticket' },
  TICKET_VERSION_MISMATCH: problem({
    status: 412,
    title: 'The ticket has changed since',
    facts: version,
    detail: ({ version }) => `It is at version ${version} now.`,
  }),
} satisfies Record<string, AnyProblemKind>;

/** Moves that are no move by hand, by the route that makes them. */
const movingRoutes: Readonly<Record<string, string>> = {
  'Available Held': 'POST /api/tickets/reserve',
  'Held Available': 'PATCH /api/tickets/{id}/status or POST /api/tickets/release',
  'Held Reserved': 'POST /api/tickets/purchase',
  'Held Sold': 'POST /api/tickets/purchase',
  'Sold Cancelled': 'POST /api/tickets/{id}/cancel',
};

function moveForbidden(status: string, requested: string, allowed: readonly string[]): string {
  const may = allowed.length === 0 ? 'It stays as it is.' : `It may become ${allowed.join(' or ')}.`;
  const route = movingRoutes[`${status} ${requested}`];
  const no = `From ${status} to ${requested} is no move`;
  return route === undefined ? `${no}. ${may}` : `${no} of this route: ${route} does it. ${may}`;
}

function notEnough(available: number, held: number, nextExpiryAt: string | null): string {
  const may = nextExpiryAt === null ? '' : `; the next may come back at ${nextExpiryAt}`;
  return `${available} free now, ${held} held${may}.`;
}
