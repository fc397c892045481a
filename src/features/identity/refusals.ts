import { codesOf, type RefusalOf } from '../../contract/problems.ts';
import type { RefusalIn } from '../../kernel/decision.ts';
import type { confirmMailChange, requestMailChange } from './commands/change-mail.ts';
import type { changePassword, requestPasswordReset, resetPassword } from './commands/change-password.ts';
import type { SecondFactorRefusal } from './commands/check-second-factor.ts';
import type { claimOwnBookings } from './commands/claim-bookings.ts';
import type { login } from './commands/login.ts';
import type { PasswordGuessRefusal } from './commands/prove-self.ts';
import type { refresh } from './commands/refresh.ts';
import type { register, sendVerification } from './commands/register.ts';
import type { confirmSecondFactor, startSecondFactor, stopSecondFactor } from './commands/second-factor.ts';
import type { verifyMail } from './commands/verify-mail.ts';
import type { IdentifyRefusal } from './queries/identify.ts';

/** More passwords are being checked than fit in time: `answered` says it of every command that checks one. */
type Busy = RefusalOf<'LOGIN_BUSY'>;

/** Everything that this slice refuses with. */
export type IdentityRefusals =
  | Busy
  | IdentifyRefusal
  | PasswordGuessRefusal
  | SecondFactorRefusal
  | RefusalIn<
      | typeof changePassword
      | typeof claimOwnBookings
      | typeof confirmMailChange
      | typeof confirmSecondFactor
      | typeof login
      | typeof refresh
      | typeof register
      | typeof requestMailChange
      | typeof requestPasswordReset
      | typeof resetPassword
      | typeof sendVerification
      | typeof startSecondFactor
      | typeof stopSecondFactor
      | typeof verifyMail
    >;

const passwordFaults = { PASSWORD_COMMON: true, PASSWORD_LONG: true, PASSWORD_SHORT: true } as const;
const guesses = { LOGIN_BUSY: true, PASSWORD_WRONG: true, TOO_MANY_GUESSES: true } as const;
const codes = { SECOND_FACTOR_NEEDED: true, SECOND_FACTOR_WRONG: true } as const;

/** The codes that each command can refuse with, for the routes that call it. */
export const registerProblems = codesOf<RefusalIn<typeof register> | Busy>({
  ...passwordFaults,
  LOGIN_BUSY: true,
  MAIL_INVALID: true,
  TOO_MANY_MAILS: true,
});
export const verifyMailProblems = codesOf<RefusalIn<typeof verifyMail>>({ MAIL_TOKEN_INVALID: true });
export const mailingProblems = codesOf<RefusalIn<typeof sendVerification | typeof requestPasswordReset>>({
  TOO_MANY_MAILS: true,
});
export const resetPasswordProblems = codesOf<RefusalIn<typeof resetPassword> | Busy>({
  ...passwordFaults,
  LOGIN_BUSY: true,
  MAIL_TOKEN_INVALID: true,
});
export const changePasswordProblems = codesOf<RefusalIn<typeof changePassword> | Busy>({
  ...passwordFaults,
  ...guesses,
  TOKEN_INVALID: true,
});
export const changeMailProblems = codesOf<RefusalIn<typeof requestMailChange> | Busy>({
  ...guesses,
  ...codes,
  MAIL_INVALID: true,
  TOO_MANY_MAILS: true,
});
export const confirmMailProblems = codesOf<RefusalIn<typeof confirmMailChange>>({
  MAIL_TAKEN: true,
  MAIL_TOKEN_INVALID: true,
});
export const loginProblems = codesOf<RefusalIn<typeof login> | Busy>({
  ...codes,
  LOGIN_BUSY: true,
  LOGIN_FAILED: true,
  TOO_MANY_GUESSES: true,
});
export const refreshProblems = codesOf<RefusalIn<typeof refresh>>({ REFRESH_INVALID: true, REFRESH_REUSED: true });
export const claimProblems = codesOf<RefusalIn<typeof claimOwnBookings>>({ MAIL_UNVERIFIED: true });
export const startSecondFactorProblems = codesOf<RefusalIn<typeof startSecondFactor> | Busy>({
  ...guesses,
  SECOND_FACTOR_ON: true,
});
export const confirmSecondFactorProblems = codesOf<RefusalIn<typeof confirmSecondFactor>>({
  SECOND_FACTOR_ON: true,
  SECOND_FACTOR_WRONG: true,
  TOKEN_INVALID: true,
  TOO_MANY_GUESSES: true,
});
export const stopSecondFactorProblems = codesOf<RefusalIn<typeof stopSecondFactor> | Busy>({
  ...guesses,
  ...codes,
  SECOND_FACTOR_OFF: true,
});
/** Of what wants the password, and the code where there is a second factor (`doProven`). */
export const provenProblems = codesOf<PasswordGuessRefusal | SecondFactorRefusal | Busy>({ ...guesses, ...codes });
