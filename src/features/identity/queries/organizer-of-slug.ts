import type { Queryable } from '../../../platform/postgres/database.ts';

const statement = {
  name: 'find-organizer-by-slug',
  text: 'SELECT organizer_id AS id FROM organizers WHERE slug = $1',
};

/** The organiser of a slug; null if there is none. */
export async function organizerOfSlug(connection: Queryable, slug: string): Promise<number | null> {
  const [row] = await connection.query<{ id: number }>(statement, [slug]);
  return row?.id ?? null;
}
