import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import {
  Deleted,
  Event,
  EventChange,
  EventListQuery,
  EventPage,
  EventQuery,
  NewEvent,
  Published,
} from '../../../contract/catalog.ts';
import { closed, SerialId } from '../../../contract/common.ts';
import { EditHeaders } from '../../../contract/if-match.ts';
import type { ProblemCode } from '../../../contract/problems.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { readVersionCheck } from '../../../platform/http/if-match.ts';
import { sendPage } from '../../../platform/http/prepared-pages.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { type Caller, contextOf, staffOf } from '../../../platform/http/request.ts';
import { createEvent } from '../commands/create-event.ts';
import { deleteEvent } from '../commands/delete-event.ts';
import { publishEvent } from '../commands/publish-event.ts';
import { updateEvent } from '../commands/update-event.ts';
import { findEvent } from '../queries/find-event.ts';
import { listEvents } from '../queries/list-events.ts';
import type { Viewer } from '../queries/viewer.ts';
import { wasPublic } from '../queries/was-public.ts';
import { createEventProblems, deleteEventProblems, publishEventProblems, updateEventProblems } from '../refusals.ts';
import { toEventInput, toNewEventInput } from './inputs.ts';
import type { RouteParts } from './route-parts.ts';
import { tagged } from './route-parts.ts';

const ids = { eventId: 'event' } as const;
const tags = ['events'];
const params = Type.Object({ eventId: SerialId() });
/** A long description and a hundred ticket types fit; anything larger is no event. */
const bodyLimit = 256 * 1024;

