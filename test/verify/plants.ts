import { moneyPlants } from './money-plants.ts';
import { plantsOfRights } from './plants-of-rights.ts';
import { plantsOfTexts } from './plants-of-texts.ts';
import type { SoldShow } from './sold-show.ts';

/** A fault put into the database behind the product's back, and the checks that must speak up, and no others. */
export interface Plant {
  readonly fault: string;
  readonly sql: (show: SoldShow) => readonly string[];
  readonly found: readonly string[];
}

const guards = [
  'DROP INDEX tickets_one_live_per_place',
  'DROP INDEX bookings_one_per_reservation',
  'DROP INDEX payments_external_reference_once',
  'ALTER TABLE tickets DISABLE TRIGGER ALL',
  'ALTER TABLE event_store DISABLE TRIGGER ALL',
  'ALTER TABLE ticket_types DISABLE TRIGGER ALL',
  'ALTER TABLE promo_code_uses DISABLE TRIGGER ALL',
  'ALTER TABLE tickets DROP CONSTRAINT tickets_status_check',
  'ALTER TABLE tickets DROP CONSTRAINT tickets_check, DROP CONSTRAINT tickets_check1',
];

/** What stands in a fault's way in the schema itself: dropped first. */
export const dropGuards: readonly string[] = guards;

const copyBooking = (from: string, changes: string) => `
  INSERT INTO bookings (booking_id, organizer_id, event_id, reservation_id, session_id, status, attempt, ticket_ids,
    total_minor, currency, payment_provider, transaction_id, version, created_at, updated_at)
  SELECT (new).booking_id, (new).organizer_id, (new).event_id, (new).reservation_id, (new).session_id, (new).status,
    (new).attempt, (new).ticket_ids, (new).total_minor, (new).currency, (new).payment_provider, (new).transaction_id,
    (new).version, (new).created_at, (new).updated_at
  FROM (SELECT jsonb_populate_record(b, ${changes}) AS new FROM bookings b WHERE booking_id = '${from}') copy`;
/** A code with one use, used by these bookings. */
const usedCode = (eventId: number, givenBack: boolean, ...bookingIds: readonly string[]) => [
  `INSERT INTO promo_codes (organizer_id, event_id, kind, code, discount_rate, uses_max) VALUES (1, ${eventId}, 'promo', 'ONE', 100000, 1)`,
  `INSERT INTO promo_code_uses (promo_code_id, booking_id, organizer_id, event_id, given_back)
   SELECT promo_code_id, booking_id::uuid, 1, ${eventId}, ${givenBack} FROM promo_codes, unnest('{${bookingIds.join(',')}}'::text[]) booking_id`,
];
const newId = '0199aaaa-0000-7000-8000-00000000beef';

