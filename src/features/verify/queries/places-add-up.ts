import type { Check } from './check.ts';

/** I2. Holds live in the ledger, over tickets that are Available in the database: so Available here counts both. */
export const placesAddUp: readonly Check[] = [
  {
    invariant: 'I2',
    name: 'statuses-add-up-to-minted',
    claim: 'Per ticket type, the tickets of all statuses together are all that were ever minted',
    sql: `
      SELECT y.event_id AS "eventId", y.ticket_type_id AS "ticketTypeId", y.minted_count AS minted,
        coalesce(c.found, 0) AS found, c.available AS "availableOrHeld", c.reserved, c.sold, c.cancelled
      FROM ticket_types y FULL JOIN (
        SELECT ticket_type_id, count(*) AS found,
          count(*) FILTER (WHERE status = 'Available') AS available, count(*) FILTER (WHERE status = 'Reserved') AS reserved,
          count(*) FILTER (WHERE status = 'Sold') AS sold, count(*) FILTER (WHERE status = 'Cancelled') AS cancelled
        FROM tickets GROUP BY ticket_type_id) c USING (ticket_type_id)
      WHERE y.minted_count IS DISTINCT FROM coalesce(c.found, 0)`,
  },
  {
    invariant: 'I2',
    name: 'places-match-capacity',
    claim: 'A published type has as many live places as its capacity says, but for those that were cancelled',
    sql: `
      SELECT y.event_id AS "eventId", y.ticket_type_id AS "ticketTypeId", y.capacity, coalesce(c.live, 0) AS places,
        coalesce(c.cancelled, 0) AS cancelled
      FROM ticket_types y JOIN events e USING (event_id) LEFT JOIN (
        SELECT ticket_type_id, count(*) FILTER (WHERE live) AS live, count(*) FILTER (WHERE NOT live) AS cancelled
        FROM tickets GROUP BY ticket_type_id) c USING (ticket_type_id)
      WHERE e.published_at IS NOT NULL AND (coalesce(c.live, 0) > y.capacity
        OR coalesce(c.live, 0) + coalesce(c.cancelled, 0) < y.capacity)`,
  },
  {
    invariant: 'I2',
    name: 'seats-are-those-of-the-plan',
    claim: 'Every seat on sale is that seat of its event’s plan, in a category that its ticket type sells',
    sql: `
      WITH seat AS MATERIALIZED (
        SELECT seating_plan_id, s ->> 'seat_guid' AS guid, s ->> 'category' AS category,
          row_number() OVER (PARTITION BY seating_plan_id ORDER BY zone_no, row_no, seat_no) - 1 AS place_no
        FROM seating_plans p
        CROSS JOIN LATERAL json_array_elements(p.plan -> 'zones') WITH ORDINALITY AS z(z, zone_no)
        CROSS JOIN LATERAL json_array_elements(z -> 'rows') WITH ORDINALITY AS r(r, row_no)
        CROSS JOIN LATERAL json_array_elements(r -> 'seats') WITH ORDINALITY AS s(s, seat_no)
        WHERE EXISTS (SELECT FROM events e WHERE e.seating_plan_id = p.seating_plan_id AND e.published_at IS NOT NULL)
      )
      SELECT t.event_id AS "eventId", t.ticket_id AS "ticketId", t.place_no AS "placeNo", t.seat_guid AS "seatGuid", seat.guid AS "planSays"
      FROM tickets t JOIN events e USING (event_id) JOIN ticket_types y USING (ticket_type_id)
      LEFT JOIN seat ON seat.seating_plan_id = e.seating_plan_id AND seat.place_no = t.place_no
      WHERE t.live AND y.categories IS NOT NULL
        AND (seat.guid IS DISTINCT FROM t.seat_guid OR NOT coalesce(seat.category = ANY (y.categories), false))`,
  },
];
