import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { VersionCheck } from '../../../platform/http/if-match.ts';
import { lockFence } from '../../../platform/ownership/postgres-fenced-slots.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { eventLock } from '../../inventory/index.ts';
import {
  changeStatus,
  checkEventDetails,
  checkNotOver,
  differences,
  type EventDetails,
  type EventStatus,
} from '../domain/event-details.ts';
import { changedDetails, type EventInput, readStart, type Settled } from '../domain/event-input.ts';
import { isWallClock, placeTimes, readSaidZone, writtenStart, zoneAfterChange } from '../domain/event-times.ts';
import { readPriceTerms } from '../domain/price-terms.ts';
import type { EventRefusal } from '../domain/refusals.ts';
import type { CatalogParts } from '../parts.ts';
import { readAnnouncedShows } from '../store/announced-shows.ts';
import { decideInTransaction } from '../store/decide.ts';
import { readPerformerIds, writePerformers } from '../store/event-performers.ts';
import {
  type EventRow,
  type EventSource,
  lockEvent,
  sumCounters,
  toDetails,
  updateEventRow,
  writeSource,
} from '../store/event-rows.ts';
import { readOrganizerDefaults } from '../store/organizer-defaults.ts';
import { readVenueOfShow } from '../store/venue-rows.ts';
import { announceShowChanges } from './announce-show-changes.ts';
import { publishWithin } from './publish-event.ts';
import { repriceTicketTypes, reseatTicketTypes } from './refit-ticket-types.ts';
import { resolvePerformers, resolvePlan, resolveVenue } from './resolve-references.ts';

export interface EventChangeInput extends EventInput {
  readonly status?: EventStatus;
  readonly isActive?: boolean;
}

export interface UpdateEventOptions {
  /** True for the import alone: see createEvent. */
  readonly mayBeOver?: boolean;
  readonly source?: EventSource;
  readonly ifVersion?: VersionCheck | undefined;
}

/** What must follow a committed change of an event. */
interface Outcome {
  readonly changed: boolean;
  /** Sales stopped, or the prices are in another currency: holds end. */
  readonly endsHolds: boolean;
}

/**
 * Changes what the input says of an event; the rest stays. Postponing, cancelling and hiding stop sales and end the
 * holds (those in payment finish). Refuses contradictions, a move into the past, another seating plan once tickets
 * exist, another currency once there was a booking, and forbidden changes of the status.
 */
export function updateEvent(
  parts: CatalogParts,
  eventId: number,
  input: EventChangeInput,
  context: CommandContext,
  options: UpdateEventOptions = {},
): Promise<Decision<Outcome, EventRefusal>> {
  return parts.locks.withLock([eventLock(eventId)], async () => {
    const fence = parts.inventory.fenceOf(eventId);
    const decision = await decideInTransaction(parts.database.as(context), async (tx) => {
      const updated = await updateEventWithin(parts, tx, eventId, input, context, options);
      if (updated.accepted) await lockFence(tx, eventId, fence);
      return updated;
    });
    if (decision.accepted && decision.value.changed) {
      await parts.inventory.refresh(eventId);
      if (decision.value.endsHolds) await parts.inventory.endHolds(eventId);
      parts.changed([eventId]);
    }
    return decision;
  });
}

async function updateEventWithin(
  parts: Pick<CatalogParts, 'seating' | 'search' | 'logger' | 'onMinted' | 'random'>,
  tx: Queryable,
  eventId: number,
  input: EventChangeInput,
  context: CommandContext,
  options: UpdateEventOptions,
): Promise<Decision<Outcome, EventRefusal>> {
  const event = await lockEvent(tx, { eventId, organizerId: context.organizerId });
  if (!event) return refuse({ code: 'EVENT_NOT_FOUND' });
  if (options.ifVersion?.(event.version) === false) return refuse({ code: 'VERSION_MISMATCH', version: event.version });
  const before = toDetails(event);
  const planned = await planChange(tx, before, input, context, options);
  if (!planned.accepted) return planned;
  const details = planned.value;
  // A show that came in as history and now lies ahead has no tickets: the import makes it a draft.
  const isUnsold = options.mayBeOver && event.published_at === null && input.status === 'draft';
  const status = isUnsold ? accept('draft' as const) : changeStatus(event.status, input.status ?? event.status);
  if (!status.accepted) return status;
  const isActive = input.isActive ?? event.is_active;
  const refitted = await refit(parts, tx, event, details, context);
  if (!refitted.accepted) return refitted;
  const performers = await changePerformers(tx, eventId, input, context);
  if (!performers.accepted) return performers;
  if (options.source) await writeSource(tx, { eventId, organizerId: context.organizerId }, options.source);
  const changes = { ...differences(before, details), ...(performers.value && { performerIds: performers.value }) };
  const publishes = status.value === 'published' && event.status !== 'published';
  const stops = status.value !== event.status && !publishes;
  const changed = Object.keys(changes).length > 0 || status.value !== event.status || isActive !== event.is_active;
  if (!changed) return accept({ changed, endsHolds: false });
  const announced = await readAnnouncedShows(tx, [eventId]);
  const kept = publishes ? event.status : status.value;
  await updateEventRow(tx, eventId, { details, status: kept, isActive, now: context.now });
  await appendEvents(tx, history(event, { changes, status: kept, isActive }), context);
  if (publishes) {
    const published = await publishWithin(
      parts,
      tx,
      (await lockEvent(tx, { eventId, organizerId: context.organizerId }))!,
      context,
    );
    if (!published.accepted) return published;
  }
  await announceShowChanges(tx, announced, context);
  await parts.search.index(tx, [eventId]);
  const hides = !isActive && event.is_active;
  return accept({ changed, endsHolds: stops || hides || details.currency !== before.currency });
}

