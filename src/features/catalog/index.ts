import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { CommandContext } from '../../kernel/context.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { type CreateEventOptions, createEvent, createEventWithin } from './commands/create-event.ts';
import { publishEvent } from './commands/publish-event.ts';
import type { NewEventInput } from './domain/event-input.ts';
import { eventRoutes } from './http/events.ts';
import type { CatalogParts } from './ports.ts';
import { findEvent } from './queries/find-event.ts';

export type { CreateEventOptions } from './commands/create-event.ts';
export { findOrMakePerformer, findOrMakeVenue, type VenueDescription } from './commands/find-or-make.ts';
export type { EventInput, NewEventInput, PerformerInput } from './domain/event-input.ts';
export type { CatalogRefusal, FieldFault } from './domain/refusals.ts';
export type { TicketTypeInput } from './domain/ticket-type-details.ts';

export interface CreateCatalog extends Omit<CatalogParts, 'changed'> {
  readonly clock: Clock;
}

/** Venues, performers, series, events and ticket types: what there is, when it is on sale, and at which price. */
export function createCatalog(given: CreateCatalog) {
  const listeners: ((eventId: number) => void)[] = [];
  const changed = (eventIds: readonly number[]) => {
    for (const eventId of eventIds) for (const listener of listeners) listener(eventId);
  };
  const parts = { ...given, changed };
  const { database } = given;
  const routes: FastifyPluginAsyncTypebox = async (app) => {
    await app.register(eventRoutes(parts));
  };
  return {
    routes,
    commands: {
      createEvent: (input: NewEventInput, context: CommandContext, options?: CreateEventOptions) =>
        createEvent(parts, input, context, options),
      createEventWithin,
      publishEvent: (eventId: number, context: CommandContext) => publishEvent(parts, eventId, context),
    },
    queries: {
      /** The event as the public sees it, or null if it is hidden or there is none. */
      eventPage: (eventId: number) => findEvent(database, eventId, { kind: 'public' }),
    },
    consumers: [],
    /** Called with the id of each event that looks different, after the commit that changed it. */
    onEventChanged: (listener: (eventId: number) => void) => void listeners.push(listener),
  };
}
