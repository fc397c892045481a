import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

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
  readonly createdAt: Instant;
}

const columns = `refund_id AS "refundId", organizer_id AS "organizerId", booking_id AS "bookingId", payment_id AS "paymentId",
  amount_minor AS "amountMinor", currency, reason, state, failure_code AS "failureCode",
  (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt"`;
const latestFirst = `ORDER BY refund_id DESC, array_position(ARRAY['failed', 'refunded', 'requested', 'due'], state)`;

/** Appends a state of a refund; false if it has that state already. `due` is refused by the schema if too little is left. */
export async function appendRefundState(
  tx: Queryable,
  refund: Omit<RefundRow, 'createdAt'>,
  now: Instant,
): Promise<boolean> {
  const { refundId, state, organizerId, bookingId, paymentId, amountMinor, currency, reason, failureCode } = refund;
  const rows = await tx.query(
    `INSERT INTO refunds (refund_id, state, organizer_id, booking_id, payment_id, amount_minor, currency, reason, failure_code, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING 1`,
    [refundId, state, organizerId, bookingId, paymentId, amountMinor, currency, reason, failureCode, new Date(now)],
  );
  return rows.length > 0;
}

/** A refund at its latest state. */
export async function findRefund(database: Queryable, refundId: string): Promise<RefundRow | null> {
  const text = `SELECT ${columns} FROM refunds WHERE refund_id = $1 ${latestFirst} LIMIT 1`;
  const [row] = await database.query<RefundRow>(text, [refundId]);
  return row ?? null;
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
