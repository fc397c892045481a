import type { Queryable } from '../../../platform/postgres/database.ts';

/** Whom it is about: by what they own, by the mail addresses that were left with bookings. */
export interface Person {
  /** `account:<id>`, guest sessions. */
  readonly owners: readonly string[];
  /** In small letters, every spelling of each. */
  readonly emails: readonly string[];
}

export interface PersonsBooking {
  readonly bookingId: string;
  readonly reservationId: string;
  readonly eventId: number;
  readonly title: string;
  readonly startsAt: Date;
  readonly status: string;
  readonly totalMinor: number;
  readonly currency: string;
  readonly createdAt: Date;
  readonly contact: {
    readonly name: string | null;
    readonly email: string | null;
    readonly phone: string | null;
    readonly notes: string | null;
    readonly companyName: string | null;
    readonly vatId: string | null;
  } | null;
  readonly attendees: readonly string[];
}

/** Nobody has bought more often; who has is exported and erased in several turns. */
const bookingsMax = 10_000;

const select = `
  SELECT b.booking_id AS "bookingId", b.reservation_id AS "reservationId", b.event_id AS "eventId", e.title,
    e.starts_at AS "startsAt", b.status, b.total_minor AS "totalMinor", b.currency, b.created_at AS "createdAt",
    CASE WHEN c.booking_id IS NULL THEN NULL
      ELSE json_build_object('name', c.name, 'email', c.email, 'phone', c.phone, 'notes', c.notes,
        'companyName', c.company_name, 'vatId', c.vat_id) END AS contact,
    coalesce((SELECT json_agg(a.name ORDER BY a.ticket_id) FROM ticket_attendees a
      WHERE a.reservation_id = b.reservation_id AND a.ticket_id = ANY (b.ticket_ids)), '[]') AS attendees
  FROM bookings b JOIN events e USING (event_id) LEFT JOIN booking_contacts c USING (booking_id)
  WHERE b.booking_id IN (
    SELECT booking_id FROM bookings WHERE session_id = ANY($1::text[])
    UNION SELECT booking_id FROM booking_contacts WHERE email_key = ANY($2::text[]))
  ORDER BY b.booking_id LIMIT ${bookingsMax}`;

/** What somebody has booked, with all that is personal about it; only what the source shows (an organiser's, or all). */
export function bookingsOfPerson(source: Queryable, { owners, emails }: Person): Promise<PersonsBooking[]> {
  return source.query<PersonsBooking>(select, [owners, emails]);
}
