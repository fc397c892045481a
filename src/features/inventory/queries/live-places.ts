import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { SaleCode } from '../../pricing/index.ts';
import type { EventLedgers, LoadedEvent } from '../commands/event-ledgers.ts';
import { type Hold, placeState } from '../domain/types.ts';
import { seatMapPath } from './seat-map-path.ts';

/** Staff ask about an event of their organiser's; of any other they hear that there is none. */
export interface StaffEvent {
  readonly eventId: number;
  readonly organizerId: number;
}

export interface EventNotFound {
  readonly code: 'EVENT_NOT_FOUND';
}

/** A place of an event, by the ticket that is there now. */
export interface TicketPlace {
  readonly eventId: number;
  readonly placeNo: number;
  readonly ticketId: string;
}

/** Where a ticket can be now, as buyers and staff see it: blocked places are Reserved. */
export type LiveStatus = 'Available' | 'Held' | 'Reserved' | 'Sold';

const statesOf: Record<LiveStatus, readonly number[]> = {
  Available: [placeState.available],
  Held: [placeState.held],
  Reserved: [placeState.reserved, placeState.blocked],
  Sold: [placeState.sold],
};

/** What only the ledgers know of places. Each question is answered in one turn of the ledger that it is about. */
export interface LivePlaces {
  /** The holds that these tickets are in, active or in payment, by ticket; those that are in none are left out. */
  holdsOn(eventId: number, ticketIds: readonly string[]): Promise<ReadonlyMap<string, Hold>>;
  /** {@link LivePlaces.holdsOn} for staff. */
  holdsFor(
    event: StaffEvent,
    ticketIds: readonly string[],
  ): Promise<Decision<ReadonlyMap<string, Hold>, EventNotFound>>;
  /** The first free places of a type, in the order of their numbers: seats of a plan lie side by side. */
  firstFree(
    event: StaffEvent,
    places: { readonly ticketTypeId: number; readonly quantity: number },
  ): Promise<
    Decision<
      readonly string[],
      | EventNotFound
      | { readonly code: 'TICKET_TYPE_UNKNOWN'; readonly ticketTypeId: number }
      | {
          readonly code: 'NOT_ENOUGH_TICKETS';
          readonly available: number;
          readonly held: number;
          readonly nextExpiryAt: null;
        }
    >
  >;
  /**
   * Places in one status after a place, in the order of events and places: of one event (nothing if there is none), or of
   * all in memory that are public or the organiser's.
   */
  findPlaces(asked: {
    readonly eventId: number | null;
    readonly organizerId: number | null;
    readonly status: LiveStatus;
    readonly after: { readonly eventId: number; readonly placeNo: number };
    readonly count: number;
  }): Promise<TicketPlace[]>;
  /** The live tickets of seats of the plan, by the seat's guid; a seat that the plan does not have or that is not sold is left out. */
  ticketsOfSeats(
    event: StaffEvent,
    seatGuids: readonly string[],
  ): Promise<Decision<ReadonlyMap<string, string>, EventNotFound>>;
  /** Whether all these places are free: a place that somebody holds is not, though the database does not know of it. */
  areFree(eventId: number, ticketIds: readonly string[]): Promise<boolean>;
  /** Where the seat map of an event lies; null if it has none, or there is no such event. */
  seatMapPath(eventId: number): Promise<string | null>;
  /** What a promo or access code of the event is good for, by what is typed. */
  findCode(eventId: number, text: string): Promise<SaleCode | undefined>;
  /**
   * How many holds were made for an earlier edition of the show, once its ledger knows the new one; null if it is not in
   * memory: then they are in the journal alone.
   */
  holdsBefore(eventId: number, edition: number): Promise<number | null>;
}

