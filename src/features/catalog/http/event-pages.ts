import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesTag, type PreparedPages, preparePage } from '../../../contract/prepared-pages.ts';
import type { Clock } from '../../../platform/clock/clock.ts';

/** How long a page is kept at most, here and by whoever asked for it. */
const keptMs = 60_000;
const cacheControl = `public, max-age=${keptMs / 1000}`;

/** The public pages of events, kept ready until an event looks different. */
export interface EventPages {
  /**
   * Called before an event is read; the function it answers sends the page and keeps it, unless any event was changed
   * in between (then what was read may be old).
   */
  begin(eventId: number): <T extends object>(request: FastifyRequest, reply: FastifyReply, event: T) => T;
  forget(eventId: number): void;
}

export function createEventPages({
  pages,
  clock,
}: {
  readonly pages: PreparedPages;
  readonly clock: Clock;
}): EventPages {
  let changes = 0;
  const path = (eventId: number) => `/api/events/${eventId}`;
  return {
    begin(eventId) {
      const before = changes;
      return <T extends object>(request: FastifyRequest, reply: FastifyReply, event: T) => {
        const page = preparePage(Buffer.from(String(reply.serialize(event))), cacheControl);
        const until = clock.now() + keptMs;
        if (changes === before) pages.serve(path(eventId), { current: () => (clock.now() < until ? page : null) });
        reply.header('etag', page.etag).header('cache-control', cacheControl);
        if (matchesTag(request.headers['if-none-match'], page.etag)) return reply.code(304).send() as never;
        return reply.type('application/json; charset=utf-8').send(page.body) as never;
      };
    },
    forget(eventId) {
      changes += 1;
      pages.forget(path(eventId));
    },
  };
}
