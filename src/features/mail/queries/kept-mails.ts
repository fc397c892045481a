import { spellingsOf } from '../../../platform/mail/spellings.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

export interface KeptMail {
  readonly mailId: string;
  readonly sender: string;
  readonly recipient: string;
  readonly subject: string;
  readonly keptAt: Date;
}

export interface WholeKeptMail extends KeptMail {
  readonly messageId: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly KeptFile[];
}

/** What was attached to a kept mail. */
export interface KeptFile {
  readonly name: string;
  readonly contentType: string;
  readonly contentId?: string;
  readonly base64: string;
}

const columns = `mail_id AS "mailId", sender, recipient, subject, kept_at AS "keptAt"`;

/** The newest kept mails, to an address if one is named. */
export function listKeptMails(
  database: Queryable,
  { to, limit }: { readonly to?: string | undefined; readonly limit: number },
): Promise<KeptMail[]> {
  return database.query<KeptMail>(
    `SELECT ${columns} FROM kept_mails WHERE $1::text[] IS NULL OR lower(recipient) = ANY($1)
     ORDER BY kept_at DESC, mail_id DESC LIMIT $2`,
    [to === undefined ? null : spellingsOf(to), limit],
  );
}

export async function findKeptMail(database: Queryable, mailId: string): Promise<WholeKeptMail | null> {
  const [mail] = await database.query<WholeKeptMail>(
    `SELECT ${columns}, message_id AS "messageId", body_text AS text, body_html AS html, attachments FROM kept_mails WHERE mail_id = $1`,
    [mailId],
  );
  return mail ?? null;
}
