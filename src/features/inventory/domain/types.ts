import type { Instant } from '../../../kernel/instant.ts';
import type { Language } from '../../../kernel/language.ts';
import type { HeldCode, PriceBreakdown, PriceTerms, SaleCode } from '../../pricing/index.ts';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';

/**
 * The state of one place, one byte. `none`: no live ticket there (a gap in the numbering, or cancelled).
 * Held is the ledger's alone; the others mirror the database.
 */
export const placeState = { available: 0, held: 1, reserved: 2, sold: 3, blocked: 4, none: 5 } as const;
export type PlaceState = (typeof placeState)[keyof typeof placeState];

export interface Rate {
  readonly name: string;
  readonly priceMinor: number;
  /** At most so many in one reservation. */
  readonly limit?: number;
  /** Only together with at least one ticket of this rate, of whatever type: children with an adult. */
  readonly onlyWith?: string;
}

export interface SaleType {
  readonly ticketTypeId: number;
  readonly name: string;
  /** At least one; the first is taken when the buyer names none. */
  readonly rates: readonly Rate[];
  readonly isActive: boolean;
  readonly salesFrom: Instant | null;
  readonly salesUntil: Instant | null;
  /** True: its places are seats of the plan, chosen by best available. False: general admission, any free place. */
  readonly seated: boolean;
  /** True: only who names a code that unlocks it knows of it. */
  readonly isHidden?: boolean;
}

/** How many places of an event may be in open holds at once. */
export interface HoldLimits {
  /** Of one mail address, account or guest session. */
  readonly perCustomer: number;
  /** Of all guests of one network together; null: the share that `shareOfNetwork` gives. */
  readonly perNetwork: number | null;
}

/** What the catalogue says about selling one event. */
export interface SaleRules {
  readonly eventId: number;
  readonly organizerId: number;
  readonly title: string;
  readonly currency: string;
  /** Published and active and not cancelled or postponed. */
  readonly isSelling: boolean;
  readonly onSaleFrom: Instant | null;
  /** Sales end here at the latest: the earlier of the on-sale window's end and the event's end (start if it has none). */
  readonly onSaleUntil: Instant | null;
  readonly holdMs: number;
  readonly limitPerReservation: number;
  readonly limitPerCustomer: number | null;
  /** Whoever buys must name the visitor of each ticket. */
  readonly asksAttendeeNames?: boolean;
  /** How many changes of the show (another date, another place) its buyers were to be notified of; left out: none. */
  readonly edition?: number;
  /** How many places may be held at once; left out: as many as there are. */
  readonly holdLimits?: HoldLimits;
  /** Whoever buys must be logged in. */
  readonly refusesGuests?: boolean;
  /** In display order. A place's type is an index into this list. */
  readonly types: readonly SaleType[];
  /** Left out: prices are what buyers pay, without fee and tax. */
  readonly terms?: PriceTerms;
  /** Promo and access codes by what is typed; left out: the event has none. */
  readonly codes?: ReadonlyMap<string, SaleCode>;
}

/**
 * Who asks for a hold, as ledgers know people: a guest session, `account:<id>`, or both; either owns what the other made.
 * Null: staff.
 */
export type Owner = string | readonly string[] | null;

/** Whoever buys, as far as that is known: limits count them too. */
export interface Buyer {
  /** `account:<id>`, or null for a guest. */
  readonly account: string | null;
  /** As it was typed. */
  readonly email: string | null;
  /** Staff sell it, at the counter perhaps: they see whom they sell to. */
  readonly byStaff?: boolean;
}

/** What a ledger begins with. */
export interface LedgerStart {
  /** Names this incarnation of the ledger: part of every version, so that a rebuilt ledger starts a new one. */
  readonly epoch: string;
  readonly rules: SaleRules;
  readonly geometry: SeatGeometry | null;
  /** About how many places will follow. */
  readonly expectedPlaces: number;
}

