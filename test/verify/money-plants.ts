import type { Plant } from './plants.ts';

const newId = '0199aaaa-0000-7000-8000-00000000cafe';

const secondPaymentId = '0199aaaa-0000-7000-8000-00000000dead';
/** Appends an event to the history of a booking and counts it in its row. */
const append = (bookingId: string, type: string, data: string) => [
  `INSERT INTO event_store (organizer_id, stream, version, type, data, metadata, occurred_at)
   SELECT organizer_id, 'booking-' || booking_id, version + 1, '${type}', ${data}, '{"actor": "system", "correlationId": "plant"}', now()
   FROM bookings WHERE booking_id = '${bookingId}'`,
  `UPDATE bookings SET version = version + 1 WHERE booking_id = '${bookingId}'`,
];
/** A booking is paid a second time, and that payment has gone back, as the product does it. */
const paidTwice = (bookingId: string) => [
  `INSERT INTO payments SELECT '${secondPaymentId}', 'captured', organizer_id, booking_id, provider, 'again', amount_minor, currency, NULL, created_at
   FROM payments WHERE booking_id = '${bookingId}' AND state = 'captured'`,
  ...(['due', 'requested', 'refunded'] as const).flatMap((state) => [
    `INSERT INTO refunds (refund_id, state, organizer_id, booking_id, payment_id, amount_minor, currency, reason, created_at)
     SELECT '${newId}', '${state}', organizer_id, booking_id, payment_id, amount_minor, currency, 'refunded by staff', now()
     FROM payments WHERE payment_id = '${secondPaymentId}'`,
    ...append(
      bookingId,
      { due: 'RefundDue', requested: 'RefundRequested', refunded: 'RefundCompleted' }[state],
      `(SELECT json_build_object('refundId', '${newId}', 'paymentId', payment_id, 'amountMinor', amount_minor, 'currency', currency, 'reason', 'refunded by staff')
        FROM payments WHERE payment_id = '${secondPaymentId}')`,
    ),
  ]),
  `DELETE FROM payment_work WHERE work_id = '${newId}'`,
];

const refundOf = (bookingId: string) =>
  `(SELECT refund_id FROM refunds WHERE booking_id = '${bookingId}' AND state = 'due')`;
const receipt = (
  bookingId: string,
  refundId: string,
  { total, tax, line }: { total: number; tax: number; line: number },
) => {
  const document = { totalMinor: total, taxMinor: tax, netMinor: total - tax, lines: [{ amountMinor: line }] };
  return `INSERT INTO receipts (organizer_id, number, booking_id, refund_id, issued_at, document)
    SELECT 1, 9000 + count(*), '${bookingId}', ${refundId}, now(), '${JSON.stringify(document)}' FROM receipts`;
};

const review = (kind: string, subject: string, bookingId: string, facts: string) =>
  `INSERT INTO payment_reviews (review_id, organizer_id, kind, subject, booking_id, facts, created_at, updated_at)
   VALUES (gen_random_uuid(), 1, '${kind}', '${subject}', '${bookingId}', '${facts}', now(), now())`;

