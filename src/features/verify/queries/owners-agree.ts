import type { Check } from './check.ts';

const foreignOrganizer = (
  name: string,
  claim: string,
  { row, id, owner, on }: { row: string; id: string; owner: string; on: string },
): Check => ({
  invariant: 'I9',
  name,
  claim,
  sql: `
    SELECT ${id}, r.organizer_id AS "organizerId", o.organizer_id AS "belongsTo"
    FROM ${row} r JOIN ${owner} o ON ${on} WHERE r.organizer_id <> o.organizer_id`,
});

/** I9. */
export const ownersAgree: readonly Check[] = [
  foreignOrganizer('ticket-belongs-to-the-organiser', 'A ticket has its event’s organiser', {
    row: 'tickets',
    id: 'r.ticket_id AS "ticketId"',
    owner: 'events',
    on: 'o.event_id = r.event_id',
  }),
  foreignOrganizer('ticket-type-belongs-to-the-organiser', 'A ticket type has its event’s organiser', {
    row: 'ticket_types',
    id: 'r.ticket_type_id AS "ticketTypeId"',
    owner: 'events',
    on: 'o.event_id = r.event_id',
  }),
  foreignOrganizer('booking-belongs-to-the-organiser', 'A booking has its event’s organiser', {
    row: 'bookings',
    id: 'r.booking_id AS "bookingId"',
    owner: 'events',
    on: 'o.event_id = r.event_id',
  }),
  foreignOrganizer('payment-belongs-to-the-organiser', 'A payment has its booking’s organiser', {
    row: 'payments',
    id: 'r.payment_id AS "paymentId"',
    owner: 'bookings',
    on: 'o.booking_id = r.booking_id',
  }),
  foreignOrganizer('refund-belongs-to-the-organiser', 'A refund has its booking’s organiser', {
    row: 'refunds',
    id: 'r.refund_id AS "refundId"',
    owner: 'bookings',
    on: 'o.booking_id = r.booking_id',
  }),
  foreignOrganizer('contact-belongs-to-the-organiser', 'A buyer’s contact has its booking’s organiser', {
    row: 'booking_contacts',
    id: 'r.booking_id AS "bookingId"',
    owner: 'bookings',
    on: 'o.booking_id = r.booking_id',
  }),
  foreignOrganizer('history-belongs-to-the-organiser', 'A booking’s events have its organiser', {
    row: 'event_store',
    id: 'r.stream, r.version',
    owner: 'bookings',
    on: `r.stream = 'booking-' || o.booking_id`,
  }),
  {
    invariant: 'I9',
    name: 'tickets-of-the-booked-event',
    claim: 'A ticket is of its type’s event, and a booking’s tickets are of its event',
    sql: `
      SELECT t.ticket_id AS "ticketId", t.event_id AS "eventId", y.event_id AS "typeOfEvent", b.event_id AS "bookedForEvent"
      FROM tickets t JOIN ticket_types y USING (ticket_type_id) LEFT JOIN bookings b USING (booking_id)
      WHERE y.event_id <> t.event_id OR b.event_id <> t.event_id`,
  },
  {
    invariant: 'I9',
    name: 'guests-buy-for-themselves',
    claim: 'A booking made by a guest belongs to that guest’s session, or to the account that claimed it',
    sql: `
      SELECT b.booking_id AS "bookingId", b.session_id AS owner, e.metadata ->> 'actor' AS actor
      FROM bookings b JOIN event_store e ON e.stream = 'booking-' || b.booking_id AND e.version = 1
      WHERE e.metadata ->> 'actor' LIKE 'guest:%' AND e.metadata ->> 'actor' IS DISTINCT FROM 'guest:' || b.session_id
        AND b.session_id IS DISTINCT FROM coalesce((
          SELECT c.data ->> 'owner' FROM event_store c
          WHERE c.stream = e.stream AND c.type = 'BookingClaimed' ORDER BY c.version DESC LIMIT 1), 'nobody')`,
  },
  {
    invariant: 'I9',
    name: 'links-end-with-their-address',
    claim: 'The links of a booking are of the version that corrections of its mail address have made them',
    sql: `
      SELECT coalesce(b.booking_id::text, c.booking_id) AS "bookingId", b.link_version AS "linkVersion", c.corrections
      FROM (SELECT booking_id, link_version FROM bookings WHERE link_version > 0) b
      FULL JOIN (
        SELECT substr(stream, 9) AS booking_id, count(*) AS corrections FROM event_store
        WHERE type = 'ContactCorrected' AND data ->> 'endsLinks' = 'true' GROUP BY stream) c ON c.booking_id = b.booking_id::text
      WHERE b.link_version IS DISTINCT FROM c.corrections`,
  },
];
