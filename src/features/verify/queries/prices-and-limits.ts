import type { Check } from './check.ts';

/** I4: the parts of a price. */
export const pricesAddUp: readonly Check[] = [
  {
    invariant: 'I4',
    name: 'breakdowns-add-up',
    claim: 'A booking’s total is tickets − discount + fee + tax, in all and ticket by ticket',
    sql: `
      WITH booked AS MATERIALIZED (
        SELECT stream, data -> 'price' AS price FROM event_store WHERE version = 1 AND type = 'BookingCreated'
      ), priced AS (
        SELECT b.booking_id, b.total_minor, price, (price ->> 'feePaidBy' = 'buyer')::int AS fee_counts,
          (NOT (price ->> 'taxIncluded')::boolean)::int AS tax_counts
        FROM booked JOIN bookings b ON stream = 'booking-' || b.booking_id WHERE price IS NOT NULL
      ), lines AS (
        SELECT booking_id, sum((line ->> 'priceMinor')::bigint) AS tickets, sum((line ->> 'discountMinor')::bigint) AS discount,
          sum((line ->> 'feeMinor')::bigint) AS fee, sum((line ->> 'taxMinor')::bigint) AS tax,
          sum((line ->> 'totalMinor')::bigint) AS total,
          bool_and((line ->> 'totalMinor')::bigint = (line ->> 'priceMinor')::bigint - (line ->> 'discountMinor')::bigint
            + fee_counts * (line ->> 'feeMinor')::bigint + tax_counts * (line ->> 'taxMinor')::bigint) AS each_adds_up
        FROM priced CROSS JOIN json_array_elements(price -> 'lines') AS line GROUP BY booking_id
      )
      SELECT p.booking_id AS "bookingId", p.total_minor AS "totalMinor", p.price ->> 'totalMinor' AS "ofTheBreakdown", l.total AS "ofTheLines"
      FROM priced p LEFT JOIN lines l USING (booking_id)
      WHERE (l.each_adds_up AND l.total = p.total_minor AND (p.price ->> 'totalMinor')::bigint = p.total_minor
        AND (p.price ->> 'ticketsMinor')::bigint = l.tickets AND (p.price ->> 'discountMinor')::bigint = l.discount
        AND (p.price ->> 'feeMinor')::bigint = l.fee AND (p.price ->> 'taxMinor')::bigint = l.tax
        AND (p.price ->> 'netMinor')::bigint + l.tax = l.total) IS NOT TRUE`,
  },
];

