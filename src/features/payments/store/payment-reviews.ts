import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/**
 * Why a person must look at money:
 *   AMOUNT_DIFFERS       the provider took another amount than the booking's
 *   TICKETS_NOT_RESERVED paid, and the tickets are not there any more
 *   CAPTURE_REFUSED      tickets were issued for money that could not be taken; they are void
 *   LATE_PAYMENT         money came too late for a booking, and it cannot be given back by itself
 *   UNKNOWN_PAYMENT      the provider has a payment with one of our marks that we know nothing of
 *   OUTCOME_UNKNOWN      a payment has been asked about in vain for long
 *   REFUND_FAILED        the provider refused to give money back
 *   REFUNDED_ELSEWHERE   somebody gave back a part of a payment in the provider's own pages; tickets are as they were
 *   REFUND_BY_HAND       money came from elsewhere and must go back there
 *   DISPUTE              the buyer disputes a charge
 *   PAYMENT_NOT_TAKEN    the provider will not begin payments: the account is not connected, or the amount too small
 */
export type ReviewKind =
  | 'AMOUNT_DIFFERS'
  | 'TICKETS_NOT_RESERVED'
  | 'CAPTURE_REFUSED'
  | 'LATE_PAYMENT'
  | 'UNKNOWN_PAYMENT'
  | 'OUTCOME_UNKNOWN'
  | 'REFUND_FAILED'
  | 'REFUNDED_ELSEWHERE'
  | 'REFUND_BY_HAND'
  | 'DISPUTE'
  | 'PAYMENT_NOT_TAKEN';

export interface ReviewToOpen {
  readonly organizerId: number;
  readonly kind: ReviewKind;
  /** What it is about: the same kind and subject is one review, however often it is noticed. */
  readonly subject: string;
  readonly bookingId: string | null;
  readonly facts: object;
}

export interface PaymentReview extends ReviewToOpen {
  readonly reviewId: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

const columns = `review_id AS "reviewId", organizer_id AS "organizerId", kind, subject, booking_id AS "bookingId", facts,
  (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt",
  (extract(epoch FROM updated_at) * 1000)::float8 AS "updatedAt"`;

/** Puts something on the list of staff; what is on it already learns the new facts. */
export async function openReview(
  tx: Queryable,
  { organizerId, kind, subject, bookingId, facts }: ReviewToOpen,
  now: Instant,
  random: RandomBytes = systemRandom,
): Promise<void> {
  await tx.query(
    `INSERT INTO payment_reviews (review_id, organizer_id, kind, subject, booking_id, facts, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
     ON CONFLICT (kind, subject) WHERE resolved_at IS NULL DO UPDATE SET facts = EXCLUDED.facts, updated_at = EXCLUDED.updated_at`,
    [uuidv7(now, random), organizerId, kind, subject, bookingId, JSON.stringify(facts), new Date(now)],
  );
}

/** What is open of an organiser, newest first. */
export function listReviews(
  database: Queryable,
  { organizerId, before, limit }: { organizerId: number; before: string | undefined; limit: number },
): Promise<PaymentReview[]> {
  return database.query<PaymentReview>(
    `SELECT ${columns} FROM payment_reviews
     WHERE organizer_id = $1 AND resolved_at IS NULL AND ($2::uuid IS NULL OR review_id < $2)
     ORDER BY review_id DESC LIMIT $3`,
    [organizerId, before ?? null, limit],
  );
}

/** Takes one off the list; null if it is not on it. */
export async function resolveReview(
  tx: Queryable,
  { reviewId, organizerId, resolution, by }: { reviewId: string; organizerId: number; resolution: string; by: string },
  now: Instant,
): Promise<PaymentReview | null> {
  const [row] = await tx.query<PaymentReview>(
    `UPDATE payment_reviews SET resolved_at = $3, resolved_by = $4, resolution = $5
     WHERE review_id = $1 AND organizer_id = $2 AND resolved_at IS NULL RETURNING ${columns}`,
    [reviewId, organizerId, new Date(now), by, resolution],
  );
  return row ?? null;
}
