import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { closed, SerialId, Uuid } from '../../../contract/common.ts';
import {
  EventTicketsQuery,
  EventWithTickets,
  TicketPage,
  TicketSchema,
  TicketsQuery,
  ticketsOnEventPage,
} from '../../../contract/tickets.ts';
import { customerOf } from '../../../platform/http/customer.ts';
import { keptNowhere } from '../../../platform/http/prepared-pages.ts';
import { Refused } from '../../../platform/http/refused.ts';
import { staffOf } from '../../../platform/http/request.ts';
import type { TicketParts } from '../ports.ts';
import { findTicket, listTickets, listTicketsOfEvent } from '../queries/list-tickets.ts';
import type { TicketViewer } from '../queries/ticket-answer.ts';

const tags = ['tickets'];

/** Reading tickets, for anybody: what concerns a buyer only the buyer and staff see. */
export function createTicketReads(parts: TicketParts): FastifyPluginAsyncTypebox {
  const staff = ['tickets'] as const;
  const open = { access: 'public', keep: 'never', staff, ids: { id: 'ticket', eventId: 'event' } } as const;
  const ofTicket = { ...open, eventOf: { ticket: 'path.id' } } as const;
  const ofTheEvent = { ...open, eventOf: { event: 'path.eventId' } } as const;
  const ofAny = { ...open, eventOf: 'any' } as const;
  return async (app) => {
    const one = { tags, summary: 'A ticket, now', params: Type.Object({ id: Uuid() }, closed) };
    const ofEvent = {
      tags,
      summary: 'The tickets of an event',
      description: 'A page may be shorter than asked for: go on while there is a nextCursor.',
      params: Type.Object({ eventId: SerialId() }, closed),
    };
    const all = {
      tags,
      summary: 'Tickets: with a key all, else those of public events',
      description: 'A page may be shorter than asked for: go on while there is a nextCursor.',
    };
    for (const base of ['/api/tickets', '/api/ticket']) {
      app.get(
        `${base}/:id`,
        { config: ofTicket, schema: { ...one, response: { 200: TicketSchema } } },
        async (request, reply) => {
          const ticket = await findTicket(parts, request.params.id, viewerOf(request));
          if (!ticket) throw new Refused({ code: 'TICKET_NOT_FOUND' });
          return keepNot(reply).header('etag', `"${ticket.version}"`).send(ticket);
        },
      );
      app.get(
        `${base}/event/:eventId`,
        { config: ofTheEvent, schema: { ...ofEvent, querystring: EventTicketsQuery, response: { 200: TicketPage } } },
        async (request, reply) => {
          const query = { ...readQuery(request.query), eventId: request.params.eventId };
          const page = await listTicketsOfEvent(parts, query, viewerOf(request));
          if (!page) throw new Refused({ code: 'EVENT_NOT_FOUND' });
          return keepNot(reply).send(page);
        },
      );
      app.get(
        base,
        { config: ofAny, schema: { ...all, querystring: TicketsQuery, response: { 200: TicketPage } } },
        async (request, reply) => {
          const query = readQuery(request.query);
          const viewer = viewerOf(request);
          const page = await listTickets(parts, query, viewer);
          return keepNot(reply).send(page);
        },
      );
    }
    const page = {
      tags: ['events'],
      summary: 'An event with venue, performers and its first tickets',
      description: 'For all tickets go on with GET /api/tickets/event/{id} and nextCursor.',
      params: Type.Object({ id: SerialId() }, closed),
      response: { 200: EventWithTickets },
    };
    app.get(
      '/event/:id',
      {
        config: { access: 'public', keep: 'never', eventOf: { event: 'path.id' }, ids: { id: 'event' } },
        schema: page,
      },
      async (request, reply) => {
        const { id: eventId } = request.params;
        const event = await parts.catalog.queries.eventPage(eventId);
        const query = { eventId, status: null, limit: ticketsOnEventPage, cursor: undefined };
        const tickets = event && (await listTicketsOfEvent(parts, query, viewerOf(request)));
        if (!tickets) throw new Refused({ code: 'EVENT_NOT_FOUND' });
        const performers = await parts.catalog.queries.describePerformers(event);
        const seatMap = await parts.inventory.seatMapPath(eventId);
        const { items, nextCursor } = tickets;
        return keepNot(reply).send({ ...event, performers, seatMap, tickets: items, nextCursor });
      },
    );
  };
}

function viewerOf(request: FastifyRequest): TicketViewer {
  return { organizerId: staffOf(request.caller, 'tickets'), owners: [customerOf(request).owner].flat() };
}

interface ListQuery<Status> {
  readonly eventId?: number;
  readonly status?: Status;
  readonly limit?: number;
  readonly cursor?: string;
}

function readQuery<Status>({ eventId, status, limit = 20, cursor }: ListQuery<Status>) {
  return { eventId: eventId ?? null, status: status ?? null, limit, cursor };
}

/** Tickets move all the time, and what one sees depends on who asks. */
function keepNot<Reply extends Pick<FastifyReply, 'header'>>(reply: Reply): Reply {
  reply.header('cache-control', keptNowhere);
  return reply;
}
