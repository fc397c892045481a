import type { AvailabilityAnswer, SeatStatesAnswer } from '../../../contract/inventory.ts';
import { type Instant, toIso } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { type PreparedPage, type PreparedPages, preparePage } from '../../../platform/http/prepared-pages.ts';
import { type Json, toJson, toJsonBytes } from '../../../platform/http/ready-answer.ts';
import type { EventLedgers, LoadedEvent } from '../commands/event-ledgers.ts';
import { placeLetters, statesText } from './place-letters.ts';
import { visibleTypes } from './visible-availability.ts';

/** Live pages may be kept by nobody without asking: seats move all the time. */
const revalidate = 'no-cache';

/** How many pages of one kind are known; they are made again as needed. */
const sourcesMax = 5_000;

type Make<Body> = (event: LoadedEvent, now: Instant) => Json<Buffer, Body>;
/** What a page says of the time that is left, as a number: another number, another page. */
type TimeShown = (event: LoadedEvent, now: Instant) => number;
const noTime = -1;

/** The pages that everyone reads during a sale, straight from the ledger, made again only when something changed. */
export interface LivePages {
  availability(eventId: number): Promise<PreparedPage<AvailabilityAnswer> | null>;
  seats(eventId: number): Promise<PreparedPage<SeatStatesAnswer> | null>;
  /** The availability as a value, for pages that show more than that. */
  availabilityNow(eventId: number): Promise<AvailabilityAnswer | null>;
  /** What changed after `version`; the whole map if that is another epoch or too long ago. Null: no such event. */
  seatsSince(eventId: number, version: string): Promise<SeatStatesAnswer | null>;
}

export function createLivePages(parts: {
  readonly ledgers: EventLedgers;
  readonly clock: Clock;
  readonly pages: PreparedPages;
}): LivePages {
  const { ledgers, clock, pages } = parts;

  /** Keeps one page current: asked again, it is made anew only if the ledger has moved on. */
  function follow<Body>(
    eventId: number,
    path: string,
    make: Make<Body>,
    timeShown: TimeShown,
  ): () => PreparedPage<Body> | null {
    let page: PreparedPage<Body> | null = null;
    let version = '';
    let time = noTime;
    function current(): PreparedPage<Body> | null {
      const event = ledgers.loaded(eventId);
      if (!event?.isPublic) return null;
      const now = clock.now();
      // A hold that has expired since changes places too: the version counts it once they are looked at.
      event.ledger.states(now);
      const timeNow = timeShown(event, now);
      if (page === null || time !== timeNow || version !== event.ledger.version) {
        version = event.ledger.version;
        time = timeNow;
        page = preparePage(make(event, now), revalidate, time === noTime ? version : `${version}.${time}`);
      }
      return page;
    }
    pages.serve(path, { current });
    return current;
  }

  /** The pages of one kind, one an event, at `/api/events/{id}/{name}`. */
  function pagesOf<Body>(
    name: string,
    make: Make<Body>,
    timeShown: TimeShown,
  ): (eventId: number) => Promise<PreparedPage<Body> | null> {
    const sources = new Map<number, () => PreparedPage<Body> | null>();
    return async (eventId) => {
      const event = await ledgers.open(eventId);
      if (!event?.isPublic) return null;
      let current = sources.get(eventId);
      if (!current) {
        if (sources.size >= sourcesMax) sources.clear();
        current = follow(eventId, `/api/events/${eventId}/${name}`, make, timeShown);
        sources.set(eventId, current);
      }
      return current();
    };
  }

  return {
    availability: pagesOf('availability', availabilityBody, secondsToNextExpiry),
    seats: pagesOf('seats', seatsBody, () => noTime),
    async availabilityNow(eventId) {
      const event = await ledgers.open(eventId);
      return event?.isPublic ? availabilityOf(event, clock.now()) : null;
    },
    async seatsSince(eventId, version) {
      const event = await ledgers.open(eventId);
      if (!event?.isPublic) return null;
      const states = event.ledger.states(clock.now());
      const changed = event.ledger.changesSince(version);
      if (changed === null) return { ...seatsHead(event), states: statesText(states) };
      return { ...seatsHead(event), changes: changed.map((placeNo) => [placeNo, placeLetters[states[placeNo]!]!]) };
    },
  };
}

/** Where a seat map lies: its address names its content, so it can be kept for ever. */
export function seatMapPath(event: LoadedEvent): string | null {
  return event.seatMapHash === null ? null : `/api/seat-maps/${event.seatingPlanId}/${event.seatMapHash}`;
}

function availabilityBody(event: LoadedEvent, now: Instant): Json<Buffer, AvailabilityAnswer> {
  return toJsonBytes(availabilityOf(event, now));
}

function availabilityOf(event: LoadedEvent, now: Instant): AvailabilityAnswer {
  const types = visibleTypes(event.ledger, now);
  const availableCapacity = types.reduce((sum, type) => sum + type.available, 0);
  const first = Math.min(...types.map(({ nextExpiryAt }) => nextExpiryAt ?? Number.POSITIVE_INFINITY));
  const { version, rules } = event.ledger;
  return {
    eventId: rules.eventId,
    availableCapacity,
    version,
    ...toNextExpiry(Number.isFinite(first) ? first : null, now),
    ticketTypes: types.map((type) => ({ ...type, ...toNextExpiry(type.nextExpiryAt, now) })),
  };
}

function toNextExpiry(at: Instant | null, now: Instant) {
  return {
    nextExpiryAt: at === null ? null : toIso(at),
    nextExpiryInSeconds: at === null ? null : secondsUntil(at, now),
  };
}

/** While anything is held the availability is made anew each second, so that its countdown is right when it is read. */
function secondsToNextExpiry({ ledger }: LoadedEvent, now: Instant): number {
  const { nextExpiryAt } = ledger;
  return nextExpiryAt === null ? noTime : secondsUntil(nextExpiryAt, now);
}

/** Rounded up: when a countdown is at 0 the places are free. */
function secondsUntil(at: Instant, now: Instant): number {
  return Math.max(0, Math.ceil((at - now) / 1000));
}

function seatsHead(event: LoadedEvent): SeatStatesAnswer {
  return { eventId: event.ledger.rules.eventId, version: event.ledger.version, geometry: seatMapPath(event) };
}

/** As `{ ...head, states }`, whose letters need no escaping. */
function seatsBody(event: LoadedEvent, now: Instant): Json<Buffer, SeatStatesAnswer> {
  const head = toJson(seatsHead(event));
  return Buffer.from(`${head.slice(0, -1)},"states":"${statesText(event.ledger.states(now))}"}`, 'latin1');
}
