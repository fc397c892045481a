import type { EventBody } from '../../../contract/catalog.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { everybody } from '../../../platform/postgres/scope.ts';

/** The performers of an event's answer with what is said about them: too long for lists and for the event's own page. */
export async function describePerformers(database: TenantDatabase, { performers }: EventBody) {
  const ids = performers.map(({ performerId }) => performerId);
  const statement = {
    name: 'describe-performers',
    text: 'SELECT performer_id AS id, description FROM performers WHERE performer_id = ANY($1::int[])',
  };
  const rows = await database.as(everybody).query<{ id: number; description: string | null }>(statement, [ids]);
  const descriptions = new Map(rows.map(({ id, description }) => [id, description]));
  return performers.map((one) => ({ ...one, description: descriptions.get(one.performerId) ?? null }));
}
