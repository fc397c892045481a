import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import {
  Deleted,
  NewTicketType,
  TicketType,
  TicketTypeChange,
  TicketTypeList,
  UnlockedTypes,
} from '../../../contract/catalog.ts';
import { closed, OneLine, SerialId } from '../../../contract/common.ts';
import { EditHeaders } from '../../../contract/if-match.ts';
import type { ProblemCode, RefusalOf } from '../../../contract/problems.ts';
import { accept, refuse } from '../../../kernel/decision.ts';
import { customerOf } from '../../../platform/http/customer.ts';
import { readVersionCheck } from '../../../platform/http/if-match.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { type Caller, contextOf, staffOf } from '../../../platform/http/request.ts';
import { countsFor, normalCode } from '../../pricing/index.ts';
import { addTicketType } from '../commands/add-ticket-type.ts';
import { deleteTicketType } from '../commands/delete-ticket-type.ts';
import { updateTicketType } from '../commands/update-ticket-type.ts';
import { findEvent } from '../queries/find-event.ts';
import { addTicketTypeProblems, deleteTicketTypeProblems, updateTicketTypeProblems } from '../refusals.ts';
import { toDeleted, viewerOf } from './events.ts';
import { toTicketTypeInput } from './inputs.ts';
import type { RouteParts } from './route-parts.ts';
import { tagged } from './route-parts.ts';

const ids = { eventId: 'event', ticketTypeId: 'ticketType' } as const;
const tags = ['ticket types'];
const url = '/api/events/:eventId/ticket-types';
const params = Type.Object({ eventId: SerialId() });
const typeParams = Type.Object({ eventId: SerialId(), ticketTypeId: SerialId() });
/** Why a promo code cannot be looked up. */
type CodeUnknown = RefusalOf<'EVENT_NOT_FOUND' | 'PROMO_CODE_UNKNOWN'>;
const bodyLimit = 128 * 1024;

/** The routes of an event's ticket types. Reading follows the event: who may see it may see them. */
export function ticketTypeRoutes(parts: RouteParts): FastifyPluginAsyncTypebox {
  const { database, clock } = parts;
  const staff = (problems: readonly ProblemCode[]) => ({
    config: { access: 'catalog', eventOf: { event: 'path.eventId' }, ids, problems } as const,
    bodyLimit,
  });
  const open = { config: { access: 'public', keep: 'shared', staff: ['catalog'], eventOf: 'none', ids } } as const;

  async function typesFor(caller: Caller, eventId: number) {
    const viewer = viewerOf(caller, staffOf(caller, 'catalog') !== null);
    const event = await findEvent(database, eventId, viewer);
    if (!event) throw new Refused({ code: 'EVENT_NOT_FOUND' });
    return event.ticketTypes;
  }

  async function typeFor(caller: Caller, id: { eventId: number; ticketTypeId: number }) {
    const type = (await typesFor(caller, id.eventId)).find((one) => one.ticketTypeId === id.ticketTypeId);
    if (!type) throw new Refused({ code: 'TICKET_TYPE_NOT_FOUND' });
    return type;
  }

  async function findCode(eventId: number, text: string) {
    const event = await findEvent(database, eventId, { kind: 'public' });
    if (!event) return refuse<CodeUnknown>({ code: 'EVENT_NOT_FOUND' });
    const code = await parts.inventory.findCode(eventId, text);
    return code ? accept({ code, event }) : refuse<CodeUnknown>({ code: 'PROMO_CODE_UNKNOWN' });
  }

  return async (app) => {
    app.get(
      url,
      {
        ...open,
        schema: { tags, summary: "List an event's ticket types", params, response: { 200: TicketTypeList } },
      },
      async (request) => ({ items: await typesFor(request.caller, request.params.eventId), nextCursor: null }),
    );
    app.post(
      '/api/events/:eventId/unlock',
      {
        config: {
          access: 'public',
          limit: 'hold',
          eventOf: { event: 'path.eventId' },
          ids,
          problems: ['PROMO_CODE_UNKNOWN', 'TOO_MANY_GUESSES'],
        },
        schema: {
          tags,
          summary: 'The ticket types that a promo or access code is good for, hidden ones too',
          description:
            'Uses nothing up. Send the code again as promoCode or accessCode when you reserve: `kind` says as which.',
          params,
          body: Type.Object({ code: OneLine(100) }, closed),
          response: { 200: UnlockedTypes },
        },
      },
      async (request) => {
        const { eventId } = request.params;
        const who = { customer: customerOf(request).account ?? request.sessionId, network: request.network };
        const found = await parts.codeGuesses.during(who, () => findCode(eventId, normalCode(request.body.code)));
        const { code, event } = acceptedValue(found);
        const unlocked = code.ticketTypeIds ?? [];
        const { ticketTypes } = (await findEvent(database, eventId, { kind: 'public', unlocked })) ?? event;
        const items = ticketTypes.filter(({ ticketTypeId, isHidden }) => countsFor(code, ticketTypeId, isHidden));
        return { kind: code.kind, items, nextCursor: null };
      },
    );
    app.get(
      `${url}/:ticketTypeId`,
      { ...open, schema: { tags, summary: 'Read a ticket type', params: typeParams, response: { 200: TicketType } } },
      async (request, reply) => tagged(reply, await typeFor(request.caller, request.params)),
    );
    app.post(
      url,
      {
        ...staff([...addTicketTypeProblems, 'LOCKED']),
        schema: {
          tags,
          summary: 'Add a ticket type; on sale at once if the event is',
          params,
          body: NewTicketType,
          response: { 201: TicketType },
        },
      },
      async (request, reply) => {
        const { eventId } = request.params;
        const input = { ...toTicketTypeInput(request.body), name: request.body.name };
        const added = await addTicketType(parts, eventId, input, contextOf(request, clock.now()));
        const { ticketTypeId } = acceptedValue(added);
        reply.code(201).header('location', `/api/events/${eventId}/ticket-types/${ticketTypeId}`);
        return reply.send(await typeFor(request.caller, { eventId, ticketTypeId }));
      },
    );
    app.put(
      `${url}/:ticketTypeId`,
      {
        ...staff([...updateTicketTypeProblems, 'LOCKED']),
        schema: {
          tags,
          summary: 'Change a ticket type; another capacity makes or withdraws free places',
          params: typeParams,
          headers: EditHeaders,
          body: TicketTypeChange,
          response: { 200: TicketType },
        },
      },
      async (request, reply) => {
        const input = toTicketTypeInput(request.body);
        const ifVersion = readVersionCheck(request.headers['if-match']);
        const id = { ...request.params, ifVersion };
        acceptedValue(await updateTicketType(parts, id, input, contextOf(request, clock.now())));
        return tagged(reply, await typeFor(request.caller, request.params));
      },
    );
    app.delete(
      `${url}/:ticketTypeId`,
      {
        ...staff([...deleteTicketTypeProblems, 'LOCKED']),
        schema: {
          tags,
          summary: 'Remove a ticket type, or make it inactive if there were bookings',
          params: typeParams,
          response: { 200: Deleted },
        },
      },
      async (request) => {
        const deleted = await deleteTicketType(parts, request.params, contextOf(request, clock.now()));
        return toDeleted(acceptedValue(deleted).removed, 'ticket type');
      },
    );
  };
}
