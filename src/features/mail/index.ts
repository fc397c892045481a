import type { FastifyPluginAsync } from 'fastify';
import type { Clock } from '../../platform/clock/clock.ts';
import { createEventFollower } from '../../platform/event-store/follow-events.ts';
import type { Mailer } from '../../platform/mail/mailer.ts';
import type { WalledDatabase } from '../../platform/postgres/database.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { forgetOldMails } from './commands/forget-mails.ts';
import { createBookingFollower, createMailConsumer } from './commands/note-mails.ts';
import { createSendMails } from './commands/send-mails.ts';
import { createMailWriter, type Links } from './commands/write-mail.ts';
import { createDevMailRoutes } from './http.ts';
import { readSender } from './queries/read-sender.ts';

export { forgetMailsTo } from './commands/forget-mails.ts';

const followEveryMs = 1_000;
const sendEveryMs = 500;
const forgetEveryMs = 3_600_000;

/** Mails: confirmations that follow the bookings, and whatever slices ask for; written, sent once per cause, retried. */
export function createMail(parts: {
  readonly database: WalledDatabase;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly mailer: Mailer;
  /** Whether mails are kept in the database; then they can be read at `/dev/mail`. */
  readonly isKept: boolean;
  /** Whether who sits at the machine may read them there. */
  readonly isOpen: boolean;
  readonly links: Links;
  /** The sender of organisers that have none of their own: `Name <address>`. */
  readonly mailFrom: string;
  readonly onGivenUp: (mail: { mailId: string; kind: string; fault?: string }) => void;
}) {
  const {
    database: { system: database },
    clock,
    metrics,
    onGivenUp,
  } = parts;
  const followBookings = createEventFollower({
    database,
    name: 'booking mails',
    types: ['PaymentAuthorized', 'PaymentCompleted'],
    handle: createBookingFollower(clock),
  });
  const sendMails = createSendMails({
    ...parts,
    senderOf: (organizerId) => readSender(database, organizerId, parts.mailFrom),
    writeMail: createMailWriter({ ...parts, database }),
    onDone(outcome, mail) {
      metrics.mails.inc({ outcome });
      if (outcome === 'given-up') onGivenUp(mail);
    },
  });
  const routes: FastifyPluginAsync[] = parts.isKept ? [createDevMailRoutes({ ...parts, database })] : [];
  return {
    routes,
    consumers: [createMailConsumer(clock)],
    jobs: [
      { name: 'follow bookings for mails', everyMs: followEveryMs, run: async () => void (await followBookings()) },
      { name: 'send mails', everyMs: sendEveryMs, run: async () => void (await sendMails()) },
      { name: 'forget old mails', everyMs: forgetEveryMs, run: () => forgetOldMails(database, clock.now()) },
    ],
    close: () => parts.mailer.close(),
  };
}
