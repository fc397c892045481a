import type { Queryable } from '../../../platform/postgres/database.ts';

/** What an account says of its person. */
export interface AccountData {
  readonly accountId: string;
  readonly email: string;
  readonly emailKey: string;
  readonly name: string | null;
  readonly verified: boolean;
  readonly createdAt: Date;
}

/** An account by its id; null if there is none. */
export async function findAccountData(source: Queryable, accountId: string): Promise<AccountData | null> {
  const [account] = await source.query<AccountData>(
    `SELECT account_id AS "accountId", email, email_key AS "emailKey", name, verified_at IS NOT NULL AS verified,
       created_at AS "createdAt" FROM accounts WHERE account_id = $1`,
    [accountId],
  );
  return account ?? null;
}
