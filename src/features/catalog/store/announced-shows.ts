import type { CommandContext } from '../../../kernel/context.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { ShowChangeKind, ShowFacts } from '../../../kernel/show-facts.ts';
import { appendMessages } from '../../../platform/messages/append-messages.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { EventStatus } from '../domain/event-details.ts';
import type { AnnouncedShow } from '../domain/show-change.ts';

/** An announced show with what its row keeps of earlier changes. */
export interface ShowRow extends AnnouncedShow {
  readonly eventId: number;
  readonly organizerId: number;
  readonly edition: number;
  readonly previousStartsAt: Instant | null;
  /** While it is postponed: what its buyers know. */
  readonly knownAs: AnnouncedShow | null;
}

interface Row extends ShowFacts {
  readonly eventId: number;
  readonly organizerId: number;
  readonly status: EventStatus;
  readonly venueId: number;
  readonly edition: number;
  readonly previousStartsAt: Instant | null;
  readonly knownAs: AnnouncedShow | null;
}

const millis = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;

const select = {
  name: 'announced-shows',
  text: `SELECT e.event_id AS "eventId", e.organizer_id AS "organizerId", e.status, e.venue_id AS "venueId", e.edition,
      ${millis('e.previous_starts_at')} AS "previousStartsAt", e.known_as AS "knownAs", ${millis('e.starts_at')} AS "startsAt",
      ${millis('e.doors_at')} AS "doorsAt", ${millis('e.ends_at')} AS "endsAt", e.time_zone AS "timeZone", v.name AS venue,
      nullif(concat_ws(', ', v.address, nullif(concat_ws(' ', v.postal_code, v.city), '')), '') AS address
    FROM events e JOIN venues v USING (venue_id)
    WHERE e.event_id = ANY($1::int[]) AND e.published_at IS NOT NULL ORDER BY e.event_id`,
};

/** Those of the events that were ever on sale, as they are. */
export async function readAnnouncedShows(tx: Queryable, eventIds: readonly number[]): Promise<readonly ShowRow[]> {
  const rows = await tx.query<Row>(select, [eventIds]);
  return rows.map(({ eventId, organizerId, status, venueId, edition, previousStartsAt, knownAs, ...facts }) => ({
    ...{ eventId, organizerId, status, venueId, edition, previousStartsAt, knownAs, facts },
  }));
}

/** The shows at a venue that are ahead, locked in the order of their ids until the transaction ends. */
export async function lockShowsAhead(tx: Queryable, venueId: number, now: Instant): Promise<readonly number[]> {
  const rows = await tx.query<{ event_id: number }>(
    `SELECT event_id FROM events WHERE venue_id = $1 AND published_at IS NOT NULL AND status <> 'cancelled'
       AND (status = 'postponed' OR coalesce(ends_at, starts_at) > $2)
     ORDER BY event_id FOR NO KEY UPDATE`,
    [venueId, new Date(now)],
  );
  return rows.map((row) => row.event_id);
}

/** Writes what changed: the new edition and what it makes of the row, and the message to whoever sold tickets. */
export async function writeShowChanges(
  tx: Queryable,
  changes: readonly { readonly kind: ShowChangeKind; readonly before: AnnouncedShow; readonly after: ShowRow }[],
  { actor, correlationId }: CommandContext,
): Promise<void> {
  const rows = changes.map(({ kind, before, after }) => ({
    eventId: after.eventId,
    edition: after.edition + 1,
    previousStartsAt: previousStart(kind, before, after),
    knownAs: kind === 'postponed' ? before : null,
    isMove: kind !== 'updated' && kind !== 'cancelled',
  }));
  await tx.query(
    `UPDATE events e SET edition = c.edition, previous_starts_at = to_timestamp(c.previous / 1000), known_as = c.known_as::json,
       moved_edition = CASE WHEN c.is_move THEN c.edition ELSE e.moved_edition END
     FROM unnest($1::int[], $2::int[], $3::float8[], $4::text[], $5::bool[]) AS c(event_id, edition, previous, known_as, is_move)
     WHERE e.event_id = c.event_id`,
    [
      rows.map(({ eventId }) => eventId),
      rows.map(({ edition }) => edition),
      rows.map(({ previousStartsAt }) => previousStartsAt),
      rows.map(({ knownAs }) => knownAs && JSON.stringify(knownAs)),
      rows.map(({ isMove }) => isMove),
    ],
  );
  await appendMessages(
    tx,
    changes.map(({ kind, before, after }) => {
      const { eventId, organizerId, edition, facts } = after;
      const startsAt = after.status === 'postponed' ? null : facts.startsAt;
      const shows = { before: before.facts, after: facts, startsAtBefore: before.facts.startsAt, startsAt };
      const payload = { eventId, organizerId, kind, edition: edition + 1, ...shows, actor, correlationId };
      return { topic: 'show.changed', organizerId, payload };
    }),
  );
}

/** The start that buyers had in mind until this change, as far as it is another one now. */
function previousStart(
  kind: ShowChangeKind,
  before: AnnouncedShow,
  { facts, previousStartsAt }: ShowRow,
): Instant | null {
  if (kind === 'updated' || kind === 'cancelled') return previousStartsAt;
  if (kind === 'postponed' || facts.startsAt !== before.facts.startsAt) return before.facts.startsAt;
  return kind === 'resumed' ? null : previousStartsAt;
}
