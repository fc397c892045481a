import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** Adds many verified accounts without a password, each with one login that lives until `expiresAt`. */
export async function insertRehearsalAccounts(
  tx: Queryable,
  logins: readonly { readonly accountId: string; readonly loginId: string; readonly email: string }[],
  { now, expiresAt }: { readonly now: Instant; readonly expiresAt: Instant },
): Promise<void> {
  const accountIds = logins.map(({ accountId }) => accountId);
  await tx.query(
    `INSERT INTO accounts (account_id, email, email_key, verified_at, created_at, updated_at)
     SELECT id, mail, mail, $3, $3, $3 FROM unnest($1::uuid[], $2::text[]) AS made (id, mail)`,
    [accountIds, logins.map(({ email }) => email), new Date(now)],
  );
  await tx.query(
    `INSERT INTO logins (login_id, account_id, created_at, last_used_at, expires_at)
     SELECT login, account, $3, $3, $4 FROM unnest($1::uuid[], $2::uuid[]) AS made (login, account)`,
    [logins.map(({ loginId }) => loginId), accountIds, new Date(now), new Date(expiresAt)],
  );
}
