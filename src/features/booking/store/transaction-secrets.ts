import { randomBytes } from 'node:crypto';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** A secret that signs transaction ids, and its number. */
export interface TransactionSecret {
  readonly secretNo: number;
  readonly value: Uint8Array;
  readonly createdAt: Date;
}

/** All there are, oldest first; the newest signs. Makes the first one. */
export async function loadTransactionSecrets(database: Queryable): Promise<TransactionSecret[]> {
  const secrets = await read(database);
  if (secrets.length > 0) return secrets;
  // Two starts at once must not make two: the loser's condition is false then.
  await database.query(
    'INSERT INTO transaction_secrets (value) SELECT $1 WHERE NOT EXISTS (SELECT FROM transaction_secrets)',
    [randomBytes(32)],
  );
  return read(database);
}

/** Adds a secret: it signs from now on, in servers that run from within a minute. Those before it still verify. */
export async function rotateTransactionSecret(database: Queryable): Promise<number> {
  await loadTransactionSecrets(database);
  const statement = 'INSERT INTO transaction_secrets (value) VALUES ($1) RETURNING secret_no AS "secretNo"';
  const [row] = await database.query<{ secretNo: number }>(statement, [randomBytes(32)]);
  return row!.secretNo;
}

function read(database: Queryable): Promise<TransactionSecret[]> {
  return database.query<TransactionSecret>(
    'SELECT secret_no AS "secretNo", value, created_at AS "createdAt" FROM transaction_secrets ORDER BY secret_no',
  );
}
