import { serialIdMax } from '../../../contract/common.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { Rate } from '../../inventory/index.ts';

/** A ticket as the database has it: `Held` is the ledger's alone. */
export type StoredStatus = 'Available' | 'Reserved' | 'Sold' | 'Cancelled';

/** Whom a booking is for. */
export interface TicketContact {
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly notes: string | null;
}

/** A ticket with what a reader needs to know of its event, type and booking. */
export interface TicketRow {
  readonly ticketId: string;
  readonly eventId: number;
  readonly organizerId: number;
  readonly ticketTypeId: number;
  readonly ticketType: string;
  /** Of the type, at least one. */
  readonly rates: readonly Rate[];
  readonly currency: string;
  readonly placeNo: number;
  readonly status: StoredStatus;
  readonly seatGuid: string | null;
  readonly zone: string | null;
  readonly rowLabel: string | null;
  readonly seatNumber: string | null;
  readonly reason: string | null;
  readonly bookingId: string | null;
  /** The guest session or account that the booking belongs to. */
  readonly owner: string | null;
  readonly rate: string | null;
  readonly priceMinor: number | null;
  readonly ticketNumber: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Of the booking, as far as whoever asks may see that. */
  readonly reservationId: string | null;
  readonly purchasedAt: Date | null;
  readonly contact: TicketContact | null;
  /** Whether the public may know the event. */
  readonly isPublic: boolean;
}

const ticketColumns = `t.ticket_id AS "ticketId", t.event_id AS "eventId", t.organizer_id AS "organizerId",
  t.ticket_type_id AS "ticketTypeId", y.name AS "ticketType", y.rates, e.currency, t.place_no AS "placeNo", t.status,
  t.seat_guid AS "seatGuid", t.zone, t.row_label AS "rowLabel", t.seat_number AS "seatNumber", t.reason,
  t.booking_id AS "bookingId", b.session_id AS owner, t.rate, t.price_minor AS "priceMinor",
  t.ticket_number AS "ticketNumber", t.version, t.created_at AS "createdAt", t.updated_at AS "updatedAt",
  b.reservation_id AS "reservationId", e.is_active AND e.status <> 'draft' AS "isPublic",
  CASE WHEN c.booking_id IS NOT NULL
    THEN json_build_object('name', c.name, 'email', c.email, 'phone', c.phone, 'notes', c.notes) END AS contact,
  CASE WHEN t.ticket_number IS NOT NULL AND b.booking_id IS NOT NULL THEN (
    SELECT min(s.occurred_at) FROM event_store s WHERE s.stream = 'booking-' || b.booking_id
      AND s.type IN ('PaymentAuthorized', 'PaymentCompleted')) END AS "purchasedAt"`;

const ticketSource = `tickets t JOIN events e ON e.event_id = t.event_id
  JOIN ticket_types y ON y.ticket_type_id = t.ticket_type_id LEFT JOIN bookings b ON b.booking_id = t.booking_id
  LEFT JOIN booking_contacts c ON c.booking_id = t.booking_id`;

const selectById = {
  name: 'tickets-by-id',
  text: `SELECT ${ticketColumns} FROM ${ticketSource} WHERE t.ticket_id = ANY($1::uuid[]) ORDER BY t.event_id, t.ticket_id`,
};

/** These tickets, in the order of event and ticket id; unknown ones are left out. */
export function readTickets(source: Queryable, ticketIds: readonly string[]): Promise<TicketRow[]> {
  return ticketIds.length === 0 ? Promise.resolve([]) : source.query<TicketRow>(selectById, [ticketIds]);
}

/** Where a page begins: after this ticket, in the order of event and ticket id. */
export interface TicketKey {
  readonly eventId: number;
  readonly ticketId: string;
}

const lowestId = '00000000-0000-0000-0000-000000000000';
/** Before every ticket. */
export const firstKey: TicketKey = { eventId: 0, ticketId: lowestId };

export interface TicketFilter {
  /** Null: of every organiser. */
  readonly organizerId: number | null;
  readonly publicOnly: boolean;
  readonly eventId: number | null;
  readonly status: StoredStatus | null;
}

/** A filter that little matches must not walk through millions of rows for one page: then the page is shorter. */
const rowsScannedMax = 20_000;

/** Cancelled tickets have a small index of their own; the others are walked through by their key. */
function pageStatements(name: string, condition: string) {
  const scan = `SELECT t.event_id, t.ticket_id, t.organizer_id, t.status FROM tickets t
    WHERE (t.event_id, t.ticket_id) > ($1::int, $2::uuid) AND t.event_id <= $3 AND ${condition}
    ORDER BY t.event_id, t.ticket_id LIMIT ${rowsScannedMax}`;
  return {
    keys: {
      name: `tickets-page-${name}`,
      text: `SELECT s.event_id AS "eventId", s.ticket_id AS "ticketId" FROM (${scan}) AS s
        WHERE ($4::text IS NULL OR s.status = $4) AND ($5::int IS NULL OR s.organizer_id = $5)
          AND (NOT $6::boolean OR (SELECT e.is_active AND e.status <> 'draft' FROM events e WHERE e.event_id = s.event_id))
        ORDER BY s.event_id, s.ticket_id LIMIT $7`,
    },
    lastScanned: {
      name: `tickets-scanned-${name}`,
      text: `SELECT event_id AS "eventId", ticket_id AS "ticketId" FROM (${scan}) AS s OFFSET ${rowsScannedMax - 1}`,
    },
  };
}
const pages = { all: pageStatements('all', 'true'), cancelled: pageStatements('cancelled', 'NOT t.live') };

/** Keys of one page of tickets, and where the next begins (null: there is none). */
export async function readTicketKeys(
  source: Queryable,
  { organizerId, publicOnly, eventId, status }: TicketFilter,
  { after, limit }: { readonly after: TicketKey; readonly limit: number },
): Promise<{ keys: TicketKey[]; next: TicketKey | null }> {
  const page = status === 'Cancelled' ? pages.cancelled : pages.all;
  const from = eventId === null || after.eventId === eventId ? after : { eventId, ticketId: lowestId };
  const bounds = [from.eventId, from.ticketId, eventId ?? serialIdMax];
  const found = await source.query<TicketKey>(page.keys, [...bounds, status, organizerId, publicOnly, limit + 1]);
  if (found.length > limit) return { keys: found.slice(0, limit), next: found[limit - 1]! };
  const [last] = await source.query<TicketKey>(page.lastScanned, bounds);
  return { keys: found, next: last ?? null };
}

/** The event as far as a list of its tickets needs it; null if there is none. */
export async function readEventOfTickets(
  source: Queryable,
  eventId: number,
): Promise<{ organizerId: number; isPublic: boolean; isPublished: boolean } | null> {
  const [row] = await source.query<{ organizerId: number; isPublic: boolean; isPublished: boolean }>(
    {
      name: 'event-of-tickets',
      text: `SELECT organizer_id AS "organizerId", is_active AND status <> 'draft' AS "isPublic",
          published_at IS NOT NULL AS "isPublished" FROM events WHERE event_id = $1`,
    },
    [eventId],
  );
  return row ?? null;
}
