import type { Queryable } from '../../../platform/postgres/database.ts';
import { loginAddress } from '../domain/login-address.ts';
import { findAccountByMail } from '../store/accounts.ts';

export interface ListedAccount {
  readonly accountId: string;
  readonly email: string;
  readonly platformOwner: boolean;
  readonly verifiedAt: Date | null;
  readonly disabledAt: Date | null;
  /** `slug:role` of each organiser. */
  readonly roles: readonly string[];
}

/** Staff: accounts with a role or above all organisers, by address; at most 1000. */
export function listAccounts(bypassingRls: Queryable): Promise<ListedAccount[]> {
  return bypassingRls.query<ListedAccount>(
    `SELECT a.account_id AS "accountId", a.email, a.platform_owner AS "platformOwner", a.verified_at AS "verifiedAt",
       a.disabled_at AS "disabledAt",
       coalesce(array_agg(o.slug || ':' || m.role ORDER BY o.slug) FILTER (WHERE m.role IS NOT NULL), '{}') AS roles
     FROM accounts a LEFT JOIN memberships m USING (account_id) LEFT JOIN organizers o USING (organizer_id)
     GROUP BY a.account_id HAVING a.platform_owner OR count(m.role) > 0 ORDER BY a.email LIMIT 1000`,
  );
}

/** The id of the account with this mail address, or null. */
export async function findAccountByAddress(bypassingRls: Queryable, email: string): Promise<string | null> {
  const emailKey = loginAddress(email);
  const account = emailKey === undefined ? null : await findAccountByMail(bypassingRls, emailKey);
  return account?.accountId ?? null;
}
