import type { EventBody } from '../../contract/catalog.ts';
import type { CommandContext } from '../../kernel/context.ts';
import type { Cache } from '../../platform/cache/cache.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { withoutLedgers } from '../../platform/http/event-of.ts';
import type { Caller } from '../../platform/http/request.ts';
import { createConsumer } from '../../platform/messages/create-consumer.ts';
import type { Queryable } from '../../platform/postgres/database.ts';
import { everybody } from '../../platform/postgres/scope.ts';
import type { SliceShape } from '../../platform/slice.ts';
import type { CacheCounts } from '../../platform/telemetry/metrics.ts';
import type { CodeGuesses } from '../inventory/index.ts';
import { addTicketType } from './commands/add-ticket-type.ts';
import { applyCounterChanges } from './commands/apply-counter-changes.ts';
import { type CancelledPlaces, countCancelledPlaces, lockEventForChange } from './commands/count-cancelled-places.ts';
import { type CreateEventOptions, createEvent, createEventWithin } from './commands/create-event.ts';
import { deleteEvent } from './commands/delete-event.ts';
import { deleteTicketType } from './commands/delete-ticket-type.ts';
import { followOrganizerZone } from './commands/follow-zone.ts';
import { publishEvent } from './commands/publish-event.ts';
import { type EventChangeInput, type UpdateEventOptions, updateEvent } from './commands/update-event.ts';
import { raiseCapacity, type TicketTypeId, updateTicketType } from './commands/update-ticket-type.ts';
import type { NewEventInput } from './domain/event-input.ts';
import type { TicketTypeInput } from './domain/ticket-type-details.ts';
import { createEventPages } from './http/event-pages.ts';
import { eventRoutes, viewerOf } from './http/events.ts';
import { performerRoutes } from './http/performers.ts';
import type { RouteParts } from './http/route-parts.ts';
import { seriesRoutes } from './http/series.ts';
import { ticketTypeRoutes } from './http/ticket-types.ts';
import { venueRoutes } from './http/venues.ts';
import type { CatalogParts } from './parts.ts';
import { describePerformers } from './queries/describe-performers.ts';
import { type EventFilter, listEvents } from './queries/list-events.ts';
import { openAsOrganizer } from './queries/open-as-organizer.ts';
import { createPublicEvents } from './queries/public-events.ts';
import { findSeries } from './queries/read-series.ts';
import { wasPublic } from './queries/was-public.ts';

interface CreateCatalog extends Omit<CatalogParts, 'changed'> {
  readonly clock: Clock;
  readonly codeGuesses: CodeGuesses;
  readonly cache: Cache;
  /** Counts events that were kept. */
  readonly counts: CacheCounts;
  /** Has other processes do as this one about pages that show these events; null where there are none. */
  readonly announcePages: ((how: 'changed' | 'counted', eventIds: readonly number[]) => void) | null;
}

