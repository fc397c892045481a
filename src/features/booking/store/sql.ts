// The statements of the purchase path. Each takes arrays, one element per command, so its text is fixed and prepared
// once, and a batch of 500 is one round trip. Rows are locked in ticket order; conflicts are results, not exceptions.
//
// `(x IN (SELECT …)) IS TRUE` is no slip: written as a join, the planner expects a handful of rows and loops over both
// sides (64 commands: 4,096 comparisons per join, 500: 250,000); this form is looked up in a hash.

const reserveCommands = `SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::int[], $7::int[],
        $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
        $17::timestamptz[], $23::text[])
        AS c(booking_id, organizer_id, event_id, reservation_id, session_id, attempt, ticket_count, total_minor,
          currency, provider, detail, scope, key, request_hash, data, metadata, at, ticket_ids)`;

const reserveTickets = `SELECT * FROM unnest($18::uuid[], $19::int[], $20::uuid[], $21::text[], $22::bigint[], $24::int[])
        AS w(booking_id, event_id, ticket_id, rate, price_minor, organizer_id)`;

const announceTaken = `INSERT INTO outbox (message_id, organizer_id, topic, payload)
      SELECT gen_random_uuid(), organizer_id, 'inventory.changed', json_build_object('eventId', event_id, 'changes',
        json_agg(json_build_object('ticketTypeId', ticket_type_id, 'available', -taken)))
      FROM (SELECT organizer_id, event_id, ticket_type_id, count(*) AS taken FROM reserved GROUP BY 1, 2, 3) r
      GROUP BY organizer_id, event_id`;

/**
 * First commit: Available -> Reserved, with booking, key, event and message, for commands that are all expected to be
 * in order (the ledger has seen to that). If one is not, the statement fails as a whole, nothing is written, and
 * {@link reserveCarefully} judges them one by one. Without locks and conflict checks in advance each purchase costs six
 * index searches here instead of eleven.
 */
export const reserveStatement = {
  name: 'booking-reserve',
  text: `
    WITH command AS MATERIALIZED (
      ${reserveCommands}
    ), wanted AS (
      ${reserveTickets}
    ), reserved AS (
      UPDATE tickets t SET status = 'Reserved', booking_id = w.booking_id, rate = w.rate, price_minor = w.price_minor,
        version = t.version + 1, updated_at = now()
      FROM wanted w WHERE t.event_id = w.event_id AND t.ticket_id = w.ticket_id AND t.organizer_id = w.organizer_id
        AND t.status = 'Available'
      RETURNING t.organizer_id, t.event_id, t.ticket_type_id
    ), claimed AS (
      INSERT INTO idempotency_keys (scope, key, organizer_id, request_hash, booking_id, created_at)
      SELECT scope, key, organizer_id, request_hash, booking_id, at FROM command WHERE key IS NOT NULL
    ), booked AS (
      INSERT INTO bookings (booking_id, organizer_id, event_id, reservation_id, session_id, status, attempt, ticket_ids,
        total_minor, currency, payment_provider, payment_detail, version, created_at, updated_at)
      SELECT booking_id, organizer_id, event_id, reservation_id, session_id, 'awaiting_payment', attempt, ticket_ids::uuid[],
        total_minor, currency, provider, detail, 1, at, at FROM command
    ), recorded AS (
      INSERT INTO event_store (organizer_id, stream, version, type, data, metadata, occurred_at)
      SELECT organizer_id, 'booking-' || booking_id, 1, 'BookingCreated', data::json, metadata::json, at FROM command
    ), announced AS (
      ${announceTaken}
    )
    SELECT must_equal((SELECT count(*) FROM reserved), (SELECT sum(ticket_count) FROM command), 'tickets reserved')`,
};

/**
 * First commit when something is out of line (a used key, a reservation already bought, a ticket that is gone): locks
 * first, judges each command for itself, writes those that are in order and says of the others what is wrong.
 */
