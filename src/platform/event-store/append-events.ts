import type { CommandContext } from '../../kernel/context.ts';
import { type Queryable, sqlState } from '../postgres/database.ts';

/** Something that happened. `type` is past tense (`EventPublished`); `stream` names whose history it is (`event-12`). */
export interface NewEvent {
  readonly stream: string;
  readonly type: string;
  readonly data: object;
  /** Why, in the words of whoever did it. */
  readonly reason?: string | undefined;
  /** The stream's version after this event. Left out: the next one. */
  readonly version?: number;
}

/** Somebody else wrote to the stream first: read again and decide again. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}

const append = {
  name: 'append-events',
  text: `
    INSERT INTO event_store (organizer_id, stream, version, type, data, metadata, occurred_at)
    SELECT $1, e.stream,
      coalesce(e.version, (SELECT coalesce(max(s.version), 0) FROM event_store s WHERE s.stream = e.stream)
        + row_number() OVER (PARTITION BY e.stream ORDER BY e.ordinal)),
      e.type, e.data::json, e.metadata::json, $7
    FROM unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY
      AS e(stream, version, type, data, metadata, ordinal)
    ORDER BY e.ordinal`,
};

/**
 * Appends events to their streams in the caller's transaction, each with actor, reason, correlation id and time.
 * Throws {@link VersionConflict} if a version is taken; the transaction is then void.
 */
export async function appendEvents(tx: Queryable, events: readonly NewEvent[], context: CommandContext): Promise<void> {
  if (events.length === 0) return;
  try {
    await tx.query(append, [
      context.organizerId,
      events.map((event) => event.stream),
      events.map((event) => event.version ?? null),
      events.map((event) => event.type),
      events.map((event) => JSON.stringify(event.data)),
      events.map((event) =>
        JSON.stringify({
          actor: context.actor,
          reason: event.reason,
          correlationId: context.correlationId,
          causationId: context.causationId ?? context.correlationId,
        }),
      ),
      new Date(context.now),
    ]);
  } catch (error) {
    if (sqlState(error) === '23505') throw new VersionConflict('The stream has moved on', { cause: error });
    throw error;
  }
}
