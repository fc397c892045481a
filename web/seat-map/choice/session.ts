import type { EventBody, TicketTypeBody } from '../../../src/contract/catalog.ts';
import type { ReservationAnswer, SeatStatesAnswer } from '../../../src/contract/inventory.ts';
import type { SeatMap } from '../../../src/contract/seat-map.ts';
import { type Hall, readHall, seatKinds } from '../engine/hall.ts';
import { createSeatStates, type SeatChange, type SeatStates } from '../engine/seat-states.ts';
import { followSeats } from '../live/follow-seats.ts';
import type { Unlocked } from '../live/unlock-kept.ts';
import {
  countOf,
  createSeatMapStore,
  generalKey,
  readGeneralKey,
  type SeatMapStore,
  withGeneral,
  withoutSeats,
  withSeat,
} from './choice.ts';
import { type Offers, readOffers } from './offers.ts';

/** Everything that map, list and tray share while somebody chooses. */
export interface Session {
  readonly event: EventBody;
  readonly hall: Hall | null;
  readonly states: SeatStates | null;
  readonly offers: Offers;
  readonly store: SeatMapStore;
  /** With all fees, in the rate that it was picked with or the first. */
  priceOf(seat: number): number;
  isFree(seat: number): boolean;
  /** Whether the filter shows it in full. */
  isWanted(seat: number): boolean;
  /** Takes a seat that is free, leaves one that is taken. */
  toggle(seat: number): 'taken' | 'left' | 'full' | 'no';
  sum(): number;
  /** One's own hold: its seats are free to its owner and chosen. */
  takeUp(hold: ReservationAnswer): void;
  /** Who draws seats hears which have changed. */
  onSeats(listener: (seats: readonly number[]) => void): () => void;
  /** Follows the changes of others until stopped. */
  follow(gone: () => void): () => void;
}

