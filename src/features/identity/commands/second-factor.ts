import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { randomClearText } from '../../../kernel/ids.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { findTotpStep, otpauthUrl, secretBytes, toBase32 } from '../domain/totp.ts';
import type { IdentityParts } from '../ports.ts';
import { lockAccount } from '../store/accounts.ts';
import { readLogin, setSecondFactor } from '../store/logins.ts';
import { appendAccountEvent } from './account-events.ts';
import { hashRecoveryCode, type SecondFactorRefusal, tellOfSecondFactor } from './check-second-factor.ts';
import { endSome } from './end-logins.ts';
import { doProven, type PasswordGuessRefusal, provePassword, type SelfInput } from './prove-self.ts';

const recoveryCodesCount = 10;
const issuer = 'Onsale';

type Parts = Pick<IdentityParts, 'database' | 'clock' | 'random' | 'guesses' | 'codes' | 'passwords' | 'changes'>;
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
  proven.value.forgive();
  const secret = Buffer.from(parts.random(secretBytes));
  const rows = await parts.database.query<{ email: string }>(
    `UPDATE accounts SET totp_secret = $2, totp_last_step = 0 WHERE account_id = $1 AND totp_confirmed_at IS NULL RETURNING email`,
    [input.accountId, secret],
  );
  if (rows.length === 0) return refuse({ code: 'SECOND_FACTOR_ON' });
  return accept({ secret: toBase32(secret), otpauthUrl: otpauthUrl(secret, rows[0]!.email, issuer) });
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
  const taken = parts.codes.take({ account: accountId, network: input.network }, parts.clock.measure());
  if (!taken.allowed) return refuse({ code: 'TOO_MANY_GUESSES', retryAfterSeconds: taken.retryAfterSeconds });
  const decision = await parts.database.transaction(async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (!account || account.totpConfirmedAt) return refuse({ code: 'SECOND_FACTOR_ON' } as const);
    if (!(await readLogin(tx, loginId))) return refuse({ code: 'TOKEN_INVALID' } as const);
    const { totpSecret } = account;
    const code = input.code.replaceAll(' ', '');
    const step = totpSecret ? findTotpStep(totpSecret, code, account.totpLastStep, context.now) : undefined;
    if (step === undefined) return refuse({ code: 'SECOND_FACTOR_WRONG' } as const);
    await tx.query('UPDATE accounts SET totp_confirmed_at = $2, totp_last_step = $3 WHERE account_id = $1', [
      accountId,
      new Date(context.now),
      step,
    ]);
    const draw = () => `${randomClearText(5, parts.random)}-${randomClearText(5, parts.random)}`;
    const codes = Array.from({ length: recoveryCodesCount }, draw);
    await tx.query('DELETE FROM recovery_codes WHERE account_id = $1', [accountId]);
    await tx.query('INSERT INTO recovery_codes (account_id, code_hash) SELECT $1, unnest($2::bytea[])', [
      accountId,
      codes.map(hashRecoveryCode),
    ]);
    await appendAccountEvent(tx, accountId, { type: 'SecondFactorEnabled' }, context);
    await setSecondFactor(tx, loginId, true);
    await endSome(tx, accountId, { except: loginId }, { reason: 'second-factor', context });
    await tellOfSecondFactor(tx, account, { kind: 'second-factor-on', facts: {} }, context);
    return accept(codes);
  });
  if (decision.accepted) {
    taken.forgive();
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
    await tellOfSecondFactor(tx, account, { kind: 'second-factor-off', facts: {} }, context);
    return accept(undefined);
  });
  if (decision.accepted) await parts.changes.poll();
  return decision;
}

/** Forgets the secret and the recovery codes of an account that the transaction has locked. */
export async function dropSecondFactor(tx: Queryable, accountId: string): Promise<void> {
  await tx.query(
    'UPDATE accounts SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = 0 WHERE account_id = $1',
    [accountId],
  );
  await tx.query('DELETE FROM recovery_codes WHERE account_id = $1', [accountId]);
}
