import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { type PaymentReview, resolveReview } from '../store/payment-reviews.ts';
import type { AppendBookingEvent } from '../store/payment-rows.ts';
import { findRefund } from '../store/refund-rows.ts';
import { advance } from './carry-out-refund.ts';

/** Takes a review off the list. A refund that had to be made by hand counts as made from then on. */
export async function resolvePaymentReview(
  parts: { readonly database: TenantDatabase; readonly clock: Clock; readonly appendBookingEvent: AppendBookingEvent },
  { reviewId, resolution }: { readonly reviewId: string; readonly resolution: string },
  { organizerId, actor, now }: CommandContext,
): Promise<Decision<PaymentReview, { readonly code: 'REVIEW_NOT_FOUND' }>> {
  const { database } = parts;
  const review = await resolveReview(
    database.as({ organizerId }),
    { reviewId, organizerId, resolution, by: actor },
    now,
  );
  if (!review) return refuse({ code: 'REVIEW_NOT_FOUND' });
  if (review.kind === 'REFUND_BY_HAND') {
    const refund = await findRefund(database.as({ organizerId }), review.subject);
    if (refund) await advance(parts, refund, 'refunded', null, actor);
  }
  return accept(review);
}
