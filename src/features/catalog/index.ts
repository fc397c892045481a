import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { EventBody } from '../../contract/catalog.ts';
import type { Caller } from '../../contract/request.ts';
import type { CommandContext } from '../../kernel/context.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Queryable } from '../../platform/postgres/database.ts';
import type { CodeGuesses } from '../inventory/index.ts';
import { addTicketType } from './commands/add-ticket-type.ts';
import { applyCounterChanges, type InventoryChanged } from './commands/apply-counter-changes.ts';
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
import { seriesRoutes } from './http/series.ts';
import { ticketTypeRoutes } from './http/ticket-types.ts';
import { venueRoutes } from './http/venues.ts';
import type { CatalogParts } from './ports.ts';
import { describePerformers } from './queries/describe-performers.ts';
import { findEvent } from './queries/find-event.ts';
import { type EventFilter, listEvents } from './queries/list-events.ts';
import { openAsOrganizer } from './queries/open-as-organizer.ts';
import { createOneAtATime } from './store/one-at-a-time.ts';

export type { CancelledPlaces } from './commands/count-cancelled-places.ts';
export type { CreateEventOptions } from './commands/create-event.ts';
export {
  findOrMakePerformer,
  findOrMakeSeries,
  findOrMakeVenue,
  findVenue,
  type VenueDescription,
} from './commands/find-or-make.ts';
export { rebuildCounters } from './commands/rebuild-counters.ts';
export type { EventInput, NewEventInput, PerformerInput } from './domain/event-input.ts';
export type { CatalogRefusal, FieldFault } from './domain/refusals.ts';
export type { TicketTypeInput } from './domain/ticket-type-details.ts';
export type { EventFilter } from './queries/list-events.ts';
export { type ShowChanged, showChanged } from './store/announced-shows.ts';
export { createOneAtATime } from './store/one-at-a-time.ts';
export { type OrganizerDefaults, readOrganizerDefaults } from './store/organizer-defaults.ts';

export interface CreateCatalog extends Omit<CatalogParts, 'changed' | 'oneAtATime'> {
  readonly clock: Clock;
  readonly codeGuesses: CodeGuesses;
}

/** Venues, performers, series, events and ticket types: what there is, when it is on sale, and at which price. */
export function createCatalog(given: CreateCatalog) {
  const listeners: ((eventId: number) => void)[] = [];
  const changed = (eventIds: readonly number[]) => {
    for (const eventId of eventIds) for (const listener of listeners) listener(eventId);
  };
  const eventPages = createEventPages(given);
  listeners.push(eventPages.forget);
  const parts = { ...given, changed, eventPages, oneAtATime: createOneAtATime() };
  const { database } = given;
  const routes: FastifyPluginAsyncTypebox = async (app) => {
    for (const slice of [eventRoutes, ticketTypeRoutes, venueRoutes, performerRoutes, seriesRoutes]) {
      await app.register(slice(parts));
    }
  };
  return {
    routes,
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
      ) => followOrganizerZone(parts, tx, zones, context),
      openAsOrganizer,
      async showsChanged(eventIds: readonly number[]): Promise<void> {
        for (const eventId of eventIds) await parts.ledgers.refresh(eventId);
        changed(eventIds);
      },
      /** In the caller's transaction, before it locks tickets. */
      lockEventForChange,
      /** In the caller's transaction, which cancels the places; it calls `eventsChanged` after its commit. */
      countCancelledPlaces: (
        tx: Queryable,
        places: { readonly eventId: number; readonly cancelled: readonly CancelledPlaces[] },
        context: CommandContext,
      ) => countCancelledPlaces(parts, tx, places, context),
    },
    queries: {
      /** A page of events as the caller may see them. */
      listEvents({ includeInactive = false, ...filter }: EventFilter & { includeInactive?: boolean }, caller: Caller) {
        return listEvents(given, filter, viewerOf(caller, includeInactive), given.clock.now());
      },
      /** The event as the public sees it, or null if it is hidden or there is none. */
      eventPage: (eventId: number) => findEvent(database, eventId, { kind: 'public' }),
      describePerformers: (event: EventBody) => describePerformers(database, event),
    },
    consumers: [
      {
        name: 'catalog-counters',
        topics: ['inventory.changed'],
        handle: async (tx: Queryable, messages: readonly { readonly payload: unknown }[]): Promise<void> => {
          await applyCounterChanges(tx, given.search, messages);
        },
        /** Called with the same messages once they are committed. */
        committed(messages: readonly { readonly payload: unknown }[]): void {
          for (const { payload } of messages) eventPages.touch((payload as InventoryChanged).eventId);
        },
      },
    ],
    eventsChanged: changed,
    /** Called with the id of each event that looks different, after the commit that changed it. */
    onEventChanged: (listener: (eventId: number) => void) => void listeners.push(listener),
  };
}
