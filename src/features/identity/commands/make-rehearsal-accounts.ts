import { systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Transacting } from '../../../platform/postgres/database.ts';
import { createAccessTokens } from '../queries/access-tokens.ts';
import { createSigningKeys } from '../queries/signing-keys.ts';
import { insertRehearsalAccounts } from '../store/rehearsal-accounts.ts';

const lifeMs = 3_600_000;
const issuer = 'onsale';
const atOnceMax = 5_000;

/**
 * Makes so many verified accounts, each logged in, and answers their access tokens, which live for an hour. For rehearsals on
 * a server of their own: nobody can log in to these accounts, because they have no password, and hashing thousands would
 * take longer than the sale.
 */
export async function makeRehearsalAccounts(
  { bypassingRls, clock }: { readonly bypassingRls: Transacting; readonly clock: Clock },
  count: number,
): Promise<string[]> {
  const tokens = createAccessTokens({ keys: createSigningKeys({ bypassingRls, clock }), issuer, lifeMs });
  const made: string[] = [];
  while (made.length < count) {
    const now = clock.now();
    const logins = Array.from({ length: Math.min(atOnceMax, count - made.length) }, (_, i) => ({
      accountId: uuidv7(now, systemRandom),
      loginId: uuidv7(now, systemRandom),
      email: `buyer-${made.length + i + 1}@rehearsal.example`,
    }));
    await bypassingRls.transaction((tx) => insertRehearsalAccounts(tx, logins, { now, expiresAt: now + lifeMs }));
    for (const login of logins)
      made.push(
        (await tokens.issue({ ...login, isStaff: false, hasProvenMail: true, secondFactor: false }, now)).token,
      );
  }
  return made;
}
