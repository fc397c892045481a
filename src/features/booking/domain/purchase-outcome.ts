import type { Instant } from '../../../kernel/instant.ts';
import type { LimitRefusal, ReservationRefusal } from '../../inventory/index.ts';
import type { BuyerAction, ProviderRefusal } from '../../payments/index.ts';
import type { PriceBreakdown } from '../../pricing/index.ts';
import type { BookedTicket, Booking, BookingStatus } from './booking.ts';

/**
 * What a purchase came to. Commands return it, the edge renders it (`http-purchase-outcome.ts`), and a request that is
 * repeated under its idempotency key is answered from the same facts: rendering is a pure function of them.
 *
 *   paid      the tickets are the buyer's
 *   open      not over: the buyer has something to do first (`action`), or nobody knows yet
 *   declined  the card was declined; the tickets stay held for a while
 *   refused   nothing was charged, and nothing is remembered: the same key may try again
 */
export type PurchaseOutcome =
  | { readonly outcome: 'paid'; readonly booking: PaidBooking }
  | { readonly outcome: 'open'; readonly booking: UnpaidBooking; readonly action: BuyerAction | null }
  | { readonly outcome: 'declined'; readonly declined: DeclinedFacts | AnswerOfBefore }
  | { readonly outcome: 'refused'; readonly refusal: PurchaseRefusal };

/** What of a booking the answer to its purchase shows. It follows from the booking's events, so nothing of it is kept. */
interface PurchasedBooking {
  readonly bookingId: string;
  readonly totalMinor: number;
  /** Left out or null: the sum of the tickets' prices. */
  readonly price?: PriceBreakdown | null;
  readonly currency: string;
  readonly tickets: readonly BookedTicket[];
}

export interface PaidBooking extends PurchasedBooking {
  readonly status: 'completed';
  readonly transactionId: string;
  /** In the order of `tickets`. */
  readonly ticketNumbers: readonly string[];
}

export interface UnpaidBooking extends PurchasedBooking {
  readonly status: Exclude<BookingStatus, 'completed' | 'failed'>;
}

/** What is kept under the key of a declined purchase: all that its answer is made of. */
export interface DeclinedFacts {
  readonly bookingId: string;
  readonly failureCode: string;
  /** The tickets stay held until then. */
  readonly expiresAt: Instant;
  /** How many more payments may be tried for them; left out by earlier versions. */
  readonly attemptsLeft?: number;
  /** Of the request that was answered first: a repetition answers it again. */
  readonly traceId: string;
}

/**
 * What earlier versions kept under a key instead: the answer itself, byte by byte. Keys live for a day, so nothing is left
 * of these a day after an update.
 */
export interface AnswerOfBefore {
  readonly status: number;
  readonly body: string;
}

/** Why a purchase did not happen. The same key may be sent again. */
export type PurchaseRefusal =
  | ReservationRefusal
  | LimitRefusal
  | ProviderRefusal
  | { readonly code: 'IDEMPOTENCY_IN_FLIGHT' }
  | { readonly code: 'IDEMPOTENCY_KEY_REUSED' }
  | { readonly code: 'GUESTS_REFUSED' }
  /** Another process decides about the event now; nothing was charged. */
  | { readonly code: 'OWNER_CHANGED' }
  | { readonly code: 'PAYMENT_MISSING' }
  | { readonly code: 'TOO_MANY_DECLINES'; readonly retryAfterSeconds: number; readonly expiresAt: Instant }
  | { readonly code: 'PAYMENT_PROVIDER_DOWN'; readonly expiresAt: Instant }
  | { readonly code: 'PAYMENT_REFERENCE_USED' }
  | { readonly code: 'PROMO_CODE_USED_UP' | 'ACCESS_CODE_USED_UP'; readonly held: 0 }
  | { readonly code: 'SEATS_TAKEN'; readonly ids: readonly string[] };

/** A purchase that did not happen. */
export function refused(refusal: PurchaseRefusal): Extract<PurchaseOutcome, { outcome: 'refused' }> {
  return { outcome: 'refused', refusal };
}

/** What a booking answers that was paid, or still waits; null for one that failed: nothing was bought by it. */
export function outcomeOf(booking: Booking, action: BuyerAction | null): PurchaseOutcome | null {
  const { status, transactionId } = booking;
  if (status === 'failed') return null;
  if (status === 'completed' && transactionId !== null) {
    return { outcome: 'paid', booking: { ...booking, status, transactionId } };
  }
  if (status === 'completed') throw new Error(`Booking ${booking.bookingId} is completed without a transaction`);
  return { outcome: 'open', booking: { ...booking, status }, action: status === 'awaiting_payment' ? action : null };
}
