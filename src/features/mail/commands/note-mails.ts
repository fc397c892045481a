import type { Clock } from '../../../platform/clock/clock.ts';
import type { FollowedEvent } from '../../../platform/event-store/follow-events.ts';
import { createConsumer } from '../../../platform/messages/create-consumer.ts';
import type { Consumer } from '../../../platform/messages/message-bus.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { insertMails } from '../store/mail-rows.ts';

/** Notes mails that slices asked for, one per cause. */
export function createMailConsumer(clock: Clock): Consumer {
  return createConsumer({
    name: 'mail',
    topic: 'mail.requested',
    handle: (tx, messages) =>
      insertMails(
        tx,
        messages.map(({ payload }) => payload),
        clock.now(),
      ),
  });
}

/**
 * Notes a confirmation for each booking that was paid (or was free) or whose money is reserved, from its event: buying pays
 * nothing for it. Who is reserved first and captured later is written to once.
 */
export function createBookingFollower(clock: Clock) {
  return (tx: Queryable, events: readonly FollowedEvent[]): Promise<void> =>
    insertMails(
      tx,
      events.map(({ organizerId, stream }) => {
        const bookingId = stream.slice('booking-'.length);
        return { organizerId, cause: `${stream}-confirmed`, kind: 'booking-confirmed', facts: { bookingId } };
      }),
      clock.now(),
    );
}
