import type { Queryable } from '../../../platform/postgres/database.ts';
import type { PaidBooking } from '../domain/receipt.ts';
import type { SettledBooking } from '../domain/settlement.ts';
import { readMoneyBack } from './money-back.ts';

type Created = Pick<PaidBooking, 'bookingId' | 'eventId' | 'currency' | 'totalMinor' | 'tickets'> & {
  readonly price?: PaidBooking['price'];
};
type Paid = Pick<PaidBooking, 'ticketNumbers' | 'transactionId' | 'paidAt'>;

/** Tickets were issued for it, and the money for them was taken or is being taken: see `CAPTURE_REFUSED`. */
const wasPaid = `b.transaction_id IS NOT NULL AND b.failure_code IS DISTINCT FROM 'CAPTURE_REFUSED'`;
const readPaid = {
  name: 'accounting-paid',
  text: `SELECT b.organizer_id AS "organizerId", c.data AS created, p.data AS paid FROM bookings b
    JOIN event_store c ON c.stream = 'booking-' || b.booking_id AND c.version = 1
    JOIN LATERAL (SELECT data FROM event_store e WHERE e.stream = c.stream AND e.type IN ('PaymentAuthorized', 'PaymentCompleted')
      ORDER BY e.version LIMIT 1) p ON true
    WHERE b.booking_id = ANY($1::uuid[]) AND ${wasPaid} ORDER BY b.booking_id`,
};

/** Those of these bookings that were paid, in the order of their ids, as their history has them. */
export async function readPaidBookings(source: Queryable, bookingIds: readonly string[]): Promise<PaidBooking[]> {
  const rows = await source.query<{ organizerId: number; created: Created; paid: Paid }>(readPaid, [bookingIds]);
  return rows.map(({ organizerId, created, paid }) => ({
    organizerId,
    ...pick(created),
    ticketNumbers: paid.ticketNumbers,
    transactionId: paid.transactionId,
    paidAt: paid.paidAt,
  }));
}

const bookingsPerPage = 1_000;
const lowestId = '00000000-0000-0000-0000-000000000000';
const readSettled = {
  name: 'accounting-settled',
  text: `SELECT b.organizer_id AS "organizerId", c.data AS created, b.cancelled_ticket_ids::text[] AS "cancelledTicketIds",
      b.refunded_minor + b.refund_due_minor > 0 AS "hasMoneyBack"
    FROM bookings b JOIN event_store c ON c.stream = 'booking-' || b.booking_id AND c.version = 1
    WHERE b.booking_id = ANY($1::uuid[]) AND ${wasPaid}`,
};

type SettledRow = Pick<SettledBooking, 'organizerId' | 'cancelledTicketIds'> & {
  readonly created: Created;
  readonly hasMoneyBack: boolean;
};

/** All paid bookings of an event, a page at a time: a large show has more than fit in memory at once. */
export async function forEachPaidBooking(
  source: Queryable,
  eventId: number,
  visit: (booking: SettledBooking) => void,
): Promise<void> {
  const rows = await source.query<{ id: string }>(
    'SELECT DISTINCT booking_id AS id FROM tickets WHERE event_id = $1 AND booking_id > $2 ORDER BY 1',
    [eventId, lowestId],
  );
  for (let from = 0; from < rows.length; from += bookingsPerPage) {
    const ids = rows.slice(from, from + bookingsPerPage).map(({ id }) => id);
    const page = await source.query<SettledRow>(readSettled, [ids]);
    const refunded = page.filter(({ hasMoneyBack }) => hasMoneyBack).map(({ created }) => created.bookingId);
    const moneyBack = await readMoneyBack(source, refunded);
    for (const { created, hasMoneyBack: _, ...row } of page) {
      visit({ ...row, ...pick(created), moneyBack: moneyBack.of(created.bookingId) });
    }
  }
}

function pick({ bookingId, eventId, currency, totalMinor, tickets, price = null }: Created) {
  return { bookingId, eventId, currency, totalMinor, tickets, price };
}
