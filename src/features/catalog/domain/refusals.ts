/** A field of the request that is wrong: a JSON pointer and a sentence. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/** What is wrong with the input: it contradicts itself, or names what is not there. */
export type InputFaultCode =
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
  | 'VENUE_UNKNOWN';

/** A refusal about one field of the input. */
export interface InputFault<Code extends InputFaultCode> {
  readonly code: Code;
  readonly errors: readonly FieldFault[];
}

/** The input is wrong, in one of its fields. */
export type InputRefusal = { readonly [Code in InputFaultCode]: InputFault<Code> }[InputFaultCode];

/** Why the catalogue refuses a change. */
export type CatalogRefusal =
  | InputRefusal
  // the state of the catalogue forbids it
  | { readonly code: 'CAPACITY_INVALID'; readonly limit: number }
  | ({ readonly code: 'CAPACITY_BELOW_SOLD'; readonly requested: number } & TakenPlaces)
  | { readonly code: 'CATEGORY_UNKNOWN'; readonly category: string }
  | { readonly code: 'IN_USE'; readonly usedBy: string }
  | {
      readonly code: 'STATUS_CHANGE_FORBIDDEN';
      readonly currentStatus: string;
      readonly requested: string;
      readonly allowed: readonly string[];
    }
  | { readonly code: 'TOO_MANY_TICKET_TYPES'; readonly limit: number }
  | { readonly code: 'VERSION_MISMATCH'; readonly version: number }
  | { readonly code: 'CATEGORIES_FIXED' }
  /** What is published sells a category twice. */
  | { readonly code: 'CATEGORY_TAKEN' }
  | { readonly code: 'CURRENCY_FIXED' }
  | { readonly code: 'EVENT_INACTIVE' }
  | { readonly code: 'EVENT_OVER' }
  | { readonly code: 'NOTHING_TO_SELL' }
  | { readonly code: 'PLAN_FIXED' }
  | { readonly code: 'TICKETS_CHANGED' }
  // it is not there (for this caller)
  | { readonly code: 'EVENT_NOT_FOUND' }
  | { readonly code: 'PERFORMER_NOT_FOUND' }
  | { readonly code: 'SERIES_NOT_FOUND' }
  | { readonly code: 'TICKET_TYPE_NOT_FOUND' }
  | { readonly code: 'VENUE_NOT_FOUND' };

/** Those of its refusals that have one of some codes. */
export type CatalogRefusalOf<Code extends CatalogRefusal['code']> = Extract<CatalogRefusal, { readonly code: Code }>;

/** What is wrong with a venue. */
export type VenueFault = CatalogRefusalOf<'COORDINATES_INCOMPLETE' | 'TIME_ZONE_UNKNOWN'>;

/** What is wrong with a ticket type. */
export type TicketTypeFault = Extract<
  InputRefusal,
  {
    readonly code:
      | 'AMOUNT_OUT_OF_RANGE'
      | 'CAPACITY_INVALID'
      | 'CATEGORY_TAKEN'
      | 'CATEGORY_UNKNOWN'
      | 'CURRENCY_UNKNOWN'
      | 'DATES_CONTRADICT'
      | 'FIELD_MISSING'
      | 'PRICE_CONTRADICTS'
      | 'RATES_REPEAT'
      | 'RATE_NEEDS_ITSELF'
      | 'TOO_MANY_DECIMALS';
  }
>;

/** Why no tickets are made. */
export type MintRefusal = CatalogRefusalOf<'CAPACITY_INVALID' | 'CATEGORY_TAKEN' | 'CATEGORY_UNKNOWN'>;

/** Why an event is not put on sale. */
export type PublishRefusal =
  | MintRefusal
  | CatalogRefusalOf<'EVENT_INACTIVE' | 'EVENT_OVER' | 'NOTHING_TO_SELL' | 'STATUS_CHANGE_FORBIDDEN'>;

/** Why a ticket type does not change. */
export type TicketTypeRefusal =
  | TicketTypeFault
  | MintRefusal
  | CatalogRefusalOf<
      | 'CAPACITY_BELOW_SOLD'
      | 'CATEGORIES_FIXED'
      | 'EVENT_NOT_FOUND'
      | 'TICKETS_CHANGED'
      | 'TICKET_TYPE_NOT_FOUND'
      | 'VERSION_MISMATCH'
    >;

/** Why an event is not made. */
export type NewEventRefusal = InputRefusal | PublishRefusal | CatalogRefusalOf<'EVENT_NOT_FOUND'>;

/** Why an event does not change. */
export type EventRefusal = NewEventRefusal | CatalogRefusalOf<'CURRENCY_FIXED' | 'PLAN_FIXED' | 'VERSION_MISMATCH'>;

/** How many places of a ticket type are not free, and why. */
interface TakenPlaces {
  readonly taken: number;
  readonly held: number;
  readonly reserved: number;
  readonly sold: number;
}

/** A refusal about one field of the input. */
export function fault<Code extends InputFaultCode>(code: Code, field: string, message: string): InputFault<Code> {
  return { code, errors: [{ field, message }] };
}
