// The first commit of a purchase. As in `sql.ts`: arrays, one element per command; rows locked in ticket order; conflicts are
// results; and `(x IN (SELECT …)) IS TRUE` is looked up in a hash.

import { selectFences } from '../../../platform/ownership/postgres-fenced-slots.ts';
import type { Statement } from '../../../platform/postgres/database.ts';
import { announcePlaces } from './announce-places.ts';

/** What a statement says more where it is fenced. */
const ifFenced = (isFenced: boolean, text: string) => (isFenced ? text : '');

const fencedCommands = `, fence_no)
        WHERE (fence_no IN (SELECT no FROM fenced)) IS TRUE`;

/** Fenced: only those whose fence is still there. */
const reserveCommands = (
  isFenced: boolean,
) => `SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::int[], $7::int[],
        $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
        $17::timestamptz[], $23::text[]${ifFenced(isFenced, ', $28::int[]')})
        AS c(booking_id, organizer_id, event_id, reservation_id, session_id, attempt, ticket_count, total_minor,
          currency, provider, detail, scope, key, request_hash, data, metadata, at, ticket_ids${isFenced ? fencedCommands : ')'}`;

const reserveTickets = `SELECT * FROM unnest($18::uuid[], $19::int[], $20::uuid[], $21::text[], $22::bigint[], $24::int[])
        AS w(booking_id, event_id, ticket_id, rate, price_minor, organizer_id)`;

const announceTaken = announcePlaces('reserved', 'taken');

/** The fences of all commands, each once; before the other parts of a statement that read them. */
const fenced = `fenced AS MATERIALIZED (
      ${selectFences(25)}
    ), `;

const fastText = (isFenced: boolean) => `
    WITH ${ifFenced(isFenced, fenced)}command AS MATERIALIZED (
      ${reserveCommands(false)}
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
    SELECT ${ifFenced(isFenced, `must_equal((SELECT count(*) FROM fenced), cardinality($25::int[]), 'fences held'), `)}must_equal((SELECT count(*) FROM reserved), (SELECT sum(ticket_count) FROM command), 'tickets reserved')`;

const carefulText = (isFenced: boolean) => `
    WITH ${ifFenced(isFenced, fenced)}command AS MATERIALIZED (
      ${reserveCommands(isFenced)}
    ), wanted AS (
      ${reserveTickets}${ifFenced(isFenced, ' WHERE (booking_id IN (SELECT booking_id FROM command)) IS TRUE')}
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
    FROM command c LEFT JOIN fitting f USING (booking_id) LEFT JOIN claimed k USING (booking_id) LEFT JOIN booked b USING (booking_id)`;

/** Both ways to write the first commit. Their parameters are those of `reserveValues`; fenced, with three more for the fences. */
export interface ReserveStatements {
  readonly isFenced: boolean;
  /**
   * Available -> Reserved, with booking, key, event and message, for commands that are all expected to be in order (the ledger
   * has seen to that). If one is not, the statement fails as a whole, nothing is written, and `carefully` judges them one by
   * one. Without locks and conflict checks in advance each purchase costs six index searches here instead of eleven.
   */
  readonly fast: Statement;
  /**
   * When something is out of line (a used key, a reservation already bought, a ticket that is gone, an event that is
   * another process's now): locks first, judges each command for itself, writes those that are in order and says of the others
   * what is wrong. Fenced, with one more parameter, the place of each command's fence; what has lost its fence is not answered.
   */
  readonly carefully: Statement;
}

/** For a process that is alone: no fence, and not a word of the statements about them. */
export const soleStatements: ReserveStatements = {
  isFenced: false,
  fast: { name: 'booking-reserve', text: fastText(false) },
  carefully: { name: 'booking-reserve-carefully', text: carefulText(false) },
};

/** For processes that share a database. */
export const fencedStatements: ReserveStatements = {
  isFenced: true,
  fast: { name: 'booking-reserve-fenced', text: fastText(true) },
  carefully: { name: 'booking-reserve-carefully-fenced', text: carefulText(true) },
};
