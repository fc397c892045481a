import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { deleteOldAccountChanges } from '../store/account-changes.ts';
import { deleteExpiredRefreshTokens, deleteLoginsExpiredBefore } from '../store/logins.ts';
import { deleteExpiredMailTokens } from '../store/mail-tokens.ts';

/** Ended logins are kept this long, for whoever asks what happened. */
const keepLoginsMs = 30 * 24 * 3_600_000;

/** Deletes what has run out: tokens, logins long ended, changes that every process has read long ago. */
export async function forgetEnded(bypassingRls: Queryable, now: Instant): Promise<void> {
  await deleteExpiredRefreshTokens(bypassingRls, now);
  await deleteExpiredMailTokens(bypassingRls, now);
  await deleteLoginsExpiredBefore(bypassingRls, now - keepLoginsMs);
  await deleteOldAccountChanges(bypassingRls);
}