/** Everything a ledger is made of. Places are indexed by `place_no`. */
export interface LedgerSnapshot extends Omit<LedgerStart, 'expectedPlaces'> {
  readonly places: readonly PlaceRow[];
  /**
   * Holds of the journal. One whose payment is under way goes on in payment, if its places are reserved. Any other whose places are
   * not free is dropped; those that have expired end as expired.
   */
  readonly holds: readonly ReadHold[];
  /** What was bought or is in payment; filled only when that counts (see {@link countsPurchases}). */
  readonly purchases: readonly Purchase[];
}

/** Tickets that somebody owns or has in payment, for the limits per customer. */
export interface Purchase {
  readonly reservationId: string;
  /** Whom it counts for: guest session, account, and the key of the mail address. */
  readonly keys: readonly string[];
  readonly count: number;
  readonly codeIds: readonly number[];
}

/** Whether purchases of an event must be remembered: only limits and codes need that. */
export function countsPurchases({ limitPerCustomer, codes }: SaleRules): boolean {
  return limitPerCustomer !== null || codes !== undefined;
}

export interface PlaceRow {
  readonly placeNo: number;
  readonly ticketId: string;
  readonly ticketTypeId: number;
  /** Never `held`: the database does not know holds. */
  readonly state: PlaceState;
}

export interface JournaledHold {
  readonly reservationId: string;
  readonly customer: string;
  readonly placeNos: readonly number[];
  readonly rates: readonly string[];
  /** Of a hold in payment: what it was before. */
  readonly expiresAt: Instant;
  /** What was left of it when it was written, in milliseconds: a clock that was set since must not make it longer. */
  readonly leftMs?: number;
  readonly renewals: number;
  readonly attempts: number;
  /** Set when the customer sent an idempotency key with the reserve request: key and hash of that request. */
  readonly idempotency: HoldIdempotency | null;
  /** Contact fields sent with the reserve request: a purchase without them takes these. */
  readonly contact: HoldContact | null;
  /** True once a declined payment has extended the hold. */
  readonly extended?: boolean;
  /** True if the hold has fewer places than were asked for: a replay says so again. */
  readonly partial?: boolean;
  /** The account it belongs to, beside the session. */
  readonly account?: string;
  /** Where it was made, if it counts there. */
  readonly network?: string;
  /** Codes it has used, and its price: promised with them. */
  readonly codes?: readonly HeldCode[];
  readonly price?: PriceBreakdown;
  /** Left out: 0. */
  readonly edition?: number;
  /** Left out: nobody said which. */
  readonly language?: Language;
  /** What it was frozen for when it was written, and until when it could not expire. */
  readonly payment?: HoldPayment & { readonly until: Instant };
}

/** The payment that a hold is frozen for. */
export interface HoldPayment {
  /** Of the booking that it is for. */
  readonly bookingId: string;
  /** So long the places are kept for their buyer after it was declined, if their own deadline is sooner. */
  readonly keepMs: number;
}

/** A hold of the journal, with what the database says of its booking; left out: it has none. */
export interface ReadHold extends JournaledHold {
  readonly booking?: BookingOfHold;
}

/**
 * `open`: the payment is under way, as the `attempt`-th of this hold. `failed`: it came to nothing, at that moment; after that its
 * buyer `mayRetry`, for as long as the payment says, or let it lapse, and then the hold ends at its own deadline.
 */
export type BookingOfHold =
  | { readonly state: 'open'; readonly bookingId: string; readonly attempt: number }
  | { readonly state: 'failed'; readonly bookingId: string; readonly at: Instant; readonly mayRetry: boolean };

export interface HoldIdempotency {
  readonly key: string;
  readonly requestHash: string;
}

export interface HoldContact {
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  /** What the buyer wants to be known; left out: nothing. */
  readonly notes?: string;
  /** For whom the receipt is made out; left out: for the buyer alone. */
  readonly companyName?: string;
  readonly vatId?: string;
}

export interface HeldPlace {
  readonly placeNo: number;
  readonly ticketId: string;
  readonly ticketTypeId: number;
  readonly typeName: string;
  readonly rate: string;
  readonly priceMinor: number;
  /** Null for general admission. */
  readonly seat: Seat | null;
}

export interface Seat {
  readonly guid: string;
  readonly zone: string;
  readonly row: string;
  readonly number: string;
}

