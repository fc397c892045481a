import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { AttendeeName } from '../domain/attendees.ts';

/** Writes who will sit there: personal data, which stands apart from the history. Named again, the new name counts. */
export async function writeAttendees(
  tx: Queryable,
  target: { readonly reservationId: string; readonly organizerId: number },
  attendees: readonly AttendeeName[],
  now: Instant,
): Promise<void> {
  await tx.query(
    `INSERT INTO ticket_attendees (reservation_id, organizer_id, ticket_id, name, written_at)
     SELECT $1, $2, a.ticket_id, a.name, $5 FROM unnest($3::uuid[], $4::text[]) AS a(ticket_id, name)
     ON CONFLICT (reservation_id, ticket_id) DO UPDATE SET name = excluded.name, written_at = excluded.written_at`,
    [
      target.reservationId,
      target.organizerId,
      attendees.map(({ ticketId }) => ticketId),
      attendees.map(({ name }) => name),
      new Date(now),
    ],
  );
}

const named = `SELECT reservation_id AS "reservationId", ticket_id AS "ticketId", name FROM ticket_attendees
  WHERE (reservation_id, ticket_id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))`;

/** Who comes with these tickets, by reservation and ticket. */
export async function readAttendees(
  source: Queryable,
  tickets: readonly { readonly reservationId: string; readonly ticketId: string }[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await source.query<{ reservationId: string; ticketId: string; name: string }>(named, [
    tickets.map(({ reservationId }) => reservationId),
    tickets.map(({ ticketId }) => ticketId),
  ]);
  return new Map(rows.map(({ reservationId, ticketId, name }) => [`${reservationId} ${ticketId}`, name]));
}
