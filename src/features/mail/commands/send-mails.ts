import type { Clock } from '../../../platform/clock/clock.ts';
import type { Attachment, Delivery, Mailer, OutgoingMail } from '../../../platform/mail/mailer.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { toHtml } from '../domain/mail-html.ts';
import { type MailText, onOneLineEach, toPlainText } from '../domain/mail-text.ts';
import { retryAfterMs } from '../domain/retry.ts';
import type { Sender } from '../queries/read-sender.ts';
import { noteGivenUp, noteLater, noteSent, takeMails, type WaitingMail } from '../store/mail-rows.ts';
import { drawCode } from './draw-code.ts';

/** So many are in hand at once; whoever dies with them loses nothing but {@link leaseMs}. */
const inHandMax = 20;
const leaseMs = 5 * 60_000;

export interface MailSending {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly senderOf: (organizerId: number) => Promise<Sender>;
  readonly writeMail: (mail: WaitingMail) => Promise<MailText | null>;
  /** Called with each mail that is done with: `sent`, or `given-up` with the fault. */
  readonly onDone: (outcome: 'sent' | 'given-up', mail: { mailId: string; kind: string; fault?: string }) => void;
}

/**
 * Sends what waits, one mail per cause. A mail is sent at least once: between the server's yes and our note of it we may
 * die, and then it goes out again under the same Message-ID.
 */
export function createSendMails(parts: MailSending): () => Promise<number> {
  const {
    database: { bypassingRls },
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
      const mails = await takeMails(bypassingRls, { now: clock.now(), leaseMs, countMax: inHandMax });
      const deliveries = await Promise.all(mails.map(send));
      sent += deliveries.filter(({ outcome }) => outcome === 'delivered').length;
      const isAway = deliveries.some((delivery) => delivery.outcome === 'later' && delivery.serverAway);
      if (mails.length < inHandMax || isAway) return sent;
    }
  };

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
          ...withFiles(text),
        })
      : { outcome: 'refused', fault: 'What it was about is gone.' };
    await note(mail, sender, delivery);
    return delivery;
  }

  async function note(mail: WaitingMail, sender: string, delivery: Delivery): Promise<void> {
    const { mailId, kind } = mail;
    const now = clock.now();
    if (delivery.outcome === 'delivered') {
      await noteSent(bypassingRls, { mailId, sender, now });
      return onDone('sent', { mailId, kind });
    }
    const { fault } = delivery;
    const waitMs = retryAfterMs(mail.attemptCount, now - mail.createdAt.getTime());
    if (delivery.outcome === 'refused' || waitMs === null) {
      await noteGivenUp(bypassingRls, { mailId, sender, fault });
      return onDone('given-up', { mailId, kind, fault });
    }
    await noteLater(bypassingRls, { mailId, sender, fault, at: now + waitMs });
  }
}

/** The HTML with the pictures of codes that it shows, and the file for the calendar. */
function withFiles(text: MailText): Pick<OutgoingMail, 'html' | 'attachments'> {
  const attachments: Attachment[] = [];
  const cids = new Map<string, string>();
  for (const [ticketId, code] of text.codes ?? []) {
    const contentId = `code-${cids.size + 1}`;
    cids.set(ticketId, contentId);
    attachments.push({ name: `${contentId}.png`, contentType: 'image/png', content: drawCode(code), contentId });
  }
  if (text.calendar) {
    const { name, text: lines } = text.calendar;
    attachments.push({ name, contentType: 'text/calendar; charset=utf-8', content: Buffer.from(lines) });
  }
  return { html: toHtml(text, cids), attachments };
}

/** The domain of `Name <user@domain>`: what Message-IDs end in. */
function domainOf(sender: string): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(sender)?.[1] ?? 'localhost';
}
