import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { closed, SerialId } from '../../../contract/common.ts';
import { goingAwayReason, LiveFrameSchema, LiveResyncSchema, liveCloseCodes } from '../../../contract/live.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { Refused } from '../../../platform/http/refused.ts';
import type { OpenSocket, SocketEvents, WebSockets } from '../../../platform/web-sockets/web-sockets.ts';
import type { LiveEvent, LiveFeed } from '../live-feed/live-feed.ts';

/** Who has a gap may say so once in so long: each time costs us a snapshot. */
const resyncEveryMs = 1_000;

/** The live channel of an event. */
export function createLiveSocketRoutes(parts: {
  readonly feed: LiveFeed;
  readonly sockets: WebSockets;
  readonly clock: Pick<Clock, 'measure'>;
}): FastifyPluginAsyncTypebox {
  const { feed, sockets, clock } = parts;

  function serve(event: LiveEvent, since: string | null, socket: OpenSocket): SocketEvents {
    const following = event.follow(since, {
      take: (frame) => socket.send(frame),
      gone: () => socket.close(liveCloseCodes.eventGone, 'EVENT_NOT_FOUND'),
    });
    let resyncedAt = Number.NEGATIVE_INFINITY;
    return {
      message(text) {
        const asked = readResync(text);
        const now = clock.measure();
        if (!asked || now - resyncedAt < resyncEveryMs) {
          following.stop();
          return socket.close(liveCloseCodes.policy, asked ? 'Once a second at most' : 'Only resync');
        }
        resyncedAt = now;
        following.resync(asked.since ?? null);
      },
      closed: () => following.stop(),
    };
  }

  const since = Type.Optional(
    Type.String({ minLength: 1, maxLength: 60, description: 'A version: begin with what changed after it.' }),
  );
  return async (app) => {
    app.addHook('preClose', () => sockets.closeAll(liveCloseCodes.goingAway, goingAwayReason));
    app.get(
      '/api/events/:id/live',
      {
        config: {
          access: 'public',
          eventOf: { event: 'path.id' },
          // A socket stays where it was opened; its frames come by the pipe.
          hops: false,
          ids: { id: 'event' },
          problems: ['ORIGIN_FOREIGN', 'SOCKETS_FULL', 'TOO_MANY_SOCKETS', 'UPGRADE_NEEDED'],
        },
        schema: {
          tags: ['catalogue'],
          summary: 'Seats and numbers as they change, by WebSocket',
          description:
            'Frames are JSON texts: a snapshot or what changed since the version named, then batches of changes. A frame whose `from` is more than the `to` known leaves a gap: send `{"type":"resync"}`. Closed with 1001: connect again after as long as the reason says (`again in 240 ms`); 1008: the message was wrong; 4404: the event is no longer to be seen; cut without a code: connect again with `?since=`, after a second or two that differ from one client to the next. Where no socket is to be had, ask `/seats?since=`.',
          params: Type.Object({ id: SerialId() }, closed),
          querystring: Type.Object({ since }, closed),
          response: { 101: LiveFrameSchema },
        },
      },
      async (request, reply) => {
        sockets.check(request, reply);
        const event = await feed.open(request.params.id);
        if (!event) throw new Refused({ code: 'EVENT_NOT_FOUND' });
        sockets.open(request, reply, (socket) => serve(event, request.query.since ?? null, socket));
        return reply;
      },
    );
  };
}

function readResync(text: string): { readonly since?: string } | null {
  try {
    const message: unknown = JSON.parse(text);
    return Value.Check(LiveResyncSchema, message) ? message : null;
  } catch {
    return null;
  }
}