/**
 * A hold as callers see it. `active`: its deadline is ahead. `paying`: frozen, a payment is under way; it cannot expire
 * before `expiresAt`, which the freeze has moved to at least now + grace. Ended holds are forgotten by the ledger.
 */
export interface Hold {
  readonly reservationId: string;
  readonly eventId: number;
  readonly customer: string;
  /** `account:<id>` if the customer is (also) signed in: the booking goes to the account. */
  readonly account: string | null;
  readonly status: 'active' | 'paying';
  readonly places: readonly HeldPlace[];
  /** What the buyer pays. */
  readonly totalMinor: number;
  /** How the total came about; null: it is the sum of the places' prices, nothing else. */
  readonly price: PriceBreakdown | null;
  /** The codes it uses; each use comes back unless the hold is paid for. */
  readonly codes: readonly HeldCode[];
  readonly currency: string;
  /** The edition of the show that it was made for: who holds it knows of no later change. */
  readonly edition: number;
  readonly expiresAt: Instant;
  readonly renewals: number;
  /** Payment attempts begun so far. */
  readonly attempts: number;
  readonly contact: HoldContact | null;
  readonly idempotency: HoldIdempotency | null;
  /** What the buyer reads; left out: nobody said. */
  readonly language?: Language;
  /** What it is frozen for. Left out: nothing, or nobody said. */
  readonly payment?: HoldPayment;
}

export type Selection =
  | { readonly kind: 'items'; readonly items: readonly { ticketTypeId: number; quantity: number; rate?: string }[] }
  /** Exact places, by ticket id or by seat guid. `rate` applies to all of them, unless `rates` names one for each. */
  | {
      readonly kind: 'tickets';
      readonly ticketIds: readonly string[];
      readonly rate?: string;
      readonly rates?: readonly string[];
    }
  | {
      readonly kind: 'seats';
      readonly seatGuids: readonly string[];
      readonly rate?: string;
      readonly rates?: readonly string[];
    };

export interface HoldRequest {
  /** Made by the caller: ids and randomness come from outside. */
  readonly reservationId: string;
  readonly customer: string;
  /** `account:<id>` of a customer who is signed in; the same as `customer` if there is no guest session. */
  readonly account?: string | null;
  /** Staff give it away: what is meant for buyers (windows, codes, limits) does not hold them back. */
  readonly byStaff?: boolean;
  /** The network that a guest asks from; null or left out: known well enough not to count there. */
  readonly network?: string | null;
  /** What was typed as promo and access code, or null. */
  readonly promoCode?: string | null;
  readonly accessCode?: string | null;
  readonly selection: Selection;
  /** True: take what there is (at least one place). False: all or nothing. */
  readonly partial: boolean;
  readonly contact: HoldContact | null;
  readonly idempotency: HoldIdempotency | null;
  readonly language?: Language | undefined;
}

/** Why a customer has had enough: of tickets, or of a code. */
export type LimitRefusal =
  | { readonly code: 'LIMIT_PER_CUSTOMER'; readonly limit: number; readonly already: number }
  /** The customer has used the code as often as one may. */
  | { readonly code: 'PROMO_CODE_LIMIT' | 'ACCESS_CODE_LIMIT'; readonly limit: number }
  /** Such a limit counts here, and nothing says who buys: neither an account nor a mail address. */
  | { readonly code: 'MAIL_OR_ACCOUNT_NEEDED' };

export type CodeRefusal =
  /** Unknown here, whoever else may know it. */
  | { readonly code: 'PROMO_CODE_UNKNOWN' | 'ACCESS_CODE_UNKNOWN' }
  | {
      readonly code: 'PROMO_CODE_NOT_VALID' | 'ACCESS_CODE_NOT_VALID';
      readonly reason: 'not_yet' | 'over';
      readonly opensAt: Instant | null;
    }
  /** It counts for none of the ticket types asked for. */
  | { readonly code: 'PROMO_CODE_NOT_APPLICABLE' | 'ACCESS_CODE_NOT_APPLICABLE' }
  /** `held`: so many of its uses are in reservations and may come back. */
  | { readonly code: 'PROMO_CODE_USED_UP' | 'ACCESS_CODE_USED_UP'; readonly held: number };

