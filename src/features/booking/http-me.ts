import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { MyTicket, MyTicketsQuery } from '../../contract/booking.ts';
import { Page } from '../../contract/common.ts';
import { decodeCursor, encodeCursor } from '../../contract/cursor.ts';
import { Refused } from '../../contract/problem.ts';
import { isUuid } from '../../kernel/ids.ts';
import { parseInstant } from '../../kernel/instant.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { WalledDatabase } from '../../platform/postgres/database.ts';
import { viewerOf } from './http-access.ts';
import { listMyTickets } from './queries/my-tickets.ts';

/** The tickets of whoever is signed in. */
export function createMyRoutes({
  database,
  clock,
}: {
  readonly database: WalledDatabase;
  readonly clock: Clock;
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    const schema = {
      tags: ['bookings'],
      summary: 'Your tickets: ahead, past, given back, and of shows that were called off',
      querystring: MyTicketsQuery,
      response: { 200: Page(MyTicket) },
    };
    app.get('/api/me/tickets', { config: { access: 'account' }, schema }, async (request, reply) => {
      const { limit = 20, cursor, when = null } = request.query;
      const after = cursor === undefined ? null : (decodeCursor(cursor, ['string', 'string']) as [string, string]);
      if (after && !(parseInstant(after[0]) !== undefined && isUuid(after[1])))
        throw new Refused({ code: 'CURSOR_INVALID' });
      const { owners } = viewerOf(request, []);
      const { items, next } = await listMyTickets(database, { owners, when, limit, after, now: clock.now() });
      reply.header('cache-control', 'private, no-store');
      return { items, nextCursor: next === null ? null : encodeCursor(next) };
    });
  };
}
