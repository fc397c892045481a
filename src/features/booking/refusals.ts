import { codesOf, type RefusalOf } from '../../contract/problems.ts';
import { type PlaceHoldRefusal, placeHoldProblems } from '../inventory/index.ts';
import type { ChangeRefusal } from './commands/change-booking.ts';
import type { ComplimentaryRefusal } from './commands/give-complimentary.ts';
import type { CorrectContactRefusal } from './domain/correct-contact.ts';
import type { RefundBookingRefusal } from './domain/decide-refund.ts';
import type { PurchaseRefusal } from './domain/purchase-outcome.ts';

/** Everything that this slice refuses with. */
export type BookingRefusals =
  | ChangeRefusal
  | ComplimentaryRefusal
  | PurchaseRefusal
  | RefusalOf<'CONTACT_OF_ACCOUNT' | 'PAYMENT_DECLINED'>;

/** The codes that a purchase can be refused or declined with. */
export const purchaseProblems = codesOf<PurchaseRefusal | RefusalOf<'PAYMENT_DECLINED'>>({
  ACCESS_CODE_LIMIT: true,
  ACCESS_CODE_USED_UP: true,
  ALREADY_RENEWED: true,
  AMOUNT_NOT_PAYABLE: true,
  GUESTS_REFUSED: true,
  IDEMPOTENCY_IN_FLIGHT: true,
  IDEMPOTENCY_KEY_REUSED: true,
  LIMIT_PER_CUSTOMER: true,
  MAIL_OR_ACCOUNT_NEEDED: true,
  OWNER_CHANGED: true,
  PAYMENT_DECLINED: true,
  PAYMENT_MISSING: true,
  PAYMENT_PROVIDER_DOWN: true,
  PAYMENT_REFERENCE_USED: true,
  PAYMENT_TOKEN_UNKNOWN: true,
  PROMO_CODE_LIMIT: true,
  PROMO_CODE_USED_UP: true,
  RESERVATION_EXPIRED: true,
  RESERVATION_IN_PAYMENT: true,
  RESERVATION_UNKNOWN: true,
  SEATS_TAKEN: true,
  TOO_MANY_ATTEMPTS: true,
  TOO_MANY_DECLINES: true,
});

/** The codes that a cancellation can be refused with; those of refunds are of refunds alone. */
export const cancelProblems = codesOf<Exclude<ChangeRefusal, RefundBookingRefusal | CorrectContactRefusal>>({
  BOOKING_NOT_PAID: true,
  BOOKING_UNKNOWN: true,
  BOOKING_VERSION_MISMATCH: true,
  CANCELLATION_BREAKS_RATE: true,
  CANCELLATION_NOT_ALLOWED: true,
  CANCELLATION_TOO_LATE: true,
  TICKET_UNKNOWN: true,
});

/** The codes that asking what a cancellation would do can be refused with. */
export const previewProblems = codesOf<
  Exclude<ChangeRefusal, RefundBookingRefusal | CorrectContactRefusal | RefusalOf<'BOOKING_VERSION_MISMATCH'>>
>({
  BOOKING_NOT_PAID: true,
  BOOKING_UNKNOWN: true,
  CANCELLATION_BREAKS_RATE: true,
  CANCELLATION_NOT_ALLOWED: true,
  CANCELLATION_TOO_LATE: true,
  TICKET_UNKNOWN: true,
});

/** The codes that naming who will sit there can be refused with. */
export const attendeesProblems = codesOf<RefusalOf<'BOOKING_NOT_PAID' | 'BOOKING_UNKNOWN' | 'TICKET_UNKNOWN'>>({
  BOOKING_NOT_PAID: true,
  BOOKING_UNKNOWN: true,
  TICKET_UNKNOWN: true,
});

/** The codes that correcting a contact can be refused with. */
export const contactProblems = codesOf<
  CorrectContactRefusal | RefusalOf<'BOOKING_NOT_PAID' | 'BOOKING_UNKNOWN' | 'TOO_MANY_MAILS'>
>({
  BOOKING_NOT_PAID: true,
  BOOKING_UNKNOWN: true,
  CONTACT_CORRECTED_OFTEN: true,
  TOO_MANY_MAILS: true,
});

/** The codes that giving tickets away can be refused with. */
export const complimentaryProblems = [
  ...placeHoldProblems,
  ...codesOf<Exclude<ComplimentaryRefusal, PlaceHoldRefusal>>({
    IDEMPOTENCY_IN_FLIGHT: true,
    OWNER_CHANGED: true,
    TICKETS_CHANGED: true,
    TICKET_IN_PAYMENT: true,
    TICKET_MOVE_FORBIDDEN: true,
    TICKET_VERSION_MISMATCH: true,
  }),
];
