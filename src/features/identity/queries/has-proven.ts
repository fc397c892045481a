import type { Queryable } from '../../../platform/postgres/database.ts';
import { loginAddress } from '../domain/login-address.ts';
import { findAccount } from '../store/accounts.ts';

/** Whether an account has proven that this mail address is its own. The transaction bypasses RLS: accounts belong to no organiser. */
export async function hasProven(tx: Queryable, accountId: string, email: string): Promise<boolean> {
  const account = await findAccount(tx, accountId);
  return account?.verifiedAt != null && account.emailKey === loginAddress(email);
}
