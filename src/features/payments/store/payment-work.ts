import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** Something that remains to be done at a provider. */
export interface PaymentWork {
  readonly workId: string;
  readonly kind: 'capture' | 'refund';
  readonly organizerId: number;
  readonly bookingId: string;
  readonly tries: number;
  readonly createdAt: Instant;
}

/** Whoever takes a piece of work has it alone for so long; if its process dies, another takes it then. */
const leaseMs = 45_000;
const takenAtOnceMax = 50;

const columnsOf = (
  work: string,
) => `${work}.work_id AS "workId", kind, organizer_id AS "organizerId", booking_id AS "bookingId", tries,
  (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt"`;

/** Takes what is due, oldest first: no two processes have the same. */
export function takePaymentWork(database: Queryable, now: Instant): Promise<PaymentWork[]> {
  return database.query<PaymentWork>(
    `UPDATE payment_work w SET tries = tries + 1, not_before = $2
     FROM (SELECT work_id FROM payment_work WHERE not_before <= $1 ORDER BY not_before LIMIT ${takenAtOnceMax}
           FOR UPDATE SKIP LOCKED) due
     WHERE w.work_id = due.work_id RETURNING ${columnsOf('w')}`,
    [new Date(now), new Date(now + leaseMs)],
  );
}

/** Takes one piece of work now, if nobody has it. */
export async function takeOnePaymentWork(
  database: Queryable,
  workId: string,
  now: Instant,
): Promise<PaymentWork | null> {
  const [row] = await database.query<PaymentWork>(
    `UPDATE payment_work SET tries = tries + 1, not_before = $3
     WHERE work_id = $1 AND not_before <= $2 RETURNING ${columnsOf('payment_work')}`,
    [workId, new Date(now), new Date(now + leaseMs)],
  );
  return row ?? null;
}

/** Makes work due now: something was heard about it. */
export async function hastenPaymentWork(database: Queryable, workId: string, now: Instant): Promise<void> {
  await database.query('UPDATE payment_work SET not_before = least(not_before, $2) WHERE work_id = $1', [
    workId,
    new Date(now),
  ]);
}

/**
 * Makes all work due now. For a process that is alone: whoever had taken some of it is dead, and its lease would only hold up
 * what it left behind.
 */
export async function hastenAllPaymentWork(database: Queryable, now: Instant): Promise<void> {
  await database.query('UPDATE payment_work SET not_before = $1 WHERE not_before > $1', [new Date(now)]);
}

export async function addPaymentWork(tx: Queryable, work: Omit<PaymentWork, 'tries'>): Promise<void> {
  const { workId, kind, organizerId, bookingId, createdAt } = work;
  await tx.query(
    `INSERT INTO payment_work (work_id, organizer_id, kind, booking_id, not_before, created_at)
     VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING`,
    [workId, organizerId, kind, bookingId, new Date(createdAt)],
  );
}

/** It is done, or given up: with the rows that say so, in one transaction. */
export async function endPaymentWork(tx: Queryable, workId: string): Promise<boolean> {
  const rows = await tx.query('DELETE FROM payment_work WHERE work_id = $1 RETURNING 1', [workId]);
  return rows.length > 0;
}

/** 2, 4, 8 … seconds, at most ten minutes. */
export async function postponePaymentWork(database: Queryable, work: PaymentWork, now: Instant): Promise<void> {
  const pauseMs = Math.min(600_000, 1_000 * 2 ** Math.min(work.tries, 10));
  await database.query('UPDATE payment_work SET not_before = $2 WHERE work_id = $1', [
    work.workId,
    new Date(now + pauseMs),
  ]);
}
