import type { CommandContext } from '../../../kernel/context.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** The organiser that exists from the first migration on. */
const platformOrganizerId = 1;

/** What can happen to an account. Its history holds ids only: who it is stands in its row, and goes with it. */
export type AccountEventType =
  | 'AccountRegistered'
  | 'AccountCreated'
  | 'MailVerified'
  | 'LoggedIn'
  | 'LoginEnded'
  | 'PasswordChanged'
  | 'PasswordResetRequested'
  | 'MailChangeRequested'
  | 'MailChanged'
  | 'SecondFactorEnabled'
  | 'SecondFactorDisabled'
  | 'RecoveryCodeUsed'
  | 'BookingsClaimed'
  | 'RoleGranted'
  | 'RoleTaken'
  | 'AccountDisabled'
  | 'AccountEnabled'
  | 'AccountErased'
  | 'PlatformOwnerGranted'
  | 'PlatformOwnerTaken';

/**
 * Appends to the history of an account, whose row the transaction has locked (`lockAccount`) or made. `context.actor` says who
 * did it; left as `guest`, it was the account itself.
 */
export async function appendAccountEvent(
  tx: Queryable,
  accountId: string,
  event: { readonly type: AccountEventType; readonly data?: object; readonly reason?: string },
  context: CommandContext,
): Promise<void> {
  const { type, data = {}, reason } = event;
  // Accounts belong to no organiser: what happens to them outside of one is the platform's own history.
  const organizerId = context.organizerId || platformOrganizerId;
  const events = [{ stream: `account-${accountId}`, type, data: { accountId, ...data }, reason }];
  await appendEvents(tx, events, { ...context, organizerId });
}

/** The context of what someone does who has just proven to be this account. */
export function asAccount(context: CommandContext, accountId: string): CommandContext {
  return { ...context, actor: `account:${accountId}` };
}
