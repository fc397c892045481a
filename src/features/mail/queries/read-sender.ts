import type { Queryable } from '../../../platform/postgres/database.ts';

/** Whom an organiser's mails come from, and where answers go. */
export interface Sender {
  /** `Name <address>` */
  readonly from: string;
  readonly replyTo: string | null;
}

/**
 * The organiser's own sender; where it has none, the platform's address, under the name that the organiser chose if it
 * chose one.
 */
export async function readSender(database: Queryable, organizerId: number, mailFrom: string): Promise<Sender> {
  const [row] = await database.query<{ name: string | null; address: string | null; replyTo: string | null }>(
    {
      name: 'mail-sender',
      text: `SELECT mail_sender_name AS name, mail_sender_address AS address, mail_reply_to AS "replyTo"
        FROM organizer_settings WHERE organizer_id = $1`,
    },
    [organizerId],
  );
  const { name, address } = splitSender(mailFrom);
  const shownName = (row?.name ?? name).replace(/[\p{Cc}<>]/gu, ' ').trim();
  const ownAddress = row?.address ?? address;
  return { from: shownName === '' ? ownAddress : `${shownName} <${ownAddress}>`, replyTo: row?.replyTo ?? null };
}

function splitSender(sender: string): { name: string; address: string } {
  const parts = /^(.*)<([^<>]+)>\s*$/.exec(sender);
  return parts ? { name: parts[1]!.trim(), address: parts[2]! } : { name: '', address: sender };
}
