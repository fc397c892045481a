import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { endPaymentWork } from './payment-work.ts';

export type RefundState = 'due' | 'requested' | 'refunded' | 'failed';

export interface RefundRow {
  readonly refundId: string;
  readonly organizerId: number;
  readonly bookingId: string;
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly reason: string;
  /** The latest. */
  readonly state: RefundState;
  readonly failureCode: string | null;
  /** Who gave it back; what the provider calls it, if it was not we. */
  readonly origin: 'ours' | 'provider' | 'dispute';
  readonly providerReference: string | null;
  readonly createdAt: Instant;
}

/** A state as it is written; left out, the refund is ours. */
export type RefundStateRow = Omit<RefundRow, 'createdAt' | 'origin' | 'providerReference'> &
  Partial<Pick<RefundRow, 'origin' | 'providerReference'>>;

const columns = `refund_id AS "refundId", organizer_id AS "organizerId", booking_id AS "bookingId", payment_id AS "paymentId",
  amount_minor AS "amountMinor", currency, reason, state, failure_code AS "failureCode", origin,
  provider_reference AS "providerReference",
  (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt"`;
const latestFirst = `ORDER BY refund_id DESC, array_position(ARRAY['failed', 'refunded', 'requested', 'due'], state)`;

/** Appends a state of a refund; false if it has that state already. `due` is refused by the schema if too little is left. */
export async function appendRefundState(tx: Queryable, refund: RefundStateRow, now: Instant): Promise<boolean> {
  const { refundId, state, organizerId, bookingId, paymentId, amountMinor, currency, reason, failureCode } = refund;
  const { origin = 'ours', providerReference = null } = refund;
  const values = [refundId, state, organizerId, bookingId, paymentId, amountMinor, currency, reason, failureCode];
  const rows = await tx.query(
    `INSERT INTO refunds (refund_id, state, organizer_id, booking_id, payment_id, amount_minor, currency, reason, failure_code,
       created_at, origin, provider_reference)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING RETURNING 1`,
    [...values, new Date(now), origin, providerReference],
  );
  return rows.length > 0;
}

/** A refund at its latest state. */
export async function findRefund(database: Queryable, refundId: string): Promise<RefundRow | null> {
  const text = `SELECT ${columns} FROM refunds WHERE refund_id = $1 ${latestFirst} LIMIT 1`;
  const [row] = await database.query<RefundRow>(text, [refundId]);
  return row ?? null;
}

/** Notes that a refund was not made after all, or came back; nobody works on it any more. Its event is the caller's. */
export async function failRefund(
  tx: Queryable,
  { refundId, failureCode }: { readonly refundId: string; readonly failureCode: string },
  now: Instant,
): Promise<void> {
  const refund = (await findRefund(tx, refundId))!;
  await appendRefundState(tx, { ...refund, state: 'failed', failureCode }, now);
  await endPaymentWork(tx, refundId);
}

/** The refunds of a payment, latest state each, newest first. */
export function refundsOfPayment(database: Queryable, paymentId: string): Promise<RefundRow[]> {
  const text = `SELECT DISTINCT ON (refund_id) ${columns} FROM refunds WHERE payment_id = $1 ${latestFirst}`;
  return database.query<RefundRow>(text, [paymentId]);
}

/** What is left of a captured payment once every refund that has not failed is taken off. Lock its booking first. */
export async function leftOfPayment(
  tx: Queryable,
  captured: { readonly paymentId: string; readonly amountMinor: number },
): Promise<number> {
  const promised = (await refundsOfPayment(tx, captured.paymentId))
    .filter(({ state }) => state !== 'failed')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return captured.amountMinor - promised;
}
