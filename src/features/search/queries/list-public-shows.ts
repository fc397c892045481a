import type { Instant } from '../../../kernel/instant.ts';
import { showSlug } from '../../../kernel/slug.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** As many addresses as a sitemap file may hold. */
const sitemapFileMax = 50_000;

/** A show for a sitemap: its page is `/e/{eventId}/{slug}`. */
export interface PublicShow {
  readonly eventId: number;
  readonly slug: string;
  readonly updatedAt: Instant;
}

/** An event whose end is not known counts as over this long after its start, as in a search. */
const isToCome = `e.is_active AND e.status <> 'draft' AND coalesce(e.ends_at, e.starts_at + interval '4 hours') >= $1::timestamptz`;

/**
 * The numbers of the sitemap files that hold any show, ascending. File `n` is for the ids behind `n × 50,000`: so a show stays in its
 * file, and neither the list nor a file costs more the more there are before it.
 */
export async function listSitemapFiles(asEverybody: Queryable, now: Instant): Promise<number[]> {
  const rows = await asEverybody.query<{ file: number }>(
    {
      name: 'sitemap-files',
      text: `SELECT file::int FROM generate_series(0::bigint, (SELECT (max(event_id) - 1) / ${sitemapFileMax} FROM events)) file
        WHERE EXISTS (SELECT FROM events e WHERE e.event_id > file * ${sitemapFileMax}
          AND e.event_id <= (file + 1) * ${sitemapFileMax} AND ${isToCome})
        ORDER BY file`,
    },
    [new Date(now).toISOString()],
  );
  return rows.map(({ file }) => file);
}

/** The shows of a sitemap file that are public and not over, by id; none for a number that has no file. */
export async function listPublicShows(asEverybody: Queryable, file: number, now: Instant): Promise<PublicShow[]> {
  if (!Number.isSafeInteger(file) || file < 0 || file > fileMax) return [];
  const rows = await asEverybody.query<{ event_id: number; title: string; updated_at: Date }>(
    {
      name: 'sitemap-shows',
      text: `SELECT e.event_id, e.title, e.updated_at FROM events e
        WHERE e.event_id > $2::int AND e.event_id <= $3::int AND ${isToCome} ORDER BY e.event_id`,
    },
    [new Date(now).toISOString(), file * sitemapFileMax, Math.min((file + 1) * sitemapFileMax, idMax)],
  );
  return rows.map(({ event_id, title, updated_at }) => ({
    eventId: event_id,
    slug: showSlug(title),
    updatedAt: updated_at.getTime(),
  }));
}

const idMax = 2_147_483_647;
const fileMax = Math.floor(idMax / sitemapFileMax);

/** The slugs of organisers that have a public show which is not over: their page is `/o/{slug}`. At most a sitemap file of them. */
export async function listPublicOrganizers(asEverybody: Queryable, now: Instant): Promise<string[]> {
  const rows = await asEverybody.query<{ slug: string }>(
    {
      name: 'sitemap-organizers',
      text: `SELECT o.slug FROM organizers o
        WHERE EXISTS (SELECT FROM events e WHERE e.organizer_id = o.organizer_id AND ${isToCome})
        ORDER BY o.slug LIMIT ${sitemapFileMax}`,
    },
    [new Date(now).toISOString()],
  );
  return rows.map(({ slug }) => slug);
}