/** A place that is free at the moment, and nobody's. */
export interface OfferedPlace {
  readonly ticketId: string;
  readonly seat: Seat | null;
}

/** Why a hold keeps the code that it has. */
export type CodeChangeRefusal = ReservationRefusal | CodeRefusal | LimitRefusal;

/** Why places cannot be held. Order of checks: replay, existence, on sale, limits, capacity. */
export type HoldRefusal =
  | LimitRefusal
  | CodeRefusal
  /** More of one rate than a reservation may hold. */
  | { readonly code: 'LIMIT_PER_RATE'; readonly ticketTypeId: number; readonly rate: string; readonly limit: number }
  /** The rate needs a ticket of another beside it. */
  | { readonly code: 'RATE_NOT_ALONE'; readonly ticketTypeId: number; readonly rate: string; readonly onlyWith: string }
  | {
      readonly code: 'EVENT_NOT_ON_SALE';
      readonly reason: 'not_selling' | 'not_yet' | 'over';
      readonly opensAt: Instant | null;
    }
  | { readonly code: 'TICKET_TYPE_UNKNOWN'; readonly ticketTypeId: number }
  | { readonly code: 'TICKET_TYPE_NOT_ON_SALE'; readonly ticketTypeId: number }
  | { readonly code: 'RATE_UNKNOWN'; readonly ticketTypeId: number; readonly rate: string }
  | { readonly code: 'TICKET_UNKNOWN'; readonly ids: readonly string[] }
  | { readonly code: 'LIMIT_PER_RESERVATION'; readonly limit: number }
  /** More than one customer, or the guests of one network, may hold at once; so many are `held` now. */
  | {
      readonly code: 'HOLD_LIMIT_PER_CUSTOMER' | 'HOLD_LIMIT_PER_NETWORK';
      readonly limit: number;
      readonly held: number;
    }
  /**
   * Exact places were asked for and some (`ids`) are not free. `alternative`: as many places of the same ticket type that
   * are, side by side if they are seats, in the order of the request's; left out: there are none.
   */
  | { readonly code: 'SEATS_TAKEN'; readonly ids: readonly string[]; readonly alternative?: readonly OfferedPlace[] }
  /**
   * Fewer places than asked for. The figures are of the types there are too few of (`ticketTypeIds`), not of the rest of
   * the basket: `available` are free, `byChoiceOnly` of these (wheelchair and companion seats) go only to who picks
   * them, `held` (held or in payment) may come back, the first at `nextExpiryAt` (null: only payments can decide).
   */
  | {
      readonly code: 'NOT_ENOUGH_TICKETS';
      readonly requested: number;
      readonly available: number;
      readonly held: number;
      readonly nextExpiryAt: Instant | null;
      readonly byChoiceOnly: number;
      readonly ticketTypeIds: readonly number[];
    }
  /** Nothing free and nothing held or in payment: it is only said when nothing is claimable (I8). */
  | { readonly code: 'SOLD_OUT' }
  /** Same idempotency key, other request. */
  | { readonly code: 'IDEMPOTENCY_KEY_REUSED' };

export type ReservationRefusal =
  /** Never existed, was released or converted, or belongs to someone else: all the same to a stranger. */
  | { readonly code: 'RESERVATION_UNKNOWN' }
  | { readonly code: 'RESERVATION_EXPIRED'; readonly expiredAt: Instant }
  | { readonly code: 'ALREADY_RENEWED' }
  /** A payment is under way for it. */
  | { readonly code: 'RESERVATION_IN_PAYMENT' }
  | { readonly code: 'TOO_MANY_ATTEMPTS'; readonly limit: number };

export interface TypeAvailability {
  readonly ticketTypeId: number;
  /** Places that exist: available + held + reserved + sold (blocked counts as reserved). */
  readonly capacity: number;
  readonly available: number;
  readonly held: number;
  readonly reserved: number;
  readonly sold: number;
  /** When the first of its holds lapses; null: none is held, but perhaps in payment. */
  readonly nextExpiryAt: Instant | null;
}
