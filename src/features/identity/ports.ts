import type { CommandContext } from '../../kernel/context.ts';
import type { Queryable } from '../../platform/postgres/database.ts';

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
