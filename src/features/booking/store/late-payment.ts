import type { CommandContext } from '../../../kernel/context.ts';
import type { MinorUnits } from '../../../kernel/money.ts';
import { ownReasons } from '../../../kernel/reason.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { BookedTicket, PaymentCompleted } from '../domain/booking.ts';
import { announcePlaces } from './announce-places.ts';
import { appendToBooking, type LockedBooking } from './booking-rows.ts';

/** A payment that arrived after its booking had ended. */
export interface LatePayment {
  readonly bookingId: string;
  readonly organizerId: number;
  readonly eventId: number;
  readonly reservationId: string;
  readonly provider: string;
  readonly state: 'captured' | 'authorized';
  readonly amountMinor: MinorUnits;
  readonly currency: string;
  readonly tickets: readonly BookedTicket[];
  readonly paid: PaymentCompleted;
}

const lockFree = {
  name: 'late-payment-lock',
  text: `SELECT ticket_id FROM tickets WHERE event_id = $1 AND ticket_id = ANY($2::uuid[]) AND status = 'Available'
    ORDER BY ticket_id FOR UPDATE`,
};

// Two steps, as a life of a ticket has; counted as one change, which the ticket's own history shows.
const reserve = {
  name: 'late-payment-reserve',
  text: `UPDATE tickets t SET status = 'Reserved', booking_id = $2, rate = w.rate, price_minor = w.price_minor
    FROM unnest($3::uuid[], $4::text[], $5::bigint[]) AS w(ticket_id, rate, price_minor)
    WHERE t.event_id = $1 AND t.ticket_id = w.ticket_id AND t.status = 'Available'`,
};
const sell = {
  name: 'late-payment-sell',
  text: `WITH sold AS (
      UPDATE tickets t SET status = 'Sold', ticket_number = w.ticket_number, version = t.version + 1, updated_at = $5
      FROM unnest($3::uuid[], $4::text[]) AS w(ticket_id, ticket_number)
      WHERE t.event_id = $1 AND t.ticket_id = w.ticket_id AND t.booking_id = $2 AND t.status = 'Reserved'
      RETURNING t.organizer_id, t.event_id, t.ticket_type_id
    ), announced AS (
      ${announcePlaces('sold', 'taken')}
    )
    SELECT must_equal(count(*), cardinality($3::uuid[]), 'tickets sold late') FROM sold`,
};

// The uses of its codes came back when the booking ended. Taken anew, they are counted and refused like any others.
export const useCodesAgain = {
  name: 'late-payment-codes',
  text: `WITH again AS (DELETE FROM promo_code_uses WHERE booking_id = $1 AND given_back RETURNING *)
    INSERT INTO promo_code_uses (promo_code_id, booking_id, organizer_id, event_id, customer)
    SELECT promo_code_id, booking_id, organizer_id, event_id, customer FROM again ORDER BY promo_code_id`,
};

/** Locks all tickets of the booking if every one of them is free and its reservation has no other booking. */
export async function lockTicketsForLatePayment(
  tx: Queryable,
  { bookingId, eventId, reservationId, tickets }: LatePayment,
): Promise<boolean> {
  const [other] = await tx.query(
    'SELECT 1 FROM bookings WHERE reservation_id = $1 AND holds_reservation AND booking_id <> $2',
    [reservationId, bookingId],
  );
  if (other) return false;
  const free = await tx.query(lockFree, [eventId, tickets.map(({ ticketId }) => ticketId)]);
  return free.length === tickets.length;
}

/**
 * Sells them after all. The caller has locked the booking, and the tickets by {@link lockTicketsForLatePayment}. Throws a
 * violation (23…) if a code that the booking used has no use left.
 */
export async function sellForLatePayment(
  tx: Queryable,
  late: LatePayment,
  locked: LockedBooking,
  context: Omit<CommandContext, 'organizerId'>,
): Promise<void> {
  const { bookingId, organizerId, eventId, tickets, paid, state } = late;
  const ids = tickets.map(({ ticketId }) => ticketId);
  const at = new Date(context.now);
  const rates = tickets.map(({ rate }) => rate);
  const prices = tickets.map(({ priceMinor }, i) => locked.booking.price?.lines[i]?.totalMinor ?? priceMinor);
  if (locked.booking.codes) await tx.query(useCodesAgain, [bookingId]);
  await tx.query(reserve, [eventId, bookingId, ids, rates, prices]);
  await tx.query(sell, [eventId, bookingId, ids, paid.ticketNumbers, at]);
  await insertPayment(tx, { ...late, paymentId: paid.paymentId, reference: paid.providerReference }, context.now);
  const type = state === 'captured' ? 'PaymentCompleted' : 'PaymentAuthorized';
  const reason = ownReasons.lateAndFree;
  const soldLate = ids.map((ticketId) => ({
    stream: `ticket-${ticketId}`,
    type: 'TicketSoldLate',
    data: { bookingId },
  }));
  await appendToBooking(tx, locked, [{ type, data: paid }], context, reason);
  await appendEvents(tx, soldLate, { ...context, organizerId });
}

/** Appends a state that a payment has reached. */
export async function insertPayment(
  tx: Queryable,
  payment: Pick<LatePayment, 'organizerId' | 'bookingId' | 'provider' | 'amountMinor' | 'currency'> & {
    readonly paymentId: string;
    readonly state: 'captured' | 'authorized' | 'failed';
    readonly reference: string | null;
    readonly failureCode?: string | null;
  },
  now: number,
): Promise<void> {
  const { paymentId, state, organizerId, bookingId, provider, reference, amountMinor, currency, failureCode } = payment;
  await tx.query(
    `INSERT INTO payments (payment_id, state, organizer_id, booking_id, provider, provider_reference, amount_minor, currency,
       failure_code, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (payment_id, state) DO NOTHING`,
    [
      paymentId,
      state,
      organizerId,
      bookingId,
      provider,
      reference,
      amountMinor,
      currency,
      failureCode ?? null,
      new Date(now),
    ],
  );
}
