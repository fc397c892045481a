import type { CommandContext } from '../../../kernel/context.ts';
import type { MailFacts } from '../../../platform/mail/mail-kinds.ts';
import { requestMail } from '../../../platform/mail/request-mail.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { hashToken } from '../domain/refresh-tokens.ts';
import { findTotpStep } from '../domain/totp.ts';
import type { Account } from '../store/accounts.ts';
import { appendAccountEvent } from './account-events.ts';

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
    await tx.query('UPDATE accounts SET totp_last_step = $2 WHERE account_id = $1', [accountId, step]);
    return null;
  }
  const used = await tx.query(
    'DELETE FROM recovery_codes WHERE account_id = $1 AND code_hash = $2 RETURNING account_id',
    [accountId, hashRecoveryCode(code)],
  );
  if (used.length === 0) return { code: 'SECOND_FACTOR_WRONG' };
  await appendAccountEvent(tx, accountId, { type: 'RecoveryCodeUsed' }, context);
  const count = 'SELECT count(*)::int AS left FROM recovery_codes WHERE account_id = $1';
  const [{ left: codesLeft }] = (await tx.query<{ left: number }>(count, [accountId])) as [{ left: number }];
  await tellOfSecondFactor(tx, account, { kind: 'recovery-code-used', facts: { codesLeft } }, context);
  return null;
}

type SecondFactorMail = {
  [Kind in 'second-factor-on' | 'second-factor-off' | 'recovery-code-used']: {
    readonly kind: Kind;
    readonly facts: MailFacts[Kind];
  };
}['second-factor-on' | 'second-factor-off' | 'recovery-code-used'];

/** Tells whoever reads an account's mail what happened to its second factor: if it was a thief, nobody else would. */
export function tellOfSecondFactor(
  tx: Queryable,
  { accountId, email }: Pick<Account, 'accountId' | 'email'>,
  mail: SecondFactorMail,
  { now }: CommandContext,
): Promise<void> {
  const cause = `account-${accountId}-${mail.kind}-${now}`;
  return requestMail(tx, { cause, organizerId: 1, to: email, ...mail });
}
