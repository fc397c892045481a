import type { Instant } from '../../../kernel/instant.ts';
import type { Language } from '../../../kernel/language.ts';
import type { HeldCode, PriceBreakdown } from '../../pricing/index.ts';
import { type BookingChange, type ChangedParts, evolveChange, unchanged } from './booking-changes.ts';
import { captureRefused } from './failure-codes.ts';

/**
 * A booking is its events. One attempt to buy a reservation is one booking: a declined attempt ends as `failed`, and the
 * next attempt is a new booking for the same reservation.
 *
 *   (nothing) ─BookingCreated→ awaiting_payment ─PaymentCompleted→ completed
 *                                     ├─PaymentAuthorized→ completed ─PaymentCompleted→ completed
 *                                     ├─PaymentFailed→ failed
 *                                     └─ReviewRequested→ needs_review
 *   completed, needs_review ─BookingCancelled→ cancelled
 *
 * What happens after the payment (cancellations, refunds, a new owner) stands in `booking-changes.ts`.
 */
export type BookingStatus = 'awaiting_payment' | 'completed' | 'failed' | 'needs_review' | 'cancelled';

export interface BuyerConsent {
  readonly terms?: number;
  readonly privacy?: number;
}

export interface BookedTicket {
  readonly ticketId: string;
  readonly placeNo: number;
  readonly ticketTypeId: number;
  readonly ticketType: string;
  readonly rate: string;
  /** Of its rate, before discount, fee and tax: what it cost the buyer is in the booking's price, line by line. */
  readonly priceMinor: number;
  readonly seat: { readonly guid: string; readonly zone: string; readonly row: string; readonly number: string } | null;
}

export interface PaymentCompleted {
  readonly paymentId: string;
  readonly providerReference: string | null;
  readonly amountMinor: number;
  readonly transactionId: string;
  readonly paidAt: Instant;
  readonly ticketNumbers: readonly string[];
}

export type BookingEvent =
  | {
      readonly type: 'BookingCreated';
      readonly data: {
        readonly bookingId: string;
        readonly eventId: number;
        readonly reservationId: string;
        /** A guest session or `account:<id>`; null: nobody’s. */
        readonly owner: string | null;
        readonly attempt: number;
        readonly tickets: readonly BookedTicket[];
        readonly totalMinor: number;
        /** How the total came about; left out: it is the sum of the tickets' prices. */
        readonly price?: PriceBreakdown;
        /** Promo and access codes that it uses; left out: none. */
        readonly codes?: readonly HeldCode[];
        readonly currency: string;
        readonly provider: string;
        /** The edition of the show that it was bought for; left out: 0. */
        readonly edition?: number;
        /** What its buyer reads; left out: nobody said. */
        readonly language?: Language;
        /** Which versions of the organiser's texts its buyer agreed to; left out: nobody said. */
        readonly consent?: BuyerConsent;
      };
    }
  /** The provider knows of the payment, under this id; no money has moved. */
  | {
      readonly type: 'PaymentRequested';
      readonly data: { readonly paymentId: string; readonly provider: string; readonly providerReference: string };
    }
  /** The money is set aside, and the tickets are sold for it. */
  | { readonly type: 'PaymentAuthorized'; readonly data: PaymentCompleted }
  /** The money is taken. */
  | { readonly type: 'PaymentCompleted'; readonly data: PaymentCompleted }
  | { readonly type: 'PaymentFailed'; readonly data: { readonly paymentId: string; readonly failureCode: string } }
  | { readonly type: 'ReviewRequested'; readonly data: { readonly reason: string } }
  /** The buyer disputes the charge with the bank. */
  | {
      readonly type: 'PaymentDisputed';
      readonly data: {
        readonly disputeId: string;
        readonly reason: string;
        readonly status: string;
        readonly amountMinor: number;
        readonly currency: string;
      };
    }
  | BookingChange;

export type BookingCreated = Extract<BookingEvent, { type: 'BookingCreated' }>['data'];

/** A booking as its events make it. */
export interface Booking extends BookingCreated, Omit<ChangedParts, 'status'> {
  readonly status: BookingStatus;
  readonly version: number;
  readonly transactionId: string | null;
  readonly failureCode: string | null;
  /** In the order of `tickets`; empty until paid. */
  readonly ticketNumbers: readonly string[];
  /** What it was paid with; other money that came for it (twice, too late) stands for nothing and goes back. */
  readonly paymentId: string | null;
  readonly paidMinor: number;
}

/** The booking after one more event; the first must be `BookingCreated`. */
export function evolve(booking: Booking | null, event: BookingEvent): Booking {
  if (event.type === 'BookingCreated') {
    const before = { transactionId: null, failureCode: null, ticketNumbers: [], paymentId: null, paidMinor: 0 };
    return { ...event.data, ...unchanged, ...before, status: 'awaiting_payment', version: 1 };
  }
  if (!booking) throw new Error(`A booking cannot begin with ${event.type}`);
  const version = booking.version + 1;
  switch (event.type) {
    case 'PaymentRequested':
    case 'PaymentDisputed':
      return { ...booking, version };
    case 'PaymentAuthorized':
    case 'PaymentCompleted': {
      const { transactionId, ticketNumbers, paymentId, amountMinor: paidMinor } = event.data;
      // Taken after it was set aside: the booking may have been cancelled meanwhile.
      const status = booking.paymentId === paymentId ? booking.status : 'completed';
      const paid = { transactionId, ticketNumbers, paymentId, paidMinor, failureCode: null };
      return { ...booking, version, status, ...paid };
    }
    case 'PaymentFailed':
      return { ...booking, version, status: 'failed', failureCode: event.data.failureCode };
    case 'ReviewRequested': {
      const review = { ...booking, version, status: 'needs_review' as const, failureCode: event.data.reason };
      // What was set aside could not be taken: nothing was paid.
      return event.data.reason === captureRefused ? { ...review, paidMinor: 0 } : review;
    }
    default:
      return { ...booking, ...(evolveChange(booking, event) as Partial<Booking>), version };
  }
}

/** A booking from its whole history; null for an empty one. */
export function replay(events: readonly BookingEvent[]): Booking | null {
  return events.reduce<Booking | null>(evolve, null);
}

/**
 * The booking as it was when its purchase was answered: just after it was paid, whatever happened to it later. One that
 * was never paid, as it is.
 */
export function asAnswered(events: readonly BookingEvent[]): Booking | null {
  let booking: Booking | null = null;
  for (const event of events) {
    booking = evolve(booking, event);
    if (booking.status === 'completed') break;
  }
  return booking;
}