export const reserveCarefully = {
  name: 'booking-reserve-carefully',
  text: `
    WITH command AS MATERIALIZED (
      ${reserveCommands}
    ), wanted AS (
      ${reserveTickets}
    ), locked AS MATERIALIZED (
      SELECT w.*, t.ticket_type_id FROM wanted w JOIN tickets t ON t.event_id = w.event_id AND t.ticket_id = w.ticket_id
      WHERE t.status = 'Available' AND t.organizer_id = w.organizer_id ORDER BY w.event_id, w.ticket_id FOR UPDATE OF t
    ), fitting AS MATERIALIZED (
      SELECT c.* FROM command c JOIN (SELECT booking_id, count(*) AS found FROM locked GROUP BY booking_id) l USING (booking_id)
      WHERE l.found = c.ticket_count
    ), claimed AS (
      INSERT INTO idempotency_keys (scope, key, organizer_id, request_hash, booking_id, created_at)
      SELECT scope, key, organizer_id, request_hash, booking_id, at FROM fitting WHERE key IS NOT NULL
      ON CONFLICT DO NOTHING RETURNING booking_id
    ), booked AS (
      INSERT INTO bookings (booking_id, organizer_id, event_id, reservation_id, session_id, status, attempt, ticket_ids,
        total_minor, currency, payment_provider, payment_detail, version, created_at, updated_at)
      SELECT f.booking_id, organizer_id, event_id, reservation_id, session_id, 'awaiting_payment', attempt,
        ticket_ids::uuid[], total_minor, currency, provider, detail, 1, at, at
      FROM fitting f WHERE key IS NULL OR booking_id IN (SELECT booking_id FROM claimed)
      ON CONFLICT DO NOTHING RETURNING booking_id
    ), reserved AS (
      UPDATE tickets t SET status = 'Reserved', booking_id = l.booking_id, rate = l.rate, price_minor = l.price_minor,
        version = t.version + 1, updated_at = now()
      FROM locked l WHERE t.event_id = l.event_id AND t.ticket_id = l.ticket_id
        AND t.organizer_id = l.organizer_id AND (l.booking_id IN (SELECT booking_id FROM booked)) IS TRUE
      RETURNING t.organizer_id, t.event_id, t.ticket_type_id
    ), recorded AS (
      INSERT INTO event_store (organizer_id, stream, version, type, data, metadata, occurred_at)
      SELECT organizer_id, 'booking-' || booking_id, 1, 'BookingCreated', data::json, metadata::json, at
      FROM fitting WHERE (booking_id IN (SELECT booking_id FROM booked)) IS TRUE
    ), announced AS (
      ${announceTaken}
    )
    SELECT c.booking_id AS "bookingId", f.booking_id IS NOT NULL AS fits, k.booking_id IS NOT NULL AS claimed,
      b.booking_id IS NOT NULL AS booked
    FROM command c LEFT JOIN fitting f USING (booking_id) LEFT JOIN claimed k USING (booking_id) LEFT JOIN booked b USING (booking_id)`,
};

/** Beside the first commit, in its transaction, for commands that came with personal data. */
export const contactsStatement = {
  name: 'booking-contacts',
  text: `INSERT INTO booking_contacts (booking_id, organizer_id, name, email, phone, notes, email_key)
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) ON CONFLICT DO NOTHING`,
};

const completeCommands = `SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[], $8::timestamptz[],
        $13::int[], $14::text[], $15::bigint[], $16::text[], $17::int[])
        AS c(booking_id, transaction_id, payment_id, reference, ticket_count, data, metadata, at,
          organizer_id, provider, amount_minor, currency, version)`;

const completeTickets = `SELECT * FROM unnest($9::uuid[], $10::int[], $11::uuid[], $12::text[], $18::int[])
          AS w(booking_id, event_id, ticket_id, ticket_number, organizer_id)`;

