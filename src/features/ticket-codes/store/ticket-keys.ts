import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

export interface TicketKey {
  readonly keyNo: number;
  /** As Ed25519 has it: 32 bytes. */
  readonly publicKey: Uint8Array;
  /** PKCS #8. */
  readonly privateKey: Uint8Array;
  readonly signsFrom: Instant;
}

/** The keys that hold, in the order in which they begin. */
export async function readTicketKeys(source: Queryable): Promise<TicketKey[]> {
  return source.query<TicketKey>(
    `SELECT key_no AS "keyNo", public_key AS "publicKey", private_key AS "privateKey",
       (extract(epoch FROM signs_from) * 1000)::float8 AS "signsFrom"
     FROM ticket_keys WHERE revoked_at IS NULL ORDER BY signs_from, key_no`,
  );
}

/** Adds a key, unless its number is taken. */
export async function insertTicketKey(source: Queryable, key: TicketKey, now: Instant): Promise<void> {
  await source.query(
    `INSERT INTO ticket_keys (key_no, public_key, private_key, signs_from, created_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (key_no) DO NOTHING`,
    [key.keyNo, key.publicKey, key.privateKey, new Date(key.signsFrom), new Date(now)],
  );
}

/** Keeps others from adding or revoking keys until the transaction ends; answers the number that the next key gets. */
export async function lockNextKeyNo(tx: Queryable): Promise<number> {
  await tx.query('LOCK TABLE ticket_keys IN SHARE ROW EXCLUSIVE MODE');
  const [row] = await tx.query<{ next: number }>('SELECT coalesce(max(key_no) + 1, 0)::int AS next FROM ticket_keys');
  return row!.next;
}

export async function revokeTicketKeys(tx: Queryable, now: Instant): Promise<void> {
  await tx.query('UPDATE ticket_keys SET revoked_at = $1 WHERE revoked_at IS NULL', [new Date(now)]);
}
