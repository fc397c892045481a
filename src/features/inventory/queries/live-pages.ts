import type { IncomingHttpHeaders } from 'node:http';
import type { AvailabilityAnswer, SeatStatesAnswer } from '../../../contract/inventory.ts';
import { type Instant, toIso } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import {
  isKnownCaller,
  type PreparedPage,
  type PreparedPages,
  preparePage,
} from '../../../platform/http/prepared-pages.ts';
import { type Json, toJson, toJsonBytes } from '../../../platform/http/ready-answer.ts';
import type { ShownEvent, ShownEvents } from './shown-event.ts';
import { freeOf } from './visible-availability.ts';

/** Live pages may be kept by nobody without asking: seats move all the time. */
const revalidate = 'no-cache';

/** How many pages of one kind are known; they are made again as needed. */
const sourcesMax = 5_000;

/** What a page says of the time that is left, as a number: another number, another page. */
type TimeShown = (event: ShownEvent, now: Instant) => number;
const noTime = -1;

/** A page of one kind: how it is made, and what distinguishes its tag. */
interface Kind<Body> {
  readonly name: string;
  make(event: ShownEvent, now: Instant): Json<Buffer, Body>;
  readonly timeShown: TimeShown;
  /** Left out: by what it says. */
  tag?(event: ShownEvent): string;
}

/**
 * The pages that everyone reads during a sale, made again only when something changed. Whichever process is asked, they have the same
 * bytes and the same tag.
 */
export interface LivePages {
  availability(eventId: number, asker: Asker): Promise<PreparedPage<AvailabilityAnswer> | null>;
  seats(eventId: number, asker: Asker): Promise<PreparedPage<SeatStatesAnswer> | null>;
  /** The availability as a value, for pages that show more than that. */
  availabilityNow(eventId: number): Promise<AvailabilityAnswer | null>;
  /** Where the seat map of an event lies; null: it has none, or there is no such event. */
  seatMapPath(eventId: number): Promise<string | null>;
  /** What changed after `version`; the whole map if that is another epoch or too long ago. Null: no such event. */
  seatsSince(eventId: number, version: string, asker: Asker): Promise<SeatStatesAnswer | null>;
}

/** Whoever may have changed something a moment ago is to see it. */
type Asker = Parameters<typeof isKnownCaller>[0];

export function createLivePages(parts: {
  readonly events: ShownEvents;
  readonly clock: Clock;
  readonly pages: PreparedPages;
}): LivePages {
  const { events, clock, pages } = parts;

  /** Keeps one page current: asked again, it is made anew only if the event has moved on. */
  function keep<Body>({ make, timeShown, tag }: Kind<Body>): (event: ShownEvent) => PreparedPage<Body> {
    let page: PreparedPage<Body> | null = null;
    let of: ShownEvent | null = null;
    let version = '';
    let revision = 0;
    let time = noTime;
    return (event) => {
      const now = clock.now();
      const timeNow = timeShown(event, now);
      const isSame = of === event && revision === event.revision && version === event.version && time === timeNow;
      if (page === null || !isSame) {
        ({ version, revision } = event);
        of = event;
        time = timeNow;
        page = preparePage(make(event, now), revalidate, tag?.(event));
      }
      return page;
    };
  }

  /** The pages of one kind, one an event, at `/api/events/{id}/{name}`. */
  function pagesOf<Body>(kind: Kind<Body>): (eventId: number, asker: Asker) => Promise<PreparedPage<Body> | null> {
    const kept = new Map<number, (event: ShownEvent) => PreparedPage<Body>>();
    return async (eventId, asker) => {
      const event = await events.open(eventId, isKnownCaller(asker));
      if (event === null) return null;
      let pageOf = kept.get(eventId);
      if (!pageOf) {
        if (kept.size >= sourcesMax) kept.clear();
        pageOf = keep(kind);
        kept.set(eventId, pageOf);
        pages.serve(`/api/events/${eventId}/${kind.name}`, { current: currentOf(eventId, pageOf) });
      }
      return pageOf(event);
    };
  }

  function currentOf<Body>(eventId: number, pageOf: (event: ShownEvent) => PreparedPage<Body>) {
    return (headers: IncomingHttpHeaders) => {
      const event = events.now(eventId);
      if (event === null || (event.isFollowed && isKnownCaller({ headers }))) return null;
      return pageOf(event);
    };
  }

  return {
    availability: pagesOf<AvailabilityAnswer>({
      name: 'availability',
      make: (event, now) => toJsonBytes(availabilityOf(event, now)),
      timeShown: secondsToNextExpiry,
    }),
    // The version says all that is in it.
    seats: pagesOf<SeatStatesAnswer>({
      name: 'seats',
      make: seatsBody,
      timeShown: () => noTime,
      tag: ({ version }) => version,
    }),
    async availabilityNow(eventId) {
      const event = await events.open(eventId, false);
      return event && availabilityOf(event, clock.now());
    },
    seatMapPath: async (eventId) => (await events.open(eventId, false))?.geometry ?? null,
    async seatsSince(eventId, version, asker) {
      const event = await events.open(eventId, isKnownCaller(asker));
      if (event === null) return null;
      const changes = event.changesSince(version);
      if (changes === null) return { ...seatsHead(event), states: event.states() };
      return { ...seatsHead(event), changes: changes as [number, string][] };
    },
  };
}

function availabilityOf(event: ShownEvent, now: Instant): AvailabilityAnswer {
  const { eventId, version } = event;
  const types = event.ticketTypes();
  const first = Math.min(...types.map(({ nextExpiryAt }) => nextExpiryAt ?? Number.POSITIVE_INFINITY));
  return {
    eventId,
    availableCapacity: freeOf(types),
    version,
    ...toNextExpiry(Number.isFinite(first) ? first : null, now),
    ticketTypes: types.map((type) => ({ ...type, ...toNextExpiry(type.nextExpiryAt, now) })),
  };
}

/** When the first hold lapses, as a moment and as a countdown. */
export function toNextExpiry(at: Instant | null, now: Instant) {
  return {
    nextExpiryAt: at === null ? null : toIso(at),
    nextExpiryInSeconds: at === null ? null : secondsUntil(at, now),
  };
}

/** While anything is held the availability is made anew each second, so that its countdown is right when it is read. */
function secondsToNextExpiry({ nextExpiryAt }: ShownEvent, now: Instant): number {
  return nextExpiryAt === null ? noTime : secondsUntil(nextExpiryAt, now);
}

/** Rounded up: when a countdown is at 0 the places are free. */
function secondsUntil(at: Instant, now: Instant): number {
  return Math.max(0, Math.ceil((at - now) / 1000));
}

function seatsHead({ eventId, version, geometry }: ShownEvent): SeatStatesAnswer {
  return { eventId, version, geometry };
}

/** As `{ ...head, states }`, whose letters need no escaping. */
function seatsBody(event: ShownEvent): Json<Buffer, SeatStatesAnswer> {
  const head = toJson(seatsHead(event));
  return Buffer.from(`${head.slice(0, -1)},"states":"${event.states()}"}`, 'latin1');
}
