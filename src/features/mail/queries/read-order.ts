import { toOneLine } from '../../../kernel/clean-text.ts';
import { isPersonName } from '../../../kernel/person-name.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { orderNumberOf } from '../../booking/index.ts';
import type { Order, OrderedTicket } from '../domain/booking-texts.ts';

/** An order, and whom its mails go to. */
export interface ReadOrder extends Order {
  /** Which links open it. */
  readonly linkVersion: number;
  /** Null: that of the account, or none. */
  readonly email: string | null;
}

interface OrderRow extends Omit<ReadOrder, 'startsAt' | 'doorsAt' | 'tickets' | 'orderNumber'> {
  readonly startsAt: Date;
  readonly doorsAt: Date | null;
}

/** A booking with its show and its tickets, as a mail describes it; null if the organiser has no such booking. */
export async function readOrder(
  database: Queryable,
  { bookingId, organizerId }: { readonly bookingId: string; readonly organizerId: number },
): Promise<ReadOrder | null> {
  const [row] = await database.query<OrderRow>(orderStatement, [bookingId, organizerId]);
  if (!row) return null;
  const tickets = await database.query<OrderedTicket>(ticketsStatement, [bookingId]);
  // Taken before names were looked at: then nobody is greeted by it.
  const buyer = row.buyer !== null && isPersonName(toOneLine(row.buyer)) ? row.buyer : null;
  const orderNumber = orderNumberOf(bookingId);
  return {
    ...row,
    orderNumber,
    buyer,
    startsAt: row.startsAt.getTime(),
    doorsAt: row.doorsAt?.getTime() ?? null,
    tickets,
  };
}

const orderStatement = {
  name: 'mail-order',
  text: `SELECT b.booking_id AS "bookingId", b.link_version AS "linkVersion", c.email, coalesce(c.name, a.name) AS buyer, e.title, e.starts_at AS "startsAt", e.doors_at AS "doorsAt",
      e.status = 'postponed' AS "isPostponed",
      e.time_zone AS "timeZone", v.name AS venue, nullif(concat_ws(', ', v.address, nullif(concat_ws(' ', v.postal_code, v.city), '')), '') AS address,
      o.name AS organizer, b.total_minor AS "totalMinor", b.currency, coalesce((SELECT s.data ->> 'language' FROM event_store s
        WHERE s.stream = 'booking-' || b.booking_id AND s.version = 1), a.language) AS language
    FROM bookings b JOIN events e USING (event_id) JOIN venues v ON v.venue_id = e.venue_id
      JOIN organizers o ON o.organizer_id = b.organizer_id LEFT JOIN booking_contacts c ON c.booking_id = b.booking_id
      LEFT JOIN accounts a ON a.account_id = CASE WHEN b.session_id LIKE 'account:%'
        THEN substring(b.session_id FROM 9)::uuid END
    WHERE b.booking_id = $1 AND b.organizer_id = $2`,
};

// In the order they were booked in.
const ticketsStatement = {
  name: 'mail-order-tickets',
  text: `SELECT t.ticket_id AS "ticketId", t.ticket_number AS "ticketNumber", y.name AS "ticketType", t.rate,
      t.price_minor AS "priceMinor", CASE WHEN t.seat_guid IS NOT NULL
        THEN json_build_object('zone', t.zone, 'row', t.row_label, 'number', t.seat_number) END AS seat
    FROM bookings b CROSS JOIN unnest(b.ticket_ids) WITH ORDINALITY AS i(ticket_id, place)
      JOIN tickets t ON t.event_id = b.event_id AND t.ticket_id = i.ticket_id
      JOIN ticket_types y ON y.ticket_type_id = t.ticket_type_id
    WHERE b.booking_id = $1 ORDER BY i.place`,
};
