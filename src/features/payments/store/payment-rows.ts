import type { CommandContext } from '../../../kernel/context.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { Amount } from '../providers/payment-provider.ts';

/** A payment that its provider knew by an id before any money moved. */
export interface BegunPayment extends Amount {
  readonly paymentId: string;
  readonly organizerId: number;
  readonly bookingId: string;
  readonly provider: string;
  readonly reference: string;
}

/** A payment as its rows have it: the latest state, and when each was reached. */
export interface PaymentRow extends Amount {
  readonly paymentId: string;
  readonly organizerId: number;
  readonly bookingId: string;
  readonly provider: string;
  readonly reference: string | null;
  readonly state: 'requested' | 'authorized' | 'captured' | 'failed';
  readonly failureCode: string | null;
  readonly createdAt: Instant;
}

const columns = `payment_id AS "paymentId", organizer_id AS "organizerId", booking_id AS "bookingId", provider,
  provider_reference AS reference, state, amount_minor AS "amountMinor", currency, failure_code AS "failureCode",
  (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt"`;
/** A state that a payment cannot leave hides those before it. */
const latestFirst = `ORDER BY payment_id DESC, array_position(ARRAY['failed', 'captured', 'authorized', 'requested'], state)`;

/**
 * Appends an event to a booking and brings its row along, which stays locked until the caller's transaction ends. Answers
 * the new version; undefined if there is no such booking. Handed in by the bookings, which own their history.
 */
export type AppendBookingEvent = (
  tx: Queryable,
  bookingId: string,
  event: { readonly type: string; readonly data: object; readonly reason?: string | undefined },
  by: Omit<CommandContext, 'organizerId'>,
) => Promise<number | undefined>;

/**
 * Notes what the provider calls a payment, before money moves. Answers the booking's version after it; null if the booking
 * does not await its payment any more, and then nothing is written. Once per booking: a second time answers the first.
 */
export async function recordBegunPayment(
  tx: Queryable,
  appendBookingEvent: AppendBookingEvent,
  payment: BegunPayment,
  context: Omit<CommandContext, 'organizerId'>,
): Promise<{ readonly version: number; readonly paymentId: string } | null> {
  const { paymentId, organizerId, bookingId, provider, reference, amountMinor, currency } = payment;
  const [booking] = await tx.query<{ status: string; version: number }>(
    'SELECT status, version FROM bookings WHERE booking_id = $1 FOR UPDATE',
    [bookingId],
  );
  if (booking?.status !== 'awaiting_payment') return null;
  const earlier = await findBegunPayment(tx, bookingId);
  if (earlier) return { version: booking.version, paymentId: earlier.paymentId };
  await tx.query(
    `INSERT INTO payments (payment_id, state, organizer_id, booking_id, provider, provider_reference, amount_minor, currency, created_at)
     VALUES ($1, 'requested', $2, $3, $4, $5, $6, $7, $8)`,
    [paymentId, organizerId, bookingId, provider, reference, amountMinor, currency, new Date(context.now)],
  );
  const event = { type: 'PaymentRequested', data: { paymentId, provider, providerReference: reference } };
  const version = await appendBookingEvent(tx, bookingId, event, context);
  return { version: version!, paymentId };
}

export async function findBegunPayment(database: Queryable, bookingId: string): Promise<PaymentRow | null> {
  const statement = {
    name: 'payment-begun',
    text: `SELECT ${columns} FROM payments WHERE booking_id = $1 AND state IN ('requested', 'authorized') ${latestFirst} LIMIT 1`,
  };
  const [row] = await database.query<PaymentRow>(statement, [bookingId]);
  return row ?? null;
}

/** The latest state of a payment of this organiser, by its id. */
export async function findPayment(
  database: Queryable,
  organizerId: number,
  paymentId: string,
): Promise<PaymentRow | null> {
  const text = `SELECT ${columns} FROM payments WHERE payment_id = $1 AND organizer_id = $2 ${latestFirst} LIMIT 1`;
  const [row] = await database.query<PaymentRow>(text, [paymentId, organizerId]);
  return row ?? null;
}

/**
 * A payment of this organiser by its id, or by its booking's: then the one that the booking stands by, else one that was
 * captured, if there is any.
 */
export async function findPaymentFor(database: Queryable, id: string, organizerId: number): Promise<PaymentRow | null> {
  const payment = await findPayment(database, organizerId, id);
  if (payment) return payment;
  const ofBooking = (await paymentsOfBooking(database, id)).filter((one) => one.organizerId === organizerId);
  const captured = ofBooking.filter(({ state }) => state === 'captured');
  if (captured.length < 2) return captured[0] ?? ofBooking[0] ?? null;
  const [own] = await database.query<{ paymentId: string }>(
    `SELECT data ->> 'paymentId' AS "paymentId" FROM event_store
     WHERE stream = $1 AND type IN ('PaymentAuthorized', 'PaymentCompleted') ORDER BY version DESC LIMIT 1`,
    [`booking-${id}`],
  );
  return captured.find(({ paymentId }) => paymentId === own?.paymentId) ?? captured[0]!;
}

/**
 * The payments of a booking, latest state each, newest first. Captured ones have no index by booking (their purchase must
 * not pay for it): the booking's history names them.
 */
export function paymentsOfBooking(database: Queryable, bookingId: string): Promise<PaymentRow[]> {
  const text = `SELECT DISTINCT ON (payment_id) ${columns} FROM payments WHERE payment_id IN (
      SELECT (data ->> 'paymentId')::uuid FROM event_store WHERE stream = $1 AND data ->> 'paymentId' IS NOT NULL)
    AND booking_id = $2 ${latestFirst}`;
  return database.query<PaymentRow>(text, [`booking-${bookingId}`, bookingId]);
}

/** Locks the booking that money belongs to: whoever changes one at the same time waits. */
export async function lockBookingOf(tx: Queryable, bookingId: string): Promise<void> {
  await tx.query('SELECT FROM bookings WHERE booking_id = $1 FOR UPDATE', [bookingId]);
}
