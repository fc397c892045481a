import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { isPlaceZone } from '../../../kernel/time-zone.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { VersionCheck } from '../../../platform/http/if-match.ts';
import { differences } from '../domain/event-details.ts';
import type { CatalogRefusalOf, VenueFault } from '../domain/refusals.ts';
import { mergeVenue, type VenueInput } from '../domain/venue-details.ts';
import type { CatalogParts } from '../parts.ts';
import { lockShowsAhead, readAnnouncedShows } from '../store/announced-shows.ts';
import { decideInTransaction } from '../store/decide.ts';
import { readEventIdsAtVenue } from '../store/event-rows.ts';
import { lockVenue, toVenueDetails, updateVenueRow } from '../store/venue-rows.ts';
import { announceShowChanges } from './announce-show-changes.ts';
import { followVenueZone } from './follow-zone.ts';

type Changed = Decision<
  { eventIds: readonly number[]; refreshed: readonly number[] },
  VenueFault | CatalogRefusalOf<'VENUE_NOT_FOUND' | 'VERSION_MISMATCH'>
>;

/**
 * Changes what the input says of a venue; its events show and find the new words at once, and follow its time zone. The
 * buyers of those ahead are notified.
 */
export async function updateVenue(
  parts: Pick<CatalogParts, 'database' | 'inventory' | 'search' | 'changed'>,
  venueId: number,
  input: VenueInput,
  context: CommandContext,
  ifVersion?: VersionCheck,
): Promise<Changed> {
  const decision = await decideInTransaction(parts.database.as(context), async (tx): Promise<Changed> => {
    const row = await lockVenue(tx, { venueId, organizerId: context.organizerId });
    if (!row) return refuse({ code: 'VENUE_NOT_FOUND' });
    if (ifVersion?.(row.version) === false) return refuse({ code: 'VERSION_MISMATCH', version: row.version });
    const details = toVenueDetails(row);
    const after = mergeVenue(details, input);
    if (!after.accepted) return after;
    const changes = differences(details, after.value);
    if (Object.keys(changes).length === 0) return accept({ eventIds: [], refreshed: [] });
    const before = await readAnnouncedShows(tx, await lockShowsAhead(tx, venueId, context.now));
    await updateVenueRow(tx, venueId, after.value, context.now);
    await appendEvents(tx, [{ stream: `venue-${venueId}`, type: 'VenueUpdated', data: { changes } }], context);
    const zones = { venueId, before: details.timeZone, after: after.value.timeZone };
    const followed =
      changes.timeZone === undefined || !isPlaceZone(changes.timeZone) ? [] : await followVenueZone(tx, zones, context);
    const eventIds = await readEventIdsAtVenue(tx, venueId);
    const announced = await announceShowChanges(tx, before, context);
    await parts.search.index(tx, eventIds);
    return accept({ eventIds, refreshed: [...new Set([...followed, ...announced])] });
  });
  if (decision.accepted) {
    for (const eventId of decision.value.refreshed) await parts.inventory.refreshRules(eventId);
    parts.changed(decision.value.eventIds);
  }
  return decision;
}
