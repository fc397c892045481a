import type { Hall } from './hall.ts';

/** A choice that leaves one seat alone, and the same number of seats beside it that would not. */
export interface Orphan {
  readonly alone: number;
  /** What to take instead of `leave`, in the order of the row. */
  readonly take: readonly number[];
  readonly leave: readonly number[];
}

/** Seats further apart than this many usual gaps have an aisle between them. */
const aisle = 1.75;

/**
 * Whether the chosen seats leave a single free seat between taken ones where moving along would not. Never for what was a
 * single seat before, nor at the last seats of a block, where no choice could do better.
 */
export function findOrphan(
  hall: Hall,
  chosen: ReadonlySet<number>,
  isFree: (seat: number) => boolean,
  gapMax = aisle * hall.seatGap,
): Orphan | null {
  const isOpen = (seat: number) => isFree(seat) && hall.kind[seat] === 0;
  for (const run of runsOf(hall, chosen, gapMax)) {
    const [first, last] = [run[0]!, run.at(-1)!];
    const alone = [first - 1, last + 1].find((seat) => isAlone(seat, run));
    if (alone === undefined) continue;
    const better = moved(run, alone);
    if (better) return { alone, take: better, leave: run };
  }
  return null;

  function besides(a: number, b: number): boolean {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    return (
      low >= 0 &&
      high < hall.seatCount &&
      hall.row[low] === hall.row[high] &&
      Math.hypot(hall.x[high]! - hall.x[low]!, hall.y[high]! - hall.y[low]!) <= gapMax
    );
  }

  function isOpenBeside(seat: number, neighbour: number): boolean {
    return besides(seat, neighbour) && isOpen(neighbour) && !chosen.has(neighbour);
  }

  /** Free, next to the run, and nothing free on its other side. */
  function isAlone(seat: number, run: readonly number[]): boolean {
    const inner = seat < run[0]! ? run[0]! : run.at(-1)!;
    if (!isOpenBeside(inner, seat)) return false;
    const outer = seat < inner ? seat - 1 : seat + 1;
    return !isOpenBeside(seat, outer);
  }

  /** The run one further towards the lonely seat, if that leaves none alone at the other end. */
  function moved(run: readonly number[], alone: number): readonly number[] | null {
    const isBefore = alone < run[0]!;
    const take = isBefore ? [alone, ...run.slice(0, -1)] : [...run.slice(1), alone];
    if (!take.every((seat) => hall.kind[seat] === 0)) return null;
    // What is left at the other end: the seat that is given up, and whatever is free beyond it.
    const freed = isBefore ? run.at(-1)! : run[0]!;
    const beyond = isBefore ? freed + 1 : freed - 1;
    return isOpenBeside(freed, beyond) ? take : null;
  }
}

/** The chosen seats in runs of neighbours. */
function runsOf(hall: Hall, chosen: ReadonlySet<number>, gapMax: number): number[][] {
  const runs: number[][] = [];
  for (const seat of [...chosen].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const isNext =
      last === seat - 1 &&
      hall.row[last] === hall.row[seat] &&
      Math.hypot(hall.x[seat]! - hall.x[last]!, hall.y[seat]! - hall.y[last]!) <= gapMax;
    if (run && isNext) run.push(seat);
    else runs.push([seat]);
  }
  return runs;
}
