import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { closed, Uuid } from '../../../contract/common.ts';
import type { ProblemCode } from '../../../contract/problems.ts';
import {
  AddedTickets,
  BlockBody,
  IfMatchHeaders,
  MoveBody,
  MovedOne,
  type MovedOneAnswer,
  type MovedTicketAnswer,
  MovedTickets,
  NewTicketBody,
  NewTicketsBody,
  type PlacesOfEvent,
  ReleaseBody,
  RemoveQuery,
  TicketsAdded,
  UnblockBody,
} from '../../../contract/tickets.ts';
import { ownReasons, type Said } from '../../../kernel/reason.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { contextOf } from '../../../platform/http/request.ts';
import { updateTicketTypeProblems } from '../../catalog/index.ts';
import type { TicketStatus } from '../../inventory/index.ts';
import { addTickets } from '../commands/add-tickets.ts';
import { type MovedTicket, moveTickets } from '../commands/move-tickets.ts';
import { releaseHoldOf, releaseTickets } from '../commands/release-tickets.ts';
import type { TicketParts } from '../ports.ts';
import { ticketsOfSeats } from '../queries/find-seats.ts';
import { findTickets } from '../queries/list-tickets.ts';
import { moveProblems, releaseProblems } from '../refusals.ts';
import { readTickets } from '../store/ticket-rows.ts';

const tags = ['tickets'];
/** A thousand seats with long names fit. */
const bodyLimit = 256 * 1024;

