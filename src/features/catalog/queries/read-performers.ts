import type { PageOf } from '../../../contract/common.ts';
import type { PerformerBody } from '../../../contract/show-parts.ts';
import { toIso } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { PerformerRow } from '../store/performer-rows.ts';
import { pageById } from './page-by-id.ts';

export async function findPerformer(source: Queryable, performerId: number): Promise<PerformerBody | null> {
  const [row] = await source.query<PerformerRow>('SELECT * FROM performers WHERE performer_id = $1', [performerId]);
  return row ? toPerformerBody(row) : null;
}

/** Performers by id. Throws `Refused` (`CURSOR_INVALID`) for a cursor that is not ours. */
export function listPerformers(
  source: Queryable,
  page: { limit: number; cursor?: string },
): Promise<PageOf<PerformerBody>> {
  return pageById(source, { table: 'performers', id: 'performer_id', ...page }, toPerformerBody);
}

function toPerformerBody(row: PerformerRow): PerformerBody {
  return {
    id: row.performer_id,
    performerId: row.performer_id,
    name: row.name,
    description: row.description,
    imageUrl: row.image_url,
    version: row.version,
    createdAt: toIso(row.created_at.getTime()),
    updatedAt: toIso(row.updated_at.getTime()),
  };
}