export function createSession(parts: {
  readonly event: EventBody;
  readonly seats: SeatStatesAnswer;
  readonly map: SeatMap | null;
  readonly unlocked: Unlocked;
  readonly now: number;
}): Session {
  const { seats, map, unlocked } = parts;
  const event = withTypes(parts.event, unlocked.types);
  const hall = map ? readHall(map) : null;
  const states = hall ? createSeatStates(hall) : null;
  states?.replace(seats.states ?? '');
  const offers = readOffers(event, hall, parts.now, unlocked.early);
  const store = createSeatMapStore(event.limitPerReservation, false);
  const free = new Map(event.ticketTypes.map(({ ticketTypeId, availableCount }) => [ticketTypeId, availableCount]));
  store.setState({ free });
  const listeners = new Set<(seats: readonly number[]) => void>();
  let ownTimer: ReturnType<typeof setTimeout> | undefined;

  const offerOf = (seat: number) => (hall ? offers.ofCategory(hall.category[seat]!) : undefined);
  const isFree = (seat: number) => states?.isFree(seat) === true && offerOf(seat) !== undefined;

  function changed(list: readonly number[]): void {
    if (list.length === 0) return;
    const { choice, lost, proposed, version } = store.getState();
    const gone = list.filter((seat) => choice.seats.has(seat) && !isFree(seat));
    const stillLost = [...lost].filter(([seat]) => !isFree(seat));
    const newlyLost = gone.map((seat) => [seat, choice.seats.get(seat)!] as const);
    store.setState({
      version: version + 1,
      ...(gone.length > 0 && { choice: withoutSeats(choice, gone) }),
      lost: new Map([...stillLost, ...newlyLost]),
      proposed: proposed.some((seat) => !isFree(seat)) ? [] : proposed,
    });
    for (const listener of listeners) listener(list);
  }

  function priceOf(seat: number): number {
    const offer = offerOf(seat);
    const rate = store.getState().choice.seats.get(seat);
    return offer?.rates.find(({ name }) => name === rate)?.price ?? offer?.price ?? 0;
  }

  return {
    event,
    hall,
    states,
    offers,
    store,
    priceOf,
    isFree,
    isWanted(seat) {
      const { wanted, onlyAccessible } = store.getState();
      return (
        (wanted.size === 0 || wanted.has(hall!.category[seat]!)) &&
        (!onlyAccessible || hall!.kind[seat] !== seatKinds.ordinary)
      );
    },
    toggle(seat) {
      const { choice } = store.getState();
      if (choice.seats.has(seat)) {
        store.setState({ choice: withoutSeats(choice, [seat]) });
        return 'left';
      }
      const offer = offerOf(seat);
      if (!offer || !isFree(seat)) return 'no';
      const next = withSeat(choice, seat, offer.rates[0]?.name ?? '');
      if (next === choice) return 'full';
      store.setState({ choice: next, proposed: [], lost: new Map() });
      return 'taken';
    },
    sum() {
      const { choice } = store.getState();
      let sum = 0;
      for (const seat of choice.seats.keys()) sum += priceOf(seat);
      for (const [key, count] of choice.general) {
        const { typeId, rate } = readGeneralKey(key);
        const offer = offers.ofType(typeId);
        sum += count * (offer?.rates.find(({ name }) => name === rate)?.price ?? offer?.price ?? 0);
      }
      return Math.round(sum * 1_000) / 1_000;
    },
    takeUp(hold) {
      let { choice } = store.getState();
      const indexOf = new Map(hall?.guids.map((guid, i) => [guid, i]));
      const own = new Set<number>();
      for (const { seat, ticketTypeId, rate } of hold.tickets) {
        const index = seat && indexOf.get(seat.guid);
        if (typeof index === 'number') {
          own.add(index);
          choice = withSeat(choice, index, rate);
        } else {
          const key = generalKey(ticketTypeId, rate);
          choice = withGeneral(choice, key, (choice.general.get(key) ?? 0) + 1);
        }
      }
      if (states) states.own = own;
      store.setState({ choice });
      changed([...own]);
      clearTimeout(ownTimer);
      ownTimer = setTimeout(() => {
        if (states) states.own = new Set();
        changed([...own]);
      }, hold.expiresInSeconds * 1_000);
    },
    onSeats(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    follow(gone) {
      const stop = followSeats(event.eventId, seats.version, {
        replace: (letters) => changed(states?.replace(letters) ?? []),
        apply: (changes: readonly SeatChange[]) => changed(states?.apply(changes) ?? []),
        free: (types) => {
          if (types.length === 0) return;
          const next = new Map(store.getState().free);
          for (const { ticketTypeId, available } of types) next.set(ticketTypeId, available);
          store.setState({ free: next });
        },
        connection: (connection) => {
          if (store.getState().connection !== connection) store.setState({ connection });
        },
        gone,
      });
      return () => {
        stop();
        clearTimeout(ownTimer);
      };
    },
  };
}

/** The show with what a code adds to it: what anybody sees stays as it is. */
function withTypes(event: EventBody, unlocked: readonly TicketTypeBody[]): EventBody {
  const known = new Set(event.ticketTypes.map(({ ticketTypeId }) => ticketTypeId));
  return { ...event, ticketTypes: [...event.ticketTypes, ...unlocked.filter((type) => !known.has(type.ticketTypeId))] };
}

/** The ticket types of what is chosen. */
export function chosenTypes({ store, hall, offers }: Pick<Session, 'store' | 'hall' | 'offers'>): ReadonlySet<number> {
  const { seats, general } = store.getState().choice;
  const ofSeats = [...seats.keys()].flatMap((seat) => offers.ofCategory(hall!.category[seat]!)?.typeId ?? []);
  return new Set([...ofSeats, ...[...general.keys()].map((key) => readGeneralKey(key).typeId)]);
}

/** How many tickets are chosen. */
export function chosenCount(session: Session): number {
  return countOf(session.store.getState().choice);
}
