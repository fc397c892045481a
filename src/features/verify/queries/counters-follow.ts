import type { Check } from './check.ts';

/** What waits in the outbox and has not reached the counters: messages `{eventId, changes: [{ticketTypeId, available}]}`. */
const pending = `
  SELECT (m.payload ->> 'eventId')::int AS event_id, (c ->> 'ticketTypeId')::int AS ticket_type_id, (c ->> 'available')::int AS change
  FROM outbox m CROSS JOIN LATERAL json_array_elements(m.payload -> 'changes') AS c
  WHERE m.topic = 'inventory.changed' AND NOT EXISTS (SELECT FROM inbox i WHERE i.message_id = m.message_id)`;

/** I10. A counter may lag only by what the outbox still has to deliver, and the outbox by no more than a minute. */
export const countersFollow: readonly Check[] = [
  {
    invariant: 'I10',
    name: 'type-counters-follow-tickets',
    claim: 'A ticket type’s counter and what waits in the outbox make the number of its free tickets',
    sql: `
      SELECT y.event_id AS "eventId", y.ticket_type_id AS "ticketTypeId", y.available_count AS counter,
        coalesce(p.change, 0) AS "inTheOutbox", coalesce(t.available, 0) AS "freeTickets"
      FROM ticket_types y
      LEFT JOIN (SELECT ticket_type_id, count(*) AS available FROM tickets WHERE status = 'Available' GROUP BY 1) t USING (ticket_type_id)
      LEFT JOIN (SELECT ticket_type_id, sum(change) AS change FROM (${pending}) m GROUP BY 1) p USING (ticket_type_id)
      WHERE y.available_count + coalesce(p.change, 0) <> coalesce(t.available, 0)`,
  },
  {
    invariant: 'I10',
    name: 'event-counters-follow-tickets',
    claim: 'An event’s counter and what waits in the outbox make the number of its free tickets',
    sql: `
      SELECT e.event_id AS "eventId", e.available_capacity AS counter,
        coalesce(p.change, 0) AS "inTheOutbox", coalesce(t.available, 0) AS "freeTickets"
      FROM events e
      LEFT JOIN (SELECT event_id, count(*) AS available FROM tickets WHERE status = 'Available' GROUP BY 1) t USING (event_id)
      LEFT JOIN (SELECT event_id, sum(change) AS change FROM (${pending}) m GROUP BY 1) p USING (event_id)
      WHERE e.available_capacity + coalesce(p.change, 0) <> coalesce(t.available, 0)`,
  },
  {
    invariant: 'I10',
    name: 'messages-are-delivered',
    claim: 'No message waits in the outbox for more than a minute while a server runs or history goes on',
    // A server that was down cannot deliver: the wait is counted from the start of the oldest other connection, or up
    // to the latest event.
    sql: `
      WITH running AS (
        SELECT min(backend_start) AS since FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'onsale' AND pid <> pg_backend_pid()
      ), latest AS (SELECT max(created_at) AS at FROM outbox)
      SELECT message_id AS "messageId", topic, created_at AS "createdAt"
      FROM outbox, running, latest
      WHERE now() - greatest(created_at, since) > interval '1 minute' AND since IS NOT NULL
        OR latest.at - created_at > interval '1 minute'
      ORDER BY created_at`,
  },
];
