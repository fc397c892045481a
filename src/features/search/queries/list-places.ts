import type { SearchPlacesAnswer } from '../../../contract/search.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

const citiesMax = 100;
const typesMax = 40;
/** More documents than this are counted in the sample: a million take half a second, the sample 15 ms. */
const countedMax = 50_000;
/** One document of so many is sampled. */
const sampling = 32;

interface CountedRow {
  readonly kind: 'city' | 'type';
  readonly text: string;
  readonly shows: number;
}

/** The cities and types of shows that are not over, the most common first, with how many shows each has. */
export async function listPlaces(asEverybody: Queryable, now: Instant): Promise<SearchPlacesAnswer> {
  const [size] = await asEverybody.query<{ rows: number }>(
    `SELECT count(*)::int AS rows FROM (SELECT FROM search_documents WHERE sampled LIMIT ${countedMax / sampling + 1}) s`,
  );
  const isExact = size!.rows <= countedMax / sampling;
  const counted = (
    kind: 'city' | 'type',
    most: number,
  ) => `(SELECT '${kind}' AS kind, d.document ->> '${kind}' AS text, c.shows
    FROM (SELECT ${kind}, count(*)::int AS shows, min(event_id) AS event_id FROM search_documents
      WHERE shown_until >= $1::timestamptz AND ${kind} <> ''${isExact ? '' : ' AND sampled'}
      GROUP BY ${kind} ORDER BY shows DESC, ${kind} LIMIT ${most}) c
    JOIN search_documents d USING (event_id) ORDER BY c.shows DESC, text)`;
  const rows = await asEverybody.query<CountedRow>(
    { text: `${counted('city', citiesMax)} UNION ALL ${counted('type', typesMax)}` },
    [new Date(now).toISOString()],
  );
  const factor = isExact ? 1 : sampling;
  const of = (kind: CountedRow['kind']) => rows.filter((row) => row.kind === kind);
  return {
    cities: of('city').map(({ text, shows }) => ({ city: text, shows: shows * factor })),
    types: of('type').map(({ text, shows }) => ({ type: text, shows: shows * factor })),
    isExact,
  };
}
