import type { Queryable } from '../../../platform/postgres/database.ts';

/** By how many free places a ticket type has gained or lost. */
export interface AvailableDelta {
  readonly ticketTypeId: number;
  readonly available: number;
}

/**
 * Which of the events there still are, locked in the order of their ids: every change of the catalogue locks the event
 * before its ticket types.
 */
export async function lockEventsCounted(tx: Queryable, eventIds: readonly number[]): Promise<number[]> {
  const rows = await tx.query<{ event_id: number }>(
    {
      name: 'lock-events-counted',
      text: 'SELECT event_id FROM events WHERE event_id = ANY($1::int[]) ORDER BY event_id FOR NO KEY UPDATE',
    },
    [eventIds],
  );
  return rows.map((row) => row.event_id);
}

/** Adds to the counters of ticket types, as far as they are still there, and of their events, whose locks the caller holds. */
export async function addAvailable(tx: Queryable, deltas: readonly AvailableDelta[]): Promise<void> {
  await tx.query(
    {
      name: 'apply-counter-changes',
      text: `
        WITH delta AS (SELECT * FROM unnest($1::int[], $2::int[]) AS d(ticket_type_id, available)),
        types AS (
          UPDATE ticket_types t SET available_count = t.available_count + d.available
          FROM delta d WHERE t.ticket_type_id = d.ticket_type_id
          RETURNING t.event_id, d.available)
        UPDATE events e SET available_capacity = e.available_capacity + s.available
        FROM (SELECT event_id, sum(available)::int AS available FROM types GROUP BY event_id) AS s
        WHERE e.event_id = s.event_id`,
    },
    [deltas.map(({ ticketTypeId }) => ticketTypeId), deltas.map(({ available }) => available)],
  );
}

/** How many events there are, of all organisers. */
export async function countEvents(connection: Queryable): Promise<number> {
  const [row] = await connection.query<{ total: number }>('SELECT count(*) AS total FROM events');
  return row!.total;
}

/** The next events by id, of all organisers. */
export async function readEventIdsAfter(
  connection: Queryable,
  { after, countMax }: { readonly after: number; readonly countMax: number },
): Promise<number[]> {
  const rows = await connection.query<{ id: number }>(
    'SELECT event_id AS id FROM events WHERE event_id > $1 ORDER BY event_id LIMIT $2',
    [after, countMax],
  );
  return rows.map(({ id }) => id);
}

/** One statement, so that tickets and messages are seen at one moment. */
const recount = {
  name: 'recount-places',
  text: `
    WITH free AS (
      SELECT ticket_type_id, count(*)::int AS places FROM tickets
      WHERE event_id = ANY($1::int[]) AND status = 'Available' GROUP BY ticket_type_id),
    waiting AS (
      SELECT (c ->> 'ticketTypeId')::int AS ticket_type_id, sum((c ->> 'available')::int)::int AS places
      FROM outbox m CROSS JOIN LATERAL json_array_elements(m.payload -> 'changes') AS c
      WHERE m.topic = 'inventory.changed' AND (m.payload ->> 'eventId')::int = ANY($1::int[])
        AND NOT EXISTS (SELECT FROM inbox i WHERE i.message_id = m.message_id)
      GROUP BY 1),
    truth AS (
      SELECT event_id, ticket_type_id, coalesce(f.places, 0) - coalesce(w.places, 0) AS available
      FROM ticket_types LEFT JOIN free f USING (ticket_type_id) LEFT JOIN waiting w USING (ticket_type_id)
      WHERE event_id = ANY($1::int[])),
    types AS (
      UPDATE ticket_types y SET available_count = t.available FROM truth t
      WHERE y.ticket_type_id = t.ticket_type_id AND y.available_count <> t.available RETURNING 1),
    sums AS (
      SELECT id AS event_id, coalesce(sum(t.available), 0)::int AS available
      FROM unnest($1::int[]) AS id LEFT JOIN truth t ON t.event_id = id GROUP BY id),
    shows AS (
      UPDATE events e SET available_capacity = s.available FROM sums s
      WHERE e.event_id = s.event_id AND e.available_capacity <> s.available RETURNING 1)
    SELECT ((SELECT count(*) FROM types) + (SELECT count(*) FROM shows))::int AS corrected`,
};

/**
 * Makes the counters of events, whose locks the caller holds, say how many tickets are free, less what waits in the outbox
 * and will be added yet. Answers how many counters said something else.
 */
export async function recountPlaces(tx: Queryable, eventIds: readonly number[]): Promise<number> {
  if (eventIds.length === 0) return 0;
  const [row] = await tx.query<{ corrected: number }>(recount, [eventIds]);
  return row?.corrected ?? 0;
}