/**
 * Second commit, paid: Reserved -> Sold, for bookings that are all expected to await their payment. If one does not
 * (somebody else settled it, or an external reference has paid before), the statement fails as a whole, nothing is
 * written, and {@link completeCarefully} tells them apart.
 */
export const completeStatement = {
  name: 'booking-complete',
  text: `
    WITH command AS MATERIALIZED (
      ${completeCommands}
    ), done AS (
      UPDATE bookings b SET status = 'completed', transaction_id = c.transaction_id, version = b.version + 1, updated_at = greatest(b.updated_at, c.at)
      FROM command c
      WHERE b.booking_id = c.booking_id AND b.organizer_id = c.organizer_id AND b.status = 'awaiting_payment'
        AND b.version = c.version - 1
      RETURNING 1
    ), paid AS (
      INSERT INTO payments (payment_id, state, organizer_id, booking_id, provider, provider_reference, amount_minor, currency, created_at)
      SELECT payment_id, 'captured', organizer_id, booking_id, provider, reference, amount_minor, currency, at
      FROM command WHERE provider <> 'free'
    ), sold AS (
      UPDATE tickets t SET status = 'Sold', ticket_number = w.ticket_number, version = t.version + 1, updated_at = now()
      FROM (
        ${completeTickets}
      ) w
      WHERE t.event_id = w.event_id AND t.ticket_id = w.ticket_id AND t.organizer_id = w.organizer_id
        AND t.status = 'Reserved' AND t.booking_id = w.booking_id
      RETURNING 1
    ), recorded AS (
      INSERT INTO event_store (organizer_id, stream, version, type, data, metadata, occurred_at)
      SELECT organizer_id, 'booking-' || booking_id, version, 'PaymentCompleted', data::json, metadata::json, at FROM command
    )
    SELECT must_equal((SELECT count(*) FROM done), (SELECT count(*) FROM command), 'bookings completed'),
      must_equal((SELECT count(*) FROM sold), (SELECT sum(ticket_count) FROM command), 'tickets sold')`,
};

/**
 * Second commit, paid, when something is out of line: a booking that somebody else settled is left alone and not
 * answered as done. An external reference that has paid before fails the batch (unique index), and then only its own
 * command.
 */
export const completeCarefully = {
  name: 'booking-complete-carefully',
  text: `
    WITH command AS MATERIALIZED (
      ${completeCommands}
    ), wanted AS (
      ${completeTickets}
    ), done AS (
      UPDATE bookings b SET status = 'completed', transaction_id = c.transaction_id, version = b.version + 1, updated_at = greatest(b.updated_at, c.at)
      FROM command c
      WHERE b.booking_id = c.booking_id AND b.organizer_id = c.organizer_id AND b.status = 'awaiting_payment'
        AND b.version = c.version - 1
      RETURNING b.booking_id
    ), paid AS (
      INSERT INTO payments (payment_id, state, organizer_id, booking_id, provider, provider_reference, amount_minor, currency, created_at)
      SELECT payment_id, 'captured', organizer_id, booking_id, provider, reference, amount_minor, currency, at
      FROM command WHERE provider <> 'free' AND (booking_id IN (SELECT booking_id FROM done)) IS TRUE
    ), sold AS (
      UPDATE tickets t SET status = 'Sold', ticket_number = w.ticket_number, version = t.version + 1, updated_at = now()
      FROM wanted w
      WHERE t.event_id = w.event_id AND t.ticket_id = w.ticket_id AND t.organizer_id = w.organizer_id
        AND t.status = 'Reserved' AND t.booking_id = w.booking_id
        AND (w.booking_id IN (SELECT booking_id FROM done)) IS TRUE
      RETURNING t.booking_id
    ), recorded AS (
      INSERT INTO event_store (organizer_id, stream, version, type, data, metadata, occurred_at)
      SELECT organizer_id, 'booking-' || booking_id, version, 'PaymentCompleted', data::json, metadata::json, at
      FROM command WHERE (booking_id IN (SELECT booking_id FROM done)) IS TRUE
    ), counted AS (SELECT booking_id, count(*) AS sold FROM sold GROUP BY booking_id)
    SELECT c.booking_id AS "bookingId", CASE WHEN d.booking_id IS NULL THEN false
        ELSE must_equal(coalesce(s.sold, 0), c.ticket_count, 'tickets sold with booking ' || c.booking_id) END AS done
    FROM command c LEFT JOIN done d USING (booking_id) LEFT JOIN counted s USING (booking_id)`,
};

