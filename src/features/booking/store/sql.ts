// The statements of the purchase path. Each takes arrays, one element per command, so its text is fixed and prepared
// once, and a batch of 500 is one round trip. Rows are locked in ticket order; conflicts are results, not exceptions.
//
// `(x IN (SELECT …)) IS TRUE` is no slip: written as a join, the planner expects a handful of rows and loops over both
// sides (64 commands: 4,096 comparisons per join, 500: 250,000); this form is looked up in a hash.

import { announcePlaces } from './announce-places.ts';

/** Beside the first commit, in its transaction, for commands that came with personal data. */
export const contactsStatement = {
  name: 'booking-contacts',
  text: `INSERT INTO booking_contacts (booking_id, organizer_id, name, email, phone, notes, email_key, company_name, vat_id)
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) ON CONFLICT DO NOTHING`,
};

const completeCommands = `SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[], $8::timestamptz[],
        $13::int[], $14::text[], $15::bigint[], $16::text[], $17::int[])
        AS c(booking_id, transaction_id, payment_id, reference, ticket_count, data, metadata, at,
          organizer_id, provider, amount_minor, currency, version)`;

const completeTickets = `SELECT * FROM unnest($9::uuid[], $10::int[], $11::uuid[], $12::text[], $18::int[])
          AS w(booking_id, event_id, ticket_id, ticket_number, organizer_id)`;

/** How far money has come when tickets are sold for it: what its row and its event are called, and what is left to do. */
interface Paid {
  readonly state: 'captured' | 'authorized';
  readonly event: 'PaymentCompleted' | 'PaymentAuthorized';
  readonly leavesCapture: boolean;
}
const captured: Paid = { state: 'captured', event: 'PaymentCompleted', leavesCapture: false };
/** It is only set aside: taking it is left as work, in the same commit. */
const authorized: Paid = { state: 'authorized', event: 'PaymentAuthorized', leavesCapture: true };

const ofDone = '(booking_id IN (SELECT booking_id FROM done)) IS TRUE';

/** Bookings that await their payment become completed. */
const completeBookings = (
  returning: string,
) => `UPDATE bookings b SET status = 'completed', transaction_id = c.transaction_id, version = b.version + 1, updated_at = greatest(b.updated_at, c.at)
      FROM command c
      WHERE b.booking_id = c.booking_id AND b.organizer_id = c.organizer_id AND b.status = 'awaiting_payment'
        AND b.version = c.version - 1
      RETURNING ${returning}`;

const insertPayments = (
  state: Paid['state'],
  rows: string,
) => `INSERT INTO payments (payment_id, state, organizer_id, booking_id, provider, provider_reference, amount_minor, currency, created_at)
      SELECT payment_id, '${state}', organizer_id, booking_id, provider, reference, amount_minor, currency, at
      FROM command WHERE ${rows}`;

/** Tickets that are Reserved for their booking become Sold. */
const sellTickets = (
  wanted: string,
  more: string,
) => `UPDATE tickets t SET status = 'Sold', ticket_number = w.ticket_number, version = t.version + 1, updated_at = now()
      FROM ${wanted}
      WHERE t.event_id = w.event_id AND t.ticket_id = w.ticket_id AND t.organizer_id = w.organizer_id
        AND t.status = 'Reserved' AND t.booking_id = w.booking_id${more}`;

const captureWork = `work AS (
      INSERT INTO payment_work (work_id, organizer_id, kind, booking_id, not_before, created_at)
      SELECT payment_id, organizer_id, 'capture', booking_id, at, at FROM command
      WHERE ${ofDone}
    ), `;

const recordEvents = (
  event: string,
  rows: string,
) => `INSERT INTO event_store (organizer_id, stream, version, type, data, metadata, occurred_at)
      SELECT organizer_id, 'booking-' || booking_id, version, '${event}', data::json, metadata::json, at${rows}`;

const paidText = ({ state, event, leavesCapture }: Paid) => `
    WITH command AS MATERIALIZED (
      ${completeCommands}
    ), done AS (
      ${completeBookings(leavesCapture ? 'b.booking_id' : '1')}
    ), paid AS (
      ${insertPayments(state, `provider <> 'free'`)}
    ), sold AS (
      ${sellTickets(
        `(
        ${completeTickets}
      ) w`,
        '',
      )}
      RETURNING 1
    ), ${leavesCapture ? captureWork : ''}recorded AS (
      ${recordEvents(event, ' FROM command')}
    )
    SELECT must_equal((SELECT count(*) FROM done), (SELECT count(*) FROM command), 'bookings completed'),
      must_equal((SELECT count(*) FROM sold), (SELECT sum(ticket_count) FROM command), 'tickets sold')`;

const paidCarefullyText = ({ state, event, leavesCapture }: Paid) => `
    WITH command AS MATERIALIZED (
      ${completeCommands}
    ), wanted AS (
      ${completeTickets}
    ), done AS (
      ${completeBookings('b.booking_id')}
    ), paid AS (
      ${insertPayments(state, `provider <> 'free' AND ${ofDone}`)}
    ), sold AS (
      ${sellTickets(
        'wanted w',
        `
        AND (w.booking_id IN (SELECT booking_id FROM done)) IS TRUE`,
      )}
      RETURNING t.booking_id
    ), ${leavesCapture ? captureWork : ''}recorded AS (
      ${recordEvents(
        event,
        `
      FROM command WHERE ${ofDone}`,
      )}
    ), counted AS (SELECT booking_id, count(*) AS sold FROM sold GROUP BY booking_id)
    SELECT c.booking_id AS "bookingId", CASE WHEN d.booking_id IS NULL THEN false
        ELSE must_equal(coalesce(s.sold, 0), c.ticket_count, 'tickets sold with booking ' || c.booking_id) END AS done
    FROM command c LEFT JOIN done d USING (booking_id) LEFT JOIN counted s USING (booking_id)`;

