import type { CommandContext } from '../../../kernel/context.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { Role } from '../domain/rights.ts';
import { lockAccount } from '../store/accounts.ts';
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
  const [before] = await tx.query<{ role: Role }>(
    'SELECT role FROM memberships WHERE organizer_id = $1 AND account_id = $2',
    [organizerId, accountId],
  );
  if (before?.role === role) return true;
  await tx.query(
    `INSERT INTO memberships (organizer_id, account_id, role, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (organizer_id, account_id) DO UPDATE SET role = excluded.role`,
    [organizerId, accountId, role, new Date(context.now)],
  );
  const data = { organizerId, role, previousRole: before?.role ?? null };
  await appendAccountEvent(tx, accountId, { type: 'RoleGranted', data }, context);
  return true;
}

/** Takes an account's role with the organiser of the context away; false if it had none. */
export async function takeRole(tx: Queryable, accountId: string, context: CommandContext): Promise<boolean> {
  if (!(await lockAccount(tx, accountId))) return false;
  const { organizerId } = context;
  const [taken] = await tx.query<{ role: Role }>(
    'DELETE FROM memberships WHERE organizer_id = $1 AND account_id = $2 RETURNING role',
    [organizerId, accountId],
  );
  if (!taken) return false;
  const data = { organizerId, previousRole: taken.role };
  await appendAccountEvent(tx, accountId, { type: 'RoleTaken', data }, context);
  return true;
}
