import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { randomClearText } from '../../../kernel/ids.ts';
import { guesserOf } from '../domain/guess-limits.ts';
import { findTotpStep, otpauthUrl, secretBytes, toBase32 } from '../domain/totp.ts';
import type { IdentityParts } from '../parts.ts';
import { lockAccount } from '../store/accounts.ts';
import { readLogin, setSecondFactor } from '../store/logins.ts';
import { dropMailTokens } from '../store/mail-tokens.ts';
import {
  confirmSecret,
  dropSecondFactor,
  replaceRecoveryCodes,
  writeUnconfirmedSecret,
} from '../store/second-factors.ts';
import { appendAccountEvent } from './account-events.ts';
import { hashRecoveryCode, mailAboutSecondFactor, type SecondFactorRefusal } from './check-second-factor.ts';
import { endSome } from './end-logins.ts';
import { doProven, type PasswordGuessRefusal, provePassword, type SelfInput } from './prove-self.ts';

const recoveryCodesCount = 10;
const issuer = 'Onsale';

type Parts = Pick<IdentityParts, 'bypassingRls' | 'random' | 'guesses' | 'codes' | 'passwords' | 'changes'>;
type Refused<Code extends string> = { readonly code: Code };

/**
 * Draws a secret for an authenticator app. Nothing is asked for at logins before {@link confirmSecondFactor}; drawn again
 * until then, the one before is forgotten.
 */
export async function startSecondFactor(
  parts: Parts,
  input: SelfInput,
): Promise<Decision<{ secret: string; otpauthUrl: string }, PasswordGuessRefusal | Refused<'SECOND_FACTOR_ON'>>> {
  const proven = await provePassword(parts, input);
  if (!proven.accepted) return proven;
  await proven.value.guess.end('right');
  const secret = Buffer.from(parts.random(secretBytes));
  const email = await writeUnconfirmedSecret(parts.bypassingRls, input.accountId, secret);
  if (email === null) return refuse({ code: 'SECOND_FACTOR_ON' });
  return accept({ secret: toBase32(secret), otpauthUrl: otpauthUrl(secret, email, issuer) });
}

/**
 * Turns the second factor on by a first code of the app; answers recovery codes, which are shown only now. The login that asks
 * has passed it; every other ends, for whoever logged in before has proven none. Wrong codes have a limit of their own.
 */
export async function confirmSecondFactor(
  parts: Parts,
  input: { readonly accountId: string; readonly loginId: string; readonly code: string; readonly network: string },
  context: CommandContext,
): Promise<
  Decision<
    readonly string[],
    | Refused<'SECOND_FACTOR_WRONG' | 'SECOND_FACTOR_ON' | 'TOKEN_INVALID'>
    | Extract<PasswordGuessRefusal, { code: 'TOO_MANY_GUESSES' }>
  >
> {
  const { accountId, loginId } = input;
  const guess = await parts.codes.begin(guesserOf({ account: accountId, network: input.network }));
  if (!guess.allowed) return refuse({ code: 'TOO_MANY_GUESSES', retryAfterSeconds: guess.retryAfterSeconds });
  const decision = await parts.bypassingRls.transaction(async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (!account || account.totpConfirmedAt) return refuse({ code: 'SECOND_FACTOR_ON' } as const);
    if (!(await readLogin(tx, loginId))) return refuse({ code: 'TOKEN_INVALID' } as const);
    const { totpSecret } = account;
    const code = input.code.replaceAll(' ', '');
    const step = totpSecret ? findTotpStep(totpSecret, code, account.totpLastStep, context.now) : undefined;
    if (step === undefined) return refuse({ code: 'SECOND_FACTOR_WRONG' } as const);
    await confirmSecret(tx, accountId, { step, now: context.now });
    const draw = () => `${randomClearText(5, parts.random)}-${randomClearText(5, parts.random)}`;
    const codes = Array.from({ length: recoveryCodesCount }, draw);
    await replaceRecoveryCodes(tx, accountId, codes.map(hashRecoveryCode));
    await appendAccountEvent(tx, accountId, { type: 'SecondFactorEnabled' }, context);
    await setSecondFactor(tx, loginId, true);
    // It was asked for by the password alone.
    await dropMailTokens(tx, accountId, 'change-mail');
    await endSome(tx, accountId, { except: loginId }, { reason: 'second-factor', context });
    await mailAboutSecondFactor(tx, account, { kind: 'second-factor-on', facts: {} }, context);
    return accept(codes);
  });
  if (decision.accepted) {
    await guess.end('right');
    await parts.changes.poll();
  }
  return decision;
}

/**
 * Turns the second factor off, for whoever has the password and a code (of the app or a recovery code). Every other login
 * ends: it passed something that does not count any more.
 */
export async function stopSecondFactor(
  parts: Parts,
  input: SelfInput & { readonly code: string },
  context: CommandContext,
): Promise<Decision<void, PasswordGuessRefusal | SecondFactorRefusal | Refused<'SECOND_FACTOR_OFF'>>> {
  const { accountId, loginId } = input;
  const decision = await doProven(parts, input, context, async (tx, account) => {
    if (!account.totpConfirmedAt) return refuse({ code: 'SECOND_FACTOR_OFF' } as const);
    await dropSecondFactor(tx, accountId);
    await appendAccountEvent(tx, accountId, { type: 'SecondFactorDisabled' }, context);
    await setSecondFactor(tx, loginId, false);
    await endSome(tx, accountId, { except: loginId }, { reason: 'second-factor', context });
    await mailAboutSecondFactor(tx, account, { kind: 'second-factor-off', facts: {} }, context);
    return accept(undefined);
  });
  if (decision.accepted) await parts.changes.poll();
  return decision;
}
