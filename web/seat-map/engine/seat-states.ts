import type { Hall } from './hall.ts';

/** What a seat is to whoever looks. */
export const seatStates = { gone: 0, free: 1, held: 2 } as const;

const stateOfLetter: Readonly<Record<string, number>> = { a: seatStates.free, h: seatStates.held };

/** A place number and its letter, as the wire has them. */
export type SeatChange = readonly (number | string)[];

/** The states of a hall's seats, and how many are free by part and category. Changed in place. */
export interface SeatStates {
  readonly of: Uint8Array;
  readonly freeByPart: Int32Array;
  readonly freeByCategory: Int32Array;
  /** One's own hold: free to its owner, whatever the server says to all. */
  own: ReadonlySet<number>;
  isFree(seat: number): boolean;
  /** Takes the letters of a snapshot. Answers the seats that are another now. */
  replace(letters: string): number[];
  /** Takes runs: a place number, the letters of it and of those that follow. Answers the seats that are another now. */
  apply(changes: readonly SeatChange[]): number[];
}

export function createSeatStates(hall: Hall): SeatStates {
  const of = new Uint8Array(hall.seatCount);
  const freeByPart = new Int32Array(hall.parts.length);
  const freeByCategory = new Int32Array(hall.categories.length);

  function set(seat: number, letter: string, changed: number[]): void {
    const state = stateOfLetter[letter] ?? seatStates.gone;
    const before = of[seat];
    if (before === undefined || before === state) return;
    const step = Number(state === seatStates.free) - Number(before === seatStates.free);
    of[seat] = state;
    freeByPart[hall.part[seat]!]! += step;
    freeByCategory[hall.category[seat]!]! += step;
    changed.push(seat);
  }

  return {
    of,
    freeByPart,
    freeByCategory,
    own: new Set<number>(),
    isFree(seat) {
      return of[seat] === seatStates.free || this.own.has(seat);
    },
    replace(letters) {
      const changed: number[] = [];
      for (let seat = 0; seat < of.length; seat++) set(seat, letters[seat] ?? '-', changed);
      return changed;
    },
    apply(changes) {
      const changed: number[] = [];
      // Numbers beyond the seats are places of general admission.
      for (const [first, letters] of changes) {
        for (const [i, letter] of [...String(letters)].entries()) set(Number(first) + i, letter, changed);
      }
      return changed;
    },
  };
}
