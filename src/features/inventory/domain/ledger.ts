import type { Decision } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Proposal, ProposalRequest } from './propose-places.ts';
import type {
  Buyer,
  CodeChangeRefusal,
  Hold,
  HoldPayment,
  HoldRefusal,
  HoldRequest,
  JournaledHold,
  LedgerSnapshot,
  LedgerStart,
  LimitRefusal,
  Owner,
  PlaceRow,
  Purchase,
  ReservationRefusal,
  SaleRules,
  TypeAvailability,
} from './types.ts';

/**
 * The ledger of one event: which places are free, held, reserved, sold. Synchronous and pure: no I/O, no clock, no
 * randomness of its own; `now` is an argument. Every call is atomic (it is one turn of one thread) and all or nothing.
 * It answers in microseconds and may be lost: the database is the last word.
 *
 * A hold whose deadline has passed is dead for every decision at once, swept or not: each method first releases
 * what has expired at `now`, so a place whose hold lapsed a millisecond ago can be held by the next caller.
 */
export interface EventLedger {
  readonly rules: SaleRules;
  /** Opaque, `<epoch>.<counter>`; the counter rises with every change of any place. */
  readonly version: string;
  /** Deadline of the hold that lapses first; null if none is held. Holds in payment do not count. */
  readonly nextExpiryAt: Instant | null;
  readonly holdCount: number;
  /** Counts what changes besides places: deadlines, and rules. */
  readonly revision: number;

  /** Holds places, or says why not. A repeated idempotency key of the same customer answers the same hold again. */
  place(request: HoldRequest, now: Instant): Decision<{ hold: Hold; partial: boolean; replayed: boolean }, HoldRefusal>;
  /** The places and the price that {@link place} would give for the same request at this moment. Holds nothing. */
  propose(request: ProposalRequest, now: Instant): Decision<Proposal, HoldRefusal>;
  /** The hold as its owner sees it: a guest session, an account, either of both, or staff (null). */
  find(reservationId: string, owner: Owner, now: Instant): Decision<Hold, ReservationRefusal>;
  /** Which live hold of this customer, active or paying, holds the ticket; undefined if none. */
  findByTicket(ticketId: string, owner: Owner, now: Instant): Hold | undefined;
  /** Starts the whole hold time again, once. */
  renew(reservationId: string, owner: Owner, now: Instant): Decision<Hold, ReservationRefusal>;
  /** Takes another promo code, or none (null): the price follows, the places and the time stay. Not while a payment is under way. */
  changeCode(
    reservationId: string,
    owner: Owner,
    now: Instant,
    promoCode: string | null,
  ): Decision<Hold, CodeChangeRefusal>;
  /** Frees the places at once. */
  release(reservationId: string, owner: Owner, now: Instant): Decision<Hold, ReservationRefusal>;
  /**
   * Releases every hold that has expired; answers them and those that other calls have released since the last time, each
   * once. Called by the sweep, which only makes public what is already true. Without a sweep that list grows.
   */
  expire(now: Instant): readonly Hold[];

