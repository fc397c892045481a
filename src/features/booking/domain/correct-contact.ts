import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { mailSpelling } from '../../../kernel/mail-spelling.ts';
import type { Booking, BookingEvent } from './booking.ts';
import type { ContactField } from './booking-changes.ts';

/** So often a buyer may have mails of one order sent to another address: it must not become a way to write to strangers. */
const addressesMax = 5;

/** What is to be said otherwise of a buyer; what is left out stays. */
export type ContactWish = { readonly [Field in ContactField]?: string };

export interface CorrectContact {
  readonly type: 'CorrectContact';
  readonly by: 'buyer' | 'staff';
  /** What is known of the buyer; null: nothing. */
  readonly known: { readonly [Field in ContactField]: string | null } | null;
  readonly wish: ContactWish;
}

export type CorrectContactRefusal = { readonly code: 'CONTACT_CORRECTED_OFTEN'; readonly max: number };

/** What correcting a contact means for a booking: what differs is named, another mail address ends the links of the one before. */
export function decideContact(
  booking: Booking,
  { by, known, wish }: CorrectContact,
): Decision<
  readonly BookingEvent[],
  CorrectContactRefusal | { readonly code: 'BOOKING_NOT_PAID'; readonly status: string }
> {
  const { status, linkVersion } = booking;
  if (status === 'awaiting_payment' || status === 'failed') return refuse({ code: 'BOOKING_NOT_PAID', status });
  const fields = (['name', 'email', 'phone'] as const).filter(
    (field) => wish[field] !== undefined && wish[field] !== known?.[field],
  );
  if (fields.length === 0) return accept([]);
  const isSameMail =
    known?.email != null && wish.email !== undefined && mailSpelling(known.email) === mailSpelling(wish.email);
  const endsLinks = fields.includes('email') && !isSameMail;
  if (endsLinks && by === 'buyer' && linkVersion >= addressesMax) {
    return refuse({ code: 'CONTACT_CORRECTED_OFTEN', max: addressesMax });
  }
  return accept([{ type: 'ContactCorrected', data: { fields, endsLinks } }]);
}
