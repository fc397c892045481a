import type { CommandContext } from '../../../kernel/context.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** What an organiser says about somebody on stage. */
export interface PerformerDetails {
  readonly name: string;
  readonly description: string | null;
  readonly imageUrl: string | null;
}

/** A row of `performers`. */
export interface PerformerRow {
  performer_id: number;
  organizer_id: number;
  name: string;
  description: string | null;
  image_url: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** Inserts the performer and appends it to the history. */
export async function insertPerformer(
  tx: Queryable,
  performer: PerformerDetails,
  context: CommandContext,
): Promise<number> {
  const [row] = await tx.query<{ performer_id: number }>(
    `INSERT INTO performers (organizer_id, name, description, image_url, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $5) RETURNING performer_id`,
    [context.organizerId, performer.name, performer.description, performer.imageUrl, new Date(context.now)],
  );
  const performerId = row!.performer_id;
  const stream = `performer-${performerId}`;
  await appendEvents(tx, [{ stream, type: 'PerformerCreated', data: performer }], context);
  return performerId;
}

/** The organiser's performer, locked against other changes until the transaction ends. */
export async function lockPerformer(
  tx: Queryable,
  { performerId, organizerId }: { readonly performerId: number; readonly organizerId: number },
): Promise<PerformerRow | undefined> {
  const text = 'SELECT * FROM performers WHERE performer_id = $1 AND organizer_id = $2 FOR NO KEY UPDATE';
  const [row] = await tx.query<PerformerRow>(text, [performerId, organizerId]);
  return row;
}

export async function updatePerformerRow(
  tx: Queryable,
  performerId: number,
  { name, description, imageUrl }: PerformerDetails,
  now: number,
): Promise<void> {
  await tx.query(
    `UPDATE performers SET name = $2, description = $3, image_url = $4, version = version + 1, updated_at = $5
     WHERE performer_id = $1`,
    [performerId, name, description, imageUrl, new Date(now)],
  );
}

/** Which of the organiser's performers there are, kept from removal until the transaction ends. */
export async function keepPerformers(
  tx: Queryable,
  { performerIds, organizerId }: { readonly performerIds: readonly number[]; readonly organizerId: number },
): Promise<ReadonlySet<number>> {
  if (performerIds.length === 0) return new Set();
  const text =
    'SELECT performer_id FROM performers WHERE performer_id = ANY($1::int[]) AND organizer_id = $2 FOR KEY SHARE';
  const rows = await tx.query<{ performer_id: number }>({ name: 'lock-performers', text }, [performerIds, organizerId]);
  return new Set(rows.map((row) => row.performer_id));
}

/** The organiser's performers of those names (case ignored, of several the oldest), as far as there are any. */
export async function findPerformersOfNames(
  tx: Queryable,
  { names, organizerId }: { readonly names: readonly string[]; readonly organizerId: number },
): Promise<[name: string, performerId: number][]> {
  if (names.length === 0) return [];
  const rows = await tx.query<{ name: string; performer_id: number }>(
    {
      name: 'find-performers',
      text: `SELECT named.name, found.performer_id FROM unnest($2::text[]) AS named(name) CROSS JOIN LATERAL (
          SELECT performer_id FROM performers WHERE organizer_id = $1 AND name_key = lower(named.name)
          ORDER BY performer_id LIMIT 1) AS found`,
    },
    [organizerId, names],
  );
  return rows.map((row) => [row.name, row.performer_id]);
}
