import { toDecimal } from '../../../kernel/money.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { type Booking, type BookingEvent, replay } from '../domain/booking.ts';
import { decide } from '../domain/decide.ts';
import type { OrderedShow, OrderFacts } from '../domain/order-page.ts';
import { readBookedShow } from '../store/booked-show.ts';
import type { BookingReads, BookingRow } from '../store/booking-store.ts';

const selectShow = {
  name: 'ordered-show',
  text: `SELECT e.title, e.status, (extract(epoch FROM e.starts_at) * 1000)::float8 AS "startsAt", e.time_zone AS "timeZone",
      v.name AS venue, v.city, o.name AS organizer
    FROM events e JOIN venues v USING (venue_id) JOIN organizers o ON o.organizer_id = e.organizer_id WHERE e.event_id = $1`,
};

/** What the page of an order tells beside the order: its show, and what would come back now. `source` sees its organiser's. */
export async function readOrderPage(
  source: Queryable,
  reads: BookingReads,
  { bookingId, eventId }: Pick<BookingRow, 'bookingId' | 'eventId'>,
  now: number,
): Promise<Pick<OrderFacts, 'show' | 'cancelling'>> {
  const [show] = await source.query<OrderedShow>(selectShow, [eventId]);
  const booking = replay((await reads.history(bookingId)) as unknown as BookingEvent[])!;
  return { show: show!, cancelling: await tryCancelling(source, booking, now) };
}

/** The command itself is asked, so that the page promises what will be done. */
async function tryCancelling(source: Queryable, booking: Booking, now: number): Promise<OrderFacts['cancelling']> {
  const show = await readBookedShow(source, booking.eventId, now);
  const nobody = { refundId: '', freshTicketId: () => '', reason: '' };
  const decided = decide(booking, { type: 'CancelBooking', by: 'buyer', show, now, ...nobody });
  const event = decided.accepted ? decided.value.find(({ type }) => type === 'BookingCancelled') : undefined;
  return event?.type === 'BookingCancelled' ? { refund: toDecimal(event.data.refundMinor, booking.currency) } : null;
}