export const plants: readonly Plant[] = [
  ...moneyPlants,
  {
    fault: 'a second live ticket on a sold place',
    sql: ({ ticketIds, seatedTypeId }) => [
      `INSERT INTO tickets (event_id, ticket_id, ticket_type_id, place_no, seat_guid)
       SELECT event_id, '${newId}', ticket_type_id, place_no, seat_guid FROM tickets WHERE ticket_id = '${ticketIds[0]}'`,
      `UPDATE ticket_types SET minted_count = minted_count + 1, available_count = available_count + 1, capacity = capacity + 1
       WHERE ticket_type_id = ${seatedTypeId}`,
      'UPDATE events SET available_capacity = available_capacity + 1, total_capacity = total_capacity + 1',
    ],
    found: ['one-live-ticket-per-place'],
  },
  {
    fault: 'a ticket in two paid bookings',
    sql: ({ ticketIds, otherBookingId }) => [
      `UPDATE bookings SET ticket_ids = ticket_ids || '${ticketIds[0]}'::uuid WHERE booking_id = '${otherBookingId}'`,
    ],
    found: [
      'one-sale-per-ticket',
      'completed-booking-has-its-tickets',
      'bookings-repeat-their-events',
      'ticket-changes-are-recorded',
    ],
  },
  {
    fault: 'a sold ticket whose booking was never paid',
    sql: ({ otherBookingId }) => [
      `UPDATE bookings SET status = 'awaiting_payment' WHERE booking_id = '${otherBookingId}'`,
      `DELETE FROM payments WHERE booking_id = '${otherBookingId}'`,
      `DELETE FROM idempotency_keys WHERE booking_id = '${otherBookingId}'`,
    ],
    found: [
      'sold-ticket-has-a-completed-booking',
      'settlements-follow-the-books',
      'bookings-follow-their-events',
      'ticket-changes-are-recorded',
    ],
  },
  {
    fault: 'two tickets with one number',
    sql: ({ ticketIds }) => [
      `UPDATE tickets SET ticket_number = (SELECT ticket_number FROM tickets WHERE ticket_id = '${ticketIds[0]}')
       WHERE ticket_id = '${ticketIds[1]}'`,
      'DELETE FROM idempotency_keys',
    ],
    found: ['ticket-numbers-differ', 'paid-tickets-exist'],
  },
  {
    fault: 'a ticket row deleted',
    sql: ({ standingTypeId }) => [
      `DELETE FROM tickets WHERE ticket_id =
         (SELECT ticket_id FROM tickets WHERE ticket_type_id = ${standingTypeId} AND status = 'Available'
         AND place_no NOT IN (SELECT place_no FROM tickets WHERE status = 'Cancelled') ORDER BY ticket_id LIMIT 1)`,
      `UPDATE ticket_types SET available_count = available_count - 1, capacity = capacity - 1 WHERE ticket_type_id = ${standingTypeId}`,
      'UPDATE events SET available_capacity = available_capacity - 1, total_capacity = total_capacity - 1',
    ],
    found: ['statuses-add-up-to-minted'],
  },
  {
    fault: 'a capacity that no places stand for',
    sql: ({ standingTypeId }) => [
      `UPDATE ticket_types SET capacity = capacity + 7 WHERE ticket_type_id = ${standingTypeId}`,
      'UPDATE events SET total_capacity = total_capacity + 7',
    ],
    found: ['places-match-capacity'],
  },
  {
    fault: 'a seat that is another one in the plan',
    sql: ({ ticketIds }) => [`UPDATE tickets SET seat_guid = 'elsewhere' WHERE ticket_id = '${ticketIds[0]}'`],
    found: ['seats-are-those-of-the-plan'],
  },
  {
    fault: 'a reservation converted into two bookings',
    sql: ({ bookingId, reservationId }) => [
      copyBooking(bookingId, `'{"booking_id": "${newId}", "status": "awaiting_payment", "ticket_ids": []}'`).replace(
        '(new).transaction_id,',
        'NULL,',
      ),
      `INSERT INTO event_store (stream, version, type, data, metadata, occurred_at)
       SELECT 'booking-${newId}', v, 'BookingCreated', json_build_object('reservationId', '${reservationId}', 'totalMinor', 8000,
         'tickets', '[]'::json), metadata, now() FROM event_store, generate_series(1, 2) v WHERE stream = 'booking-${bookingId}' AND version = 1`,
    ],
    found: ['reservation-converted-once'],
  },
  {
    fault: 'a reservation that the history pays for twice',
    sql: ({ reservationId, otherBookingId }) => [
      `UPDATE event_store SET data = jsonb_set(data::jsonb, '{reservationId}', '"${reservationId}"')::json
       WHERE stream = 'booking-${otherBookingId}' AND version = 1`,
    ],
    found: ['reservation-paid-once', 'bookings-repeat-their-events'],
  },
  {
    fault: 'one place under two live holds',
    sql: ({ heldReservationId }) => [
      `INSERT INTO hold_journal SELECT 'RES_again', event_id, hold, expires_at, organizer_id FROM hold_journal WHERE reservation_id = '${heldReservationId}'`,
    ],
    found: ['one-live-hold-per-place'],
  },
  {
    fault: 'money captured for a booking that failed',
    sql: ({ bookingId }) => [
      `INSERT INTO payments SELECT gen_random_uuid(), 'captured', 1, b.booking_id, 'sandbox', NULL, b.total_minor, b.currency, NULL, now()
       FROM bookings b WHERE status = 'failed' AND booking_id <> '${bookingId}'`,
    ],
    found: ['captured-money-has-a-booking', 'one-charge-per-reservation'],
  },
  {
    fault: 'a completed booking whose payment is gone',
    sql: ({ bookingId }) => [`DELETE FROM payments WHERE booking_id = '${bookingId}' AND state = 'captured'`],
    found: ['completed-booking-was-paid', 'settlements-follow-the-books'],
  },
  {
    fault: 'a paid ticket that went back on sale',
    sql: ({ ticketIds, seatedTypeId }) => [
      `UPDATE tickets SET status = 'Available', booking_id = NULL, ticket_number = NULL, price_minor = NULL WHERE ticket_id = '${ticketIds[0]}'`,
      `UPDATE ticket_types SET available_count = available_count + 1 WHERE ticket_type_id = ${seatedTypeId}`,
      'UPDATE events SET available_capacity = available_capacity + 1',
    ],
    found: ['completed-booking-has-its-tickets', 'paid-tickets-exist'],
  },
  {
    fault: 'a paid ticket cancelled without a refund',
    sql: ({ ticketIds }) => [
      `UPDATE tickets SET status = 'Cancelled', version = version + 1 WHERE ticket_id = '${ticketIds[0]}'`,
    ],
    found: ['completed-booking-has-its-tickets', 'ticket-changes-are-recorded', 'cancelled-tickets-stay-cancelled'],
  },
  {
    fault: 'a ticket price that was not charged',
    sql: ({ ticketIds }) => [`UPDATE tickets SET price_minor = price_minor + 5 WHERE ticket_id = '${ticketIds[0]}'`],
    found: ['prices-add-up'],
  },
  {
    fault: 'a booking charged twice',
    sql: ({ bookingId }) => [
      `INSERT INTO payments SELECT '${newId}', state, organizer_id, booking_id, provider, 'second', amount_minor, currency, NULL, created_at
       FROM payments WHERE booking_id = '${bookingId}' AND state = 'captured'`,
    ],
    found: ['one-charge-per-booking'],
  },
  {
    fault: 'a payment reference used for two bookings',
    sql: ({ bookingId, otherBookingId }) => [
      `UPDATE payments SET provider_reference = 'INV-7' WHERE state = 'captured' AND booking_id IN ('${bookingId}', '${otherBookingId}')`,
    ],
    found: ['payment-reference-used-once'],
  },
  {
    fault: 'an event without an actor',
    sql: ({ bookingId }) => [
      `UPDATE event_store SET metadata = '{"correlationId": "x"}' WHERE stream = 'booking-${bookingId}' AND version = 2`,
    ],
    found: ['events-say-who-and-when'],
  },
  {
    fault: 'an event torn out of the middle of a stream',
    sql: ({ eventId }) => [`DELETE FROM event_store WHERE stream = 'event-${eventId}' AND version = 2`],
    found: ['streams-are-unbroken'],
  },
  {
    fault: 'the last event of a booking torn out',
    sql: ({ bookingId }) => [`DELETE FROM event_store WHERE stream = 'booking-${bookingId}' AND version = 2`],
    found: ['bookings-follow-their-events'],
  },
  {
    fault: 'a transaction id that no event names',
    sql: ({ bookingId }) => [`UPDATE bookings SET transaction_id = 'forged' WHERE booking_id = '${bookingId}'`],
    found: ['bookings-repeat-their-events'],
  },
  {
    fault: 'a link to an order that was ended by nobody',
    sql: ({ bookingId }) => [`UPDATE bookings SET link_version = 1 WHERE booking_id = '${bookingId}'`],
    found: ['links-end-with-their-address'],
  },
  {
    fault: 'a place blocked without an event',
    sql: ({ standingTypeId }) => [
      `UPDATE tickets SET status = 'Reserved', reason = 'removed', version = version + 1 WHERE ticket_id =
         (SELECT ticket_id FROM tickets WHERE ticket_type_id = ${standingTypeId} AND status = 'Available' ORDER BY ticket_id DESC LIMIT 1)`,
      `UPDATE ticket_types SET available_count = available_count - 1 WHERE ticket_type_id = ${standingTypeId}`,
      'UPDATE events SET available_capacity = available_capacity - 1',
    ],
    found: ['ticket-changes-are-recorded'],
  },
  {
    fault: 'an acknowledged purchase lost whole',
    sql: ({ otherBookingId, standingTypeId }) => [
      `UPDATE tickets SET status = 'Available', booking_id = NULL, ticket_number = NULL, price_minor = NULL, version = 1
       WHERE booking_id = '${otherBookingId}'`,
      `DELETE FROM bookings WHERE booking_id = '${otherBookingId}'`,
      `UPDATE idempotency_keys SET created_at = now() - interval '2 minutes' WHERE booking_id = '${otherBookingId}'`,
      `DELETE FROM payments WHERE booking_id = '${otherBookingId}'`,
      `DELETE FROM booking_contacts WHERE booking_id = '${otherBookingId}'`,
      `DELETE FROM event_store WHERE stream = 'booking-${otherBookingId}'`,
      `UPDATE ticket_types SET available_count = available_count + 1 WHERE ticket_type_id = ${standingTypeId}`,
      'UPDATE events SET available_capacity = available_capacity + 1',
    ],
    found: ['asked-for-booking-exists'],
  },
  {
    fault: 'an acknowledged ticket with another number',
    sql: ({ ticketIds }) => [`UPDATE tickets SET ticket_number = 'SWAPPED' WHERE ticket_id = '${ticketIds[0]}'`],
    found: ['paid-tickets-exist'],
  },
  {
    fault: 'a place still kept by a booking that failed',
    sql: ({ standingTypeId }) => [
      `UPDATE tickets SET status = 'Reserved', booking_id = (SELECT booking_id FROM bookings WHERE status = 'failed'),
         version = 1 WHERE ticket_id =
         (SELECT ticket_id FROM tickets WHERE ticket_type_id = ${standingTypeId} AND status = 'Available' ORDER BY ticket_id DESC LIMIT 1)`,
      `UPDATE ticket_types SET available_count = available_count - 1 WHERE ticket_type_id = ${standingTypeId}`,
      'UPDATE events SET available_capacity = available_capacity - 1',
    ],
    found: ['no-place-kept-by-an-ended-booking'],
  },
  {
    fault: 'a counter below zero',
    sql: ({ standingTypeId }) => [
      `UPDATE ticket_types SET available_count = -1 WHERE ticket_type_id = ${standingTypeId}`,
    ],
    found: ['counters-are-possible', 'type-counters-follow-tickets'],
  },
  ...[
    ['ticket', 'tickets', 'ticket_id'],
    ['booking', 'bookings', 'booking_id'],
  ].map(
    ([what, table, id]): Plant => ({
      fault: `a ${what} of another organiser`,
      sql: ({ otherBookingId }) => [
        `UPDATE ${table} SET organizer_id = 2 WHERE ${id} = (SELECT ${id} FROM ${table} WHERE booking_id = '${otherBookingId}')`,
      ],
      found:
        what === 'ticket'
          ? ['ticket-belongs-to-the-organiser']
          : [
              'booking-belongs-to-the-organiser',
              'payment-belongs-to-the-organiser',
              'contact-belongs-to-the-organiser',
              'history-belongs-to-the-organiser',
            ],
    }),
  ),
  ...[
    ['ticket_types', 'ticket-type-belongs-to-the-organiser'],
    ['payments', 'payment-belongs-to-the-organiser'],
    ['booking_contacts', 'contact-belongs-to-the-organiser'],
  ].map(
    ([table, found]): Plant => ({
      fault: `${table} of another organiser`,
      sql: () => [`UPDATE ${table} SET organizer_id = 2`],
      found: [found!],
    }),
  ),
  {
    fault: 'a refund of another organiser',
    sql: ({ bookingId }) => [
      `INSERT INTO refunds SELECT gen_random_uuid(), 'due', 2, booking_id, payment_id, 1, currency, 'refunded by staff', now()
       FROM payments WHERE booking_id = '${bookingId}' AND state = 'captured'`,
    ],
    found: ['settlements-follow-the-books', 'refunds-follow-their-events', 'refund-belongs-to-the-organiser'],
  },
  {
    fault: 'a given back ticket that is sold again',
    sql: ({ cancelledBookingId, freshTicketId }) => [
      `DELETE FROM tickets WHERE ticket_id = '${freshTicketId}'`,
      `UPDATE ticket_types SET minted_count = minted_count - 1, available_count = available_count - 1
       WHERE ticket_type_id = (SELECT ticket_type_id FROM tickets WHERE booking_id = '${cancelledBookingId}')`,
      'UPDATE events SET available_capacity = available_capacity - 1',
      `UPDATE tickets SET status = 'Sold', version = version - 1 WHERE booking_id = '${cancelledBookingId}'`,
    ],
    found: [
      'sold-ticket-has-a-completed-booking',
      'ticket-changes-are-recorded',
      'cancelled-tickets-stay-cancelled',
      'given-back-places-are-on-sale',
    ],
  },
  {
    fault: 'history of another organiser',
    sql: ({ bookingId }) => [`UPDATE event_store SET organizer_id = 2 WHERE stream = 'booking-${bookingId}'`],
    found: ['history-belongs-to-the-organiser'],
  },
  {
    fault: 'a booking for another event than its tickets’',
    sql: ({ bookingId }) => [`UPDATE bookings SET event_id = 999 WHERE booking_id = '${bookingId}'`],
    found: ['tickets-of-the-booked-event'],
  },
  {
    fault: 'a booking in the hands of another guest',
    sql: ({ bookingId }) => [`UPDATE bookings SET session_id = 'someone-else' WHERE booking_id = '${bookingId}'`],
    found: ['guests-buy-for-themselves'],
  },
  {
    fault: 'a counter that drifted',
    sql: ({ standingTypeId }) => [
      `UPDATE ticket_types SET available_count = available_count + 1 WHERE ticket_type_id = ${standingTypeId}`,
    ],
    found: ['type-counters-follow-tickets'],
  },
  {
    fault: 'an event’s counter that drifted',
    sql: () => ['UPDATE events SET available_capacity = available_capacity - 2'],
    found: ['event-counters-follow-tickets'],
  },
  {
    fault: 'a price that does not add up',
    sql: ({ bookingId }) => [
      `UPDATE event_store e SET data = jsonb_set(data::jsonb, '{price}', jsonb_build_object('totalMinor', b.total_minor,
         'ticketsMinor', b.total_minor, 'discountMinor', 0, 'feeMinor', 5, 'taxMinor', 0, 'netMinor', b.total_minor,
         'feePaidBy', 'buyer', 'taxIncluded', true, 'lines', jsonb_build_array(jsonb_build_object('priceMinor', b.total_minor,
           'discountMinor', 0, 'feeMinor', 5, 'taxMinor', 0, 'totalMinor', b.total_minor))))::json
       FROM bookings b WHERE b.booking_id = '${bookingId}' AND e.stream = 'booking-' || b.booking_id AND e.version = 1`,
    ],
    found: ['breakdowns-add-up'],
  },
  {
    fault: 'a promo code used more often than it may be',
    sql: ({ eventId, bookingId, otherBookingId }) => usedCode(eventId, false, bookingId, otherBookingId),
    found: ['codes-within-their-uses'],
  },
  {
    fault: 'a use given back though its booking stands',
    sql: ({ eventId, bookingId }) => usedCode(eventId, true, bookingId),
    found: ['code-uses-follow-their-bookings'],
  },
  {
    fault: 'a customer with more tickets than one may have',
    sql: () => ['UPDATE events SET limit_per_customer = 1'],
    found: ['customers-within-their-limit', 'limited-buyers-are-known'],
  },
  {
    fault: 'a guest without a mail address where a limit per customer counts',
    sql: () => ['UPDATE events SET limit_per_customer = 100'],
    found: ['limited-buyers-are-known'],
  },
  {
    fault: 'a message that nobody takes',
    sql: () => [
      `INSERT INTO outbox (message_id, topic, payload, created_at) VALUES
         ('${newId}', 'mail.wanted', '{}', now() - interval '5 minutes'), (gen_random_uuid(), 'mail.wanted', '{}', now())`,
    ],
    found: ['messages-are-delivered'],
  },
  ...plantsOfRights,
  ...plantsOfTexts,
];
