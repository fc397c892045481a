import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** Keeps a new secret of an authenticator app, unless one is confirmed; answers the account's address, or null if it is. */
export async function writeUnconfirmedSecret(
  connection: Queryable,
  accountId: string,
  secret: Buffer,
): Promise<string | null> {
  const [row] = await connection.query<{ email: string }>(
    `UPDATE accounts SET totp_secret = $2, totp_last_step = 0 WHERE account_id = $1 AND totp_confirmed_at IS NULL RETURNING email`,
    [accountId, secret],
  );
  return row?.email ?? null;
}

/** The account's secret is in use from now on, and codes up to `step` are used up. */
export async function confirmSecret(
  tx: Queryable,
  accountId: string,
  { step, now }: { readonly step: number; readonly now: Instant },
): Promise<void> {
  await tx.query('UPDATE accounts SET totp_confirmed_at = $2, totp_last_step = $3 WHERE account_id = $1', [
    accountId,
    new Date(now),
    step,
  ]);
}

/** Uses up the codes of the app up to `step`. */
export async function useTotpStep(tx: Queryable, accountId: string, step: number): Promise<void> {
  await tx.query('UPDATE accounts SET totp_last_step = $2 WHERE account_id = $1', [accountId, step]);
}

/** Writes recovery codes instead of those that there were. */
export async function replaceRecoveryCodes(
  tx: Queryable,
  accountId: string,
  codeHashes: readonly Buffer[],
): Promise<void> {
  await deleteRecoveryCodes(tx, accountId);
  await tx.query('INSERT INTO recovery_codes (account_id, code_hash) SELECT $1, unnest($2::bytea[])', [
    accountId,
    codeHashes,
  ]);
}

/** Uses a recovery code up; answers how many are left, or null if there is no such code. */
export async function useRecoveryCode(tx: Queryable, accountId: string, codeHash: Buffer): Promise<number | null> {
  const used = await tx.query(
    'DELETE FROM recovery_codes WHERE account_id = $1 AND code_hash = $2 RETURNING account_id',
    [accountId, codeHash],
  );
  if (used.length === 0) return null;
  const count = 'SELECT count(*)::int AS left FROM recovery_codes WHERE account_id = $1';
  const [row] = await tx.query<{ left: number }>(count, [accountId]);
  return row!.left;
}

/** Forgets the secret and the recovery codes of an account that the transaction has locked. */
export async function dropSecondFactor(tx: Queryable, accountId: string): Promise<void> {
  await tx.query(
    'UPDATE accounts SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = 0 WHERE account_id = $1',
    [accountId],
  );
  await deleteRecoveryCodes(tx, accountId);
}

async function deleteRecoveryCodes(tx: Queryable, accountId: string): Promise<void> {
  await tx.query('DELETE FROM recovery_codes WHERE account_id = $1', [accountId]);
}
