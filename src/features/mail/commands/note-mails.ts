import { uuidv7 } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { FollowedEvent } from '../../../platform/event-store/follow-events.ts';
import { type MailRequest, mailRequested } from '../../../platform/mail/request-mail.ts';
import type { Consumer } from '../../../platform/message-bus/outbox-relay.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

interface Note {
  readonly organizerId: number;
  readonly cause: string;
  readonly kind: string;
  readonly to?: string | undefined;
  readonly facts: object;
}

// Where nobody said to whom: the contact of the booking, else the account that booked; where there is neither, no mail.
const insert = {
  name: 'note-mails',
  text: `INSERT INTO mails (mail_id, organizer_id, cause, kind, recipient, facts, next_attempt_at, created_at)
    SELECT m.mail_id, m.organizer_id, m.cause, m.kind, coalesce(m.recipient, c.email, a.email), m.facts::json, $8, $8
    FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[])
        AS m(mail_id, organizer_id, cause, kind, recipient, facts, booking_id)
      LEFT JOIN booking_contacts c ON c.booking_id = m.booking_id AND c.organizer_id = m.organizer_id
      LEFT JOIN bookings b ON b.booking_id = m.booking_id AND b.organizer_id = m.organizer_id
      LEFT JOIN accounts a ON a.account_id = CASE WHEN b.session_id LIKE 'account:%'
        THEN substring(b.session_id FROM 9)::uuid END AND a.verified_at IS NOT NULL
    WHERE coalesce(m.recipient, c.email, a.email) <> ''
    ON CONFLICT (organizer_id, cause) DO NOTHING`,
};

async function noteMails(tx: Queryable, notes: readonly Note[], now: number): Promise<void> {
  await tx.query(insert, [
    notes.map(() => uuidv7(now)),
    notes.map(({ organizerId }) => organizerId),
    notes.map(({ cause }) => cause),
    notes.map(({ kind }) => kind),
    notes.map(({ to }) => to ?? null),
    notes.map(({ facts }) => JSON.stringify(facts)),
    notes.map(({ facts }) => ('bookingId' in facts ? facts.bookingId : null)),
    new Date(now),
  ]);
}

/** Notes mails that slices asked for, one per cause. */
export function createMailConsumer(clock: Clock): Consumer {
  return {
    name: 'mail',
    topics: [mailRequested],
    handle: (tx, messages) =>
      noteMails(
        tx,
        messages.map(({ payload }) => payload as MailRequest),
        clock.now(),
      ),
  };
}

/**
 * Notes a confirmation for each booking that was paid (or was free) or whose money is reserved, from its event: buying pays
 * nothing for it. Who is reserved first and captured later is written to once.
 */
export function createBookingFollower(clock: Clock) {
  return (tx: Queryable, events: readonly FollowedEvent[]): Promise<void> =>
    noteMails(
      tx,
      events.map(({ organizerId, stream }) => {
        const bookingId = stream.slice('booking-'.length);
        return { organizerId, cause: `${stream}-confirmed`, kind: 'booking-confirmed', facts: { bookingId } };
      }),
      clock.now(),
    );
}
