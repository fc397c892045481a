import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { closed, SerialId, Uuid } from '../../contract/common.ts';
import { PaperQuery, type PaperRequest } from '../../contract/delivery.ts';
import { preferredLanguage } from '../../kernel/language.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { sayHowLong } from '../../platform/http/prepared-pages.ts';
import { Refused } from '../../platform/http/refused.ts';
import type { TenantDatabase } from '../../platform/postgres/database.ts';
import { everybody } from '../../platform/postgres/scope.ts';
import { type BookingReads, type BookingRow, type BookingStore, findFor, type OrderLinks } from '../booking/index.ts';
import type { TicketCodes } from '../ticket-codes/index.ts';
import { calendarName, calendarOf, eventCalendar } from './domain/calendar.ts';
import type { PaperOrder } from './domain/paper.ts';
import { type createPress, PressBusy } from './pdf/press.ts';
import { createReadPaper } from './queries/read-paper.ts';
import { readPaperShow } from './queries/read-show.ts';

export interface DeliveryParts {
  readonly database: TenantDatabase;
  readonly store: BookingStore;
  readonly ticketCodes: TicketCodes;
  readonly clock: Clock;
  readonly orderLinks: Pick<OrderLinks, 'read'>;
  /** Where this Onsale is reached. */
  readonly baseUrl: () => string;
  readonly press: Pick<ReturnType<typeof createPress>, 'print'>;
}

const busySeconds = 10;
const calendarType = 'text/calendar; charset=utf-8';

/** Papers to take along: the tickets as a PDF, and calendar files. */
export function createDeliveryRoutes(parts: DeliveryParts): FastifyPluginAsyncTypebox {
  const { database, store, orderLinks, press, baseUrl } = parts;

  const readPaper = createReadPaper(parts);

  async function readOrder(
    seen: BookingReads,
    row: BookingRow,
    request: FastifyRequest,
    { language }: PaperRequest,
  ): Promise<PaperOrder> {
    const order = await readPaper(seen, row, {
      said: language,
      asked: preferredLanguage(request.headers['accept-language']),
    });
    if (!order) throw new Refused({ code: 'TICKETS_NONE', status: row.status });
    return order;
  }

  async function sendPdf(reply: FastifyReply, order: PaperOrder) {
    try {
      const pdf = await press.print({ order });
      return hand(reply, 'application/pdf', `tickets-${order.orderNumber}.pdf`).send(pdf);
    } catch (error) {
      if (!(error instanceof PressBusy)) throw error;
      throw new Refused({ code: 'PRESS_BUSY', retryAfterSeconds: busySeconds });
    }
  }

  function sendCalendar(reply: FastifyReply, order: PaperOrder) {
    return hand(reply, calendarType, calendarName(order)).send(calendarOf(order, baseUrl()));
  }

  const pageOf = (eventId: number) => `${baseUrl()}/e/${eventId}`;
  const formats = [
    {
      name: 'pdf',
      send: sendPdf,
      what: 'The tickets that are left, as a PDF: one a page, with their codes',
      type: 'application/pdf',
    },
    { name: 'ics', send: sendCalendar, what: 'An order as a calendar file, without codes', type: 'text/calendar' },
  ] as const;

  return async (app) => {
    for (const { name, send, what, type } of formats) {
      const problems = name === 'pdf' ? (['TICKETS_NONE', 'PRESS_BUSY'] as const) : (['TICKETS_NONE'] as const);
      const response = {
        200: { description: what, content: { [type]: { schema: Type.String({ format: 'binary' }) } } },
      };
      const ofBooking = {
        tags: ['tickets'],
        summary: what,
        params: Type.Object({ id: Uuid() }, closed),
        querystring: PaperQuery,
        response,
      };
      const config = { access: 'public', staff: ['tickets'], ids: { id: 'booking' }, problems } as const;
      app.get(`/api/bookings/:id/tickets.${name}`, { config, schema: ofBooking }, async (request, reply) => {
        const { row, seen } = await findFor(store, request, request.params.id, ['tickets']);
        return send(reply, await readOrder(seen, row, request, request.query));
      });
      const ofOrder = {
        ...ofBooking,
        summary: `${what}; by its link`,
        params: Type.Object({ token: Type.String({ minLength: 10, maxLength: 100 }) }, closed),
      };
      const byLink = { access: 'public', ids: { token: null }, problems: [...problems, 'ORDER_LINK_UNKNOWN'] } as const;
      app.get(`/api/orders/:token/tickets.${name}`, { config: byLink, schema: ofOrder }, async (request, reply) => {
        const bookingId = await orderLinks.read(request.params.token);
        const row = bookingId === null ? null : await store.find(bookingId);
        if (!row) throw new Refused({ code: 'ORDER_LINK_UNKNOWN' });
        return send(reply, await readOrder(store, row, request, request.query));
      });
    }
    const ofEvent = {
      tags: ['events'],
      summary: 'A show as a calendar file',
      params: Type.Object({ id: SerialId() }, closed),
      response: { 200: { description: 'iCalendar', content: { 'text/calendar': { schema: Type.String() } } } },
    };
    const open = { access: 'public', ids: { id: 'event' }, problems: ['EVENT_NOT_FOUND'] } as const;
    app.get('/api/events/:id/event.ics', { config: open, schema: ofEvent }, async (request, reply) => {
      const { id } = request.params;
      const show = await readPaperShow(database.as(everybody), id, false);
      if (!show) throw new Refused({ code: 'EVENT_NOT_FOUND' });
      const text = eventCalendar(show, pageOf(id), new URL(baseUrl()).hostname);
      sayHowLong(request, hand(reply, calendarType, `event-${id}.ics`).removeHeader('cache-control'), 'shared');
      return text;
    });
  };
}

function hand(reply: FastifyReply, type: string, name: string): FastifyReply {
  return reply
    .type(type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'private, no-store')
    .header('referrer-policy', 'no-referrer')
    .header('vary', 'accept-language');
}
