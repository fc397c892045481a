import { Type } from 'typebox';
import { type AnyProblemKind, errors, problem } from './kind.ts';

/** The part of the table that is about shows, venues, seating plans and imports. */
export const catalogProblems = {
  // seating plans and import
  IMPORT_UNREADABLE: problem({
    status: 400,
    title: 'Nothing in this document could be read',
    facts: errors,
    detail: () => 'Send schema.org events as JSON-LD, a saved page that has them embedded, or a seating plan.',
  }),
  PLAN_INVALID: problem({
    status: 400,
    title: 'This is not a valid seating plan',
    facts: errors,
  }),
  PLAN_IN_USE: problem({
    status: 409,
    title: 'Events use this seating plan',
    facts: { events: Type.Integer() },
    detail: ({ events }) => `${events} ${events === 1 ? 'event uses' : 'events use'} it.`,
  }),
  PLAN_SUPPLEMENT_INVALID: problem({
    status: 400,
    title: 'The supplement does not fit its seating plan',
    facts: errors,
  }),
  SEATING_PLAN_NOT_FOUND: { status: 404, title: 'There is no such seating plan' },
  // catalogue: what the request says
  AMOUNT_OUT_OF_RANGE: problem({
    status: 400,
    title: 'This amount is out of range',
    facts: { ...errors, amount: Type.Optional(Type.Number()) },
  }),
  CAPACITY_INVALID: problem({
    status: 400,
    title: 'This capacity is not possible',
    facts: { ...errors, limit: Type.Optional(Type.Integer()), seats: Type.Optional(Type.Integer()) },
  }),
  CATEGORY_TAKEN: problem({
    status: 400,
    title: 'A seat category belongs to one ticket type only',
    facts: errors,
  }),
  CATEGORY_UNKNOWN: problem({
    status: 400,
    title: 'The seating plan has no such category',
    facts: { ...errors, category: Type.Optional(Type.String()) },
  }),
  COORDINATES_INCOMPLETE: problem({
    status: 400,
    title: 'Latitude and longitude belong together',
    facts: errors,
  }),
  CURRENCY_UNKNOWN: problem({
    status: 400,
    title: 'This currency is unknown',
    facts: { ...errors, currency: Type.Optional(Type.String()) },
  }),
  DATES_CONTRADICT: problem({
    status: 400,
    title: 'The dates contradict each other',
    facts: errors,
  }),
  EVENT_IN_PAST: problem({
    status: 400,
    title: 'The event would be over already',
    facts: errors,
  }),
  FIELD_MISSING: problem({
    status: 400,
    title: 'A field is missing',
    facts: errors,
  }),
  PERFORMER_UNKNOWN: problem({
    status: 400,
    title: 'There is no such performer',
    facts: errors,
  }),
  PRICE_CONTRADICTS: problem({
    status: 400,
    title: 'The price differs from the first rate',
    facts: errors,
  }),
  RATES_REPEAT: problem({
    status: 400,
    title: 'Two rates have the same name',
    facts: errors,
  }),
  SEATING_PLAN_UNKNOWN: problem({
    status: 400,
    title: 'There is no such seating plan',
    facts: errors,
  }),
  SERIES_UNKNOWN: problem({
    status: 400,
    title: 'There is no such series',
    facts: errors,
  }),
  TIME_ZONE_UNKNOWN: problem({
    status: 400,
    title: 'This time zone is unknown',
    facts: errors,
  }),
  TOO_MANY_DECIMALS: problem({
    status: 400,
    title: 'The currency has fewer decimals',
    facts: { ...errors, currency: Type.Optional(Type.String()), decimals: Type.Optional(Type.Integer()) },
  }),
  VENUE_UNKNOWN: problem({
    status: 400,
    title: 'There is no such venue',
    facts: errors,
  }),
  // catalogue: what its state forbids
  CAPACITY_BELOW_SOLD: problem({
    status: 409,
    title: 'More places are taken than this capacity',
    facts: {
      requested: Type.Integer(),
      taken: Type.Integer(),
      held: Type.Integer(),
      reserved: Type.Integer(),
      sold: Type.Integer(),
    },
    detail: ({ taken, sold, reserved, held }) =>
      `${taken} places are taken: ${sold} sold, ${reserved} reserved, ${held} held.`,
  }),
  CATEGORIES_FIXED: { status: 409, title: 'The seat categories of a published ticket type stay as they are' },
  CURRENCY_FIXED: { status: 409, title: 'The currency cannot change once tickets were booked' },
  EVENT_GONE: { status: 410, title: 'This event was taken away' },
  EVENT_INACTIVE: { status: 409, title: 'The event is inactive', detail: () => 'Reactivate it first.' },
  EVENT_NOT_FOUND: { status: 404, title: 'There is no such event' },
  EVENT_OVER: { status: 409, title: 'The event is over' },
  IN_USE: problem({
    status: 409,
    title: 'It is in use',
    facts: { usedBy: Type.String() },
    detail: ({ usedBy }) => `It is used by ${usedBy}.`,
  }),
  NOTHING_TO_SELL: {
    status: 409,
    title: 'The event has nothing to sell',
    detail: () => 'Give it a ticket type with at least one place first.',
  },
  PERFORMER_NOT_FOUND: { status: 404, title: 'There is no such performer' },
  PLAN_FIXED: { status: 409, title: 'The seating plan of a published event stays as it is' },
  SERIES_NOT_FOUND: { status: 404, title: 'There is no such series' },
  STATUS_CHANGE_FORBIDDEN: problem({
    status: 409,
    title: 'The status cannot change that way',
    facts: { currentStatus: Type.String(), requested: Type.String(), allowed: Type.Array(Type.String()) },
    detail: ({ currentStatus, requested }) => `From ${currentStatus} to ${requested}.`,
  }),
  TICKETS_CHANGED: {
    status: 409,
    title: 'Tickets were taken meanwhile',
    detail: () => 'Read the availability again and retry.',
  },
  TICKET_TYPE_NOT_FOUND: { status: 404, title: 'There is no such ticket type' },
  TOO_MANY_TICKET_TYPES: problem({
    status: 409,
    title: 'The event has as many ticket types as it can',
    facts: { limit: Type.Integer() },
  }),
  VENUE_NOT_FOUND: { status: 404, title: 'There is no such venue' },
} satisfies Record<string, AnyProblemKind>;
