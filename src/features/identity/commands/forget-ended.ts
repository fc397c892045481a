import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** Ended logins are kept this long, for whoever asks what happened. */
const keepLoginsMs = 30 * 24 * 3_600_000;

/** Deletes what has run out: tokens, logins long ended, changes that every process has read long ago. */
export async function forgetEnded(database: Queryable, now: Instant): Promise<void> {
  await database.query('DELETE FROM refresh_tokens WHERE expires_at < $1', [new Date(now)]);
  await database.query('DELETE FROM mail_tokens WHERE expires_at < $1', [new Date(now)]);
  await database.query('DELETE FROM logins WHERE expires_at < $1', [new Date(now - keepLoginsMs)]);
  await database.query(`DELETE FROM account_changes WHERE changed_at < now() - interval '1 day'`);
}
