import { randomUUID } from 'node:crypto';
import type { CommandContext } from '../../../kernel/context.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { EventDetails, EventStatus } from '../domain/event-details.ts';
import type { EventRow } from '../store/event-rows.ts';
import { toDetails } from '../store/event-rows.ts';

/** The outbox topic of shows that were called off or moved. */
export const showChanged = 'show.changed';

/** What whoever sold tickets for a show must know: it is called off, or at another time or place. */
export interface ShowChanged {
  readonly eventId: number;
  readonly organizerId: number;
  readonly kind: 'cancelled' | 'moved';
  readonly startsAtBefore: Instant;
  /** Null: postponed, and nobody knows until when. */
  readonly startsAt: Instant | null;
  readonly actor: string;
  readonly correlationId: string;
}

/** Tells, in the caller's transaction, that a show which was on sale is called off or moved; says nothing for other changes. */
export async function announceShowChange(
  tx: Queryable,
  event: EventRow,
  after: { readonly details: EventDetails; readonly status: EventStatus },
  context: CommandContext,
): Promise<void> {
  const before = toDetails(event);
  const { details, status } = after;
  const isCalledOff = status === 'cancelled' && event.status !== 'cancelled';
  const isPostponed = status === 'postponed' && event.status !== 'postponed';
  const isElsewhere = details.startsAt !== before.startsAt || details.venueId !== before.venueId;
  const isMoved = status !== 'cancelled' && (isPostponed || isElsewhere);
  if (event.published_at === null || !(isCalledOff || isMoved)) return;
  const change: ShowChanged = {
    eventId: event.event_id,
    organizerId: event.organizer_id,
    kind: isCalledOff ? 'cancelled' : 'moved',
    startsAtBefore: before.startsAt,
    startsAt: status === 'postponed' ? null : details.startsAt,
    actor: context.actor,
    correlationId: context.correlationId,
  };
  await tx.query('INSERT INTO outbox (message_id, organizer_id, topic, payload) VALUES ($1, $2, $3, $4)', [
    randomUUID(),
    event.organizer_id,
    showChanged,
    JSON.stringify(change),
  ]);
}
