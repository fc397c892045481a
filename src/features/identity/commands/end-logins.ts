import type { CommandContext } from '../../../kernel/context.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { deniedName, hashToken, refreshLifeMs } from '../domain/refresh-tokens.ts';
import type { IdentityParts } from '../parts.ts';
import { lockAccount } from '../store/accounts.ts';
import { type EndReason, endLogins, lockRefreshToken, type WhichLogins } from '../store/logins.ts';
import { appendAccountEvent, asAccount } from './account-events.ts';

type Parts = Pick<IdentityParts, 'bypassingRls' | 'changes'>;

/** Ends every login of an account that the transaction has locked. Effective once `changes` is polled after the commit. */
export async function endAllLogins(
  tx: Queryable,
  accountId: string,
  reason: EndReason,
  context: CommandContext,
): Promise<number> {
  return endSome(tx, accountId, {}, { reason, context });
}

/** Ends logins of an account that the transaction has locked; answers how many were living. */
export async function endSome(
  tx: Queryable,
  accountId: string,
  which: WhichLogins,
  { reason, context }: { reason: EndReason; context: CommandContext },
): Promise<number> {
  const ended = await endLogins(tx, accountId, which, { reason, now: context.now });
  for (const id of ended) {
    await appendAccountEvent(tx, accountId, { type: 'LoginEnded', data: { loginId: id }, reason }, context);
  }
  return ended.length;
}

/**
 * Logs an account out: from one login, or everywhere (null). Its refresh tokens are worthless at once, its access tokens
 * here at once and in other processes within seconds. Answers how many logins ended.
 */
export async function logOut(
  { bypassingRls, changes }: Parts,
  { accountId, loginId }: { readonly accountId: string; readonly loginId: string | null },
  context: CommandContext,
): Promise<number> {
  const ended = await bypassingRls.transaction(async (tx) => {
    if (!(await lockAccount(tx, accountId))) return 0;
    return endSome(tx, accountId, loginId === null ? {} : { only: loginId }, { reason: 'logout', context });
  });
  if (ended > 0) await changes.poll();
  return ended;
}

/** Logs out the login that a refresh token belongs to, used or not. One that we do not know is nothing to say about. */
export async function logOutByRefreshToken(
  parts: Parts & Pick<IdentityParts, 'denied'>,
  refreshToken: string,
  context: CommandContext,
): Promise<void> {
  const tokenHash = hashToken(refreshToken);
  const ended = await parts.bypassingRls.transaction(async (tx) => {
    const found = await lockRefreshToken(tx, tokenHash);
    if (!found || found.endedAt) return 0;
    const { accountId } = found.account;
    return endSome(
      tx,
      accountId,
      { only: found.loginId },
      { reason: 'logout', context: asAccount(context, accountId) },
    );
  });
  if (ended === 0) return;
  await parts.denied.deny(deniedName(tokenHash), refreshLifeMs);
  await parts.changes.poll();
}
