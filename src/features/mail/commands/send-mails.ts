import type { Clock } from '../../../platform/clock/clock.ts';
import type { Delivery, Mailer } from '../../../platform/mail/mailer.ts';
import type { WalledDatabase } from '../../../platform/postgres/database.ts';
import { type MailText, onOneLineEach, toHtml, toPlainText } from '../domain/mail-text.ts';
import { retryAfterMs } from '../domain/retry.ts';
import type { Sender } from '../queries/read-sender.ts';

/** So many are in hand at once; whoever dies with them loses nothing but {@link leaseMs}. */
const inHandMax = 20;
const leaseMs = 5 * 60_000;

interface WaitingMail {
  readonly mailId: string;
  readonly organizerId: number;
  readonly kind: string;
  readonly recipient: string;
  readonly facts: object;
  /** Of the first attempt. */
  readonly sender: string | null;
  readonly attemptCount: number;
  readonly createdAt: Date;
}

export interface MailSending {
  readonly database: WalledDatabase;
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly senderOf: (organizerId: number) => Promise<Sender>;
  readonly writeMail: (mail: WaitingMail) => Promise<MailText | null>;
  /** Told of each mail that is done with: `sent`, or `given-up` with the fault. */
  readonly onDone: (outcome: 'sent' | 'given-up', mail: { mailId: string; kind: string; fault?: string }) => void;
}

/**
 * Sends what waits, one mail per cause. A mail is sent at least once: between the server's yes and our note of it we may
 * die, and then it goes out again under the same Message-ID.
 */
export function createSendMails(parts: MailSending): () => Promise<number> {
  const {
    database: { system: database },
    clock,
    mailer,
    senderOf,
    writeMail,
    onDone,
  } = parts;

  /** Sends until nothing is due or the mail server is away; answers how many mails went out. */
  return async function sendMails(): Promise<number> {
    let sent = 0;
    for (;;) {
      const mails = await take();
      const deliveries = await Promise.all(mails.map(send));
      sent += deliveries.filter(({ outcome }) => outcome === 'delivered').length;
      const isAway = deliveries.some((delivery) => delivery.outcome === 'later' && delivery.serverAway);
      if (mails.length < inHandMax || isAway) return sent;
    }
  };

  async function take(): Promise<WaitingMail[]> {
    const now = clock.now();
    return database.query<WaitingMail>(takeStatement, [new Date(now), new Date(now + leaseMs), inHandMax]);
  }

  async function send(mail: WaitingMail): Promise<Delivery> {
    const written = await writeMail(mail);
    const text = written && onOneLineEach(written);
    const { from, replyTo } = await senderOf(mail.organizerId);
    const sender = mail.sender ?? from;
    const delivery: Delivery = text
      ? await mailer.deliver({
          mailId: mail.mailId,
          messageId: `${mail.mailId}@${domainOf(sender)}`,
          organizerId: mail.organizerId,
          sender,
          ...(replyTo !== null && { replyTo }),
          recipient: mail.recipient,
          subject: text.subject.replace(/\s+/g, ' ').slice(0, 300),
          text: toPlainText(text),
          html: toHtml(text),
        })
      : { outcome: 'refused', fault: 'What it was about is gone.' };
    await note(mail, sender, delivery);
    return delivery;
  }

  async function note(mail: WaitingMail, sender: string, delivery: Delivery): Promise<void> {
    const { mailId, kind } = mail;
    const now = clock.now();
    if (delivery.outcome === 'delivered') {
      await database.query(doneStatement, [mailId, 'sent', sender, null, new Date(now)]);
      return onDone('sent', { mailId, kind });
    }
    const { fault } = delivery;
    const waitMs = retryAfterMs(mail.attemptCount, now - mail.createdAt.getTime());
    if (delivery.outcome === 'refused' || waitMs === null) {
      await database.query(doneStatement, [mailId, 'given-up', sender, fault, null]);
      return onDone('given-up', { mailId, kind, fault });
    }
    await database.query(laterStatement, [mailId, sender, fault, new Date(now + waitMs)]);
  }
}

/** The domain of `Name <user@domain>`: what Message-IDs end in. */
function domainOf(sender: string): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(sender)?.[1] ?? 'localhost';
}

const takeStatement = {
  name: 'mails-take',
  text: `UPDATE mails SET next_attempt_at = $2, attempt_count = attempt_count + 1
    WHERE mail_id IN (SELECT mail_id FROM mails WHERE state = 'waiting' AND next_attempt_at <= $1
      ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED)
    RETURNING mail_id AS "mailId", organizer_id AS "organizerId", kind, recipient, facts, sender,
      attempt_count AS "attemptCount", created_at AS "createdAt"`,
};
const doneStatement = {
  name: 'mail-done',
  text: `UPDATE mails SET state = $2, sender = $3, last_fault = $4, sent_at = $5, facts = '{}' WHERE mail_id = $1`,
};
const laterStatement = {
  name: 'mail-later',
  text: `UPDATE mails SET sender = $2, last_fault = $3, next_attempt_at = $4 WHERE mail_id = $1`,
};
