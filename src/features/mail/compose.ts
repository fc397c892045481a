import type { FastifyPluginAsync } from 'fastify';
import type { Clock } from '../../platform/clock/clock.ts';
import { createEventFollower } from '../../platform/event-store/follow-events.ts';
import { withoutLedgers } from '../../platform/http/event-of.ts';
import type { Mailer } from '../../platform/mail/mailer.ts';
import type { TenantDatabase } from '../../platform/postgres/database.ts';
import type { SliceShape } from '../../platform/slice.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { forgetOldMails } from './commands/forget-mails.ts';
import { createBookingFollower, createMailConsumer } from './commands/note-mails.ts';
import { createSendMails } from './commands/send-mails.ts';
import { type Bookings, createMailWriter } from './commands/write-mail.ts';
import { createDevMailRoutes } from './http.ts';
import { readSender } from './queries/read-sender.ts';

const followEveryMs = 1_000;
const sendEveryMs = 500;
const forgetEveryMs = 3_600_000;

/** Mails: confirmations that follow the bookings, and whatever slices ask for; written, sent once per cause, retried. */
export function createMail(parts: {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly mailer: Mailer;
  /** Whether mails are kept in the database; then they can be read at `/dev/mail`. */
  readonly isKept: boolean;
  /** Whether who sits at the machine may read them there. */
  readonly isOpen: boolean;
  /** The address that goes before a path of ours. */
  readonly baseUrl: () => string;
  readonly bookings: Bookings;
  /** The sender of organisers that have none of their own: `Name <address>`. */
  readonly mailFrom: string;
  readonly onGivenUp: (mail: { mailId: string; kind: string; fault?: string }) => void;
}) {
  const {
    database: { bypassingRls },
    clock,
    metrics,
    mailer,
    isOpen,
    baseUrl,
    bookings,
    onGivenUp,
  } = parts;
  const followBookings = createEventFollower({
    bypassingRls,
    name: 'booking mails',
    types: ['PaymentAuthorized', 'PaymentCompleted'],
    handle: createBookingFollower(clock),
  });
  const sendMails = createSendMails({
    database: parts.database,
    clock,
    mailer,
    senderOf: (organizerId) => readSender(bypassingRls, organizerId, parts.mailFrom),
    writeMail: createMailWriter({ bypassingRls, baseUrl, bookings }),
    onDone(outcome, mail) {
      metrics.mails.inc({ outcome });
      if (outcome === 'given-up') onGivenUp(mail);
    },
  });
  const routes: FastifyPluginAsync[] = parts.isKept
    ? [withoutLedgers(createDevMailRoutes({ bypassingRls, isOpen }))]
    : [];
  return {
    routes,
    consumers: [createMailConsumer(clock)],
    jobs: [
      {
        name: 'follow bookings for mails',
        runs: 'once in the cluster',
        everyMs: followEveryMs,
        run: async () => void (await followBookings()),
      },
      {
        name: 'send mails',
        runs: 'once in the cluster',
        everyMs: sendEveryMs,
        run: async () => void (await sendMails()),
      },
      {
        name: 'forget old mails',
        runs: 'once in the cluster',
        everyMs: forgetEveryMs,
        run: () => forgetOldMails(bypassingRls, clock.now()),
      },
    ],
  } satisfies SliceShape;
}
