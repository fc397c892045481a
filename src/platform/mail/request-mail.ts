import type { MailRequest } from '../../contract/mail-request.ts';
import { appendMessages } from '../messages/append-messages.ts';
import type { Queryable } from '../postgres/database.ts';

/** Asks for a mail in the caller's transaction: it is sent if and only if that commits, and once per cause. */
export function requestMail(tx: Queryable, mail: MailRequest): Promise<void> {
  return requestMails(tx, [mail]);
}

/** {@link requestMail} for many, in one statement. */
export function requestMails(tx: Queryable, mails: readonly MailRequest[]): Promise<void> {
  return appendMessages(
    tx,
    mails.map((mail) => ({ topic: 'mail.requested', organizerId: mail.organizerId, payload: mail })),
  );
}
