import type { Queryable } from '../../../platform/postgres/database.ts';

const keptForMs = 30 * 24 * 3_600_000;
const keptCountMax = 10_000;

/** Forgets to whom old mails went, and old kept mails. The causes stay: none is written about twice. */
export async function forgetOldMails(database: Queryable, now: number): Promise<void> {
  const until = new Date(now - keptForMs);
  await database.query(
    `UPDATE mails SET recipient = '', last_fault = NULL WHERE created_at < $1 AND recipient <> '' AND state <> 'waiting'`,
    [until],
  );
  await database.query(
    `DELETE FROM kept_mails WHERE kept_at < $1 OR mail_id IN
       (SELECT mail_id FROM kept_mails ORDER BY kept_at DESC, mail_id DESC OFFSET $2)`,
    [until, keptCountMax],
  );
}

/** Forgets a person: every mail to these addresses (in small letters), sent or waiting. */
export async function forgetMailsTo(tx: Queryable, addresses: readonly string[]): Promise<void> {
  await tx.query(
    `UPDATE mails SET recipient = '', facts = '{}', last_fault = NULL,
       state = CASE state WHEN 'waiting' THEN 'given-up' ELSE state END WHERE lower(recipient) = ANY($1::text[])`,
    [addresses],
  );
  await tx.query('DELETE FROM kept_mails WHERE lower(recipient) = ANY($1::text[])', [addresses]);
}
