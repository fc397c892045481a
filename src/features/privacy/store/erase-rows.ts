import { erasedText } from '../../../kernel/reason.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** Deletes what bookings keep of persons: contacts, and names of visitors. */
export async function deleteNamesOf(
  tx: Queryable,
  bookings: readonly { readonly bookingId: string; readonly reservationId: string }[],
): Promise<void> {
  await tx.query('DELETE FROM booking_contacts WHERE booking_id = ANY($1::uuid[])', [
    bookings.map(({ bookingId }) => bookingId),
  ]);
  await tx.query('DELETE FROM ticket_attendees WHERE reservation_id = ANY($1::text[])', [
    bookings.map(({ reservationId }) => reservationId),
  ]);
}

/** Deletes texts that were typed as a reason; null stands for one that lies elsewhere. */
export async function deleteTexts(tx: Queryable, textIds: readonly (string | null)[]): Promise<void> {
  await tx.query('DELETE FROM kept_texts WHERE text_id = ANY($1::uuid[])', [textIds]);
}

const names = (column: string) =>
  `EXISTS (SELECT FROM unnest($1::text[]) AS word WHERE position(word IN lower(${column})) > 0)`;

/**
 * Takes texts that name a person (`words`, in small letters) out of the rows that they are part of: for whom places were kept
 * back, how a review ended; the latter also where it is about one of the bookings.
 */
export async function blankTexts(
  tx: Queryable,
  { words, bookingIds }: { readonly words: readonly string[]; readonly bookingIds: readonly string[] },
): Promise<void> {
  await tx.query(
    `UPDATE allocations SET name = CASE WHEN ${names('name')} THEN $2 ELSE name END,
       note = CASE WHEN ${names('note')} THEN NULL ELSE note END WHERE ${names('name')} OR ${names('note')}`,
    [words, erasedText],
  );
  await tx.query(
    `UPDATE payment_reviews SET resolution = $2
     WHERE resolution IS NOT NULL AND (booking_id = ANY($3::uuid[]) OR ${names('resolution')})`,
    [words, erasedText, bookingIds],
  );
}
