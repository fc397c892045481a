import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { randomClearText } from '../../../kernel/ids.ts';
import { normalizePassword } from '../domain/password-rules.ts';
import { findTotpStep, otpauthUrl, secretBytes, toBase32 } from '../domain/totp.ts';
import type { IdentityParts } from '../ports.ts';
import { findAccount, lockAccount } from '../store/accounts.ts';
import { appendAccountEvent } from './account-events.ts';
import { checkSecondFactor, hashRecoveryCode, type SecondFactorRefusal } from './check-second-factor.ts';
import { checkPasswordOf } from './login.ts';

const recoveryCodesCount = 10;
const issuer = 'Onsale';

type Parts = Pick<IdentityParts, 'database' | 'clock' | 'random' | 'guesses' | 'passwords'>;
type Refused<Code extends string> = { readonly code: Code };
type GuessRefusal = { readonly code: 'TOO_MANY_GUESSES'; readonly retryAfterSeconds: number };

/** Whoever asks, and the password by which it proves that it is not merely a screen left open. */
export interface SecondFactorInput {
  readonly accountId: string;
  readonly password: string;
  readonly network: string;
}

/**
 * Draws a secret for an authenticator app. Nothing is asked for at logins before {@link confirmSecondFactor}; drawn again
 * until then, the one before is forgotten.
 */
export async function startSecondFactor(
  parts: Parts,
  input: SecondFactorInput,
): Promise<
  Decision<{ secret: string; otpauthUrl: string }, GuessRefusal | Refused<'PASSWORD_WRONG' | 'SECOND_FACTOR_ON'>>
> {
  const proven = await provePassword(parts, input);
  if (!proven.accepted) return proven;
  const secret = Buffer.from(parts.random(secretBytes));
  const rows = await parts.database.query<{ email: string }>(
    `UPDATE accounts SET totp_secret = $2, totp_last_step = 0 WHERE account_id = $1 AND totp_confirmed_at IS NULL RETURNING email`,
    [input.accountId, secret],
  );
  if (rows.length === 0) return refuse({ code: 'SECOND_FACTOR_ON' });
  return accept({ secret: toBase32(secret), otpauthUrl: otpauthUrl(secret, rows[0]!.email, issuer) });
}

/** Turns the second factor on by a first code of the app; answers recovery codes, which are shown only now. */
export async function confirmSecondFactor(
  { database, random }: Parts,
  { accountId, code }: { readonly accountId: string; readonly code: string },
  context: CommandContext,
): Promise<Decision<readonly string[], Refused<'SECOND_FACTOR_WRONG' | 'SECOND_FACTOR_ON'>>> {
  return database.transaction(async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (!account || account.totpConfirmedAt) return refuse({ code: 'SECOND_FACTOR_ON' });
    const { totpSecret } = account;
    const step = totpSecret ? findTotpStep(totpSecret, code, account.totpLastStep, context.now) : undefined;
    if (step === undefined) return refuse({ code: 'SECOND_FACTOR_WRONG' });
    await tx.query('UPDATE accounts SET totp_confirmed_at = $2, totp_last_step = $3 WHERE account_id = $1', [
      accountId,
      new Date(context.now),
      step,
    ]);
    const draw = () => `${randomClearText(5, random)}-${randomClearText(5, random)}`;
    const codes = Array.from({ length: recoveryCodesCount }, draw);
    await tx.query('DELETE FROM recovery_codes WHERE account_id = $1', [accountId]);
    await tx.query('INSERT INTO recovery_codes (account_id, code_hash) SELECT $1, unnest($2::bytea[])', [
      accountId,
      codes.map(hashRecoveryCode),
    ]);
    await appendAccountEvent(tx, accountId, { type: 'SecondFactorEnabled' }, context);
    return accept(codes);
  });
}

/** Turns the second factor off, for whoever has the password and a code (of the app or a recovery code). */
export async function stopSecondFactor(
  parts: Parts,
  input: SecondFactorInput & { readonly code: string },
  context: CommandContext,
): Promise<Decision<void, GuessRefusal | SecondFactorRefusal | Refused<'PASSWORD_WRONG' | 'SECOND_FACTOR_OFF'>>> {
  const { accountId } = input;
  const proven = await provePassword(parts, input);
  if (!proven.accepted) return proven;
  const decision = await parts.database.transaction(async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (!account?.totpConfirmedAt) return refuse({ code: 'SECOND_FACTOR_OFF' } as const);
    const refusal = await checkSecondFactor(tx, account, input.code, context);
    if (refusal) return refuse(refusal);
    await tx.query(
      'UPDATE accounts SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = 0 WHERE account_id = $1',
      [accountId],
    );
    await tx.query('DELETE FROM recovery_codes WHERE account_id = $1', [accountId]);
    await appendAccountEvent(tx, accountId, { type: 'SecondFactorDisabled' }, context);
    return accept(undefined);
  });
  if (decision.accepted) proven.value.forgive();
  return decision;
}

/** Checks the password; the guess stays counted until the caller forgives it, so that wrong codes count too. */
async function provePassword(
  parts: Parts,
  { accountId, password, network }: SecondFactorInput,
): Promise<Decision<{ forgive: () => void }, GuessRefusal | Refused<'PASSWORD_WRONG'>>> {
  const account = await findAccount(parts.database, accountId);
  const taken = parts.guesses.take({ account: account?.emailKey ?? '', network }, parts.clock.measure());
  if (!taken.allowed) return refuse({ code: 'TOO_MANY_GUESSES', retryAfterSeconds: taken.retryAfterSeconds });
  const isRight = await checkPasswordOf(parts, account, normalizePassword(password));
  return isRight ? accept({ forgive: taken.forgive }) : refuse({ code: 'PASSWORD_WRONG' });
}
