import { createTransport } from 'nodemailer';
import type { Secret } from '../../kernel/secret.ts';
import type { Delivery, Mailer } from './mailer.ts';

const connectionsMax = 3;
const answerTimeoutMs = 20_000;
/** Faults of the connection or of our login: nothing is wrong with the mail. */
const awayCodes =
  /^(E(CONNECTION|SOCKET|DNS|AUTH|NOAUTH|OAUTH2|TLS|REQUIRETLS|PROXY|PROTOCOL|TIMEDOUT|CONNREFUSED)|ECONN\w*)$/;

/** Sends by SMTP: `smtp://user:password@host:587` (STARTTLS where offered) or `smtps://…`. */
export function createSmtpMailer({ url }: { readonly url: Secret }): Mailer {
  const transport = createTransport({
    url: url.reveal(),
    pool: true,
    maxConnections: connectionsMax,
    connectionTimeout: answerTimeoutMs,
    greetingTimeout: answerTimeoutMs,
    socketTimeout: answerTimeoutMs,
    // Our mails are texts: nothing in them may make this process read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async deliver(mail) {
      try {
        await transport.sendMail({
          messageId: `<${mail.messageId}>`,
          from: splitAddress(mail.sender),
          ...(mail.replyTo !== undefined && { replyTo: { name: '', address: mail.replyTo } }),
          // As an object it is one address, whatever characters it holds.
          to: { name: '', address: mail.recipient },
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          attachments: (mail.attachments ?? []).map(({ name, contentType, content, contentId }) => ({
            ...{ filename: name, contentType, content },
            ...(contentId === undefined ? {} : { cid: contentId, contentDisposition: 'inline' as const }),
          })),
          headers: { 'auto-submitted': 'auto-generated' },
        });
        return { outcome: 'delivered' };
      } catch (error) {
        return toDelivery(error as SmtpFault);
      }
    },
    async close() {
      transport.close();
    },
  };
}

/** `Ana, of course <ana@example.org>` as one address, whatever stands in the name. */
function splitAddress(sender: string): { name: string; address: string } {
  const parts = /^(.*)<([^<>]+)>\s*$/.exec(sender);
  return parts ? { name: parts[1]!.trim(), address: parts[2]! } : { name: '', address: sender };
}

interface SmtpFault extends Error {
  readonly code?: string;
  readonly responseCode?: number;
}

function toDelivery({ code = '', responseCode, message }: SmtpFault): Delivery {
  const fault = message.slice(0, 300);
  if (awayCodes.test(code) || responseCode === 421) return { outcome: 'later', fault, serverAway: true };
  if (responseCode !== undefined && responseCode >= 500) return { outcome: 'refused', fault };
  return { outcome: 'later', fault, serverAway: false };
}
