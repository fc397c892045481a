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

/** Inserts the performer and tells the history. */
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
