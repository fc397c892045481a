import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { ReceiptDocument, Seller } from '../domain/receipt.ts';

export interface ReceiptRow {
  readonly number: number;
  readonly issuedAt: Date;
  readonly document: ReceiptDocument;
  /** Of a refund that failed after it was issued. */
  readonly isVoid: boolean;
}

const columns = `number, issued_at AS "issuedAt", document,
  EXISTS (SELECT FROM refunds f WHERE f.refund_id = receipts.refund_id AND f.state = 'failed') AS "isVoid"`;

/** The receipt of a booking, or of one of its refunds; null if it was not issued yet. */
export async function findReceipt(
  source: Queryable,
  bookingId: string,
  refundId: string | null,
): Promise<ReceiptRow | null> {
  const [row] = await source.query<ReceiptRow>(
    `SELECT ${columns} FROM receipts WHERE booking_id = $1 AND refund_id IS NOT DISTINCT FROM $2`,
    [bookingId, refundId],
  );
  return row ?? null;
}

/**
 * Issues receipts of one organiser in the caller's transaction, in the order of `documents`, with numbers that follow each other.
 * Those that were issued before are left alone, and take no number.
 */
export async function insertReceipts(
  tx: Queryable,
  organizerId: number,
  documents: readonly ReceiptDocument[],
  now: Instant,
): Promise<void> {
  await tx.query('INSERT INTO receipt_counters (organizer_id, last_number) VALUES ($1, 0) ON CONFLICT DO NOTHING', [
    organizerId,
  ]);
  // Whoever issues next waits here: only then is it looked what is issued already.
  await tx.query('SELECT FROM receipt_counters WHERE organizer_id = $1 FOR UPDATE', [organizerId]);
  await tx.query(
    `WITH fresh AS (
       SELECT d.*, row_number() OVER (ORDER BY d.no) AS step
       FROM unnest($2::uuid[], $3::uuid[], $4::text[]) WITH ORDINALITY AS d(booking_id, refund_id, document, no)
       WHERE NOT EXISTS (SELECT FROM receipts r WHERE r.booking_id = d.booking_id AND r.refund_id IS NOT DISTINCT FROM d.refund_id)
     ), counted AS (
       UPDATE receipt_counters SET last_number = last_number + (SELECT count(*) FROM fresh) WHERE organizer_id = $1
       RETURNING last_number - (SELECT count(*) FROM fresh) AS before
     )
     INSERT INTO receipts (organizer_id, number, booking_id, refund_id, issued_at, document)
     SELECT $1, before + step, booking_id, refund_id, $5, document::json FROM fresh, counted`,
    [
      organizerId,
      documents.map(({ bookingId }) => bookingId),
      documents.map(({ refundId }) => refundId),
      documents.map((document) => JSON.stringify(document)),
      new Date(now),
    ],
  );
}

/** Who sells, and what: what a receipt says beside the money. Keys: organiser, event. */
export async function readPapers(
  source: Queryable,
  { organizerIds, eventIds }: { readonly organizerIds: readonly number[]; readonly eventIds: readonly number[] },
) {
  const sellers = await source.query<Seller & { organizerId: number }>(
    `SELECT o.organizer_id AS "organizerId", coalesce(s.seller_name, o.name) AS name, s.seller_address AS address,
       s.tax_number AS "taxNumber"
     FROM organizers o LEFT JOIN organizer_settings s USING (organizer_id) WHERE o.organizer_id = ANY($1::int[])`,
    [organizerIds],
  );
  const shows = await source.query<{ eventId: number; title: string; startsAt: Date; timeZone: string; venue: string }>(
    `SELECT event_id AS "eventId", title, starts_at AS "startsAt", e.time_zone AS "timeZone", v.name AS venue
     FROM events e JOIN venues v USING (venue_id) WHERE event_id = ANY($1::int[])`,
    [eventIds],
  );
  return {
    sellers: new Map(sellers.map(({ organizerId, ...seller }) => [organizerId, seller])),
    shows: new Map(
      shows.map(({ eventId, startsAt, ...show }) => [eventId, { ...show, startsAt: startsAt.toISOString() }]),
    ),
  };
}
