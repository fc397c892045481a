import type { Queryable } from '../../../platform/postgres/database.ts';

/** How many tickets that are not cancelled an event has, by ticket type. */
export async function countLiveByType(tx: Queryable, eventId: number): Promise<ReadonlyMap<number, number>> {
  const rows = await tx.query<{ ticket_type_id: number; count: number }>(
    'SELECT ticket_type_id, count(*) AS count FROM tickets WHERE event_id = $1 AND live GROUP BY ticket_type_id',
    [eventId],
  );
  return new Map(rows.map((row) => [row.ticket_type_id, row.count]));
}

/** How many tickets that are not cancelled a ticket type has. */
export async function countLive(
  tx: Queryable,
  { eventId, ticketTypeId }: { readonly eventId: number; readonly ticketTypeId: number },
): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'SELECT count(*) AS count FROM tickets WHERE event_id = $1 AND ticket_type_id = $2 AND live',
    [eventId, ticketTypeId],
  );
  return row!.count;
}
