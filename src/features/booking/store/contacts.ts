import { mailSpelling } from '../../../kernel/mail-spelling.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { ContactWish } from '../domain/correct-contact.ts';

/** The mail address of a booking, which stays as it is until the transaction ends; null: none. */
export async function lockMailOf(tx: Queryable, bookingId: string): Promise<string | null> {
  const [row] = await tx.query<{ email: string | null }>(
    'SELECT email FROM booking_contacts WHERE booking_id = $1 FOR UPDATE',
    [bookingId],
  );
  return row?.email ?? null;
}

/** Writes what is said otherwise of a buyer: personal data, which stands apart from the history. */
export async function writeContact(
  tx: Queryable,
  { bookingId, organizerId }: { readonly bookingId: string; readonly organizerId: number },
  { name, email, phone }: ContactWish,
): Promise<void> {
  await tx.query(
    `INSERT INTO booking_contacts AS c (booking_id, organizer_id, name, email, phone, email_key) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (booking_id) DO UPDATE SET name = coalesce(excluded.name, c.name), email = coalesce(excluded.email, c.email),
       phone = coalesce(excluded.phone, c.phone), email_key = coalesce(excluded.email_key, c.email_key)`,
    [
      bookingId,
      organizerId,
      name ?? null,
      email ?? null,
      phone ?? null,
      email === undefined ? null : mailSpelling(email),
    ],
  );
}
