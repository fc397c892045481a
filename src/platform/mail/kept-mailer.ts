import type { Clock } from '../clock/clock.ts';
import { type Queryable, Unavailable } from '../postgres/database.ts';
import type { Mailer } from './mailer.ts';

/** Keeps mails in the database instead of sending them: for a machine without a mail server. */
export function createKeptMailer({
  bypassingRls,
  clock,
}: {
  readonly bypassingRls: Queryable;
  readonly clock: Clock;
}): Mailer {
  return {
    async deliver(mail) {
      const { mailId, organizerId, messageId, sender, recipient, subject, text, html, attachments = [] } = mail;
      try {
        await bypassingRls.query(insert, [
          ...[mailId, organizerId, messageId, sender, recipient, subject, text, html],
          new Date(clock.now()),
          JSON.stringify(attachments.map(({ content, ...file }) => ({ ...file, base64: content.toString('base64') }))),
        ]);
        return { outcome: 'delivered' };
      } catch (error) {
        return { outcome: 'later', fault: (error as Error).message, serverAway: error instanceof Unavailable };
      }
    },
    async close() {},
  };
}

const insert = {
  name: 'keep-mail',
  text: `INSERT INTO kept_mails (mail_id, organizer_id, message_id, sender, recipient, subject, body_text, body_html, kept_at, attachments)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (mail_id) DO NOTHING`,
};
