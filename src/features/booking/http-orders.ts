import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { CancelHeaders, CancelledSchema, CancelQuery, OrderSchema } from '../../contract/booking.ts';
import { closed } from '../../contract/common.ts';
import { Refused } from '../../contract/problem.ts';
import { readBookingDetail } from './http-bookings.ts';
import { type CancelRoutes, cancelAs } from './http-cancel.ts';
import type { OrderLinks } from './queries/order-links.ts';
import type { BookingRow } from './store/booking-store.ts';

interface OrderRoutes extends CancelRoutes {
  readonly orderLinks: OrderLinks;
  readonly sessions: { tokenOf(sessionId: string): string };
}

/** An order by the signed link of its mail: whoever has the link is its buyer, without account or session. */
export function createOrderRoutes(parts: OrderRoutes): FastifyPluginAsyncTypebox {
  const { store, orderLinks, sessions } = parts;
  const tags = ['bookings'];
  const config = { access: 'public', ids: { token: null } } as const;
  const params = Type.Object(
    { token: Type.String({ minLength: 10, maxLength: 100, pattern: '^[A-Za-z0-9._-]+$' }) },
    closed,
  );

  async function open(token: string): Promise<BookingRow> {
    const bookingId = await orderLinks.read(token);
    const row = bookingId === null ? null : await store.find(bookingId);
    if (!row) throw new Refused({ code: 'ORDER_LINK_UNKNOWN' });
    return row;
  }

  return async (app) => {
    const one = { tags, summary: 'An order by its link', params, response: { 200: OrderSchema } };
    app.get('/api/orders/:token', { config, schema: one }, async (request, reply) => {
      const row = await open(request.params.token);
      const detail = await readBookingDetail(store, row);
      // The link must not travel on to other sites, nor into caches.
      reply.header('cache-control', 'private, no-store').header('referrer-policy', 'no-referrer');
      const isGuests = row.sessionId !== null && /^[\w-]{22}$/.test(row.sessionId);
      return isGuests ? { ...detail, sessionToken: sessions.tokenOf(row.sessionId!) } : detail;
    });
    const cancel = {
      tags,
      summary: 'Cancel an order by its link',
      params,
      headers: CancelHeaders,
      querystring: Type.Pick(CancelQuery, ['reason']),
      response: { 200: CancelledSchema, 202: CancelledSchema },
    };
    app.delete('/api/orders/:token', { config, schema: cancel }, async (request, reply) => {
      const row = await open(request.params.token);
      return cancelAs(parts, request, reply, { row, isStaff: false, isOwner: true, ticketIds: null }, request.query);
    });
  };
}
