import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** A payment in the books of the sandbox's bank. */
export interface SandboxPayment {
  readonly reference: string;
  readonly bookingId: string;
  readonly organizerId: number;
  readonly token: string;
  readonly state: 'waiting' | 'settled' | 'cancelled';
  readonly failureCode: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly clientSecret: string;
  /** From when on the bank says what became of it. */
  readonly reportsAt: Instant;
}

const columns = `reference, booking_id AS "bookingId", organizer_id AS "organizerId", token, state,
  failure_code AS "failureCode", amount_minor AS "amountMinor", currency, client_secret AS "clientSecret",
  (extract(epoch FROM tells_at) * 1000)::float8 AS "reportsAt"`;
const listedMax = 1_000;

/** Adds a payment; null if there is one of that reference. */
export async function openSandboxPayment(
  connection: Queryable,
  payment: SandboxPayment,
  now: Instant,
): Promise<SandboxPayment | null> {
  const { reference, organizerId, bookingId, token, state, failureCode, amountMinor, currency } = payment;
  const money = [amountMinor, currency, payment.clientSecret, new Date(payment.reportsAt), new Date(now)];
  const [row] = await connection.query<SandboxPayment>(
    `INSERT INTO sandbox_payments (reference, organizer_id, booking_id, token, state, failure_code, amount_minor,
       currency, client_secret, tells_at, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING ${columns}`,
    [reference, organizerId, bookingId, token, state, failureCode, ...money],
  );
  return row ?? null;
}

export async function findSandboxPayment(connection: Queryable, reference: string): Promise<SandboxPayment | null> {
  const text = `SELECT ${columns} FROM sandbox_payments WHERE reference = $1`;
  const [row] = await connection.query<SandboxPayment>(text, [reference]);
  return row ?? null;
}

/** The payment whose page at the bank has this secret in its address. */
export async function findSandboxPaymentBySecret(
  connection: Queryable,
  clientSecret: string,
): Promise<SandboxPayment | null> {
  const text = `SELECT ${columns} FROM sandbox_payments WHERE client_secret = $1`;
  const [row] = await connection.query<SandboxPayment>(text, [clientSecret]);
  return row ?? null;
}

/** Settles a payment that waits for its buyer: it failed for this reason, or (null) was paid. Null if it does not wait. */
export async function settleSandboxPayment(
  connection: Queryable,
  clientSecret: string,
  failureCode: string | null,
): Promise<SandboxPayment | null> {
  const [row] = await connection.query<SandboxPayment>(
    `UPDATE sandbox_payments SET state = 'settled', failure_code = $2 WHERE client_secret = $1 AND state = 'waiting'
     RETURNING ${columns}`,
    [clientSecret, failureCode],
  );
  return row ?? null;
}

/** Cancels a payment that waits for its buyer; any other stays as it is. */
export async function cancelSandboxPayment(connection: Queryable, reference: string): Promise<void> {
  await connection.query(`UPDATE sandbox_payments SET state = 'cancelled' WHERE reference = $1 AND state = 'waiting'`, [
    reference,
  ]);
}

/** Payments since a moment, oldest first. */
export function listSandboxPayments(connection: Queryable, since: Instant): Promise<SandboxPayment[]> {
  return connection.query<SandboxPayment>(
    `SELECT ${columns} FROM sandbox_payments WHERE created_at >= $1 ORDER BY created_at LIMIT ${listedMax}`,
    [new Date(since)],
  );
}