/** Venues, performers, series, events and ticket types: what there is, when it is on sale, and at which price. */
export function createCatalog({
  database,
  reading,
  clock,
  inventory,
  codeGuesses,
  seating,
  search,
  pages,
  logger,
  onMinted,
  random,
  locks,
  cache,
  counts,
  announcePages,
}: CreateCatalog) {
  const listeners: ((eventId: number) => void)[] = [];
  const publicEvents = createPublicEvents({ database, cache, counts });
  const eventPages = createEventPages({ pages, clock });
  /** Of events that changed no page is shown any more; of those whose counters moved, it may be a second old. */
  const renewPages = (how: 'changed' | 'counted', eventIds: readonly number[]) => {
    for (const eventId of eventIds) {
      if (how === 'counted') {
        eventPages.touch(eventId);
        publicEvents.touch(eventId);
      } else for (const listener of listeners) listener(eventId);
    }
  };
  const renewPagesEverywhere: typeof renewPages = (how, eventIds) => {
    if (eventIds.length === 0) return;
    renewPages(how, eventIds);
    announcePages?.(how, eventIds);
  };
  const changed = (eventIds: readonly number[]) => renewPagesEverywhere('changed', eventIds);
  listeners.push(eventPages.forget, publicEvents.forget);
  const parts: RouteParts = {
    database,
    reading,
    clock,
    inventory,
    codeGuesses,
    seating,
    search,
    pages,
    eventPages,
    publicEvents,
    logger,
    onMinted,
    changed,
    locks,
    random,
  };
  return {
    routes: [
      eventRoutes(parts),
      ticketTypeRoutes(parts),
      venueRoutes(parts),
      withoutLedgers(performerRoutes(parts)),
      withoutLedgers(seriesRoutes(parts)),
    ],
    jobs: [],
    commands: {
      createEvent: (input: NewEventInput, context: CommandContext, options?: CreateEventOptions) =>
        createEvent(parts, input, context, options),
      /** In the caller's transaction: it rolls back if refused, and calls `eventsChanged` after its commit. */
      createEventWithin: (tx: Queryable, input: NewEventInput, context: CommandContext, options?: CreateEventOptions) =>
        createEventWithin(parts, tx, input, context, options),
      updateEvent: (eventId: number, input: EventChangeInput, context: CommandContext, options?: UpdateEventOptions) =>
        updateEvent(parts, eventId, input, context, options),
      publishEvent: (eventId: number, context: CommandContext) => publishEvent(parts, eventId, context),
      deleteEvent: (eventId: number, context: CommandContext) => deleteEvent(parts, eventId, context),
      addTicketType: (eventId: number, input: TicketTypeInput & { readonly name: string }, context: CommandContext) =>
        addTicketType(parts, eventId, input, context),
      deleteTicketType: (id: TicketTypeId, context: CommandContext) => deleteTicketType(parts, id, context),
      updateTicketType: (id: TicketTypeId, input: TicketTypeInput, context: CommandContext) =>
        updateTicketType(parts, id, input, context),
      raiseCapacity: (
        raise: { eventId: number; ticketTypeId: number | null; quantity: number },
        context: CommandContext,
      ) => raiseCapacity(parts, raise, context),
      /** In the caller's transaction; it hands the answer to `showsChanged` after its commit. */
      followOrganizerZone: (
        tx: Queryable,
        zones: { readonly before: string | null; readonly after: string | null },
        context: CommandContext,
      ) => followOrganizerZone({ search }, tx, zones, context),
      openAsOrganizer,
      async showsChanged(eventIds: readonly number[]): Promise<void> {
        for (const eventId of eventIds) await inventory.refresh(eventId);
        changed(eventIds);
      },
      /** In the caller's transaction, before it locks tickets. */
      lockEventForChange,
      /** In the caller's transaction, which cancels the places; it calls `eventsChanged` after its commit. */
      countCancelledPlaces: (
        tx: Queryable,
        places: { readonly eventId: number; readonly cancelled: readonly CancelledPlaces[] },
        context: CommandContext,
      ) => countCancelledPlaces({ search }, tx, places, context),
    },
    queries: {
      /** A page of events as the caller may see them. */
      listEvents({ includeInactive = false, ...filter }: EventFilter & { includeInactive?: boolean }, caller: Caller) {
        return listEvents({ database, search }, filter, viewerOf(caller, includeInactive), clock.now());
      },
      /** The event as the public sees it, or null if it is hidden or there is none. */
      eventPage: publicEvents.find,
      wasPublic: (eventId: number) => wasPublic(database.bypassingRls, eventId),
      seriesName: async (seriesId: number) => (await findSeries(database.as(everybody), seriesId))?.name ?? null,
      describePerformers: (event: EventBody) => describePerformers(database, event),
    },
    consumers: [
      createConsumer({
        name: 'catalog-counters',
        topic: 'inventory.changed',
        handle: async (tx, messages) => void (await applyCounterChanges(tx, search, messages)),
        committed(messages) {
          renewPagesEverywhere('counted', [...new Set(messages.map(({ payload }) => payload.eventId))]);
        },
      }),
    ],
    eventsChanged: changed,
    /** Another process has changed or counted them. */
    renewPages,
    /** Called with the id of each event that looks different, after the commit that changed it. */
    onEventChanged: (listener: (eventId: number) => void) => void listeners.push(listener),
  } satisfies SliceShape;
}
