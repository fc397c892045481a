import { Type } from 'typebox';
import { Nullable, OneOf } from '../common.ts';
import { type AnyProblemKind, errors, Moment, problem } from './kind.ts';

/** The part of the table that is about prices, codes, limits and places kept back. */
export const pricingProblems = {
  ACCESS_CODE_LIMIT: problem({
    status: 409,
    title: 'You have used this access code as often as one may',
    facts: { limit: Type.Integer() },
  }),
  ACCESS_CODE_NOT_APPLICABLE: { status: 409, title: 'This access code opens none of these ticket types' },
  ACCESS_CODE_NOT_VALID: problem({
    status: 409,
    title: 'This access code is not valid now',
    facts: { reason: OneOf(['not_yet', 'over']), opensAt: Nullable(Moment()) },
  }),
  ACCESS_CODE_UNKNOWN: { status: 404, title: 'There is no such access code for this event' },
  ACCESS_CODE_USED_UP: problem({
    status: 409,
    title: 'This access code is used up',
    facts: { held: Type.Integer() },
  }),
  ALLOCATION_NOT_FOUND: { status: 404, title: 'There is no such allocation' },
  ALLOCATION_RELEASED: { status: 409, title: 'This allocation was released already' },
  ALLOCATION_UNCLEAR: {
    status: 400,
    title: 'Say in one way what to keep back',
    detail: () => 'Send ticketIds, seatGuids, or ticketTypeId with quantity.',
  },
  CODE_NOT_FOUND: { status: 404, title: 'There is no such code' },
  CODE_INVALID: problem({
    status: 400,
    title: 'A code is 2 to 50 letters, digits, - and _',
    facts: errors,
  }),
  CODE_TAKEN: { status: 409, title: 'This event has such a code already' },
  DISCOUNT_UNCLEAR: problem({
    status: 400,
    title: 'A promo code takes off either a percentage or an amount',
    facts: errors,
  }),
  FEE_UNCLEAR: problem({
    status: 400,
    title: 'A service fee is an amount per ticket or a percentage',
    facts: errors,
  }),
  LIMIT_PER_RATE: problem({
    status: 409,
    title: 'More tickets of this rate than one reservation may hold',
    facts: { ticketTypeId: Type.Integer(), rate: Type.String(), limit: Type.Integer() },
    detail: ({ rate, limit }) => `At most ${limit} of “${rate}”.`,
  }),
  PERCENT_INVALID: problem({
    status: 400,
    title: 'This percentage is not possible',
    facts: errors,
  }),
  PROMO_CODE_LIMIT: problem({
    status: 409,
    title: 'You have used this promo code as often as one may',
    facts: { limit: Type.Integer() },
    detail: ({ limit }) => `The limit is ${limit} per customer.`,
  }),
  PROMO_CODE_NOT_APPLICABLE: { status: 409, title: 'This promo code counts for none of these tickets' },
  PROMO_CODE_NOT_VALID: problem({
    status: 409,
    title: 'This promo code is not valid now',
    facts: { reason: OneOf(['not_yet', 'over']), opensAt: Nullable(Moment()) },
  }),
  PROMO_CODE_UNKNOWN: { status: 404, title: 'There is no such promo code for this event' },
  PROMO_CODE_USED_UP: problem({
    status: 409,
    title: 'This promo code is used up',
    facts: { held: Type.Integer() },
    detail: ({ held }) => (held > 0 ? `${held} of its uses are in reservations and may come back.` : ''),
  }),
  RATE_NEEDS_ITSELF: problem({
    status: 400,
    title: 'A rate cannot need itself',
    facts: errors,
  }),
  RATE_NOT_ALONE: problem({
    status: 409,
    title: 'This rate needs another beside it',
    facts: { ticketTypeId: Type.Integer(), rate: Type.String(), onlyWith: Type.String() },
    detail: ({ rate, onlyWith }) => `“${rate}” is sold only together with “${onlyWith}”.`,
  }),
  TOO_MANY_CODES: problem({
    status: 409,
    title: 'This event has as many codes as it can',
    facts: { limit: Type.Integer() },
  }),
  RELEASE_IN_PAST: { status: 400, title: 'The release date has passed' },
  USES_BELOW_USED: problem({
    status: 409,
    title: 'The code was used more often already',
    facts: { uses: Type.Integer() },
    detail: ({ uses }) => `It has ${uses} uses.`,
  }),
  TICKET_TYPE_FOREIGN: problem({
    status: 400,
    title: 'This event has no such ticket type',
    facts: errors,
  }),
} satisfies Record<string, AnyProblemKind>;
