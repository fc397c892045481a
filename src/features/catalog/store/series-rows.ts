import type { CommandContext } from '../../../kernel/context.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

interface SeriesId {
  readonly seriesId: number;
  readonly organizerId: number;
}

/** Inserts the series and appends it to the history. */
export async function insertSeries(tx: Queryable, name: string, context: CommandContext): Promise<number> {
  const [row] = await tx.query<{ series_id: number }>(
    'INSERT INTO event_series (organizer_id, name) VALUES ($1, $2) RETURNING series_id',
    [context.organizerId, name],
  );
  const seriesId = row!.series_id;
  await appendEvents(tx, [{ stream: `series-${seriesId}`, type: 'SeriesCreated', data: { name } }], context);
  return seriesId;
}

/** The organiser's oldest series of a name (case ignored). */
export async function findSeriesOfName(
  tx: Queryable,
  { name, organizerId }: { readonly name: string; readonly organizerId: number },
): Promise<number | undefined> {
  const [row] = await tx.query<{ series_id: number }>(
    'SELECT series_id FROM event_series WHERE organizer_id = $1 AND lower(name) = lower($2) ORDER BY series_id LIMIT 1',
    [organizerId, name],
  );
  return row?.series_id;
}

/** The name of the organiser's series, which is locked against other changes until the transaction ends. */
export async function lockSeries(
  tx: Queryable,
  { seriesId, organizerId }: SeriesId,
): Promise<{ readonly name: string } | undefined> {
  const [row] = await tx.query<{ name: string }>(
    'SELECT name FROM event_series WHERE series_id = $1 AND organizer_id = $2 FOR NO KEY UPDATE',
    [seriesId, organizerId],
  );
  return row;
}

export async function renameSeriesRow(tx: Queryable, seriesId: number, name: string): Promise<void> {
  await tx.query('UPDATE event_series SET name = $2 WHERE series_id = $1', [seriesId, name]);
}

/** Which of a seating plan and a series belong to the organiser; null is nobody's. */
export async function ownsPlanAndSeries(
  tx: Queryable,
  ids: { readonly seatingPlanId: number | null; readonly seriesId: number | null; readonly organizerId: number },
): Promise<{ readonly plan: boolean; readonly series: boolean }> {
  const [row] = await tx.query<{ plan: boolean; series: boolean }>(
    `SELECT EXISTS (SELECT FROM seating_plans WHERE seating_plan_id = $1 AND organizer_id = $3) AS plan,
       EXISTS (SELECT FROM event_series WHERE series_id = $2 AND organizer_id = $3) AS series`,
    [ids.seatingPlanId, ids.seriesId, ids.organizerId],
  );
  return row!;
}
