import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { decideRefresh, deniedName, hashToken, refreshLifeMs, successorOf } from '../domain/refresh-tokens.ts';
import type { IdentityParts } from '../parts.ts';
import { readMemberships } from '../store/accounts.ts';
import { lockRefreshToken, useRefreshToken } from '../store/logins.ts';
import { asAccount } from './account-events.ts';
import { endSome } from './end-logins.ts';
import { type LoginTokens, type StartedLogin, signTokens } from './start-login.ts';

export type RefreshRefusal = { readonly code: 'REFRESH_INVALID' } | { readonly code: 'REFRESH_REUSED' };

/**
 * Gives the next access and refresh token for a refresh token. Brought again within seconds, the same token gets the same
 * successor; brought again later, somebody else has a copy: the whole login ends.
 */
export async function refresh(
  parts: IdentityParts,
  refreshToken: string,
  context: CommandContext,
): Promise<Decision<LoginTokens, RefreshRefusal>> {
  const { now } = context;
  const tokenHash = hashToken(refreshToken);
  const name = deniedName(tokenHash);
  // A program that keeps bringing a dead token costs no lock on its account.
  if (await parts.denied.isDenied(name)) return refuse({ code: 'REFRESH_INVALID' });
  let isDead = false;
  const decision = await parts.bypassingRls.transaction(async (tx): Promise<Decision<StartedLogin, RefreshRefusal>> => {
    const found = await lockRefreshToken(tx, tokenHash);
    if (!found) return refuse({ code: 'REFRESH_INVALID' });
    const { loginId, account, secondFactor } = found;
    const { accountId } = account;
    const what = decideRefresh({ ...found, disabledAt: account.disabledAt }, now);
    isDead = found.endedAt !== null || what === 'stolen';
    if (what === 'over') return refuse({ code: 'REFRESH_INVALID' });
    if (what === 'stolen') {
      await endSome(tx, accountId, { only: loginId }, { reason: 'reuse', context: asAccount(context, accountId) });
      return refuse({ code: 'REFRESH_REUSED' });
    }
    const next = successorOf(refreshToken, parts.refreshSecret);
    const refreshExpiresAt = (what === 'repeat' ? found.usedAt!.getTime() : now) + refreshLifeMs;
    if (what === 'rotate') {
      const used = { tokenHash, successorHash: hashToken(next), loginId };
      await useRefreshToken(tx, used, { now, expiresAt: refreshExpiresAt });
    }
    const isStaff = account.platformOwner || (await readMemberships(tx, accountId)).length > 0;
    const hasProvenMail = account.verifiedAt !== null;
    return accept({ accountId, loginId, isStaff, hasProvenMail, secondFactor, refreshToken: next, refreshExpiresAt });
  });
  if (decision.accepted) return accept(await signTokens(parts, decision.value, now));
  if (isDead) await parts.denied.deny(name, refreshLifeMs);
  if (decision.refusal.code === 'REFRESH_REUSED') await parts.changes.poll();
  return decision;
}