/**
 * Second commit, paid: Reserved -> Sold, for bookings that are all expected to await their payment. If one does not
 * (somebody else was first, or an external reference has paid before), the statement fails as a whole, nothing is
 * written, and {@link paidCarefully} sorts them out.
 */
export const paidStatement = { name: 'booking-complete', text: paidText(captured) };

/**
 * Second commit, paid, when something is out of line: a booking whose outcome somebody else recorded is left alone and not
 * answered as done. An external reference that has paid before fails the batch (unique index), and then only its own
 * command.
 */
export const paidCarefully = { name: 'booking-complete-carefully', text: paidCarefullyText(captured) };

/** {@link paidStatement} for money that is only set aside. */
export const authorizedStatement = { name: 'booking-authorize', text: paidText(authorized) };

/** {@link paidCarefully} for money that is only set aside. */
export const authorizedCarefully = {
  name: 'booking-authorize-carefully',
  text: paidCarefullyText(authorized),
};

/** Second commit, not paid: Reserved -> Available. */
export const unpaidStatement = {
  name: 'booking-fail',
  text: `
    WITH command AS MATERIALIZED (
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::timestamptz[],
        $8::text[], $9::text[], $10::text[], $14::int[], $15::text[], $16::bigint[], $17::text[], $18::int[])
        AS c(booking_id, failure_code, payment_id, ticket_count, data, metadata, at, scope, key, facts,
          organizer_id, provider, amount_minor, currency, version)
    ), wanted AS (
      SELECT * FROM unnest($11::uuid[], $12::int[], $13::uuid[], $19::int[]) AS w(booking_id, event_id, ticket_id, organizer_id)
    ), done AS (
      UPDATE bookings b SET status = 'failed', failure_code = c.failure_code, version = b.version + 1, updated_at = greatest(b.updated_at, c.at)
      FROM command c
      WHERE b.booking_id = c.booking_id AND b.organizer_id = c.organizer_id AND b.status = 'awaiting_payment'
        AND b.version = c.version - 1
      RETURNING b.booking_id
    ), unpaid AS (
      INSERT INTO payments (payment_id, state, organizer_id, booking_id, provider, amount_minor, currency, failure_code, created_at)
      SELECT payment_id, 'failed', organizer_id, booking_id, provider, amount_minor, currency, failure_code, at
      FROM command WHERE (booking_id IN (SELECT booking_id FROM done)) IS TRUE
    ), freed AS (
      UPDATE tickets t SET status = 'Available', booking_id = NULL, rate = NULL, price_minor = NULL,
        version = t.version + 1, updated_at = now()
      FROM wanted w
      WHERE t.event_id = w.event_id AND t.ticket_id = w.ticket_id AND t.organizer_id = w.organizer_id
        AND t.status = 'Reserved' AND t.booking_id = w.booking_id
        AND (w.booking_id IN (SELECT booking_id FROM done)) IS TRUE
      RETURNING w.booking_id, t.organizer_id, t.event_id, t.ticket_type_id
    ), recorded AS (
      INSERT INTO event_store (organizer_id, stream, version, type, data, metadata, occurred_at)
      SELECT organizer_id, 'booking-' || booking_id, version, 'PaymentFailed', data::json, metadata::json, at
      FROM command WHERE (booking_id IN (SELECT booking_id FROM done)) IS TRUE
    ), answered AS (
      UPDATE idempotency_keys k SET facts = c.facts::jsonb
      FROM command c
      WHERE k.scope = c.scope AND k.key = c.key AND k.organizer_id = c.organizer_id
        AND (c.booking_id IN (SELECT booking_id FROM done)) IS TRUE
    ), announced AS (
      ${announcePlaces('freed', 'given back')}
    ), counted AS (SELECT booking_id, count(*) AS freed FROM freed GROUP BY booking_id)
    SELECT c.booking_id AS "bookingId", CASE WHEN d.booking_id IS NULL THEN false
        ELSE must_equal(coalesce(s.freed, 0), c.ticket_count, 'tickets freed of booking ' || c.booking_id) END AS done
    FROM command c LEFT JOIN done d USING (booking_id) LEFT JOIN counted s USING (booking_id)`,
};

export const bookingColumns = `booking_id AS "bookingId", organizer_id AS "organizerId", event_id AS "eventId",
  reservation_id AS "reservationId", session_id AS owner, status, attempt, ticket_ids::text[] AS "ticketIds",
  total_minor AS "totalMinor", currency, payment_provider AS provider, payment_detail AS detail,
  transaction_id AS "transactionId", failure_code AS "failureCode", version,
  refund_due_minor AS "refundDueMinor", refunded_minor AS "refundedMinor",
  (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt", (extract(epoch FROM updated_at) * 1000)::float8 AS "updatedAt"`;

export const findBooking = {
  name: 'booking-find',
  text: `SELECT ${bookingColumns} FROM bookings WHERE booking_id = ANY($1::uuid[])`,
};

export const findByReservation = {
  name: 'booking-by-reservation',
  text: `SELECT ${bookingColumns} FROM bookings WHERE reservation_id = $1 AND holds_reservation`,
};

export const findStuck = {
  name: 'booking-stuck',
  text: `SELECT ${bookingColumns} FROM bookings WHERE status = 'awaiting_payment' AND updated_at < $1 ORDER BY updated_at LIMIT 500`,
};
