import type { CommandContext } from '../../../kernel/context.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Charge, GuardedPaymentProvider } from '../../payments/index.ts';
import type { PriceBreakdown } from '../../pricing/index.ts';
import type { BookedTicket } from './booking.ts';
import { toCharge } from './charge.ts';
import type { ClaimedKey } from './purchase-request.ts';

/** A booking whose tickets are Reserved and whose payment is to be made or asked about. */
export interface OpenBooking {
  readonly bookingId: string;
  readonly organizerId: number;
  readonly eventId: number;
  readonly version: number;
  readonly reservationId: string;
  readonly attempt: number;
  readonly totalMinor: number;
  /** Left out: the sum of the tickets' prices. */
  readonly price?: PriceBreakdown;
  readonly currency: string;
  readonly tickets: readonly BookedTicket[];
  /** What the provider calls its payment, if that was written down before it was charged. */
  readonly begun: { readonly paymentId: string; readonly reference: string } | null;
}

/** The payment of an open booking: who takes it, by what, and who asks. */
export interface OpenPayment {
  readonly booking: OpenBooking;
  readonly provider: GuardedPaymentProvider;
  readonly detail: string;
  readonly context: CommandContext;
  /** The purchase that waits for it; null: none does (after a crash, or tickets that are given away). */
  readonly buyer: WaitingBuyer | null;
}

export interface WaitingBuyer {
  /** What a decline comes to is kept under it. */
  readonly key: ClaimedKey | null;
  /** The hold's deadline as it was before the payment froze it. */
  readonly deadline: Instant;
}

/** The payment of a booking as its provider is asked about it. */
export function chargeOf({ booking, detail }: Pick<OpenPayment, 'booking' | 'detail'>): Charge {
  const { totalMinor: amountMinor, currency, begun } = booking;
  return toCharge(booking, { amountMinor, currency }, detail, begun?.reference ?? null);
}