/** What staff do with tickets by hand. */
export function createTicketStaffRoutes(parts: TicketParts): FastifyPluginAsyncTypebox {
  const { clock } = parts;
  const access = { access: 'tickets', ids: { id: 'ticket' } } as const;
  const staff = (problems: readonly ProblemCode[]) => ({
    config: { ...access, eventOf: { event: 'body.eventId' }, problems } as const,
    bodyLimit,
  });
  const adding = staff([...updateTicketTypeProblems, 'EVENT_NOT_PUBLISHED', 'LOCKED']);
  const movingSome = staff([...moveProblems, 'LOCKED', 'PLACES_UNCLEAR']);
  const ofOne = {
    config: { ...access, eventOf: { ticket: 'path.id' }, problems: [...moveProblems, 'LOCKED'] },
    bodyLimit,
  } as const;

  /** Moves one ticket, whatever event it is of. */
  async function moveOne(
    request: FastifyRequest,
    { ticketId, to, reason }: { ticketId: string; to: TicketStatus; reason: Said | null },
  ): Promise<MovedOneAnswer> {
    const context = contextOf(request, clock.now());
    const [ticket] = await readTickets(parts.database.as(context), [ticketId]);
    if (ticket?.organizerId !== context.organizerId) throw new Refused({ code: 'TICKET_NOT_FOUND' });
    const ifVersion = readIfMatch(request.headers['if-match']);
    const move = { eventId: ticket.eventId, ticketIds: [ticketId], to, reason, ifVersion };
    const freed = to === 'Available' ? acceptedValue(await releaseHoldOf(parts, { ...move, ticketId }, context)) : [];
    if (freed.length > 0) return { ...toAnswer(freed[0]!), tickets: freed.map(toAnswer) };
    const [moved] = acceptedValue(await moveTickets(parts, move, context));
    return toAnswer(moved!);
  }

  /** Moves a set of tickets of one event, by id or by seat. */
  async function moveSet(
    request: FastifyRequest,
    body: PlacesOfEvent & { readonly reason?: string },
    to: 'Available' | 'Reserved',
  ): Promise<readonly MovedTicket[]> {
    const { eventId, ticketIds, seatGuids } = body;
    const reason = saidOf(body.reason);
    if ((ticketIds === undefined) === (seatGuids === undefined)) throw new Refused({ code: 'PLACES_UNCLEAR' });
    const context = contextOf(request, clock.now());
    const ids =
      ticketIds ?? acceptedValue(await ticketsOfSeats(parts.inventory, { eventId, seatGuids: seatGuids! }, context));
    const move = { eventId, ticketIds: ids, to, reason, ifVersion: null };
    return acceptedValue(await moveTickets(parts, move, context));
  }

  return async (app) => {
    const created = { 201: AddedTickets };
    const add = { tags, summary: 'Add one place to an event, or some', body: NewTicketBody, response: created };
    const addMany = {
      tags,
      summary: 'Add places to an event, all at once',
      description: 'General admission only: it raises the capacity of the ticket type.',
      body: NewTicketsBody,
      response: { 201: TicketsAdded },
    };
    const one = { tags, params: Type.Object({ id: Uuid() }, closed), headers: IfMatchHeaders };
    const move = {
      ...one,
      summary: 'Move a ticket by hand',
      description:
        'Available to Reserved keeps it back, Reserved to Available gives it free, Reserved to Sold gives it away for ' +
        'nothing, and any of these, or Held, to Cancelled takes it off sale for good. Held to Available ends the whole ' +
        'reservation; a payment under way is waited for (409).',
      body: MoveBody,
      response: { 200: MovedOne },
    };
    const remove = {
      ...one,
      summary: 'Remove a ticket that was never sold',
      description: 'It stays readable as Cancelled; the capacity shrinks by its place.',
      querystring: RemoveQuery,
      response: { 204: Type.Null({ description: 'Its version is in the ETag.' }) },
    };
    const many = { tags, response: { 200: MovedTickets } };
    const block = { ...many, summary: 'Keep places back, all or none', body: BlockBody };
    const unblock = { ...many, summary: 'Put blocked places back on sale, all or none', body: UnblockBody };
    const release = { ...many, summary: 'Free places that are blocked or held, all or none', body: ReleaseBody };

    for (const base of ['/api/tickets', '/api/ticket']) {
      app.post(base, { ...adding, schema: add }, async (request, reply) => {
        const { eventId, ticketTypeId = null, quantity = 1 } = request.body;
        const context = contextOf(request, clock.now());
        const places = { eventId, ticketTypeId, quantity, isNamed: true };
        const { ticketIds } = acceptedValue(await addTickets(parts, places, context));
        const tickets = await findTickets(parts, ticketIds, { organizerId: context.organizerId, owners: [] });
        if (tickets.length !== quantity) throw new Refused({ code: 'TICKETS_CHANGED' });
        reply.code(201);
        if (quantity > 1) return tickets;
        const [ticket] = tickets;
        reply.header('location', `/api/tickets/${ticket!.ticketId}`);
        return ticket!;
      });
      app.post(`${base}/bulk`, { ...adding, schema: addMany }, async (request, reply) => {
        const { eventId, ticketTypeId = null, quantity } = request.body;
        const context = contextOf(request, clock.now());
        const added = acceptedValue(
          await addTickets(parts, { eventId, ticketTypeId, quantity, isNamed: false }, context),
        );
        const { ticketsCreated } = added;
        const message = `${ticketsCreated} ${ticketsCreated === 1 ? 'ticket was' : 'tickets were'} added.`;
        reply.code(201);
        return { eventId, ticketTypeId: added.ticketTypeId, ticketsCreated, message };
      });
      app.patch(`${base}/:id/status`, { ...ofOne, schema: move }, async (request, reply) => {
        const { status, reason } = request.body;
        const moved = await moveOne(request, { ticketId: request.params.id, to: status, reason: saidOf(reason) });
        reply.header('etag', `"${moved.version}"`);
        return moved;
      });
      app.delete(`${base}/:id`, { ...ofOne, schema: remove }, async (request, reply) => {
        const reason = saidOf(request.query.reason) ?? ownReasons.removed;
        const { version } = await moveOne(request, { ticketId: request.params.id, to: 'Cancelled', reason });
        return reply.code(204).header('etag', `"${version}"`).send(null);
      });
      app.post(`${base}/block`, { ...movingSome, schema: block }, async (request) => {
        return toSetAnswer(request.body.eventId, await moveSet(request, request.body, 'Reserved'), 'kept back');
      });
      app.post(`${base}/unblock`, { ...movingSome, schema: unblock }, async (request) => {
        return toSetAnswer(request.body.eventId, await moveSet(request, request.body, 'Available'), 'on sale again');
      });
      app.post(`${base}/release`, { ...staff([...releaseProblems, 'LOCKED']), schema: release }, async (request) => {
        const { eventId, ticketIds } = request.body;
        const reason = saidOf(request.body.reason);
        const context = contextOf(request, clock.now());
        const released = acceptedValue(await releaseTickets(parts, { eventId, ticketIds, reason }, context));
        return toSetAnswer(eventId, released, 'free again');
      });
    }
  };
}

/** The versions that an If-Match header names; null if there is none or any will do. Tags that are none of ours match nothing. */
function readIfMatch(header: string | undefined): ReadonlySet<string> | null {
  if (header === undefined || header.trim() === '*') return null;
  return new Set(header.split(',').map((tag) => tag.trim().replace(/^(?:W\/)?"(.*)"$/, '$1')));
}

function saidOf(reason: string | undefined): Said | null {
  return reason === undefined ? null : { typed: reason };
}

function toAnswer({ updatedAt, ...moved }: MovedTicket): MovedTicketAnswer {
  return { ...moved, updatedAt: new Date(updatedAt).toISOString() };
}

function toSetAnswer(eventId: number, moved: readonly MovedTicket[], what: string) {
  const count = moved.length;
  const message = `${count} ${count === 1 ? 'ticket is' : 'tickets are'} ${what}.`;
  return { eventId, count, message, tickets: moved.map(toAnswer) };
}
