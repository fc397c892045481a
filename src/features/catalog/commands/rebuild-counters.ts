import type { Transacting } from '../../../platform/postgres/database.ts';

/** So many events are locked at once: what changes them, and the relay of messages, waits for some milliseconds. */
const eventsAtOnce = 100;

export interface CountersProgress {
  readonly done: number;
  readonly total: number;
  /** Counters of ticket types and events that said something else. */
  readonly corrected: number;
}

/**
 * Makes the counters of ticket types and events say how many tickets are free, less what waits in the outbox and will be
 * added yet. Online: an event is locked first, as the relay does before it counts a message, so each message is counted
 * once, here or there. Run twice, the second run corrects nothing. `report` hears of progress.
 */
export async function rebuildCounters(
  database: Transacting,
  report: (progress: CountersProgress) => void = () => {},
): Promise<CountersProgress> {
  const [count] = await database.query<{ total: number }>('SELECT count(*) AS total FROM events');
  let progress: CountersProgress = { done: 0, total: count!.total, corrected: 0 };
  for (let after = 0; ; ) {
    const { eventIds, corrected } = await database.transaction(async (tx) => {
      const locked = await tx.query<{ id: number }>(
        `SELECT event_id AS id FROM events WHERE event_id > $1 ORDER BY event_id LIMIT ${eventsAtOnce} FOR NO KEY UPDATE`,
        [after],
      );
      const ids = locked.map(({ id }) => id);
      const [made] = ids.length === 0 ? [] : await tx.query<{ corrected: number }>(recount, [ids]);
      return { eventIds: ids, corrected: made?.corrected ?? 0 };
    });
    if (eventIds.length === 0) return progress;
    after = eventIds.at(-1)!;
    const done = progress.done + eventIds.length;
    progress = { done, total: Math.max(progress.total, done), corrected: progress.corrected + corrected };
    report(progress);
  }
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
