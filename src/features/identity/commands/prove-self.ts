import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { BegunAttempt } from '../../../platform/attempt-counter/attempt-counter.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { guesserOf } from '../domain/guess-limits.ts';
import { normalizePassword } from '../domain/password-rules.ts';
import type { IdentityParts } from '../parts.ts';
import { type Account, findAccount, lockAccount } from '../store/accounts.ts';
import { checkSecondFactor, type SecondFactorRefusal } from './check-second-factor.ts';
import { checkPasswordOf } from './login.ts';

export type PasswordGuessRefusal =
  | { readonly code: 'PASSWORD_WRONG' }
  | { readonly code: 'TOO_MANY_GUESSES'; readonly retryAfterSeconds: number };

/** Whoever is signed in, and the password by which it proves that it is not merely a screen left open or a stolen token. */
export interface SelfInput {
  readonly accountId: string;
  /** The login that asks: its guesses are counted by themselves, so that nobody else's shut its owner out. */
  readonly loginId: string;
  readonly password: string;
}

type Parts = Pick<IdentityParts, 'bypassingRls' | 'guesses' | 'passwords'>;

/** Checks the password; the guess counts until the caller ends it as right, so that wrong codes can count too. */
export async function provePassword(
  parts: Parts,
  { accountId, loginId, password }: SelfInput,
): Promise<Decision<{ readonly account: Account; readonly guess: BegunAttempt }, PasswordGuessRefusal>> {
  const account = await findAccount(parts.bypassingRls, accountId);
  const guess = { account: account?.emailKey ?? '', network: '', device: `login ${loginId}` };
  const guessing = await parts.guesses.begin(guesserOf(guess));
  if (!guessing.allowed) return refuse({ code: 'TOO_MANY_GUESSES', retryAfterSeconds: guessing.retryAfterSeconds });
  const isRight = await checkPasswordOf(parts, account, normalizePassword(password), guess.device);
  return account && isRight ? accept({ account, guess: guessing }) : refuse({ code: 'PASSWORD_WRONG' });
}

/** {@link doProven} with its parts in place. */
export type DoProven = <T, R extends { readonly code: string }>(
  input: SelfInput & { readonly code?: string | undefined },
  context: CommandContext,
  work: (tx: Queryable, account: Account) => Promise<Decision<T, R>>,
) => Promise<Decision<T, R | PasswordGuessRefusal | SecondFactorRefusal>>;

/**
 * Checks the password, and the code where the account has a second factor, then does `work` in a transaction that has
 * the account locked. The code is used up by this, unless `work` throws. Wrong codes count as guesses.
 */
export async function doProven<T, R extends { readonly code: string }>(
  parts: Parts,
  input: SelfInput & { readonly code?: string | undefined },
  context: CommandContext,
  work: (tx: Queryable, account: Account) => Promise<Decision<T, R>>,
): Promise<Decision<T, R | PasswordGuessRefusal | SecondFactorRefusal>> {
  const proven = await provePassword(parts, input);
  if (!proven.accepted) return proven;
  const { account, guess } = proven.value;
  let codeRefusal: SecondFactorRefusal | null = null;
  try {
    return await parts.bypassingRls.transaction(async (tx) => {
      const locked = await lockAccount(tx, account.accountId);
      if (!locked || locked.disabledAt || locked.passwordHash !== account.passwordHash) {
        return refuse({ code: 'PASSWORD_WRONG' } as const);
      }
      codeRefusal = await checkSecondFactor(tx, locked, input.code, context);
      return codeRefusal ? refuse(codeRefusal) : work(tx, locked);
    });
  } finally {
    // A code that was forgotten is no guess.
    if (codeRefusal === null || (codeRefusal as SecondFactorRefusal).code === 'SECOND_FACTOR_NEEDED') {
      await guess.end('right');
    }
  }
}
