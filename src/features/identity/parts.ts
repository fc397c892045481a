import type { RandomBytes } from '../../kernel/ids.ts';
import type { CountedAttempts } from '../../platform/attempt-counter/attempt-counter.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { DenyList } from '../../platform/deny-list/deny-list.ts';
import type { PasswordHash } from '../../platform/password-hash/password-hash.ts';
import type { Transacting } from '../../platform/postgres/database.ts';
import type { DeviceTokens } from './domain/device-tokens.ts';
import type { GuessKind } from './domain/guess-limits.ts';
import type { ClaimBookings, EndAllRights } from './ports.ts';
import type { AccessTokens } from './queries/access-tokens.ts';
import type { AccountChanges } from './queries/account-changes.ts';

/** What the commands of identity work with. */
export interface IdentityParts {
  readonly bypassingRls: Transacting;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly passwords: PasswordHash;
  readonly tokens: AccessTokens;
  readonly changes: AccountChanges;
  /** Refresh tokens of logins that have ended, by their hash: as they are in the database for good. */
  readonly denied: DenyList;
  /** From which the successors of refresh tokens are computed. */
  readonly refreshSecret: Uint8Array;
  /** What devices keep of having been signed in. */
  readonly devices: DeviceTokens;
  /** Wrong passwords and codes. */
  readonly guesses: CountedAttempts<GuessKind>;
  /** Wrong codes where a second factor is turned on. */
  readonly codes: CountedAttempts<GuessKind>;
  /** Mails that anybody can have sent to an address. */
  readonly mailings: CountedAttempts<GuessKind>;
  readonly claimBookings: ClaimBookings;
  readonly endAllRights: EndAllRights;
  /** Where buyers see us; goes before the links in mails. */
  readonly publicUrl: string | undefined;
}
