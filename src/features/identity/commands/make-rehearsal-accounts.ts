import { systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/postgres/database.ts';
import { createAccessTokens } from '../queries/access-tokens.ts';
import { createSigningKeys } from '../queries/signing-keys.ts';

const lifeMs = 3_600_000;
const issuer = 'onsale';
const atOnceMax = 5_000;

/**
 * Makes so many verified accounts, each logged in, and answers their access tokens, which live for an hour. For rehearsals on
 * a server of their own: nobody can log in to these accounts, because they have no password, and hashing thousands would
 * take longer than the sale.
 */
export async function makeRehearsalAccounts(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  count: number,
): Promise<string[]> {
  const tokens = createAccessTokens({ keys: createSigningKeys({ database, clock }), issuer, lifeMs });
  const made: string[] = [];
  while (made.length < count) {
    const now = clock.now();
    const logins = Array.from({ length: Math.min(atOnceMax, count - made.length) }, (_, i) => ({
      accountId: uuidv7(now, systemRandom),
      loginId: uuidv7(now, systemRandom),
      email: `buyer-${made.length + i + 1}@rehearsal.example`,
    }));
    const accountIds = logins.map(({ accountId }) => accountId);
    await database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO accounts (account_id, email, email_key, verified_at, created_at, updated_at)
         SELECT id, mail, mail, $3, $3, $3 FROM unnest($1::uuid[], $2::text[]) AS made (id, mail)`,
        [accountIds, logins.map(({ email }) => email), new Date(now)],
      );
      await tx.query(
        `INSERT INTO logins (login_id, account_id, created_at, last_used_at, expires_at)
         SELECT login, account, $3, $3, $4 FROM unnest($1::uuid[], $2::uuid[]) AS made (login, account)`,
        [logins.map(({ loginId }) => loginId), accountIds, new Date(now), new Date(now + lifeMs)],
      );
    });
    for (const login of logins)
      made.push(
        (await tokens.issue({ ...login, isStaff: false, hasProvenMail: true, secondFactor: false }, now)).token,
      );
  }
  return made;
}
