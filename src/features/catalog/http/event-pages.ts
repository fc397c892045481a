import type { FastifyReply } from 'fastify';
import type { EventBody } from '../../../contract/catalog.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { versionTag } from '../../../platform/http/if-match.ts';
import {
  keptByAnybody,
  type PreparedPage,
  type PreparedPages,
  preparePage,
} from '../../../platform/http/prepared-pages.ts';
import { countersLagMs } from '../queries/public-events.ts';

/** How long a page is kept at most; by whoever asked for it as long again ({@link keptByAnybody}). */
const keptMs = 60_000;

/**
 * The public pages of events, kept ready. However many ask at once for a page that is not ready, it is read once (2,000
 * readers at once took 6 s without that).
 */
export interface EventPages {
  /**
   * The event's page; `read` is called if it is not being read already. Null if `read` finds no event. `reply` is not
   * answered: it only knows how to serialize.
   */
  page(
    reply: FastifyReply,
    eventId: number,
    read: () => Promise<EventBody | null>,
  ): Promise<PreparedPage<EventBody> | null>;
  /** The event was edited: whoever asks from now on sees it as it is. */
  forget(eventId: number): void;
  /** Only its counters moved: the page may be a second old. */
  touch(eventId: number): void;
}

interface KeptPage {
  readonly page: PreparedPage<EventBody>;
  until: number;
}

export function createEventPages(parts: { readonly pages: PreparedPages; readonly clock: Clock }): EventPages {
  const { pages, clock } = parts;
  const reading = new Map<number, Promise<PreparedPage<EventBody> | null>>();
  const kept = new Map<number, KeptPage>();
  const path = (eventId: number) => `/api/events/${eventId}`;

  function keep(eventId: number, page: PreparedPage<EventBody>): void {
    const entry = { page, until: clock.measure() + keptMs };
    kept.set(eventId, entry);
    pages.serve(path(eventId), {
      current() {
        if (clock.measure() < entry.until) return page;
        if (kept.get(eventId) === entry) kept.delete(eventId);
        return null;
      },
    });
  }

  function readOnce(
    eventId: number,
    make: () => Promise<PreparedPage<EventBody> | null>,
  ): Promise<PreparedPage<EventBody> | null> {
    const running = reading.get(eventId);
    if (running) return running;
    const mine = make().then((page) => {
      // Forgotten meanwhile, what was read may be old: it answers those who asked before, and is not kept.
      if (reading.get(eventId) === mine) {
        reading.delete(eventId);
        if (page) keep(eventId, page);
      }
      return page;
    });
    reading.set(eventId, mine);
    mine.catch(() => reading.delete(eventId));
    return mine;
  }

  return {
    page: (reply, eventId, read) =>
      readOnce(eventId, async () => {
        const event = await read();
        if (!event) return null;
        const body = Buffer.from(String(reply.serialize(event)));
        const page = preparePage<EventBody>(body, keptByAnybody);
        // An edit may name the tag of the page it was made from: its version counts, not its counters.
        const etag = versionTag(event.version, page.etag.replaceAll('"', ''));
        const performers = event.performers.map(({ performerId }) => `performer-${performerId}`);
        const surrogateKeys = ['events', `event-${eventId}`, `venue-${event.venueId}`, ...performers].join(' ');
        return { ...page, etag, surrogateKeys };
      }),
    forget(eventId) {
      reading.delete(eventId);
      kept.delete(eventId);
      pages.forget(path(eventId));
    },
    touch(eventId) {
      const entry = kept.get(eventId);
      if (entry) entry.until = Math.min(entry.until, clock.measure() + countersLagMs);
    },
  };
}
