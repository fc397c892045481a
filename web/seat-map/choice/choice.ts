import { createStore, type StoreApi } from 'zustand/vanilla';

/** What somebody has picked and not sent yet. Picking is free: only the button holds. */
export interface Choice {
  /** Seats in the order in which they were picked, each with its rate. */
  readonly seats: ReadonlyMap<number, string>;
  /** Places of general admission: how many of a type and rate, by {@link generalKey}. */
  readonly general: ReadonlyMap<string, number>;
  readonly max: number;
}

export const emptyChoice = (max: number): Choice => ({ seats: new Map(), general: new Map(), max });

export const generalKey = (typeId: number, rate: string) => `${typeId} ${rate}`;

export function readGeneralKey(key: string): { readonly typeId: number; readonly rate: string } {
  const at = key.indexOf(' ');
  return { typeId: Number(key.slice(0, at)), rate: key.slice(at + 1) };
}

export function countOf({ seats, general }: Choice): number {
  let count = seats.size;
  for (const some of general.values()) count += some;
  return count;
}

/** With a seat more; the same if as many as may be are chosen already. */
export function withSeat(choice: Choice, seat: number, rate: string): Choice {
  if (choice.seats.has(seat) || countOf(choice) >= choice.max) return choice;
  return { ...choice, seats: new Map([...choice.seats, [seat, rate]]) };
}

export function withoutSeats(choice: Choice, gone: Iterable<number>): Choice {
  const seats = new Map(choice.seats);
  for (const seat of gone) seats.delete(seat);
  return seats.size === choice.seats.size ? choice : { ...choice, seats };
}

export function withRate(choice: Choice, seat: number, rate: string): Choice {
  // Setting a key that is there keeps its place.
  return choice.seats.has(seat) ? { ...choice, seats: new Map(choice.seats).set(seat, rate) } : choice;
}

export function withGeneral(choice: Choice, key: string, wanted: number): Choice {
  const others = countOf(choice) - (choice.general.get(key) ?? 0);
  const count = Math.max(0, Math.min(wanted, choice.max - others));
  const general = new Map(choice.general);
  if (count === 0) general.delete(key);
  else general.set(key, count);
  return { ...choice, general };
}

/** Seats of `leave` replaced by those of `take`, each with the rate of the one that it stands for. */
export function exchanged(choice: Choice, leave: readonly number[], take: readonly number[]): Choice {
  const rates = leave.map((seat) => choice.seats.get(seat));
  const left = withoutSeats(choice, leave);
  const seats = new Map(left.seats);
  for (const [i, seat] of take.entries()) seats.set(seat, rates[i] ?? rates[0] ?? '');
  return { ...left, seats };
}

/** Other seats instead of all that are chosen, with `rates` in their order. Places without a seat stay. */
export function replaced(choice: Choice, rates: readonly string[], seats: readonly number[]): Choice {
  return { ...choice, seats: new Map(seats.map((seat, i) => [seat, rates[i] ?? ''])) };
}

/** What the view keeps beside the choice. */
export interface SeatMapState {
  readonly choice: Choice;
  readonly mode: 'map' | 'list';
  /** Categories to be shown in full; empty: all. */
  readonly wanted: ReadonlySet<number>;
  readonly onlyAccessible: boolean;
  readonly connection: 'live' | 'catching' | 'polling' | 'offline';
  /** Counts the changes of seats: whoever shows them draws anew. */
  readonly version: number;
  /** Free places by ticket type. */
  readonly free: ReadonlyMap<number, number>;
  /** Picked seats that somebody else has taken since, each with the rate that it was picked with. */
  readonly lost: ReadonlyMap<number, string>;
  readonly proposed: readonly number[];
  readonly pointed: { readonly seat: number | null; readonly part: number | null };
  /** The part that is looked at: chosen by a tap where parts are shown. */
  readonly part: number | null;
  readonly focused: number | null;
}

export type SeatMapStore = StoreApi<SeatMapState>;

const modeKey = 'onsale.seats.mode';

export function createSeatMapStore(max: number, startsWithList: boolean): SeatMapStore {
  let mode: SeatMapState['mode'] = startsWithList ? 'list' : 'map';
  try {
    if (localStorage.getItem(modeKey) === 'list') mode = 'list';
  } catch {
    // Nothing may be kept here.
  }
  return createStore<SeatMapState>(() => ({
    choice: emptyChoice(max),
    mode,
    wanted: new Set(),
    onlyAccessible: false,
    connection: 'catching',
    version: 0,
    free: new Map(),
    lost: new Map(),
    proposed: [],
    pointed: { seat: null, part: null },
    part: null,
    focused: null,
  }));
}

/** Map or list, remembered. */
export function setMode(store: SeatMapStore, mode: SeatMapState['mode']): void {
  store.setState({ mode, pointed: { seat: null, part: null } });
  try {
    localStorage.setItem(modeKey, mode);
  } catch {
    // Then it holds for this page.
  }
}
