/** A field of the request that is wrong: a JSON pointer and a sentence. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/** Why the catalogue refuses a change. Those with `errors` are about the input, the others about the state of things. */
export type CatalogRefusalCode =
  // the input contradicts itself or names what is not there
  | 'AMOUNT_OUT_OF_RANGE'
  | 'CAPACITY_INVALID'
  | 'CATEGORY_TAKEN'
  | 'CATEGORY_UNKNOWN'
  | 'COORDINATES_INCOMPLETE'
  | 'CURRENCY_UNKNOWN'
  | 'DATES_CONTRADICT'
  | 'EVENT_IN_PAST'
  | 'FEE_UNCLEAR'
  | 'FIELD_MISSING'
  | 'PERCENT_INVALID'
  | 'PERFORMER_UNKNOWN'
  | 'PRICE_CONTRADICTS'
  | 'RATES_REPEAT'
  | 'RATE_NEEDS_ITSELF'
  | 'SEATING_PLAN_UNKNOWN'
  | 'SERIES_UNKNOWN'
  | 'TIME_ZONE_UNKNOWN'
  | 'TOO_MANY_DECIMALS'
  | 'VENUE_UNKNOWN'
  // the state of the catalogue forbids it
  | 'CAPACITY_BELOW_SOLD'
  | 'CATEGORIES_FIXED'
  | 'CURRENCY_FIXED'
  | 'EVENT_INACTIVE'
  | 'EVENT_OVER'
  | 'IN_USE'
  | 'NOTHING_TO_SELL'
  | 'PLAN_FIXED'
  | 'STATUS_CHANGE_FORBIDDEN'
  | 'TICKETS_CHANGED'
  | 'TOO_MANY_TICKET_TYPES'
  | 'VERSION_MISMATCH'
  // there is no such thing (for this caller)
  | 'EVENT_NOT_FOUND'
  | 'PERFORMER_NOT_FOUND'
  | 'SERIES_NOT_FOUND'
  | 'TICKET_TYPE_NOT_FOUND'
  | 'VENUE_NOT_FOUND';

export interface CatalogRefusal {
  readonly code: CatalogRefusalCode;
  readonly errors?: readonly FieldFault[];
  readonly [fact: string]: unknown;
}

/** A refusal about one field of the input. */
export function fault(code: CatalogRefusalCode, field: string, message: string): CatalogRefusal {
  return { code, errors: [{ field, message }] };
}
