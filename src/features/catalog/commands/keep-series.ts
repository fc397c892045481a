import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { CatalogRefusal } from '../domain/refusals.ts';
import type { CatalogParts } from '../ports.ts';
import { decideInTransaction } from '../store/decide.ts';
import { deleteRow, lockForDelete, refuseIfUsed } from '../store/uses.ts';

type Parts = Pick<CatalogParts, 'database'>;

/** Makes a series: several dates of one show. Events join it by their seriesId. */
export function createSeries({ database }: Parts, name: string, context: CommandContext): Promise<number> {
  return database.as(context).transaction(async (tx) => {
    const [row] = await tx.query<{ series_id: number }>(
      'INSERT INTO event_series (organizer_id, name) VALUES ($1, $2) RETURNING series_id',
      [context.organizerId, name],
    );
    const seriesId = row!.series_id;
    await appendEvents(tx, [{ stream: `series-${seriesId}`, type: 'SeriesCreated', data: { name } }], context);
    return seriesId;
  });
}

export function renameSeries(
  { database }: Parts,
  seriesId: number,
  name: string | undefined,
  context: CommandContext,
): Promise<Decision<null, CatalogRefusal>> {
  return decideInTransaction(database.as(context), async (tx) => {
    const [row] = await tx.query<{ name: string }>(
      'SELECT name FROM event_series WHERE series_id = $1 AND organizer_id = $2 FOR NO KEY UPDATE',
      [seriesId, context.organizerId],
    );
    if (!row) return refuse({ code: 'SERIES_NOT_FOUND' });
    if (name === undefined || name === row.name) return accept(null);
    await tx.query('UPDATE event_series SET name = $2 WHERE series_id = $1', [seriesId, name]);
    const data = { changes: { name } };
    await appendEvents(tx, [{ stream: `series-${seriesId}`, type: 'SeriesUpdated', data }], context);
    return accept(null);
  });
}

/** Removes a series that no event belongs to. */
export function deleteSeries(
  { database }: Parts,
  seriesId: number,
  context: CommandContext,
): Promise<Decision<null, CatalogRefusal>> {
  return decideInTransaction(database.as(context), async (tx) => {
    const known = await lockForDelete(tx, 'series', seriesId, context.organizerId);
    if (!known) return refuse({ code: 'SERIES_NOT_FOUND' });
    const used = await refuseIfUsed(tx, 'series', seriesId);
    if (used) return used;
    await deleteRow(tx, 'series', seriesId);
    await appendEvents(tx, [{ stream: `series-${seriesId}`, type: 'SeriesDeleted', data: {} }], context);
    return accept(null);
  });
}
