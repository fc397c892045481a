import { spellingsOf } from '../../../platform/mail/spellings.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { BookingFilter, BookingRow } from './booking-store.ts';
import { bookingColumns } from './sql.ts';

/** A filter that little matches must not walk through millions of rows for one page: then the page is shorter. */
const rowsScannedMax = 20_000;
const highestId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const narrow = `($3::int IS NULL OR event_id = $3) AND ($4::text IS NULL OR status = $4) AND ($5::int IS NULL OR organizer_id = $5)
  AND ($6::text IS NULL OR reservation_id = $6) AND booking_id < $1`;

/** What somebody bought is found by its owner, by mail address, by reservation. Each of these is few. */
const statements = {
  owners: {
    name: 'booking-list-of-owners',
    text: `SELECT ${bookingColumns} FROM bookings WHERE session_id = ANY($7::text[]) AND ${narrow}
      ORDER BY booking_id DESC LIMIT $2`,
  },
  email: {
    name: 'booking-list-of-email',
    text: `SELECT ${bookingColumns} FROM bookings
      WHERE booking_id IN (SELECT booking_id FROM booking_contacts WHERE email_key = ANY($7::text[])) AND ${narrow}
      ORDER BY booking_id DESC LIMIT $2`,
  },
  // Failed attempts beside it have no index: they are left out.
  reservation: {
    name: 'booking-list-of-reservation',
    text: `SELECT ${bookingColumns} FROM bookings WHERE reservation_id = $7 AND holds_reservation AND ${narrow}
      ORDER BY booking_id DESC LIMIT $2`,
  },
  // Bookings that keep places: found through the tickets of the event.
  event: {
    name: 'booking-list-of-event',
    text: `SELECT ${bookingColumns} FROM bookings
      WHERE booking_id IN (SELECT t.booking_id FROM tickets t WHERE t.event_id = $7 AND t.booking_id IS NOT NULL) AND ${narrow}
      ORDER BY booking_id DESC LIMIT $2`,
  },
} as const;

const scan = `SELECT * FROM bookings WHERE booking_id < $1 ORDER BY booking_id DESC LIMIT ${rowsScannedMax}`;
const scanned = {
  page: {
    name: 'booking-list',
    text: `SELECT ${bookingColumns} FROM (${scan}) AS s WHERE ${narrow} ORDER BY booking_id DESC LIMIT $2`,
  },
  last: {
    name: 'booking-list-scanned',
    text: `SELECT booking_id AS id FROM (${scan}) AS s OFFSET ${rowsScannedMax - 1}`,
  },
};

/** One page of bookings, newest first, and where the next begins. */
export async function listBookings(
  database: TenantDatabase,
  filter: BookingFilter,
): Promise<{ rows: BookingRow[]; next: string | null }> {
  const { owners, email, reservationId, eventId, status, organizerId, before = highestId, limit } = filter;
  const narrowed = [before, limit + 1, eventId ?? null, status ?? null, organizerId ?? null, reservationId ?? null];
  const page = (rows: BookingRow[]) => ({
    rows: rows.slice(0, limit),
    next: rows.length > limit ? rows[limit - 1]!.bookingId : null,
  });
  const asViewer = database.as(owners ? { organizers: [], customers: owners } : { organizerId: organizerId ?? 0 });
  if (owners) return page(await asViewer.query<BookingRow>(statements.owners, [...narrowed, owners]));
  if (email !== undefined)
    return page(await asViewer.query<BookingRow>(statements.email, [...narrowed, spellingsOf(email)]));
  if (reservationId !== undefined) {
    return page(await asViewer.query<BookingRow>(statements.reservation, [...narrowed, reservationId]));
  }
  const keepsPlaces = status !== undefined && status !== 'failed';
  if (eventId !== undefined && keepsPlaces) {
    return page(await asViewer.query<BookingRow>(statements.event, [...narrowed, eventId]));
  }
  const found = page(await asViewer.query<BookingRow>(scanned.page, narrowed));
  if (found.next !== null) return found;
  const [last] = await asViewer.query<{ id: string }>(scanned.last, [before]);
  return { rows: found.rows, next: last?.id ?? null };
}
