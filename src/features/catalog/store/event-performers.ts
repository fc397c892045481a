import type { Queryable } from '../../../platform/postgres/database.ts';

interface EventPerformers {
  readonly eventId: number;
  readonly organizerId: number;
  readonly performerIds: readonly number[];
}

/** The performers of an event, in its order. */
export async function readPerformerIds(tx: Queryable, eventId: number): Promise<number[]> {
  const rows = await tx.query<{ performer_id: number }>(
    'SELECT performer_id FROM event_performers WHERE event_id = $1 ORDER BY position',
    [eventId],
  );
  return rows.map((row) => row.performer_id);
}

/** The events at which a performer is on stage. */
export async function readEventIdsOfPerformer(tx: Queryable, performerId: number): Promise<number[]> {
  const rows = await tx.query<{ event_id: number }>('SELECT event_id FROM event_performers WHERE performer_id = $1', [
    performerId,
  ]);
  return rows.map((row) => row.event_id);
}

/** Writes the performers of an event in their order, instead of those it had. */
export async function writePerformers(tx: Queryable, performers: EventPerformers): Promise<void> {
  await tx.query('DELETE FROM event_performers WHERE event_id = $1', [performers.eventId]);
  await addPerformers(tx, performers);
}

/** Writes the performers of an event that has none yet, in their order. */
export async function addPerformers(
  tx: Queryable,
  { eventId, organizerId, performerIds }: EventPerformers,
): Promise<void> {
  if (performerIds.length === 0) return;
  await tx.query(
    {
      name: 'add-performers',
      text: `INSERT INTO event_performers (event_id, performer_id, organizer_id, position)
        SELECT $1, p.performer_id, $3, p.ordinal FROM unnest($2::int[]) WITH ORDINALITY AS p(performer_id, ordinal)`,
    },
    [eventId, performerIds, organizerId],
  );
}
