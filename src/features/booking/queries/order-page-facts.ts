import type { Queryable } from '../../../platform/postgres/database.ts';
import { payStepOf } from '../../payments/index.ts';
import { type BookingEvent, replay } from '../domain/booking.ts';
import { cancellingOf, newsOfShow } from '../domain/cancelling.ts';
import type { OrderedShow, OrderFacts } from '../domain/order-page.ts';
import type { BookingReads, BookingRow } from '../store/booking-store.ts';

const selectShow = {
  name: 'ordered-show',
  text: `SELECT e.title, e.status, (extract(epoch FROM e.starts_at) * 1000)::float8 AS "startsAt", e.time_zone AS "timeZone",
      v.name AS venue, nullif(concat_ws(', ', v.address, nullif(concat_ws(' ', v.postal_code, v.city), '')), '') AS address,
      o.name AS organizer
    FROM events e JOIN venues v USING (venue_id) JOIN organizers o ON o.organizer_id = e.organizer_id WHERE e.event_id = $1`,
};

/** What the page of an order tells beside the order: its show, and what its buyer may do. `source` sees its organiser's. */
export async function readOrderPage(
  source: Queryable,
  reads: BookingReads,
  { bookingId, eventId }: Pick<BookingRow, 'bookingId' | 'eventId'>,
  now: number,
): Promise<Pick<OrderFacts, 'show' | 'cancelling' | 'news'>> {
  const [show] = await source.query<OrderedShow>(selectShow, [eventId]);
  const booking = replay((await reads.history(bookingId)) as unknown as BookingEvent[])!;
  const booked = await reads.show(eventId, now);
  return {
    show: show!,
    cancelling: cancellingOf(booking, booked, now, payStepOf(booking)),
    news: newsOfShow(booking, booked),
  };
}