export function createLivePlaces(parts: { readonly ledgers: EventLedgers; readonly clock: Clock }): LivePlaces {
  const { ledgers, clock } = parts;

  async function openFor({ eventId, organizerId }: StaffEvent): Promise<Decision<LoadedEvent, EventNotFound>> {
    const event = await ledgers.open(eventId);
    return event?.ledger.rules.organizerId === organizerId ? accept(event) : refuse({ code: 'EVENT_NOT_FOUND' });
  }

  function holdsIn({ ledger }: LoadedEvent, ticketIds: readonly string[]): ReadonlyMap<string, Hold> {
    const now = clock.now();
    const holds = new Map<string, Hold>();
    for (const ticketId of ticketIds) {
      const hold = ledger.findByTicket(ticketId, null, now);
      if (hold) holds.set(ticketId, hold);
    }
    return holds;
  }

  async function eventsToSearch(eventId: number | null, organizerId: number | null): Promise<[number, LoadedEvent][]> {
    if (eventId !== null) {
      const event = await ledgers.open(eventId);
      return event ? [[eventId, event]] : [];
    }
    return [...ledgers.all()]
      .filter(([, { ledger, isPublic }]) => isPublic || organizerId === ledger.rules.organizerId)
      .sort(([a], [b]) => a - b);
  }

  return {
    async holdsOn(eventId, ticketIds) {
      const event = await ledgers.open(eventId);
      return event ? holdsIn(event, ticketIds) : new Map();
    },
    async holdsFor(staffEvent, ticketIds) {
      const opened = await openFor(staffEvent);
      return opened.accepted ? accept(holdsIn(opened.value, ticketIds)) : opened;
    },
    async firstFree(staffEvent, { ticketTypeId, quantity }) {
      const opened = await openFor(staffEvent);
      if (!opened.accepted) return opened;
      const { ledger } = opened.value;
      const now = clock.now();
      const counts = ledger.availability(now).find((type) => type.ticketTypeId === ticketTypeId);
      if (!counts) return refuse({ code: 'TICKET_TYPE_UNKNOWN', ticketTypeId });
      const { available, held } = counts;
      if (available < quantity) return refuse({ code: 'NOT_ENOUGH_TICKETS', available, held, nextExpiryAt: null });
      const chosen: string[] = [];
      const states = ledger.states(now);
      for (let placeNo = 0; placeNo < states.length && chosen.length < quantity; placeNo++) {
        if (states[placeNo] !== placeState.available) continue;
        const ticketId = ledger.ticketIdAt(placeNo);
        if (ticketId !== undefined && ledger.stateOf(ticketId)?.ticketTypeId === ticketTypeId) chosen.push(ticketId);
      }
      return accept(chosen);
    },
    async findPlaces({ eventId, organizerId, status, after, count }) {
      const wanted = statesOf[status];
      const found: TicketPlace[] = [];
      for (const [id, { ledger }] of await eventsToSearch(eventId, organizerId)) {
        if (found.length >= count) break;
        if (id < after.eventId) continue;
        const states = ledger.states(clock.now());
        const from = id === after.eventId ? after.placeNo + 1 : 0;
        for (let placeNo = from; placeNo < states.length && found.length < count; placeNo++) {
          if (!wanted.includes(states[placeNo]!)) continue;
          found.push({ eventId: id, placeNo, ticketId: ledger.ticketIdAt(placeNo)! });
        }
      }
      return found;
    },
    async ticketsOfSeats(staffEvent, seatGuids) {
      const opened = await openFor(staffEvent);
      if (!opened.accepted) return opened;
      const { ledger, geometry } = opened.value;
      const wanted = new Set(seatGuids);
      const found = new Map<string, string>();
      for (const [placeNo, guid] of (geometry?.guids ?? []).entries()) {
        const ticketId = wanted.has(guid) ? ledger.ticketIdAt(placeNo) : undefined;
        if (ticketId !== undefined) found.set(guid, ticketId);
      }
      return accept(found);
    },
    async areFree(eventId, ticketIds) {
      const event = ledgers.loaded(eventId) ?? (await ledgers.open(eventId));
      return event !== null && ticketIds.every((id) => event.ledger.stateOf(id)?.state === placeState.available);
    },
    async seatMapPath(eventId) {
      const event = await ledgers.open(eventId);
      return event && seatMapPath(event);
    },
    async findCode(eventId, text) {
      const event = await ledgers.open(eventId);
      return event?.ledger.rules.codes?.get(text);
    },
    async holdsBefore(eventId, edition) {
      let event = await ledgers.settled(eventId);
      // A hold that is placed by a ledger which has not learnt of the change belongs to those before it.
      if (event && (event.ledger.rules.edition ?? 0) < edition) {
        await ledgers.refreshRules(eventId);
        event = await ledgers.settled(eventId);
      }
      return event ? event.ledger.holdsBefore(edition) : null;
    },
  };
}
