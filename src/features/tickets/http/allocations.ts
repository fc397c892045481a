import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { closed, SerialId } from '../../../contract/common.ts';
import {
  Allocation,
  AllocationChange,
  AllocationPage,
  AllocationsQuery,
  NewAllocation,
  type NewAllocationBody,
} from '../../../contract/tickets.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { parseInstant } from '../../../kernel/instant.ts';
import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { contextOf } from '../../../platform/http/request.ts';
import { hasEvent } from '../../catalog/index.ts';
import { type AllocationWish, allocateTickets } from '../commands/allocate-tickets.ts';
import { changeAllocation, releaseAllocation } from '../commands/release-allocations.ts';
import type { TicketParts } from '../ports.ts';
import { ticketsOfSeats } from '../queries/find-seats.ts';
import { allocateProblems, allocationProblems } from '../refusals.ts';
import { type AllocationRow, findAllocation, listAllocations } from '../store/allocation-rows.ts';

const tags = ['allocations'];
/** A thousand seats with long names fit. */
const bodyLimit = 256 * 1024;

/** Places kept back for someone: made, listed, changed and released by staff; a job releases them at their date. */
export function createAllocationRoutes(parts: TicketParts): FastifyPluginAsyncTypebox {
  const { database, clock, inventory } = parts;
  const ids = { eventId: 'event', allocationId: 'allocation' } as const;
  const config = { access: 'tickets', eventOf: 'none', ids } as const;
  const making = {
    ...config,
    eventOf: { event: 'path.eventId' },
    problems: [...allocateProblems, 'ALLOCATION_UNCLEAR', 'LOCKED'],
  } as const;
  const releasing = {
    ...config,
    eventOf: { allocation: 'path.allocationId' },
    problems: [...allocationProblems, 'LOCKED'],
  } as const;
  const ofEvent = Type.Object({ eventId: SerialId() }, closed);
  const params = Type.Object({ allocationId: SerialId() }, closed);
  const base = '/api/events/:eventId/allocations';
  const one = '/api/allocations/:allocationId';

  async function show(allocationId: number, context: CommandContext) {
    const row = await findAllocation(database.as(context), { allocationId, organizerId: context.organizerId });
    if (!row) throw new Refused({ code: 'ALLOCATION_NOT_FOUND' });
    return toAnswer(row);
  }

  async function refuseForeign(eventId: number, context: CommandContext): Promise<void> {
    const isOwn = await hasEvent(database.as(context), { eventId, organizerId: context.organizerId });
    if (!isOwn) throw new Refused({ code: 'EVENT_NOT_FOUND' });
  }

  async function readPlaces(
    eventId: number,
    body: NewAllocationBody,
    context: CommandContext,
  ): Promise<AllocationWish['places']> {
    const { ticketIds, seatGuids, ticketTypeId, quantity } = body;
    const forms = [ticketIds, seatGuids, quantity].filter((form) => form !== undefined).length;
    if (forms !== 1 || (ticketTypeId === undefined) !== (quantity === undefined)) {
      throw new Refused({ code: 'ALLOCATION_UNCLEAR' });
    }
    if (ticketIds) return { ticketIds };
    if (seatGuids)
      return { ticketIds: acceptedValue(await ticketsOfSeats(inventory, { eventId, seatGuids }, context)) };
    return { ticketTypeId: ticketTypeId!, quantity: quantity! };
  }

  return async (app) => {
    const made = {
      tags,
      summary: 'Keep places back for someone, all or none',
      description:
        'Name ticketIds, seatGuids, or a ticketTypeId with a quantity. At releaseAt what is left goes on sale.',
      params: ofEvent,
      body: NewAllocation,
      response: { 201: Allocation },
    };
    app.post(base, { config: making, bodyLimit, schema: made }, async (request, reply) => {
      const context = contextOf(request, clock.now());
      const { eventId } = request.params;
      const { name, note = null, releaseAt = null } = request.body;
      await refuseForeign(eventId, context);
      const places = await readPlaces(eventId, request.body, context);
      const wish = { eventId, name, note, releaseAt: toInstant(releaseAt), places };
      const { allocationId } = acceptedValue(await allocateTickets(parts, wish, context));
      reply.code(201).header('location', `/api/allocations/${allocationId}`);
      return show(allocationId, context);
    });
    const listed = {
      tags,
      summary: 'What is kept back of an event',
      params: ofEvent,
      querystring: AllocationsQuery,
      response: { 200: AllocationPage },
    };
    app.get(base, { config, schema: listed }, async (request) => {
      const context = contextOf(request, clock.now());
      const { eventId } = request.params;
      const { limit = 20, cursor } = request.query;
      await refuseForeign(eventId, context);
      const [after] = cursor === undefined ? [0] : decodeCursor(cursor, ['id']);
      const rows = await listAllocations(database.as(context), { eventId, after: Number(after), limit: limit + 1 });
      const items = rows.slice(0, limit);
      const nextCursor = rows.length > limit ? encodeCursor([items.at(-1)!.allocationId]) : null;
      return { items: items.map(toAnswer), nextCursor };
    });
    const read = { tags, summary: 'What is kept back for someone', params, response: { 200: Allocation } };
    app.get(one, { config, schema: read }, (request) =>
      show(request.params.allocationId, contextOf(request, clock.now())),
    );
    const changed = {
      tags,
      summary: 'Change name, note or release date; what is absent stays',
      params,
      body: AllocationChange,
      response: { 200: Allocation },
    };
    app.put(one, { config: { ...config, problems: allocationProblems }, schema: changed }, async (request) => {
      const context = contextOf(request, clock.now());
      const { releaseAt, ...rest } = request.body;
      const input = { ...rest, ...(releaseAt !== undefined && { releaseAt: toInstant(releaseAt) }) };
      acceptedValue(await changeAllocation(parts, request.params.allocationId, input, context));
      return show(request.params.allocationId, context);
    });
    const released = {
      tags,
      summary: 'Put on sale now what is still kept back',
      params,
      response: { 200: Allocation },
    };
    app.post(`${one}/release`, { config: releasing, schema: released }, async (request) => {
      const context = contextOf(request, clock.now());
      acceptedValue(await releaseAllocation(parts, request.params.allocationId, context));
      return show(request.params.allocationId, context);
    });
  };
}

function toInstant(text: string | null): number | null {
  return text === null ? null : parseInstant(text)!;
}

function toAnswer({ releaseAt, releasedAt, createdAt, keptIds, ...row }: AllocationRow) {
  const { allocationId, eventId, name, note, ticketIds, version } = row;
  return {
    ...{ allocationId, eventId, name, note, version },
    ticketIds: [...ticketIds],
    kept: keptIds.length,
    releaseAt: releaseAt?.toISOString() ?? null,
    releasedAt: releasedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
