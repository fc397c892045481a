import type { ReconcileRefunds } from './commands/reconcile-refunds.ts';
import type { RequestRefund } from './commands/request-refund.ts';
import type { AppendBookingEvent } from './store/payment-rows.ts';
import type { PaymentWork } from './store/payment-work.ts';

/** The bookings, as far as payments reach them: what is heard from providers ends there, and money that goes back takes tickets along. */
export interface PaidBookings {
  /** Asks the provider what became of a booking's payment and brings the booking to the end that follows. */
  reconcileBooking(bookingId: string, provider: string, reference: string): Promise<void>;
  /** Takes money that was set aside for a booking whose tickets are issued. */
  capture(work: PaymentWork): Promise<unknown>;
  readonly requestRefund: RequestRefund;
  readonly reconcileRefunds: ReconcileRefunds;
  readonly appendBookingEvent: AppendBookingEvent;
}

/** The organisers, as far as payments need them. */
export interface PaidOrganizers {
  /** The organiser's own account at the card company, as it is set now; null if its money goes to the platform's. */
  paymentAccountOf(organizerId: number): Promise<string | null>;
  /** The id of a public organiser by its slug; null if there is none. */
  findOrganizer(slug: string): Promise<number | null>;
}