/** I11. */
export const limitsHold: readonly Check[] = [
  {
    invariant: 'I11',
    name: 'companions-stay-together',
    claim:
      'Nobody gave back the ticket that another one was sold together with only (as long as the rates were never changed)',
    sql: `
      WITH rules AS (
        SELECT event_id, ticket_type_id, rate ->> 'name' AS rate, rate ->> 'onlyWith' AS only_with
        FROM ticket_types CROSS JOIN jsonb_array_elements(rates) AS rate WHERE rate ->> 'onlyWith' IS NOT NULL
      ), booked AS (
        SELECT b.booking_id, b.event_id, t.ticket_id, t.ticket_type_id, t.rate, t.status
        FROM bookings b CROSS JOIN unnest(b.ticket_ids) AS booked(ticket_id) JOIN tickets t USING (ticket_id)
        WHERE b.status = 'completed' AND cardinality(b.cancelled_ticket_ids) > 0
      )
      SELECT t.booking_id AS "bookingId", t.ticket_id AS "ticketId", t.rate, r.only_with AS "onlyWith"
      FROM booked t JOIN rules r USING (event_id, ticket_type_id, rate)
      WHERE t.status = 'Sold'
        AND NOT EXISTS (SELECT FROM booked o WHERE o.booking_id = t.booking_id AND o.status = 'Sold' AND o.rate = r.only_with)
        AND EXISTS (SELECT FROM booked o JOIN event_store e ON e.stream = 'booking-' || o.booking_id AND e.type = 'TicketsCancelled'
          WHERE o.booking_id = t.booking_id AND o.status = 'Cancelled' AND o.rate = r.only_with
            AND e.data ->> 'by' = 'buyer' AND e.data ->> 'ticketIds' LIKE '%' || o.ticket_id || '%')
        AND NOT EXISTS (SELECT FROM event_store s WHERE s.stream = 'event-' || t.event_id AND s.type = 'TicketTypeUpdated'
          AND s.data -> 'changes' -> 'rates' IS NOT NULL)`,
  },
  {
    invariant: 'I11',
    name: 'codes-within-their-uses',
    claim: 'No promo or access code is used more often than it may be',
    sql: `
      SELECT c.promo_code_id AS "codeId", c.event_id AS "eventId", c.uses_max AS "usesMax", count(*) AS uses
      FROM promo_codes c JOIN promo_code_uses u USING (promo_code_id)
      WHERE NOT u.given_back GROUP BY c.promo_code_id HAVING count(*) > c.uses_max`,
  },
  {
    invariant: 'I11',
    name: 'code-uses-follow-their-bookings',
    claim: 'A code is used by each booking that names it, until the booking ends without tickets',
    sql: `
      SELECT u.promo_code_id AS "codeId", u.booking_id AS "bookingId", b.status AS "bookingStatus", u.given_back AS "givenBack"
      FROM promo_code_uses u LEFT JOIN bookings b USING (booking_id)
      WHERE b.booking_id IS NULL OR u.given_back <> (b.status IN ('failed', 'expired', 'cancelled'))
        OR u.event_id <> b.event_id OR u.organizer_id <> b.organizer_id
      UNION ALL
      SELECT (code ->> 'codeId')::int, b.booking_id, b.status, NULL
      -- Few bookings name a code: the text is looked through before it is parsed.
      FROM (SELECT stream, data FROM event_store WHERE version = 1 AND type = 'BookingCreated' AND strpos(data::text, '"codes"') > 0 OFFSET 0) e
      JOIN bookings b ON e.stream = 'booking-' || b.booking_id
      CROSS JOIN json_array_elements(e.data -> 'codes') AS code
      LEFT JOIN promo_code_uses u ON u.booking_id = b.booking_id AND u.promo_code_id = (code ->> 'codeId')::int
      WHERE u.booking_id IS NULL`,
  },
  {
    invariant: 'I11',
    name: 'customers-within-their-limit',
    claim: 'Nobody bought more tickets of an event than one customer may (as long as that limit was never changed)',
    sql: `
      SELECT e.event_id AS "eventId", b.session_id AS customer, e.limit_per_customer AS "limit", count(*) AS tickets
      FROM events e JOIN tickets t USING (event_id) JOIN bookings b USING (booking_id)
      WHERE e.limit_per_customer IS NOT NULL AND t.status IN ('Reserved', 'Sold') AND b.session_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM event_store s WHERE s.stream = 'event-' || e.event_id AND s.type = 'EventUpdated'
          AND s.data -> 'changes' -> 'limitPerCustomer' IS NOT NULL)
        -- Bookings that a guest made before they had an account.
        AND NOT EXISTS (SELECT FROM event_store s WHERE s.stream = 'booking-' || b.booking_id AND s.type = 'BookingClaimed')
      GROUP BY e.event_id, b.session_id HAVING count(*) > e.limit_per_customer`,
  },
  {
    invariant: 'I11',
    name: 'limited-buyers-are-known',
    claim:
      'Where a limit per customer counts, whoever buys has an account or a mail address (as long as the limit was never changed)',
    sql: `
      WITH limited AS MATERIALIZED (
        SELECT b.booking_id FROM events e JOIN bookings b USING (event_id)
        WHERE e.limit_per_customer IS NOT NULL AND NOT EXISTS (
          SELECT FROM event_store c WHERE c.stream = 'event-' || e.event_id AND c.type = 'EventUpdated'
            AND c.data -> 'changes' -> 'limitPerCustomer' IS NOT NULL)
        UNION
        SELECT u.booking_id FROM promo_codes p JOIN promo_code_uses u USING (promo_code_id)
        WHERE p.uses_per_customer IS NOT NULL AND NOT EXISTS (
          SELECT FROM event_store c WHERE c.stream = 'event-' || p.event_id
            AND c.type IN ('PromoCodeChanged', 'AccessCodeChanged') AND (c.data ->> 'codeId')::int = p.promo_code_id)
      ), unknown AS MATERIALIZED (
        SELECT b.booking_id, b.event_id FROM limited JOIN bookings b USING (booking_id) JOIN events e USING (event_id)
        WHERE b.status = 'completed' AND b.session_id NOT LIKE 'account:%'
          AND NOT EXISTS (SELECT FROM booking_contacts c WHERE c.booking_id = b.booking_id AND c.email IS NOT NULL)
          -- Forgotten when the show was over.
          AND (e.status = 'postponed' OR coalesce(e.ends_at, e.starts_at) > now())
      )
      SELECT u.booking_id AS "bookingId", u.event_id AS "eventId"
      FROM unknown u JOIN event_store s ON s.stream = 'booking-' || u.booking_id AND s.version = 1
      WHERE s.metadata ->> 'actor' LIKE 'guest:%'
        -- Sold by a version that did not ask.
        AND s.occurred_at > (SELECT applied_at FROM schema_migrations WHERE id = 53)
        AND NOT EXISTS (SELECT FROM event_store p WHERE p.stream LIKE 'erasure-%' AND p.type = 'PersonErased'
          AND (p.data -> 'bookingIds')::jsonb ? u.booking_id::text)`,
  },
];