  /**
   * Freezes the hold for a payment: status `paying`, deadline at least `now + graceMs`, attempts + 1 (at most 5). The buyer
   * is counted from here on too, and refused if that is more than one customer may have. `payment`: what it is for, so that it goes
   * on where the ledger is loaded anew meanwhile.
   */
  freeze(
    reservationId: string,
    owner: Owner,
    now: Instant,
    graceMs: number,
    buyer?: Buyer,
    payment?: HoldPayment,
  ): Decision<Hold, ReservationRefusal | LimitRefusal>;
  /** The database now says Reserved for the places of a frozen hold. */
  markReserved(reservationId: string): void;
  /**
   * No payment was begun after all: the hold is as before the freeze, and the attempt does not count. Of a hold that is frozen for
   * another booking by now nothing changes, if it is said for which this was.
   */
  unfreeze(reservationId: string, bookingId?: string): void;
  /**
   * Payment declined: places are held again until the later of the old deadline and `now + keepMs` (it is extended once only). Of a
   * hold that is frozen for another booking by now nothing changes, if it is said for which this was.
   */
  thaw(reservationId: string, now: Instant, keepMs: number, bookingId?: string): void;
  /** A payment under way may take until then: a deadline that is sooner is moved. */
  extendPayment(reservationId: string, until: Instant): void;
  /**
   * The payment cannot even be tried now: an active hold is kept until `now + keepMs` at least (the same extension, once
   * only). Answers its deadline; undefined if there is no such active hold.
   */
  keepOnce(reservationId: string, now: Instant, keepMs: number): Instant | undefined;
  /** The clock was set by so much: all deadlines move along, so that every hold lasts as long as it was to. Answers the holds. */
  shiftDeadlines(byMs: number): readonly Hold[];
  /** The holds in payment: they end, or go on, only by the word of whoever takes the payment. */
  inPayment(): readonly Hold[];
  /** How many holds, active (swept or not) or paying, were made for an earlier edition of the show. */
  holdsBefore(edition: number): number;
  /** Paid: the hold ends as converted, its places are sold. */
  convert(reservationId: string): void;
  /** Ends a hold whatever its status (its places turn out to be gone, or the event ends); places become as `states` says by `sync`. */
  drop(reservationId: string): void;

  /**
   * The database's word on some places (after a staff change, minting, withdrawal, a cancelled booking, or a conflict).
   * Adds places that are new. A place that is held and said to be Available stays held; one said to be anything else
   * loses its hold's claim (the whole hold is dropped and answered). A place of a hold in payment that is said to be
   * Reserved is what the payment's first commit has done: it stays with its hold.
   */
  sync(places: readonly PlaceRow[]): readonly Hold[];
  /** What was bought or is in payment as the database has it; what the ledger knows already counts once. */
  learnPurchases(purchases: readonly Purchase[]): void;
  /**
   * So many tickets of a purchase are cancelled: they count no longer for the limit per customer, and with the last of
   * them the uses of its codes come back. Also for a payment that failed after a restart.
   */
  cancelPurchase(reservationId: string, count: number): void;
  /** {@link cancelPurchase} by what is left of the purchase: whoever read the database meanwhile has counted it already. */
  leaveOfPurchase(reservationId: string, left: number): void;
  /**
   * New sale rules. Types keep their places by ticketTypeId. If purchases count now and did not before (a limit per
   * customer or a code is new), {@link learnPurchases} must follow.
   */
  changeRules(rules: SaleRules): void;
  /** Ends all active holds (the event is deleted or called off); answers them. Holds in payment stay. */
  endAllHolds(): readonly Hold[];

  /** State of one ticket, or undefined if it is not here. */
  stateOf(ticketId: string): PlaceNow | undefined;
  availability(now: Instant): readonly TypeAvailability[];
  /** One byte per place number (`placeState`), the ledger's own array: read it now, never keep or change it. */
  states(now: Instant): Uint8Array;
  /** Place numbers changed after `version`, or null if that version is of another epoch or too long ago. */
  changesSince(version: string): readonly number[] | null;
  /** What the journal must keep of a hold. */
  toJournal(reservationId: string): JournaledHold | undefined;
  ticketIdAt(placeNo: number): string | undefined;
}

/** One ticket's place as it is now. */
export interface PlaceNow {
  readonly placeNo: number;
  readonly state: number;
  readonly ticketTypeId: number;
  /** The hold that it is in; null: in none. */
  readonly reservationId: string | null;
}

/**
 * A ledger that is being filled: the places of a large house come in chunks, so that whoever else is served meanwhile does
 * not wait for all of them at once. Nobody may ask it anything before it is finished.
 */
export interface LedgerBeginning {
  /** Adds places, each chunk and all chunks from the last to the first. */
  add(places: readonly PlaceRow[]): void;
  finish(rest: Pick<LedgerSnapshot, 'holds' | 'purchases'>, now: Instant): EventLedger;
}

export type BeginLedger = (start: LedgerStart) => LedgerBeginning;