const authorizeWork = `work AS (
      INSERT INTO payment_work (work_id, organizer_id, kind, booking_id, not_before, created_at)
      SELECT payment_id, organizer_id, 'capture', booking_id, at, at FROM command
      WHERE (booking_id IN (SELECT booking_id FROM done)) IS TRUE
    ), recorded AS (`;
const toAuthorize = (text: string) =>
  text.replace("'captured'", "'authorized'").replace("'PaymentCompleted'", "'PaymentAuthorized'");

/** {@link completeStatement} for money that is only set aside: taking it is left as work, in the same commit. */
export const authorizeStatement = {
  name: 'booking-authorize',
  text: toAuthorize(completeStatement.text)
    .replace('RETURNING 1\n    ), paid', 'RETURNING b.booking_id\n    ), paid')
    .replace('recorded AS (', authorizeWork),
};

/** {@link completeCarefully} for money that is only set aside. */
export const authorizeCarefully = {
  name: 'booking-authorize-carefully',
  text: toAuthorize(completeCarefully.text).replace('recorded AS (', authorizeWork),
};

/** Second commit, not paid: Reserved -> Available. */
export const failStatement = {
  name: 'booking-fail',
  text: `
    WITH command AS MATERIALIZED (
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::timestamptz[],
        $8::text[], $9::text[], $10::int[], $11::text[], $15::int[], $16::text[], $17::bigint[], $18::text[], $19::int[])
        AS c(booking_id, failure_code, payment_id, ticket_count, data, metadata, at, scope, key, answer_status, body,
          organizer_id, provider, amount_minor, currency, version)
    ), wanted AS (
      SELECT * FROM unnest($12::uuid[], $13::int[], $14::uuid[], $20::int[]) AS w(booking_id, event_id, ticket_id, organizer_id)
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
      UPDATE idempotency_keys k SET status = c.answer_status, body = c.body
      FROM command c
      WHERE k.scope = c.scope AND k.key = c.key AND k.organizer_id = c.organizer_id
        AND (c.booking_id IN (SELECT booking_id FROM done)) IS TRUE
    ), announced AS (
      INSERT INTO outbox (message_id, organizer_id, topic, payload)
      SELECT gen_random_uuid(), organizer_id, 'inventory.changed', json_build_object('eventId', event_id, 'changes',
        json_agg(json_build_object('ticketTypeId', ticket_type_id, 'available', freed)))
      FROM (SELECT organizer_id, event_id, ticket_type_id, count(*) AS freed FROM freed GROUP BY 1, 2, 3) r
      GROUP BY organizer_id, event_id
    ), counted AS (SELECT booking_id, count(*) AS freed FROM freed GROUP BY booking_id)
    SELECT c.booking_id AS "bookingId", CASE WHEN d.booking_id IS NULL THEN false
        ELSE must_equal(coalesce(s.freed, 0), c.ticket_count, 'tickets freed of booking ' || c.booking_id) END AS done
    FROM command c LEFT JOIN done d USING (booking_id) LEFT JOIN counted s USING (booking_id)`,
};

export const bookingColumns = `booking_id AS "bookingId", organizer_id AS "organizerId", event_id AS "eventId",
  reservation_id AS "reservationId", session_id AS "sessionId", status, attempt, ticket_ids::text[] AS "ticketIds",
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
