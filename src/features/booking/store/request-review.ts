import type { Queryable } from '../../../platform/postgres/database.ts';
import { openReview } from '../../payments/index.ts';
import { appendToBooking, lockBooking } from './booking-rows.ts';
import type { ReviewRequest } from './booking-store.ts';
import { insertPayment } from './late-payment.ts';

/** Puts an open booking on the list of staff, with the money that was taken for it; one that is not open is left alone. */
export async function requestReview(tx: Queryable, review: ReviewRequest): Promise<void> {
  const { bookingId, organizerId, reason, paymentId, provider, taken, metadata, at } = review;
  const locked = await lockBooking(tx, bookingId);
  if (locked?.booking.status !== 'awaiting_payment') return;
  if (taken) await insertPayment(tx, { ...taken, paymentId, state: 'captured', organizerId, bookingId, provider }, at);
  await appendToBooking(tx, locked, [{ type: 'ReviewRequested', data: { reason } }], { ...metadata, now: at });
  const { totalMinor, currency } = locked.booking;
  const facts = { paymentId, provider, taken, askedMinor: totalMinor, currency };
  await openReview(tx, { organizerId, kind: reason, subject: bookingId, bookingId, facts }, at);
}
