import type { LegalTextAnswer } from '../../../contract/legal.ts';
import { type Instant, toIso } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

export type LegalKind = LegalTextAnswer['kind'];

interface LegalRow extends Omit<LegalTextAnswer, 'since'> {
  readonly since: Date;
}

const columns = 'kind, version, language, since, body AS text';
const toText = ({ since, ...row }: LegalRow): LegalTextAnswer => ({ ...row, since: toIso(since.getTime()) });

/** The texts of an organiser that hold now, one of each kind and language; with a version, that one alone. */
export async function readLegalTexts(
  source: Queryable,
  organizerId: number,
  { kind, language, version }: { readonly kind?: LegalKind; readonly language?: string; readonly version?: number },
): Promise<LegalTextAnswer[]> {
  const rows = await source.query<LegalRow>(
    {
      name: 'legal-texts',
      text: `SELECT DISTINCT ON (kind, language) ${columns} FROM legal_texts
        WHERE organizer_id = $1 AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR language = $3)
          AND ($4::int IS NULL OR version = $4)
        ORDER BY kind, language, version DESC`,
    },
    [organizerId, kind ?? null, language ?? null, version ?? null],
  );
  return rows.map(toText);
}

/** The newest version of a kind, whatever its language; 0 if there is none. */
export async function newestLegalVersion(source: Queryable, organizerId: number, kind: LegalKind): Promise<number> {
  const [row] = await source.query<{ version: number }>(
    {
      name: 'newest-legal-version',
      text: 'SELECT coalesce(max(version), 0) AS version FROM legal_texts WHERE organizer_id = $1 AND kind = $2',
    },
    [organizerId, kind],
  );
  return row?.version ?? 0;
}

/** Adds a text as the next version of its kind. Whoever calls has locked the organiser. */
export async function insertLegalText(
  tx: Queryable,
  organizerId: number,
  text: Omit<LegalTextAnswer, 'since'>,
  now: Instant,
): Promise<void> {
  await tx.query(
    `INSERT INTO legal_texts (organizer_id, kind, version, language, body, since) VALUES ($1, $2, $3, $4, $5, $6)`,
    [organizerId, text.kind, text.version, text.language, text.text, new Date(now)],
  );
}
