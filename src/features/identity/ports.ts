import type { CommandContext } from '../../kernel/context.ts';
import type { RandomBytes } from '../../kernel/ids.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { PasswordHash } from '../../platform/password-hash/password-hash.ts';
import type { Database, Queryable } from '../../platform/postgres/database.ts';
import type { DeviceTokens } from './domain/device-tokens.ts';
import type { GuessLimits } from './domain/guess-limits.ts';
import type { AccessTokens } from './queries/access-tokens.ts';
import type { AccountChanges } from './queries/account-changes.ts';

/**
 * Gives an account the bookings that guests made under its verified address, in the caller's transaction; answers how
 * many. `emails` are its lower-case spellings. Bookings of other accounts are left alone.
 */
export type ClaimBookings = (
  tx: Queryable,
  claim: { readonly accountId: string; readonly emails: readonly string[] },
  context: CommandContext,
) => Promise<number>;

/** What ended with the rights of somebody who was locked out or erased, and which organisers are without an admin now. */
export interface AllEndedRights {
  readonly keys: readonly { readonly apiKeyId: string; readonly name: string }[];
  readonly invitations: readonly { readonly invitationId: string; readonly email: string }[];
  readonly withoutAdmin: readonly string[];
}

/** Ends what an account made for any organiser: keys, open invitations. In the caller's transaction, before it locks the account. */
export type EndAllRights = (tx: Queryable, accountId: string, context: CommandContext) => Promise<AllEndedRights>;

/** What the commands of identity work with. */
export interface IdentityParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly passwords: PasswordHash;
  readonly tokens: AccessTokens;
  readonly changes: AccountChanges;
  /** From which the successors of refresh tokens are computed. */
  readonly refreshSecret: Uint8Array;
  /** What devices keep of having been signed in. */
  readonly devices: DeviceTokens;
  /** Wrong passwords and codes. */
  readonly guesses: GuessLimits;
  /** Wrong codes where a second factor is turned on. */
  readonly codes: GuessLimits;
  /** Mails that anybody can have sent to an address. */
  readonly mailings: GuessLimits;
  readonly claimBookings: ClaimBookings;
  readonly endAllRights: EndAllRights;
  /** Where buyers see us; goes before the links in mails. */
  readonly publicUrl: string | undefined;
}
