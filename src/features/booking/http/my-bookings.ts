import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { MyTicketPage, MyTicketsQuery } from '../../../contract/booking.ts';
import { isUuid } from '../../../kernel/ids.ts';
import { parseInstant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts';
import { Refused } from '../../../platform/http/refused.ts';
import { listMyTickets, type MyTicketsParts } from '../queries/my-tickets.ts';
import { viewerOf } from './access.ts';

/** The tickets of whoever is signed in. */
export function createMyRoutes(parts: MyTicketsParts & { readonly clock: Clock }): FastifyPluginAsyncTypebox {
  return async (app) => {
    const schema = {
      tags: ['bookings'],
      summary: 'Your tickets: ahead, past, given back, and of shows that were called off',
      querystring: MyTicketsQuery,
      response: { 200: MyTicketPage },
    };
    app.get('/api/me/tickets', { config: { access: 'account' }, schema }, async (request, reply) => {
      const { limit = 20, cursor, when = null } = request.query;
      const after = cursor === undefined ? null : (decodeCursor(cursor, ['string', 'string']) as [string, string]);
      if (after && !(parseInstant(after[0]) !== undefined && isUuid(after[1])))
        throw new Refused({ code: 'CURSOR_INVALID' });
      const { owners } = viewerOf(request, []);
      const { items, next } = await listMyTickets(parts, { owners, when, limit, after, now: parts.clock.now() });
      reply.header('cache-control', 'private, no-store');
      return { items, nextCursor: next === null ? null : encodeCursor(next) };
    });
  };
}
