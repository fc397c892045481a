import type { Queryable } from '../../../platform/postgres/database.ts';
import type { PaymentCompleted } from '../domain/booking.ts';
import { readEvents } from './booking-rows.ts';

export interface CapturedPayment {
  readonly paymentId: string;
  readonly amountMinor: number;
}

/** The money that was taken for a booking; null if none was. */
export async function findCaptured(source: Queryable, bookingId: string): Promise<CapturedPayment | null> {
  const [row] = await source.query<CapturedPayment>(
    `SELECT payment_id AS "paymentId", amount_minor AS "amountMinor" FROM payments
     WHERE booking_id = $1 AND state = 'captured'`,
    [bookingId],
  );
  return row ?? null;
}

/** The states that the payments of a booking's history have reached under a reference of the provider (or without one). */
export async function statesOfPayment(
  source: Queryable,
  { bookingId, reference }: { readonly bookingId: string; readonly reference: string | null },
): Promise<string[]> {
  const rows = await source.query<{ state: string }>(
    `SELECT p.state FROM payments p WHERE p.payment_id IN (
       SELECT (e.data ->> 'paymentId')::uuid FROM event_store e WHERE e.stream = $1 AND e.data ->> 'paymentId' IS NOT NULL)
     AND p.provider_reference IS NOT DISTINCT FROM $2`,
    [`booking-${bookingId}`, reference],
  );
  return rows.map(({ state }) => state);
}

/** What the history says of a payment that was set aside. Throws if it says nothing. */
export async function findAuthorized(
  source: Queryable,
  { bookingId, paymentId }: { readonly bookingId: string; readonly paymentId: string },
): Promise<PaymentCompleted> {
  for (const { type, data } of await readEvents(source, bookingId)) {
    if (type === 'PaymentAuthorized' && data.paymentId === paymentId) return data;
  }
  throw new Error(`The payment ${paymentId} of booking ${bookingId} was never set aside`);
}

/** Whether the money of a payment was taken, and not only set aside. */
export async function isCaptured(source: Queryable, paymentId: string): Promise<boolean> {
  const rows = await source.query(`SELECT FROM payments WHERE payment_id = $1 AND state = 'captured'`, [paymentId]);
  return rows.length > 0;
}
