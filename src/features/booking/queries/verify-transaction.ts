import { timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { makeTransactionId } from '../domain/transaction-id.ts';
import { loadTransactionSecrets } from '../store/transaction-secrets.ts';

export interface VerifiedTransaction {
  /** True: one of our secrets signed just this booking, amount and time. */
  readonly genuine: boolean;
  readonly bookingId: string;
  readonly status: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly paidAt: Instant;
  /** Which secret signed it; null if none did. */
  readonly secretNo: number | null;
}

/** Looks a transaction id up and checks its signature against what the history says. Null: no booking has it. */
export async function verifyTransaction(
  database: Queryable,
  transactionId: string,
): Promise<VerifiedTransaction | null> {
  const [row] = await database.query<Omit<VerifiedTransaction, 'genuine' | 'secretNo'>>(
    `SELECT b.booking_id AS "bookingId", b.status, (e.data ->> 'amountMinor')::bigint AS "amountMinor", b.currency,
       (e.data ->> 'paidAt')::bigint AS "paidAt"
     FROM bookings b JOIN event_store e ON e.stream = 'booking-' || b.booking_id AND e.data ->> 'transactionId' = b.transaction_id
     WHERE b.transaction_id = $1 ORDER BY e.version DESC LIMIT 1`,
    [transactionId],
  );
  if (!row) return null;
  const secrets = await loadTransactionSecrets(database);
  const signer = secrets.findLast(({ value }) => isSame(makeTransactionId(value, row), transactionId));
  return { ...row, genuine: signer !== undefined, secretNo: signer?.secretNo ?? null };
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
