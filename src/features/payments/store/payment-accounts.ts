import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** Money can be set aside for a week, and a bank may take some days more to say what became of a payment. */
const watchedForMs = 14 * 24 * 3_600_000;
/** A use is written down when the last one is older than this. */
const notedEveryMs = 3_600_000;

/** Notes, before a payment begins, that it goes through this account. */
export async function noteAccountUse(
  database: Queryable,
  { organizerId, account }: { readonly organizerId: number; readonly account: string },
  now: Instant,
): Promise<void> {
  await database.query(
    {
      name: 'note-account-use',
      text: `INSERT INTO payment_accounts AS known (organizer_id, account, used_at) VALUES ($1, $2, $3)
       ON CONFLICT (organizer_id, account) DO UPDATE SET used_at = EXCLUDED.used_at WHERE known.used_at < $4`,
    },
    [organizerId, account, new Date(now), new Date(now - notedEveryMs)],
  );
}

/** Accounts whose payments may still change. */
export async function accountsInUse(database: Queryable, now: Instant): Promise<string[]> {
  const rows = await database.query<{ account: string }>(
    'SELECT DISTINCT account FROM payment_accounts WHERE used_at >= $1 ORDER BY account',
    [new Date(now - watchedForMs)],
  );
  return rows.map(({ account }) => account);
}
