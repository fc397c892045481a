import type { PageOf } from '../../../contract/common.ts';
import type { SeriesBody } from '../../../contract/show-parts.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { pageById } from './page-by-id.ts';

interface SeriesRow {
  series_id: number;
  name: string;
}

const toSeriesBody = (row: SeriesRow): SeriesBody => ({ id: row.series_id, seriesId: row.series_id, name: row.name });

export async function findSeries(source: Queryable, seriesId: number): Promise<SeriesBody | null> {
  const [row] = await source.query<SeriesRow>('SELECT * FROM event_series WHERE series_id = $1', [seriesId]);
  return row ? toSeriesBody(row) : null;
}

/** Series by id. Throws `Refused` (`CURSOR_INVALID`) for a cursor that is not ours. */
export function listSeries(source: Queryable, page: { limit: number; cursor?: string }): Promise<PageOf<SeriesBody>> {
  return pageById(source, { table: 'event_series', id: 'series_id', ...page }, toSeriesBody);
}
