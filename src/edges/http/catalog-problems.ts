import type { ProblemKind } from './problem-details.ts';

/** The part of the table that is about shows, venues, seating plans and imports. */
export const catalogProblems: Record<string, ProblemKind> = {
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
};
