import { type PreparedPage, type PreparedPages, preparePage } from '../../../contract/prepared-pages.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { EventLedgers, LoadedEvent } from '../commands/event-ledgers.ts';
import { placeState } from '../domain/types.ts';

/** Live pages may be kept by nobody without asking: seats move all the time. */
const revalidate = 'no-cache';

const letters: Record<number, string> = {
  [placeState.available]: 'a',
  [placeState.held]: 'h',
  [placeState.reserved]: 'r',
  [placeState.sold]: 's',
  [placeState.blocked]: 'b',
  [placeState.none]: '-',
};
const letterBytes = Uint8Array.from({ length: 6 }, (_, state) => letters[state]!.charCodeAt(0));

/** The pages that everyone reads during a sale, straight from the ledger, made again only when something changed. */
export interface LivePages {
  availability(eventId: number): Promise<PreparedPage | null>;
  seats(eventId: number): Promise<PreparedPage | null>;
  /** What changed after `version`; the whole map if that is another epoch or too long ago. Null: no such event. */
  seatsSince(eventId: number, version: string): Promise<object | null>;
}

export function createLivePages(parts: {
  readonly ledgers: EventLedgers;
  readonly clock: Clock;
  readonly pages: PreparedPages;
}): LivePages {
  const { ledgers, clock, pages } = parts;

  /** Keeps one page current: asked again, it is made anew only if the ledger has moved on. */
  function follow(eventId: number, path: string, make: (event: LoadedEvent) => Buffer): () => PreparedPage | null {
    let page: PreparedPage | null = null;
    let version = '';
    function current(): PreparedPage | null {
      const event = ledgers.loaded(eventId);
      if (!event?.isPublic) return null;
      letGoOfDue(event, clock.now());
      if (page === null || version !== event.ledger.version) {
        version = event.ledger.version;
        page = preparePage(make(event), revalidate, version);
      }
      return page;
    }
    pages.serve(path, { current });
    return current;
  }

  const sources = new Map<string, () => PreparedPage | null>();
  async function pageAt(
    eventId: number,
    path: string,
    make: (event: LoadedEvent) => Buffer,
  ): Promise<PreparedPage | null> {
    const event = await ledgers.open(eventId);
    if (!event?.isPublic) return null;
    let current = sources.get(path);
    if (!current) {
      if (sources.size >= 10_000) sources.clear();
      current = follow(eventId, path, make);
      sources.set(path, current);
    }
    return current();
  }

  return {
    availability: (eventId) => pageAt(eventId, `/api/events/${eventId}/availability`, availabilityBody),
    seats: (eventId) => pageAt(eventId, `/api/events/${eventId}/seats`, seatsBody),
    async seatsSince(eventId, version) {
      const event = await ledgers.open(eventId);
      if (!event?.isPublic) return null;
      letGoOfDue(event, clock.now());
      const changed = event.ledger.changesSince(version);
      if (changed === null) return { ...seatsHead(event), states: statesText(event) };
      const states = event.ledger.states();
      return { ...seatsHead(event), changes: changed.map((placeNo) => [placeNo, letters[states[placeNo]!]]) };
    },
  };
}

/** Where a seat map lies: its address names its content, so it can be kept for ever. */
export function seatMapPath(event: LoadedEvent): string | null {
  return event.seatMapHash === null ? null : `/api/seat-maps/${event.seatingPlanId}/${event.seatMapHash}`;
}

/** Any read of the ledger first lets go of what is due; a sweep would do it within 250 ms. */
function letGoOfDue(event: LoadedEvent, now: number): void {
  const { nextExpiryAt } = event.ledger;
  if (nextExpiryAt !== null && nextExpiryAt <= now) event.ledger.find('', '', now);
}

function availabilityBody(event: LoadedEvent): Buffer {
  const hidden = event.ledger.rules.types.filter(({ isHidden }) => isHidden).map(({ ticketTypeId }) => ticketTypeId);
  const ticketTypes = event.ledger.availability().filter(({ ticketTypeId }) => !hidden.includes(ticketTypeId));
  const availableCapacity = ticketTypes.reduce((sum, type) => sum + type.available, 0);
  const { version, rules } = event.ledger;
  return Buffer.from(JSON.stringify({ eventId: rules.eventId, availableCapacity, version, ticketTypes }));
}

function seatsHead(event: LoadedEvent) {
  return { eventId: event.ledger.rules.eventId, version: event.ledger.version, geometry: seatMapPath(event) };
}

function statesText(event: LoadedEvent): string {
  const states = event.ledger.states();
  const text = Buffer.allocUnsafe(states.length);
  for (let i = 0; i < states.length; i++) text[i] = letterBytes[states[i]!]!;
  return text.toString('latin1');
}

function seatsBody(event: LoadedEvent): Buffer {
  const head = JSON.stringify(seatsHead(event));
  return Buffer.from(`${head.slice(0, -1)},"states":"${statesText(event)}"}`, 'latin1');
}
