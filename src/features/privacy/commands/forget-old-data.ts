import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { deleteOldAttendees, deleteOldContacts, deleteOldTexts } from '../store/old-rows.ts';

const dayMs = 24 * 3_600_000;
/** Who tried to buy and did not: nobody needs to write to them. */
const failedDays = 30;
const rowsAtOnce = 5_000;

/**
 * Retention: forgets contacts, visitors' names and what was typed as a reason `contactDays` after their show was over, and
 * contacts 30 days after a purchase that came to nothing. Answers how many bookings lost theirs.
 */
export async function forgetOldData(
  source: Queryable,
  { contactDays, now }: { readonly contactDays: number; readonly now: Instant },
): Promise<number> {
  const overBefore = now - contactDays * dayMs;
  const failedBefore = now - failedDays * dayMs;
  let forgotten = 0;
  for (;;) {
    const count = await deleteOldContacts(source, { overBefore, failedBefore, countMax: rowsAtOnce });
    forgotten += count;
    if (count < rowsAtOnce) break;
  }
  await deleteOldAttendees(source, { overBefore, writtenBefore: now - dayMs });
  await deleteOldTexts(source, { overBefore, writtenBefore: now - dayMs });
  return forgotten;
}
