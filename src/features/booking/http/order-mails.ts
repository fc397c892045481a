import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { FindOrderBody, MailedSchema } from '../../../contract/booking.ts';
import { closed, Uuid } from '../../../contract/common.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { findOrder, type OrderMailParts, resendTickets } from '../commands/mail-order.ts';
import type { OrderLinks } from '../queries/order-links.ts';
import type { BookingStore } from '../store/booking-store.ts';
import { findFor } from './access.ts';

const tags = ['bookings'];
const resent = { success: true, message: 'The tickets are on their way to the mail address of the order.' };
const found = {
  success: true,
  message: 'If there is such an order under this address, a mail with its link is on its way there.',
};

/** Mails that a buyer asks for: the tickets once more, the way back to an order. */
export function createOrderMailRoutes(
  parts: OrderMailParts & {
    readonly store: BookingStore;
    readonly clock: Clock;
    readonly orderLinks: OrderLinks;
  },
): FastifyPluginAsyncTypebox {
  const { store, orderLinks, clock } = parts;
  const problems = ['TICKETS_NONE', 'TOO_MANY_MAILS'] as const;
  return async (app) => {
    const ofBooking = {
      tags,
      summary: 'Send the mail with the tickets once more',
      description: 'To the mail address that the booking has; without one nothing is sent.',
      params: Type.Object({ id: Uuid() }, closed),
      response: { 202: MailedSchema },
    };
    const config = { access: 'public', staff: ['tickets'], ids: { id: 'booking' }, problems } as const;
    app.post('/api/bookings/:id/resend', { config, schema: ofBooking }, async (request, reply) => {
      const { row } = await findFor(store, request, request.params.id, ['tickets']);
      acceptedValue(await resendTickets(parts, row, { network: request.network, now: clock.now() }));
      return reply.code(202).send(resent);
    });
    const ofOrder = {
      ...ofBooking,
      summary: 'Send the mail with the tickets once more, by the order’s link',
      params: Type.Object({ token: Type.String({ minLength: 10, maxLength: 100 }) }, closed),
    };
    const byLink = { access: 'public', ids: { token: null }, problems: [...problems, 'ORDER_LINK_UNKNOWN'] } as const;
    app.post('/api/orders/:token/resend', { config: byLink, schema: ofOrder }, async (request, reply) => {
      const bookingId = await orderLinks.read(request.params.token);
      const row = bookingId === null ? null : await store.find(bookingId);
      if (!row) throw new Refused({ code: 'ORDER_LINK_UNKNOWN' });
      acceptedValue(await resendTickets(parts, row, { network: request.network, now: clock.now() }));
      return reply.code(202).send(resent);
    });
    const find = {
      tags,
      summary: 'Have the link of an order sent to its mail address',
      description: 'By address and order number. The answer is the same whether there is such an order or not.',
      body: FindOrderBody,
      response: { 202: MailedSchema },
    };
    app.post(
      '/api/orders/find',
      { config: { access: 'public', problems: ['TOO_MANY_MAILS'] }, schema: find },
      async (request, reply) => {
        const { network } = request;
        acceptedValue(await findOrder(parts, { ...request.body, network, now: clock.now() }));
        return reply.code(202).send(found);
      },
    );
  };
}
