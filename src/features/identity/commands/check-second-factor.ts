import type { MailFacts } from '../../../contract/mail-request.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { requestMail } from '../../../platform/mail/request-mail.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { hashToken } from '../domain/refresh-tokens.ts';
import { findTotpStep } from '../domain/totp.ts';
import type { Account } from '../store/accounts.ts';
import { useRecoveryCode, useTotpStep } from '../store/second-factors.ts';
import { appendAccountEvent } from './account-events.ts';
import { inLanguageOf } from './language-of-account.ts';

export type SecondFactorRefusal = { readonly code: 'SECOND_FACTOR_NEEDED' } | { readonly code: 'SECOND_FACTOR_WRONG' };

/** The hash by which a recovery code is kept; spelling (dashes, case) does not count. */
export function hashRecoveryCode(code: string): Buffer {
  return hashToken(`recovery ${code.toUpperCase().replace(/[^A-Z0-9]/g, '')}`);
}

/**
 * Why an account (locked) does not get in by its second factor; null if it does, or has none. A code, be it of the app or a
 * recovery code, is used up by this.
 */
export async function checkSecondFactor(
  tx: Queryable,
  account: Account,
  code: string | undefined,
  context: CommandContext,
): Promise<SecondFactorRefusal | null> {
  const { accountId, totpSecret } = account;
  if (!account.totpConfirmedAt || !totpSecret) return null;
  if (code === undefined) return { code: 'SECOND_FACTOR_NEEDED' };
  const step = findTotpStep(totpSecret, code.replaceAll(' ', ''), account.totpLastStep, context.now);
  if (step !== undefined) {
    await useTotpStep(tx, accountId, step);
    return null;
  }
  const codesLeft = await useRecoveryCode(tx, accountId, hashRecoveryCode(code));
  if (codesLeft === null) return { code: 'SECOND_FACTOR_WRONG' };
  await appendAccountEvent(tx, accountId, { type: 'RecoveryCodeUsed' }, context);
  await mailAboutSecondFactor(tx, account, { kind: 'recovery-code-used', facts: { codesLeft } }, context);
  return null;
}

type SecondFactorMail = {
  [Kind in 'second-factor-on' | 'second-factor-off' | 'recovery-code-used']: {
    readonly kind: Kind;
    readonly facts: MailFacts[Kind];
  };
}['second-factor-on' | 'second-factor-off' | 'recovery-code-used'];

/** Writes to an account's address what happened to its second factor: if a thief did it, its owner hears of it in no other way. */
export function mailAboutSecondFactor(
  tx: Queryable,
  { accountId, email, language }: Pick<Account, 'accountId' | 'email' | 'language'>,
  mail: SecondFactorMail,
  { now }: CommandContext,
): Promise<void> {
  const cause = `account-${accountId}-${mail.kind}-${now}`;
  return requestMail(tx, { cause, organizerId: 1, to: email, ...inLanguageOf({ language }), ...mail });
}
