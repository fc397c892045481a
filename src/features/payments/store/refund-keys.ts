import type { CommandContext } from '../../../kernel/context.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** The idempotency key of a request for a refund. */
export interface RefundKey {
  readonly scope: string;
  readonly key: string;
  readonly requestHash: string;
}

/** Claims a key for a refund, in the transaction that writes it; false if it stands for another one already. */
export async function claimRefundKey(
  tx: Queryable,
  { scope, key, requestHash }: RefundKey,
  refundId: string,
  { organizerId, now }: Pick<CommandContext, 'organizerId' | 'now'>,
): Promise<boolean> {
  const claimed = await tx.query(
    `INSERT INTO refund_keys (scope, key, organizer_id, request_hash, refund_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING 1`,
    [scope, key, organizerId, requestHash, refundId, new Date(now)],
  );
  return claimed.length > 0;
}

/** The refund that a key stands for, and whether it was asked for with the same words. */
export async function findRefundKey(
  database: Queryable,
  { scope, key, requestHash }: RefundKey,
): Promise<{ readonly refundId: string; readonly isSame: boolean } | null> {
  const [kept] = await database.query<{ requestHash: string; refundId: string }>(
    'SELECT request_hash AS "requestHash", refund_id AS "refundId" FROM refund_keys WHERE scope = $1 AND key = $2',
    [scope, key],
  );
  return kept ? { refundId: kept.refundId, isSame: kept.requestHash === requestHash } : null;
}