async function planChange(
  tx: Queryable,
  before: EventDetails,
  input: EventChangeInput,
  context: CommandContext,
  options: UpdateEventOptions,
): Promise<Decision<EventDetails, EventRefusal>> {
  const settled = await settle(tx, before, input, context);
  if (!settled.accepted) return settled;
  const placed = placeTimes(input, settled.value.timeZone);
  const start = readStart(placed, before.startsAt);
  if (!start.accepted) return start;
  const checked = checkEventDetails(changedDetails(before, placed, start.value, settled.value));
  if (!checked.accepted) return checked;
  const terms = readPriceTerms(input, before, checked.value.currency);
  if (!terms.accepted) return terms;
  const { startsAt, endsAt } = checked.value;
  if (!options.mayBeOver && (startsAt !== before.startsAt || endsAt !== before.endsAt)) {
    const field = startsAt === before.startsAt ? '/endsAt' : placed.startsAt === startsAt ? '/startsAt' : '/eventDate';
    const ahead = checkNotOver(checked.value, context.now, field);
    if (!ahead.accepted) return ahead;
  }
  return accept({ ...checked.value, ...terms.value });
}

/** Where the show is after the change, and by which clock: the new venue's, unless the input names a zone. */
async function settle(
  tx: Queryable,
  before: EventDetails,
  input: EventChangeInput,
  context: CommandContext,
): Promise<Decision<Settled, EventRefusal>> {
  const said = readSaidZone(input.isSentBack && input.timeZone === before.timeZone ? undefined : input.timeZone);
  if (!said.accepted) return said;
  const present = await readVenueOfShow(tx, before.venueId);
  const venue = await resolveVenue(tx, input, { venueId: before.venueId, ...present }, context);
  if (!venue.accepted) return venue;
  const { venueId, timeZone: venueZone } = venue.value ?? { venueId: before.venueId, ...present };
  const isMoved = venueId !== before.venueId;
  const start = writtenStart(input, before.startsAt);
  const { timeZone: organizerZone } = await readOrganizerDefaults(tx, context);
  const timeZone = said.value ?? zoneAfterChange(before.timeZone, { venueZone, organizerZone, isMoved }, start);
  // Whoever moves a show without a word about its start keeps the instant, whichever hour that is there.
  return accept({ venueId, timeZone, isWallClock: start ? isWallClock(start) : before.isWallClock && !isMoved });
}

/** Makes the ticket types fit another plan or another currency. */
async function refit(
  parts: Pick<CatalogParts, 'seating'>,
  tx: Queryable,
  event: EventRow,
  details: EventDetails,
  context: CommandContext,
): Promise<Decision<true, EventRefusal>> {
  const before = toDetails(event);
  const isReseated = details.seatingPlanId !== before.seatingPlanId;
  if (isReseated && event.published_at !== null) return refuse({ code: 'PLAN_FIXED' });
  if (isReseated || details.seriesId !== before.seriesId) {
    const plan = await resolvePlan(tx, parts.seating, details, context);
    if (!plan.accepted) return plan;
    const reseated = isReseated
      ? await reseatTicketTypes(tx, event.event_id, plan.value, context.now)
      : accept(true as const);
    if (!reseated.accepted) return reseated;
    if (isReseated) await sumCounters(tx, event.event_id);
  }
  if (details.currency === before.currency) return accept(true);
  const currency = { from: before.currency, to: details.currency };
  return repriceTicketTypes(tx, event.event_id, currency, context.now);
}

/** Writes the performers if the input names others, and answers them; null: they stay. */
async function changePerformers(
  tx: Queryable,
  eventId: number,
  input: EventInput,
  context: CommandContext,
): Promise<Decision<readonly number[] | null, EventRefusal>> {
  const performers = await resolvePerformers(tx, input, context);
  if (!performers.accepted || performers.value === null) return performers;
  const present = await readPerformerIds(tx, eventId);
  if (present.join() === performers.value.join()) return accept(null);
  const { organizerId } = context;
  await writePerformers(tx, { eventId, organizerId, performerIds: performers.value });
  return performers;
}

function history(event: EventRow, after: { changes: object; status: EventStatus; isActive: boolean }) {
  const stream = `event-${event.event_id}`;
  const events: { stream: string; type: string; data: object }[] = [];
  if (Object.keys(after.changes).length > 0) {
    events.push({ stream, type: 'EventUpdated', data: { changes: after.changes } });
  }
  if (after.status !== event.status) {
    const type = after.status === 'cancelled' ? 'EventCancelled' : 'EventPostponed';
    events.push({ stream, type, data: { previousStatus: event.status } });
  }
  if (after.isActive !== event.is_active) {
    events.push({ stream, type: after.isActive ? 'EventReactivated' : 'EventDeactivated', data: {} });
  }
  return events;
}
