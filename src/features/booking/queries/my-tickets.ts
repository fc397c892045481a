import type { MyTicketAnswer } from '../../../contract/booking.ts';
import { toIso, toLocalIso } from '../../../kernel/instant.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { viewing } from '../../../platform/postgres/scope.ts';
import type { TicketCodes } from '../../ticket-codes/index.ts';
import { orderNumberOf } from '../domain/order-number.ts';

export interface MyTicketsQuestion {
  readonly owners: readonly string[];
  readonly when: 'upcoming' | 'past' | 'cancelled' | null;
  readonly limit: number;
  /** The last ticket of the page before: its show's start and its id. */
  readonly after: readonly [startsAt: string, ticketId: string] | null;
  readonly now: number;
}

interface Row {
  readonly ticketId: string;
  readonly ticketNumber: string | null;
  readonly bookingId: string;
  readonly orderedAt: Date;
  readonly reservationId: string;
  readonly status: string;
  readonly when: string;
  readonly ticketType: string;
  readonly rate: string | null;
  readonly priceMinor: number | null;
  readonly currency: string;
  readonly seatGuid: string | null;
  readonly zone: string | null;
  readonly rowLabel: string | null;
  readonly seatNumber: string | null;
  readonly attendeeName: string | null;
  readonly eventId: number;
  readonly title: string;
  readonly type: string;
  readonly eventStatus: string;
  readonly startsAt: Date;
  readonly timeZone: string;
  readonly venue: string;
  readonly city: string | null;
  readonly imageUrl: string | null;
}

// A booking names its tickets and their event: no index by booking is needed, which every sale would have to pay for.
const select = (order: 'ASC' | 'DESC') => ({
  name: `my-tickets-${order}`,
  text: `SELECT * FROM (
      SELECT t.ticket_id AS "ticketId", t.ticket_number AS "ticketNumber", b.booking_id AS "bookingId", b.created_at AS "orderedAt",
        b.reservation_id AS "reservationId", t.status,
        CASE WHEN t.status = 'Cancelled' OR e.status = 'cancelled' THEN 'cancelled'
          WHEN coalesce(e.ends_at, e.starts_at) < $2 AND e.status <> 'postponed' THEN 'past' ELSE 'upcoming' END AS "when",
        y.name AS "ticketType", t.rate, t.price_minor AS "priceMinor", b.currency, t.seat_guid AS "seatGuid", t.zone,
        t.row_label AS "rowLabel", t.seat_number AS "seatNumber", e.event_id AS "eventId", e.title, e.type, e.status AS "eventStatus",
        e.starts_at AS "startsAt", e.time_zone AS "timeZone", v.name AS venue, v.city, e.image_url AS "imageUrl"
      FROM bookings b CROSS JOIN LATERAL unnest(b.ticket_ids) AS booked(ticket_id)
      JOIN tickets t ON t.event_id = b.event_id AND t.ticket_id = booked.ticket_id AND t.booking_id = b.booking_id
      JOIN events e ON e.event_id = b.event_id JOIN ticket_types y USING (ticket_type_id) JOIN venues v USING (venue_id)
      WHERE b.session_id = ANY($1::text[]) AND b.status IN ('completed', 'cancelled')
    ) AS mine
    WHERE ($3::text IS NULL OR "when" = $3)
      AND ($4::timestamptz IS NULL OR ("startsAt", "ticketId") ${order === 'ASC' ? '>' : '<'} ($4, $5::uuid))
    ORDER BY "startsAt" ${order}, "ticketId" ${order} LIMIT $6`,
});
const soonestFirst = select('ASC');
const latestFirst = select('DESC');

const attendees = `SELECT reservation_id AS "reservationId", ticket_id AS "ticketId", name FROM ticket_attendees
  WHERE (reservation_id, ticket_id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))`;

/** Somebody's tickets: what is ahead soonest first, what is over latest first. */
export async function listMyTickets(
  { database, ticketCodes }: { readonly database: TenantDatabase; readonly ticketCodes: TicketCodes },
  question: MyTicketsQuestion,
) {
  const { owners, when, limit, after, now } = question;
  const statement = when === 'past' || when === 'cancelled' ? latestFirst : soonestFirst;
  const [startsAt = null, ticketId = null] = after ?? [];
  const rows = await database
    .as(viewing(null, owners))
    .query<Row>(statement, [owners, new Date(now), when, startsAt, ticketId, limit + 1]);
  const shown = rows.slice(0, limit);
  const named = await database.bypassingRls.query<{ reservationId: string; ticketId: string; name: string }>(
    attendees,
    [shown.map((row) => row.reservationId), shown.map((row) => row.ticketId)],
  );
  const names = new Map(named.map((one) => [`${one.reservationId} ${one.ticketId}`, one.name]));
  const codes = await ticketCodes.codesOf(
    shown
      .filter(({ status }) => status === 'Sold')
      .map(({ ticketId, eventId, orderedAt }) => ({ ticketId, eventId, issuedAt: orderedAt.getTime() })),
  );
  const last = rows.length > limit ? shown.at(-1)! : null;
  return {
    items: shown.map((row) =>
      toAnswer(row, names.get(`${row.reservationId} ${row.ticketId}`), codes.get(row.ticketId) ?? null),
    ),
    next: last && ([last.startsAt.toISOString(), last.ticketId] as const),
  };
}

function toAnswer(row: Row, attendeeName: string | undefined, code: string | null): MyTicketAnswer {
  const { ticketId, ticketNumber, bookingId, status, when, ticketType, rate, currency } = row;
  const { eventId, title, type, eventStatus, timeZone, venue, city, imageUrl } = row;
  const startsAt = row.startsAt.getTime();
  return {
    ...{ ticketId, ticketNumber, code, bookingId, status, when, ticketType, rate, currency },
    orderNumber: orderNumberOf(bookingId),
    price: toDecimal(row.priceMinor ?? 0, currency),
    seat:
      row.seatGuid === null
        ? null
        : { guid: row.seatGuid, zone: row.zone ?? '', row: row.rowLabel ?? '', number: row.seatNumber ?? '' },
    ...(attendeeName !== undefined && { attendeeName }),
    event: {
      ...{ eventId, title, type, status: eventStatus, timeZone, venue, city, imageUrl },
      startsAt: toIso(startsAt),
      localStart: toLocalIso(startsAt, timeZone),
    },
  };
}
