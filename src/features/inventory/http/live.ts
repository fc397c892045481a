import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { closed, SerialId } from '../../../contract/common.ts';
import { AvailabilitySchema, SeatStatesSchema } from '../../../contract/inventory.ts';
import { type PreparedPage, sendPage } from '../../../platform/http/prepared-pages.ts';
import type { ReplyTo } from '../../../platform/http/ready-answer.ts';
import { Refused } from '../../../platform/http/refused.ts';
import { NotOwned } from '../../../platform/ownership/ownership.ts';
import type { LivePages } from '../queries/live-pages.ts';

/** What everyone reads while seats move: availability and seat states. */
export function createLiveRoutes(live: LivePages): FastifyPluginAsyncTypebox {
  const config = {
    access: 'public',
    eventOf: { event: 'path.id' },
    // Whoever is asked follows the event: a crowd that looks does not reach its owner.
    hops: false,
    ids: { id: 'event' },
    problems: ['UNAVAILABLE'],
  } as const;
  const params = Type.Object({ id: SerialId() }, closed);
  const tags = ['catalogue'];
  return async (app) => {
    app.get(
      '/api/events/:id/availability',
      {
        config,
        schema: { tags, summary: 'Free places per ticket type, now', params, response: { 200: AvailabilitySchema } },
      },
      async (request, reply) => answerPage(request, reply, await known(live.availability(request.params.id, request))),
    );
    const since = Type.Optional(
      Type.String({ minLength: 1, maxLength: 60, description: 'A version: only what changed after it.' }),
    );
    const querystring = Type.Object({ since }, closed);
    app.get(
      '/api/events/:id/seats',
      {
        config,
        schema: {
          tags,
          summary: 'The state of every place, now',
          params,
          querystring,
          response: { 200: SeatStatesSchema },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const { since } = request.query;
        if (since === undefined) return answerPage(request, reply, await known(live.seats(id, request)));
        const changes = await known(live.seatsSince(id, since, request));
        if (!changes) throw new Refused({ code: 'EVENT_NOT_FOUND' });
        return reply.header('cache-control', 'no-cache').send(changes);
      },
    );
  };
}

/**
 * Where the event is followed and its owner has not been heard for a second there is no page: to hand the request on by the same pipe
 * would only wait longer.
 */
async function known<Page>(page: Promise<Page>): Promise<Page> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof NotOwned) throw new Refused({ code: 'UNAVAILABLE', retryAfterSeconds: 1 });
    throw error;
  }
}

function answerPage<Body>(
  request: FastifyRequest,
  reply: ReplyTo<Body>,
  page: PreparedPage<Body> | null,
): FastifyReply {
  if (!page) throw new Refused({ code: 'EVENT_NOT_FOUND' });
  return sendPage(request, reply, page);
}
