import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { CatalogRefusalOf } from '../domain/refusals.ts';
import type { CatalogParts } from '../parts.ts';
import { decideInTransaction } from '../store/decide.ts';
import { insertSeries, lockSeries, renameSeriesRow } from '../store/series-rows.ts';
import { deleteRow, lockForDelete, refuseIfUsed } from '../store/uses.ts';

type Parts = Pick<CatalogParts, 'database'>;

/** Makes a series: several dates of one show. Events join it by their seriesId. */
export function createSeries({ database }: Parts, name: string, context: CommandContext): Promise<number> {
  return database.as(context).transaction((tx) => insertSeries(tx, name, context));
}

export function renameSeries(
  { database }: Parts,
  seriesId: number,
  name: string | undefined,
  context: CommandContext,
): Promise<Decision<null, CatalogRefusalOf<'SERIES_NOT_FOUND'>>> {
  return decideInTransaction(
    database.as(context),
    async (tx): Promise<Decision<null, CatalogRefusalOf<'SERIES_NOT_FOUND'>>> => {
      const row = await lockSeries(tx, { seriesId, organizerId: context.organizerId });
      if (!row) return refuse({ code: 'SERIES_NOT_FOUND' });
      if (name === undefined || name === row.name) return accept(null);
      await renameSeriesRow(tx, seriesId, name);
      const data = { changes: { name } };
      await appendEvents(tx, [{ stream: `series-${seriesId}`, type: 'SeriesUpdated', data }], context);
      return accept(null);
    },
  );
}

/** Removes a series that no event belongs to. */
export function deleteSeries(
  { database }: Parts,
  seriesId: number,
  context: CommandContext,
): Promise<Decision<null, CatalogRefusalOf<'SERIES_NOT_FOUND' | 'IN_USE'>>> {
  return decideInTransaction(
    database.as(context),
    async (tx): Promise<Decision<null, CatalogRefusalOf<'SERIES_NOT_FOUND' | 'IN_USE'>>> => {
      const known = await lockForDelete(tx, 'series', seriesId, context.organizerId);
      if (!known) return refuse({ code: 'SERIES_NOT_FOUND' });
      const used = await refuseIfUsed(tx, 'series', seriesId);
      if (used) return used;
      await deleteRow(tx, 'series', seriesId);
      await appendEvents(tx, [{ stream: `series-${seriesId}`, type: 'SeriesDeleted', data: {} }], context);
      return accept(null);
    },
  );
}
