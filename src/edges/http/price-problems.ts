import type { ProblemKind } from './problem-details.ts';

/** The part of the table that is about prices, codes, limits and places kept back. */
export const priceProblems: Record<string, ProblemKind> = {
  ACCESS_CODE_LIMIT: { status: 409, title: 'You have used this access code as often as one may' },
  ACCESS_CODE_NOT_APPLICABLE: { status: 409, title: 'This access code opens none of these ticket types' },
  ACCESS_CODE_NOT_VALID: { status: 409, title: 'This access code is not valid now' },
  ACCESS_CODE_UNKNOWN: { status: 404, title: 'There is no such access code for this event' },
  ACCESS_CODE_USED_UP: { status: 409, title: 'This access code is used up' },
  ALLOCATION_NOT_FOUND: { status: 404, title: 'There is no such allocation' },
  ALLOCATION_RELEASED: { status: 409, title: 'This allocation was released already' },
  ALLOCATION_UNCLEAR: {
    status: 400,
    title: 'Say in one way what to keep back',
    detail: () => 'Send ticketIds, seatGuids, or ticketTypeId with quantity.',
  },
  CODE_NOT_FOUND: { status: 404, title: 'There is no such code' },
  CODE_INVALID: { status: 400, title: 'A code is 2 to 50 letters, digits, - and _' },
  CODE_TAKEN: { status: 409, title: 'This event has such a code already' },
  DISCOUNT_UNCLEAR: { status: 400, title: 'A promo code takes off either a percentage or an amount' },
  FEE_UNCLEAR: { status: 400, title: 'A service fee is an amount per ticket or a percentage' },
  LIMIT_PER_RATE: {
    status: 409,
    title: 'More tickets of this rate than one reservation may hold',
    detail: ({ rate, limit }) => `At most ${limit} of “${rate}”.`,
  },
  PERCENT_INVALID: { status: 400, title: 'This percentage is not possible' },
  PROMO_CODE_LIMIT: {
    status: 409,
    title: 'You have used this promo code as often as one may',
    detail: ({ limit }) => `The limit is ${limit} per customer.`,
  },
  PROMO_CODE_NOT_APPLICABLE: { status: 409, title: 'This promo code counts for none of these tickets' },
  PROMO_CODE_NOT_VALID: { status: 409, title: 'This promo code is not valid now' },
  PROMO_CODE_UNKNOWN: { status: 404, title: 'There is no such promo code for this event' },
  PROMO_CODE_USED_UP: {
    status: 409,
    title: 'This promo code is used up',
    detail: ({ held }) => (Number(held) > 0 ? `${held} of its uses are in reservations and may come back.` : ''),
  },
  RATE_NEEDS_ITSELF: { status: 400, title: 'A rate cannot need itself' },
  RATE_NOT_ALONE: {
    status: 409,
    title: 'This rate needs another beside it',
    detail: ({ rate, onlyWith }) => `“${rate}” is sold only together with “${onlyWith}”.`,
  },
  TOO_MANY_CODES: { status: 409, title: 'This event has as many codes as it can' },
  RELEASE_IN_PAST: { status: 400, title: 'The release date has passed' },
  USES_BELOW_USED: {
    status: 409,
    title: 'The code was used more often already',
    detail: ({ uses }) => `It has ${uses} uses.`,
  },
  TICKET_TYPE_FOREIGN: { status: 400, title: 'This event has no such ticket type' },
};