/** The routes of events: read by anybody, changed with a key for the catalogue. */
export function eventRoutes(parts: RouteParts): FastifyPluginAsyncTypebox {
  const { database, clock, eventPages, publicEvents } = parts;
  const making = {
    config: { access: 'catalog', eventOf: 'any', ids, problems: createEventProblems },
    bodyLimit,
  } as const;
  const staff = (problems: readonly ProblemCode[]) => ({
    config: { access: 'catalog', eventOf: { event: 'path.eventId' }, ids, problems } as const,
    bodyLimit,
  });
  const open = {
    config: { access: 'public', keep: 'shared', staff: ['catalog'], eventOf: 'none', ids, problems: ['KEY_MISSING'] },
  } as const;

  /** The organiser's own event after a change of it. */
  async function show(eventId: number, { organizerId }: CommandContext) {
    const viewer = { kind: 'staff', organizerId, includeInactive: true } as const;
    return (await findEvent(database, eventId, viewer))!;
  }

  return async (app) => {
    app.get(
      '/api/events',
      {
        ...open,
        schema: {
          tags,
          summary: 'List events, the earliest start first',
          description: 'With location, term, type or date: as the search finds them, but always by date.',
          querystring: EventListQuery,
          response: { 200: EventPage },
        },
      },
      async (request) => {
        const { includeInactive = false, limit = 20, ...filter } = request.query;
        const viewer = viewerOf(request.caller, includeInactive);
        const isPublic = request.caller.kind === 'public';
        const from = isPublic ? { database: parts.reading, search: { find: parts.search.findForPublic } } : parts;
        return listEvents(from, { limit, ...filter }, viewer, clock.now());
      },
    );
    app.get(
      '/api/events/:eventId',
      {
        config: { ...open.config, problems: ['KEY_MISSING', 'EVENT_GONE'] },
        schema: { tags, summary: 'Read an event', params, querystring: EventQuery, response: { 200: Event } },
      },
      async (request, reply) => {
        const viewer = viewerOf(request.caller, request.query.includeInactive ?? false);
        const { eventId } = request.params;
        if (viewer.kind !== 'public') {
          const event = await findEvent(database, eventId, viewer);
          if (!event) throw new Refused({ code: 'EVENT_NOT_FOUND' });
          return tagged(reply, event);
        }
        const page = await eventPages.page(reply, eventId, () => publicEvents.find(eventId));
        if (!page) {
          throw new Refused({
            code: (await wasPublic(database.bypassingRls, eventId)) ? 'EVENT_GONE' : 'EVENT_NOT_FOUND',
          });
        }
        return sendPage(request, reply, page);
      },
    );
    app.post(
      '/api/events',
      {
        ...making,
        schema: {
          tags,
          summary: 'Make an event, in the full or the simple form',
          body: NewEvent,
          response: { 201: Event },
        },
      },
      async (request, reply) => {
        const context = contextOf(request, clock.now());
        const { eventId } = acceptedValue(await createEvent(parts, toNewEventInput(request.body), context));
        return reply
          .code(201)
          .header('location', `/api/events/${eventId}`)
          .send(await show(eventId, context));
      },
    );
    app.put(
      '/api/events/:eventId',
      {
        ...staff([...updateEventProblems, 'LOCKED']),
        schema: {
          tags,
          summary: 'Change an event; what is absent stays',
          params,
          headers: EditHeaders,
          body: EventChange,
          response: { 200: Event },
        },
      },
      async (request, reply) => {
        const { eventId } = request.params;
        const { status, isActive } = request.body;
        const input = { ...toEventInput(request.body), status, isActive };
        const context = contextOf(request, clock.now());
        const ifVersion = readVersionCheck(request.headers['if-match']);
        acceptedValue(await updateEvent(parts, eventId, input, context, { ifVersion }));
        return tagged(reply, await show(eventId, context));
      },
    );
    app.delete(
      '/api/events/:eventId',
      {
        ...staff([...deleteEventProblems, 'LOCKED']),
        schema: {
          tags,
          summary: 'Remove an event, or hide it if there were bookings; its holds end',
          params,
          response: { 200: Deleted },
        },
      },
      async (request) => {
        const { eventId } = request.params;
        const { removed } = acceptedValue(await deleteEvent(parts, eventId, contextOf(request, clock.now())));
        return toDeleted(removed, 'event');
      },
    );
    app.post(
      '/api/events/:eventId/reactivate',
      {
        ...staff([...updateEventProblems, 'LOCKED']),
        schema: {
          tags,
          summary: 'Show a hidden event again',
          params,
          body: NoBody,
          response: { 200: Event },
        },
      },
      async (request) => {
        const { eventId } = request.params;
        const context = contextOf(request, clock.now());
        acceptedValue(await updateEvent(parts, eventId, { isActive: true }, context));
        return show(eventId, context);
      },
    );
    app.post(
      '/api/events/:eventId/publish',
      {
        ...staff([...publishEventProblems, 'LOCKED']),
        schema: {
          tags,
          summary: 'Make the tickets and put the event on sale',
          params,
          body: NoBody,
          response: { 200: Published },
        },
      },
      async (request) => {
        const { eventId } = request.params;
        const context = contextOf(request, clock.now());
        const { ticketsCreated } = acceptedValue(await publishEvent(parts, eventId, context));
        const { status, totalCapacity, availableCapacity } = await show(eventId, context);
        const message = ticketsCreated === 0 ? 'Already published.' : `Published with ${ticketsCreated} tickets.`;
        return { eventId, status, ticketsCreated, message, totalCapacity, availableCapacity };
      },
    );
  };
}

export function toDeleted(removed: boolean, what: string) {
  const message = removed ? `The ${what} is removed.` : `The ${what} has bookings: it is inactive now, they stay.`;
  return { success: true as const, deleted: removed, message };
}

/** A command without a body; an empty object does no harm. */
const NoBody = Type.Optional(Type.Union([Type.Object({}, closed), Type.Null()]));

/** Refuses the wish for hidden events to anybody but staff. */
export function viewerOf(caller: Caller, includeInactive: boolean): Viewer {
  const organizerId = staffOf(caller, 'catalog');
  if (organizerId !== null) return { kind: 'staff', organizerId, includeInactive };
  if (!includeInactive) return { kind: 'public' };
  throw new Refused(caller.kind === 'public' ? { code: 'KEY_MISSING' } : { code: 'SCOPE_MISSING', scope: 'catalog' });
}
