import type { AccountAnswer } from '../../../contract/identity.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { ownerRights, rightsOfRole } from '../domain/rights.ts';
import { findAccount, readMemberships } from '../store/accounts.ts';

/** What an account is shown about itself; null if it is gone. */
export async function readProfile(bypassingRls: Queryable, accountId: string): Promise<AccountAnswer | null> {
  const account = await findAccount(bypassingRls, accountId);
  if (!account) return null;
  const memberships = await readMemberships(bypassingRls, accountId);
  const { email, name, platformOwner: isPlatformOwner, verifiedAt, totpConfirmedAt, language, createdAt } = account;
  return {
    accountId,
    email,
    name,
    emailVerified: verifiedAt !== null,
    secondFactor: totpConfirmedAt !== null,
    isPlatformOwner,
    language,
    createdAt: createdAt.toISOString(),
    memberships: memberships.map(({ organizerId, slug, organizerName, role }) => ({
      organizerId,
      organizer: slug,
      name: organizerName,
      role,
      rights: [...(isPlatformOwner ? ownerRights : rightsOfRole[role])],
    })),
  };
}
