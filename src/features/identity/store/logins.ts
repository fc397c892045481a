import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { type Account, lockAccount } from './accounts.ts';

export type EndReason = 'logout' | 'password' | 'mail' | 'second-factor' | 'disabled' | 'reuse';

/** Which logins of an account: all, one, or all but one (the one that asks). */
export type WhichLogins = { readonly only?: string; readonly except?: string };

export interface LoginRow {
  readonly loginId: string;
  readonly userAgent: string | null;
  /** Whether it passed a second factor. */
  readonly secondFactor: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
}

export async function insertLogin(
  tx: Queryable,
  login: {
    readonly loginId: string;
    readonly accountId: string;
    readonly userAgent: string | null;
    readonly secondFactor: boolean;
  },
  { now, expiresAt }: { now: Instant; expiresAt: Instant },
): Promise<void> {
  await tx.query(
    `INSERT INTO logins (login_id, account_id, user_agent, created_at, last_used_at, expires_at, second_factor)
     VALUES ($1, $2, $3, $4, $4, $5, $6)`,
    [login.loginId, login.accountId, login.userAgent, new Date(now), new Date(expiresAt), login.secondFactor],
  );
}

/** Logins that still live, the last used first. */
export function readLogins(database: Queryable, accountId: string, now: Instant): Promise<LoginRow[]> {
  return database.query<LoginRow>(
    `SELECT login_id AS "loginId", user_agent AS "userAgent", created_at AS "createdAt", last_used_at AS "lastUsedAt",
       expires_at AS "expiresAt", second_factor AS "secondFactor"
     FROM logins WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY last_used_at DESC, login_id LIMIT 100`,
    [accountId, new Date(now)],
  );
}

/** Whether a login lives, and passed a second factor; null if it has ended. */
export async function readLogin(tx: Queryable, loginId: string): Promise<{ readonly secondFactor: boolean } | null> {
  const text = 'SELECT second_factor AS "secondFactor" FROM logins WHERE login_id = $1 AND ended_at IS NULL';
  const [row] = await tx.query<{ secondFactor: boolean }>(text, [loginId]);
  return row ?? null;
}

/** Notes that a login has just proven a second factor, or that there is none to prove any more. */
export async function setSecondFactor(tx: Queryable, loginId: string, secondFactor: boolean): Promise<void> {
  await tx.query('UPDATE logins SET second_factor = $2 WHERE login_id = $1', [loginId, secondFactor]);
}

/** Ends living logins of an account; answers the ids of those that were living. */
export async function endLogins(
  tx: Queryable,
  accountId: string,
  { only, except }: WhichLogins,
  { reason, now }: { reason: EndReason; now: Instant },
): Promise<string[]> {
  const rows = await tx.query<{ loginId: string }>(
    `UPDATE logins SET ended_at = $3, end_reason = $4
     WHERE account_id = $1 AND ($2::uuid IS NULL OR login_id = $2) AND ($5::uuid IS NULL OR login_id <> $5) AND ended_at IS NULL
     RETURNING login_id AS "loginId"`,
    [accountId, only ?? null, new Date(now), reason, except ?? null],
  );
  return rows.map((row) => row.loginId);
}

export async function insertRefreshToken(
  tx: Queryable,
  token: { readonly tokenHash: Buffer; readonly loginId: string; readonly expiresAt: Instant },
): Promise<void> {
  await tx.query('INSERT INTO refresh_tokens (token_hash, login_id, expires_at) VALUES ($1, $2, $3)', [
    token.tokenHash,
    token.loginId,
    new Date(token.expiresAt),
  ]);
}

export interface RefreshTokenRow {
  readonly account: Account;
  readonly loginId: string;
  readonly secondFactor: boolean;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly endedAt: Date | null;
}

/**
 * A refresh token and its account, which is locked first as everywhere (else two could wait for each other): who brings the
 * same token at once comes one after the other. Null for a token that we do not know.
 */
export async function lockRefreshToken(tx: Queryable, tokenHash: Buffer): Promise<RefreshTokenRow | null> {
  const [owner] = await tx.query<{ accountId: string }>(
    {
      name: 'find-refresh-owner',
      text: `SELECT l.account_id AS "accountId" FROM refresh_tokens JOIN logins l USING (login_id) WHERE token_hash = $1`,
    },
    [tokenHash],
  );
  const account = owner && (await lockAccount(tx, owner.accountId));
  if (!account) return null;
  const [row] = await tx.query<Omit<RefreshTokenRow, 'account'>>(
    {
      name: 'read-refresh-token',
      text: `SELECT l.login_id AS "loginId", t.expires_at AS "expiresAt", t.used_at AS "usedAt", l.ended_at AS "endedAt",
          l.second_factor AS "secondFactor"
        FROM refresh_tokens t JOIN logins l USING (login_id) WHERE t.token_hash = $1`,
    },
    [tokenHash],
  );
  return row ? { ...row, account } : null;
}

/** Notes a refresh token as used, adds its successor, and lets the login live on. */
export async function useRefreshToken(
  tx: Queryable,
  used: { readonly tokenHash: Buffer; readonly successorHash: Buffer; readonly loginId: string },
  { now, expiresAt }: { now: Instant; expiresAt: Instant },
): Promise<void> {
  await tx.query('UPDATE refresh_tokens SET used_at = $2 WHERE token_hash = $1', [used.tokenHash, new Date(now)]);
  await insertRefreshToken(tx, { tokenHash: used.successorHash, loginId: used.loginId, expiresAt });
  await tx.query('UPDATE logins SET last_used_at = $2, expires_at = $3 WHERE login_id = $1', [
    used.loginId,
    new Date(now),
    new Date(expiresAt),
  ]);
}

/** Deletes refresh tokens that have expired. */
export async function deleteExpiredRefreshTokens(connection: Queryable, now: Instant): Promise<void> {
  await connection.query('DELETE FROM refresh_tokens WHERE expires_at < $1', [new Date(now)]);
}

/** Deletes logins that expired before a moment. */
export async function deleteLoginsExpiredBefore(connection: Queryable, before: Instant): Promise<void> {
  await connection.query('DELETE FROM logins WHERE expires_at < $1', [new Date(before)]);
}
