import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { BookingDetailSchema, CancelHeaders, CancelledSchema, CancelQuery } from '../../../contract/booking.ts';
import { CancellationPreviewSchema, CancelOrderBody, PreviewOrderBody } from '../../../contract/cancellation.ts';
import { closed, Formed } from '../../../contract/common.ts';
import { wantsPage } from '../../../platform/http/html-page.ts';
import { Refused } from '../../../platform/http/refused.ts';
import { type OrderLinks, orderPath } from '../queries/order-links.ts';
import { cancelProblems, previewProblems } from '../refusals.ts';
import type { BookingRow } from '../store/booking-store.ts';
import { readBookingDetail } from './bookings.ts';
import { type CancelRoutes, cancelAs, previewAs } from './cancel.ts';

interface OrderRoutes extends CancelRoutes {
  readonly orderLinks: OrderLinks;
}

/**
 * An order by the signed link of its mail: whoever has the link may see and cancel this order, without account or session, and
 * nothing else of its buyer's: a mail is passed on. Programs get it as data; browsers, which follow the links of older mails,
 * are led to its page.
 */
export function createOrderRoutes(parts: OrderRoutes): FastifyPluginAsyncTypebox {
  const { store, orderLinks } = parts;
  const tags = ['bookings'];
  // Only the token says which booking it is; a cancellation reports to the ledger what it has written.
  const config = { access: 'public', eventOf: 'any', ids: { token: null }, problems: ['ORDER_LINK_UNKNOWN'] } as const;
  const asking = { ...config, eventOf: 'none', problems: [...previewProblems, 'ORDER_LINK_UNKNOWN'] } as const;
  const cancelling = { ...config, problems: [...cancelProblems, 'ORDER_LINK_UNKNOWN'] } as const;
  const params = Type.Object(
    { token: Formed('^[A-Za-z0-9._-]+$', 'must be the token of the link', { minLength: 10, maxLength: 100 }) },
    closed,
  );

  async function find(token: string): Promise<BookingRow | null> {
    const bookingId = await orderLinks.read(token);
    return bookingId === null ? null : store.find(bookingId);
  }

  async function open(token: string): Promise<BookingRow> {
    const row = await find(token);
    if (!row) throw new Refused({ code: 'ORDER_LINK_UNKNOWN' });
    return row;
  }

  return async (app) => {
    const response = {
      200: {
        description: 'Data; browsers are led to its page (302)',
        content: { 'application/json': { schema: BookingDetailSchema } },
      },
    };
    const one = { tags, summary: 'An order by its link', params, response };
    app.get('/api/orders/:token', { config, schema: one }, async (request, reply) => {
      reply.header('vary', 'accept');
      // The link must not travel on to other sites, nor into caches.
      reply.header('cache-control', 'private, no-store').header('referrer-policy', 'no-referrer');
      if (wantsPage(request)) return reply.redirect(orderPath(request.params.token), 302);
      const row = await open(request.params.token);
      return readBookingDetail(parts, store, row);
    });
    const cancel = {
      tags,
      summary: 'Cancel an order by its link',
      params,
      headers: CancelHeaders,
      querystring: Type.Pick(CancelQuery, ['reason']),
      response: { 200: CancelledSchema, 202: CancelledSchema },
    };
    app.delete('/api/orders/:token', { config: cancelling, schema: cancel }, async (request, reply) => {
      const row = await open(request.params.token);
      return cancelAs(parts, request, reply, { row, isStaff: false, isOwner: true, ticketIds: null }, request.query);
    });
    const chosen = {
      tags,
      summary: 'Cancel some tickets of an order, or all, by its link',
      params,
      headers: CancelHeaders,
      body: CancelOrderBody,
      response: { 200: CancelledSchema, 202: CancelledSchema },
    };
    app.post('/api/orders/:token/cancel', { config: cancelling, schema: chosen }, async (request, reply) => {
      const row = await open(request.params.token);
      const { ticketIds = null, ...asked } = request.body ?? {};
      return cancelAs(parts, request, reply, { row, isStaff: false, isOwner: true, ticketIds }, asked);
    });
    const preview = {
      tags,
      summary: 'What comes back if some tickets of an order, or all, are cancelled now',
      description: 'Changes nothing. Where the cancellation would be refused, this is refused alike.',
      params,
      body: PreviewOrderBody,
      response: { 200: CancellationPreviewSchema },
    };
    app.post('/api/orders/:token/cancellation', { config: asking, schema: preview }, async (request, reply) => {
      const row = await open(request.params.token);
      const { ticketIds = null } = request.body ?? {};
      return previewAs(parts, reply, { row, isStaff: false, isOwner: true, ticketIds }, {});
    });
  };
}
