import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { type Account, lockAccount } from './accounts.ts';

export type MailPurpose = 'verify-mail' | 'reset-password' | 'change-mail';

export interface MailToken {
  readonly tokenHash: Buffer;
  readonly purpose: MailPurpose;
  readonly accountId: string | null;
  /** What a registration that waits for its proof asks for. */
  readonly passwordHash?: string | null;
  readonly name?: string | null;
  /** Where an account wants its mail to go from now on: only and always of `change-mail`, where there is an account. */
  readonly email?: string | null;
  readonly expiresAt: Instant;
}

/** What counts once the mail came back. */
interface Asked {
  readonly passwordHash: string | null;
  readonly name: string | null;
  readonly email: string | null;
}

export async function insertMailToken(tx: Queryable, token: MailToken): Promise<void> {
  const { tokenHash, purpose, accountId, passwordHash = null, name = null, email = null, expiresAt } = token;
  await tx.query(
    `INSERT INTO mail_tokens (token_hash, purpose, account_id, password_hash, name, email, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [tokenHash, purpose, accountId, passwordHash, name, email, new Date(expiresAt)],
  );
}

/**
 * Takes a token that still counts out, for it is used once, with its account, which is locked first as everywhere. Null if
 * there is none.
 */
export async function takeMailToken(
  tx: Queryable,
  tokenHash: Buffer,
  purpose: MailPurpose,
  now: Instant,
): Promise<(Asked & { account: Account }) | null> {
  const [owner] = await tx.query<{ accountId: string }>(
    'SELECT account_id AS "accountId" FROM mail_tokens WHERE token_hash = $1 AND account_id IS NOT NULL',
    [tokenHash],
  );
  const account = owner && (await lockAccount(tx, owner.accountId));
  const [row] = await tx.query<Asked>(
    `DELETE FROM mail_tokens WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3
     RETURNING password_hash AS "passwordHash", name, email`,
    [tokenHash, purpose, new Date(now)],
  );
  return row && account ? { ...row, account } : null;
}

/** Makes older mails of this kind worthless. */
export async function dropMailTokens(tx: Queryable, accountId: string, purpose: MailPurpose): Promise<void> {
  await tx.query('DELETE FROM mail_tokens WHERE account_id = $1 AND purpose = $2', [accountId, purpose]);
}

/** Deletes what accounts asked for that waits to be the mail address of one (spellings in small letters). */
export async function dropChangesTo(tx: Queryable, spellings: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM mail_tokens WHERE lower(email) = ANY($1::text[])', [spellings]);
}

/** Whether a token still counts; it stays. */
export async function hasMailToken(
  connection: Queryable,
  tokenHash: Buffer,
  purpose: MailPurpose,
  now: Instant,
): Promise<boolean> {
  const rows = await connection.query(
    'SELECT 1 FROM mail_tokens WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3',
    [tokenHash, purpose, new Date(now)],
  );
  return rows.length > 0;
}

/** Deletes tokens that have expired. */
export async function deleteExpiredMailTokens(connection: Queryable, now: Instant): Promise<void> {
  await connection.query('DELETE FROM mail_tokens WHERE expires_at < $1', [new Date(now)]);
}
