import type { CommandContext } from '../../../kernel/context.ts';
import { spellingsOf } from '../../../platform/mail/spellings.ts';
import type { Queryable, Transacting } from '../../../platform/postgres/database.ts';
import type { IdentityParts } from '../parts.ts';
import type { AllEndedRights, EndAllRights } from '../ports.ts';
import { deleteAccount, lockAccount, setDisabled } from '../store/accounts.ts';
import { dropChangesTo } from '../store/mail-tokens.ts';
import { appendAccountEvent } from './account-events.ts';
import { endAllLogins } from './end-logins.ts';

interface Parts {
  readonly bypassingRls: Transacting;
  readonly endAllRights: EndAllRights;
  /** Polled after the commit, so that this process knows at once; the others hear of it by themselves. */
  readonly changes: Pick<IdentityParts['changes'], 'poll'>;
}

/**
 * Locks an account out, everywhere within seconds: every login ends and none begins, and what it made (keys, open invitations) ends
 * with it. It does so for an organiser's last admin too, for this is done when it burns, and answers which organisers
 * are without one now. Null if there is no such account.
 */
export async function disableAccount(
  parts: Parts,
  accountId: string,
  context: CommandContext,
): Promise<AllEndedRights | null> {
  const ended = await parts.bypassingRls.transaction(async (tx) => {
    const rights = await parts.endAllRights(tx, accountId, context);
    const account = await lockAccount(tx, accountId);
    if (!account) return null;
    if (account.disabledAt) return rights;
    await setDisabled(tx, accountId, new Date(context.now));
    await appendAccountEvent(tx, accountId, { type: 'AccountDisabled' }, context);
    await endAllLogins(tx, accountId, 'disabled', context);
    return rights;
  });
  await parts.changes.poll();
  return ended;
}

/** Lets a disabled account log in again. False if there is no such account. */
export async function enableAccount(
  parts: Pick<Parts, 'bypassingRls'>,
  accountId: string,
  context: CommandContext,
): Promise<boolean> {
  return parts.bypassingRls.transaction(async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (!account?.disabledAt) return account !== null;
    await setDisabled(tx, accountId, null);
    await appendAccountEvent(tx, accountId, { type: 'AccountEnabled' }, context);
    return true;
  });
}

/**
 * Deletes an account and all that is personal about it, in the caller's transaction; its history keeps its id only. False if
 * there is no such account.
 */
export async function eraseAccount(tx: Queryable, accountId: string, context: CommandContext): Promise<boolean> {
  const account = await lockAccount(tx, accountId);
  if (!account) return false;
  await endAllLogins(tx, accountId, 'disabled', context);
  await appendAccountEvent(tx, accountId, { type: 'AccountErased' }, context);
  await deleteAccount(tx, accountId);
  // Its own went with it; somebody else may have named its address.
  await dropChangesTo(tx, [...spellingsOf(account.email), account.emailKey]);
  return true;
}
