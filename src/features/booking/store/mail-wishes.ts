import type { MailRequest } from '../../../contract/mail-request.ts';
import type { ShowChanged } from '../../../contract/topics.ts';
import { requestMails } from '../../../platform/mail/request-mail.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { Booking, BookingEvent } from '../domain/booking.ts';

/**
 * Asks for the mails that events of a booking make necessary, in the caller's transaction. A show that is called off
 * says so itself, once, together with the refund.
 */
export async function askForMails(
  tx: Queryable,
  {
    booking,
    organizerId,
    events,
    reason,
  }: {
    readonly booking: Booking;
    readonly organizerId: number;
    readonly events: readonly BookingEvent[];
    readonly reason: string | undefined;
  },
): Promise<void> {
  const { bookingId, version } = booking;
  const mails = events.flatMap((event): MailRequest[] => {
    if (event.type !== 'BookingCancelled' && event.type !== 'TicketsCancelled') return [];
    const { by, ticketIds, refundMinor } = event.data;
    const facts = { bookingId, refundMinor, ...(reason && { reason }) };
    if (by === 'show') {
      return [{ cause: `booking-${bookingId}-show-cancelled`, kind: 'event-cancelled', organizerId, facts }];
    }
    const cause = `booking-${bookingId}-cancelled-${version}`;
    const which = { ticketIds, isWhole: event.type === 'BookingCancelled' };
    return [{ cause, kind: 'booking-cancelled', organizerId, facts: { ...facts, ...which } }];
  });
  await requestMails(tx, mails);
}

const kinds = {
  postponed: 'event-postponed',
  resumed: 'event-resumed',
  moved: 'event-moved',
  updated: 'event-updated',
} as const;

/** The mail that notifies a buyer of a show that was not called off but is otherwise than it was. */
export function mailOfShowChange(bookingId: string, changeId: string, change: ShowChanged): MailRequest {
  const { organizerId, kind, startsAt, startsAtBefore, before, after } = change;
  // Earlier versions called a postponement a move, to nobody knew when.
  const isPutOff = kind === 'postponed' || startsAt === null;
  const cause = `booking-${bookingId}-moved-${changeId}`;
  const difference = before && after ? { before, after } : { startsAtBefore };
  return {
    cause,
    kind: isPutOff ? 'event-postponed' : kinds[kind as keyof typeof kinds],
    organizerId,
    facts: { bookingId, ...difference },
  };
}
