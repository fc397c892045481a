import type { CommandContext } from '../../../kernel/context.ts';
import { isPlaceZone, offsetAt } from '../../../kernel/time-zone.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { differences } from '../domain/event-details.ts';
import { chooseZone, followZone } from '../domain/event-times.ts';
import type { CatalogParts } from '../parts.ts';
import { readAnnouncedShows } from '../store/announced-shows.ts';
import {
  type EventRow,
  lockEventsAtVenue,
  lockEventsAtVenuesWithoutZone,
  toDetails,
  writeTimes,
} from '../store/event-rows.ts';
import { readOrganizerDefaults } from '../store/organizer-defaults.ts';
import { announceShowChanges } from './announce-show-changes.ts';

/** In the caller's transaction: the shows of a venue whose zone was corrected follow it, unless theirs is their own. Answers which did. */
export async function followVenueZone(
  tx: Queryable,
  venue: { readonly venueId: number; readonly before: string; readonly after: string },
  context: CommandContext,
): Promise<readonly number[]> {
  const rows = await lockEventsAtVenue(tx, { venueId: venue.venueId, organizerId: context.organizerId });
  const { timeZone: organizerZone } = await readOrganizerDefaults(tx, context);
  const before = isPlaceZone(venue.before) ? [venue.before] : [organizerZone];
  return follow(tx, rows, (row) => followZone(toDetails(row), before, venue.after), context);
}

/**
 * In the caller's transaction: the shows at venues of which nobody has said the zone follow that of their organiser, where
 * the offset that they were written with fits it. Answers which did.
 */
export async function followOrganizerZone(
  { search }: Pick<CatalogParts, 'search'>,
  tx: Queryable,
  { before, after }: { readonly before: string | null; readonly after: string | null },
  context: CommandContext,
): Promise<readonly number[]> {
  const rows = await lockEventsAtVenuesWithoutZone(tx, context.organizerId);
  const announced = await readAnnouncedShows(
    tx,
    rows.map((row) => row.event_id),
  );
  const changed = await follow(
    tx,
    rows,
    (row) => {
      const details = toDetails(row);
      const { startsAt, timeZone, isWallClock } = details;
      const offset = timeZone === 'UTC' ? null : offsetAt(timeZone, startsAt);
      const start = isWallClock ? undefined : { instant: startsAt, offset };
      return followZone(details, [before], chooseZone({ venueZone: 'UTC', organizerZone: after }, start, timeZone));
    },
    context,
  );
  await announceShowChanges(tx, announced, context);
  await search.index(tx, changed);
  return changed;
}

async function follow(
  tx: Queryable,
  rows: readonly EventRow[],
  decide: (row: EventRow) => ReturnType<typeof toDetails> | null,
  context: CommandContext,
): Promise<number[]> {
  const moved = rows.flatMap((row) => {
    const after = decide(row);
    return after === null ? [] : [{ eventId: row.event_id, after, changes: differences(toDetails(row), after) }];
  });
  await writeTimes(
    tx,
    moved.map(({ eventId, after }) => ({ eventId, ...after })),
    context.now,
  );
  await appendEvents(
    tx,
    moved.map(({ eventId, changes }) => ({ stream: `event-${eventId}`, type: 'EventUpdated', data: { changes } })),
    context,
  );
  return moved.map(({ eventId }) => eventId);
}
