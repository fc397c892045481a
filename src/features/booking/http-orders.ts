import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { BookingDetailSchema, CancelHeaders, CancelledSchema, CancelQuery } from '../../contract/booking.ts';
import { closed, Formed } from '../../contract/common.ts';
import { htmlPage, wantsPage } from '../../contract/html-page.ts';
import { Refused } from '../../contract/problem.ts';
import type { WalledDatabase } from '../../platform/postgres/database.ts';
import { orderMain, orderTitle } from './domain/order-page.ts';
import { readBookingDetail } from './http-bookings.ts';
import { type CancelRoutes, cancelAs, cancelFor } from './http-cancel.ts';
import type { OrderLinks } from './queries/order-links.ts';
import { readOrderPage } from './queries/order-page-facts.ts';
import type { BookingRow } from './store/booking-store.ts';

interface OrderRoutes extends CancelRoutes {
  readonly database: WalledDatabase;
  readonly orderLinks: OrderLinks;
}

type OrderRequest = FastifyRequest<{ Params: { token: string } }>;

const unknownPage = htmlPage({
  title: 'No such order',
  main: '<h1>No such order</h1><p>This link opens no order. It may be too old, or a part of it may be missing.</p>',
});

/**
 * An order by the signed link of its mail: whoever has the link may see and cancel this order, without account or session, and
 * nothing else of its buyer's: a mail is passed on. Programs get it as data, browsers as a page.
 */
export function createOrderRoutes(parts: OrderRoutes): FastifyPluginAsyncTypebox {
  const { database, store, orderLinks, clock } = parts;
  const tags = ['bookings'];
  const config = { access: 'public', ids: { token: null } } as const;
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

  async function sendPage(request: OrderRequest, reply: FastifyReply, notice?: string): Promise<never> {
    const row = await find(request.params.token);
    if (!row) return reply.code(404).headers(unknownPage.headers).send(unknownPage.html) as never;
    const [detail, more] = await Promise.all([
      readBookingDetail(store, row, clock.now()),
      readOrderPage(database.as(row), store, row, clock.now()),
    ]);
    const path = `/api/orders/${request.params.token}`;
    const isPaid = row.transactionId !== null;
    const facts = { ...detail, ...more, path, isPaid, ...(notice !== undefined && { notice }) };
    const page = htmlPage({ title: orderTitle(facts), main: orderMain(facts) });
    return reply.headers(page.headers).send(page.html) as never;
  }

  return async (app) => {
    const response = {
      200: {
        description: 'Data, or a page for browsers',
        content: { 'application/json': { schema: BookingDetailSchema }, 'text/html': { schema: Type.String() } },
      },
    };
    const one = { tags, summary: 'An order by its link', params, response };
    app.get('/api/orders/:token', { config, schema: one }, async (request, reply) => {
      reply.header('vary', 'accept');
      if (wantsPage(request)) return sendPage(request, reply);
      const row = await open(request.params.token);
      const detail = await readBookingDetail(store, row, clock.now());
      // The link must not travel on to other sites, nor into caches.
      reply.header('cache-control', 'private, no-store').header('referrer-policy', 'no-referrer');
      return detail;
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

    // What the button of the page sends: a form with nothing in it.
    app.addContentTypeParser('application/x-www-form-urlencoded', (_request, payload, done) => {
      payload.resume();
      done(null, undefined);
    });
    const pressed = { tags, summary: 'Cancel an order by the button of its page', params, hide: true };
    app.post('/api/orders/:token/cancel', { config, schema: pressed }, async (request, reply) => {
      const row = await find(request.params.token);
      if (!row) return sendPage(request, reply);
      const target = { row, isStaff: false, isOwner: true, ticketIds: null };
      try {
        await cancelFor(parts, request, target, {});
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return sendPage(request, reply.code(409), 'This order cannot be cancelled any more.');
      }
      return reply.redirect(`/api/orders/${request.params.token}`, 303);
    });
  };
}
