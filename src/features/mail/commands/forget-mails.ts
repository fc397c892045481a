import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { deleteKeptMails, forgetRecipients } from '../store/mail-rows.ts';

const keptForMs = 30 * 24 * 3_600_000;
const keptCountMax = 10_000;

/** Forgets to whom old mails went, and old kept mails. The causes stay: none is written about twice. */
export async function forgetOldMails(source: Queryable, now: Instant): Promise<void> {
  const before = now - keptForMs;
  await forgetRecipients(source, before);
  await deleteKeptMails(source, { before, countMax: keptCountMax });
}
