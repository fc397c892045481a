import type { CommandContext } from '../../../kernel/context.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { Role } from '../domain/rights.ts';
import { lockAccount } from '../store/accounts.ts';
import { deleteRole, readRole, writeRole } from '../store/memberships.ts';
import { appendAccountEvent } from './account-events.ts';

/**
 * Gives an account a role with the organiser of the context, or another role than it had. False if there is no such account.
 * Effective in every process within seconds of the commit, without a new login.
 */
export async function grantRole(
  tx: Queryable,
  { accountId, role }: { readonly accountId: string; readonly role: Role },
  context: CommandContext,
): Promise<boolean> {
  if (!(await lockAccount(tx, accountId))) return false;
  const { organizerId } = context;
  const member = { organizerId, accountId };
  const before = await readRole(tx, member);
  if (before === role) return true;
  await writeRole(tx, member, role, context.now);
  const data = { organizerId, role, previousRole: before };
  await appendAccountEvent(tx, accountId, { type: 'RoleGranted', data }, context);
  return true;
}

/** Takes an account's role with the organiser of the context away; false if it had none. */
export async function takeRole(tx: Queryable, accountId: string, context: CommandContext): Promise<boolean> {
  if (!(await lockAccount(tx, accountId))) return false;
  const { organizerId } = context;
  const taken = await deleteRole(tx, { organizerId, accountId });
  if (taken === null) return false;
  const data = { organizerId, previousRole: taken };
  await appendAccountEvent(tx, accountId, { type: 'RoleTaken', data }, context);
  return true;
}
