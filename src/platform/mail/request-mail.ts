import { randomUUID } from 'node:crypto';
import type { Queryable } from '../postgres/database.ts';
import type { MailFacts, MailKind } from './mail-kinds.ts';

/** The outbox topic of mails to be written. */
export const mailRequested = 'mail.requested';

/** A mail that somebody needs. The mail slice writes its text from `kind` and `facts`. */
export type MailRequest = { readonly [Kind in MailKind]: MailRequestOf<Kind> }[MailKind];

interface MailRequestOf<Kind extends MailKind> {
  /** What made it necessary, unique within the organiser (`booking-<id>-confirmed`): one mail per cause, for ever. */
  readonly cause: string;
  readonly kind: Kind;
  /** Whose customer is written to; 1 for the platform itself. */
  readonly organizerId: number;
  /** Left out for kinds about a booking: its contact, else the account it belongs to (no address, no mail). */
  readonly to?: string;
  readonly facts: MailFacts[Kind];
}

const insert = {
  name: 'request-mails',
  text: `INSERT INTO outbox (message_id, organizer_id, topic, payload)
    SELECT m.id, m.organizer_id, '${mailRequested}', m.payload::json
    FROM unnest($1::uuid[], $2::int[], $3::text[]) AS m(id, organizer_id, payload)`,
};

/** Asks for a mail in the caller's transaction: it is sent if and only if that commits, and once per cause. */
export function requestMail(tx: Queryable, mail: MailRequest): Promise<void> {
  return requestMails(tx, [mail]);
}

/** {@link requestMail} for many, in one statement. */
export async function requestMails(tx: Queryable, mails: readonly MailRequest[]): Promise<void> {
  if (mails.length === 0) return;
  await tx.query(insert, [
    mails.map(() => randomUUID()),
    mails.map(({ organizerId }) => organizerId),
    mails.map((mail) => JSON.stringify(mail)),
  ]);
}