/** Faults in how money moves. */
export const moneyPlants: readonly Plant[] = [
  {
    fault: 'a booking that counts the refund of another payment as its own',
    sql: ({ bookingId }) => [
      ...paidTwice(bookingId),
      `UPDATE bookings SET refunded_minor = total_minor WHERE booking_id = '${bookingId}'`,
    ],
    found: ['settlements-follow-the-books', 'refunds-follow-their-events'],
  },
  {
    fault: 'a cancelled booking that was paid twice, and whose own money stayed',
    sql: ({ bookingId }) => [
      ...paidTwice(bookingId),
      ...append(
        bookingId,
        'BookingCancelled',
        `'{"ticketIds": [], "freshTicketIds": [], "by": "buyer", "refundMinor": 8000, "keptMinor": 0}'`,
      ),
      `UPDATE tickets SET status = 'Cancelled' WHERE booking_id = '${bookingId}'`,
      `UPDATE bookings SET status = 'cancelled', cancelled_ticket_ids = ticket_ids WHERE booking_id = '${bookingId}'`,
    ],
    found: ['ticket-changes-are-recorded', 'cancelled-money-adds-up'],
  },
  {
    fault: 'a dispute that was lost, and its money counted as there',
    sql: ({ bookingId }) => [review('DISPUTE', 'du_lost', bookingId, '{"status": "lost", "currency": "EUR"}')],
    found: ['lost-disputes-are-counted'],
  },
  {
    fault: 'a part given back at the provider that nobody was shown',
    sql: ({ bookingId }) => [
      `INSERT INTO refunds (refund_id, state, organizer_id, booking_id, payment_id, amount_minor, currency, reason, created_at, origin, provider_reference)
       SELECT '${newId}', 'refunded', organizer_id, booking_id, payment_id, 100, currency, 'given back at the payment provider', now(), 'provider', 're_1'
       FROM payments WHERE booking_id = '${bookingId}' AND state = 'captured'`,
      ...append(
        bookingId,
        'RefundFound',
        `(SELECT json_build_object('refundId', '${newId}', 'paymentId', payment_id, 'amountMinor', 100, 'currency', currency,
          'origin', 'provider', 'reference', 're_1', 'reason', 'given back at the payment provider')
          FROM payments WHERE booking_id = '${bookingId}' AND state = 'captured')`,
      ),
      `UPDATE bookings SET refunded_minor = 100 WHERE booking_id = '${bookingId}'`,
    ],
    found: ['refunds-made-elsewhere-are-shown'],
  },
  {
    fault: 'a refund that was made and came back, and that nobody was shown',
    sql: ({ cancelledBookingId }) => [
      `INSERT INTO refunds SELECT refund_id, 'failed', organizer_id, booking_id, payment_id, amount_minor, currency, reason, now(), 'X'
       FROM refunds WHERE booking_id = '${cancelledBookingId}' AND state = 'refunded'`,
      ...append(
        cancelledBookingId,
        'RefundFailed',
        `(SELECT json_build_object('refundId', refund_id, 'failureCode', 'X') FROM refunds
          WHERE booking_id = '${cancelledBookingId}' AND state = 'refunded')`,
      ),
      `UPDATE bookings SET refunded_minor = 0 WHERE booking_id = '${cancelledBookingId}'`,
    ],
    found: ['refund-steps-agree'],
  },
  {
    fault: 'a payment that keeps its places for ever',
    sql: ({ otherBookingId }) => [
      `UPDATE bookings SET status = 'awaiting_payment', created_at = '2020-01-01' WHERE booking_id = '${otherBookingId}'`,
    ],
    found: [
      'sold-ticket-has-a-completed-booking',
      'captured-money-has-a-booking',
      'payments-come-to-an-end',
      'bookings-follow-their-events',
      'ticket-changes-are-recorded',
    ],
  },
  {
    fault: 'a child left alone by the buyer who gave the adult ticket back',
    sql: ({ bookingId, ticketIds, seatedTypeId }) => [
      `UPDATE ticket_types SET rates = '[{"name": "adult", "priceMinor": 4000}, {"name": "child", "priceMinor": 4000, "onlyWith": "adult"}]'
       WHERE ticket_type_id = ${seatedTypeId}`,
      `UPDATE tickets SET rate = CASE ticket_id WHEN '${ticketIds[0]}' THEN 'adult' ELSE 'child' END WHERE booking_id = '${bookingId}'`,
      `UPDATE tickets SET status = 'Cancelled' WHERE ticket_id = '${ticketIds[0]}'`,
      ...append(
        bookingId,
        'TicketsCancelled',
        `'{"ticketIds": ["${ticketIds[0]}"], "freshTicketIds": [], "by": "buyer", "refundMinor": 0, "keptMinor": 4000}'`,
      ),
      `UPDATE bookings SET cancelled_ticket_ids = '{${ticketIds[0]}}' WHERE booking_id = '${bookingId}'`,
    ],
    found: ['ticket-changes-are-recorded', 'companions-stay-together'],
  },
  {
    fault: 'receipts of a booking and its refund that round the tax otherwise',
    sql: ({ cancelledBookingId }) => [
      receipt(cancelledBookingId, 'NULL', { total: 1250, tax: 200, line: 1250 }),
      receipt(cancelledBookingId, refundOf(cancelledBookingId), { total: -1250, tax: -201, line: -1250 }),
    ],
    found: ['refund-receipts-add-up'],
  },
  {
    fault: 'a receipt whose lines are not its total',
    sql: ({ bookingId }) => [receipt(bookingId, 'NULL', { total: 8000, tax: 0, line: 7999 })],
    found: ['receipts-add-up'],
  },
  {
    fault: 'a payment that was taken and has failed as well',
    sql: ({ bookingId }) => [
      `INSERT INTO payments SELECT payment_id, 'failed', organizer_id, booking_id, provider, provider_reference, amount_minor, currency, 'X', created_at
       FROM payments WHERE booking_id = '${bookingId}' AND state = 'captured'`,
    ],
    found: ['payment-steps-agree'],
  },
  {
    fault: 'money that was set aside and forgotten',
    sql: ({ bookingId }) => [
      `INSERT INTO payments SELECT '${newId}', 'authorized', organizer_id, booking_id, provider, 'second', amount_minor, currency, NULL, created_at
       FROM payments WHERE booking_id = '${bookingId}' AND state = 'captured'`,
    ],
    found: ['set-aside-money-is-taken'],
  },
  {
    fault: 'a refund that is due and that nobody works on',
    sql: ({ bookingId }) => [
      `INSERT INTO refunds SELECT '${newId}', 'due', organizer_id, booking_id, payment_id, 1, currency, 'refunded by staff', now()
       FROM payments WHERE booking_id = '${bookingId}' AND state = 'captured'`,
      `DELETE FROM payment_work WHERE work_id = '${newId}'`,
    ],
    found: ['due-refunds-are-carried-out', 'settlements-follow-the-books', 'refunds-follow-their-events'],
  },
  {
    fault: 'a booking in review that is on nobody’s list',
    sql: ({ otherBookingId }) => [
      `INSERT INTO event_store (organizer_id, stream, version, type, data, metadata, occurred_at)
       SELECT organizer_id, 'booking-' || booking_id, version + 1, 'ReviewRequested', '{"reason": "X"}',
         '{"actor": "system", "correlationId": "plant"}', now() FROM bookings WHERE booking_id = '${otherBookingId}'`,
      `UPDATE bookings SET status = 'needs_review', failure_code = 'X', version = version + 1 WHERE booking_id = '${otherBookingId}'`,
    ],
    found: ['reviewed-money-is-listed'],
  },
  {
    fault: 'money given back to a buyer who cancelled after the show had begun',
    sql: ({ cancelledBookingId }) => [
      `UPDATE event_store SET occurred_at = '2027-03-01T20:00:00Z'
       WHERE stream = 'booking-${cancelledBookingId}' AND type = 'BookingCancelled'`,
    ],
    found: ['buyers-give-back-before-the-show'],
  },
  {
    fault: 'more refunded than charged',
    sql: ({ bookingId }) => [
      `INSERT INTO refunds SELECT gen_random_uuid(), 'refunded', 1, booking_id, payment_id, amount_minor + 1, currency, 'refunded by staff', now()
       FROM payments WHERE booking_id = '${bookingId}' AND state = 'captured'`,
    ],
    found: [
      'refunds-within-the-charge',
      'refund-steps-agree',
      'settlements-follow-the-books',
      'refunds-follow-their-events',
    ],
  },
  {
    fault: 'a payment of another amount',
    sql: ({ bookingId }) => [`UPDATE payments SET amount_minor = amount_minor - 1 WHERE booking_id = '${bookingId}'`],
    found: ['completed-booking-was-paid', 'settlements-follow-the-books'],
  },
  {
    fault: 'a cancelled booking whose money stayed',
    sql: ({ cancelledBookingId }) => [
      `DELETE FROM refunds WHERE booking_id = '${cancelledBookingId}'`,
      `UPDATE bookings SET refund_due_minor = 0 WHERE booking_id = '${cancelledBookingId}'`,
    ],
    found: ['settlements-follow-the-books', 'cancelled-money-adds-up', 'refunds-follow-their-events'],
  },
];
