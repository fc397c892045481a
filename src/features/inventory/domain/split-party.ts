/** Some free seats side by side. `nearness` orders runs of equal length: lower first. */
export interface Run {
  readonly row: number;
  readonly first: number;
  readonly length: number;
  readonly nearness: number;
}

export interface PartyGroup {
  readonly run: Run;
  readonly size: number;
}

export interface PartySplit {
  /** Largest run first. */
  readonly groups: readonly PartyGroup[];
  /** Guests who would sit alone. */
  readonly alone: number;
}

const aloneCost = 1000;
const orphanCost = 1;

/**
 * Splits a party of `count` over these runs: into as few groups as the runs allow, as few of them single guests
 * as possible, and then so that as few runs as possible keep one free seat over.
 * Answers undefined if the runs are too short together.
 */
export function splitParty(runs: readonly Run[], count: number): PartySplit | undefined {
  const byLength = [...runs].sort((a, b) => b.length - a.length || a.nearness - b.nearness || a.first - b.first);
  let groupCount = 0;
  let room = 0;
  while (room < count) {
    const run = byLength[groupCount];
    if (run === undefined) return undefined;
    room += run.length;
    groupCount += 1;
  }
  const sizes = groupSizes(
    byLength.slice(0, groupCount).map((run) => run.length),
    count,
  );
  const groups = sizes.map((size, index) => ({ run: byLength[index]!, size }));
  return { groups, alone: sizes.filter((size) => size === 1).length };
}

/**
 * One size (at least 1) per run, adding up to `count`, at the lowest cost: dynamic programming over runs and guests
 * left. `lengths` add up to at least `count`.
 */
function groupSizes(lengths: readonly number[], count: number): number[] {
  const width = count + 1;
  const cost = new Float64Array((lengths.length + 1) * width).fill(Number.POSITIVE_INFINITY);
  const choice = new Int32Array(lengths.length * width);
  cost[lengths.length * width] = 0;
  for (let index = lengths.length - 1; index >= 0; index--) {
    const length = lengths[index]!;
    for (let left = 1; left <= count; left++) {
      // Larger sizes first: of equal ways the one with the largest first group is taken.
      for (let size = Math.min(length, left); size >= 1; size--) {
        const here = (size === 1 ? aloneCost : 0) + (length - size === 1 ? orphanCost : 0);
        const total = here + cost[(index + 1) * width + left - size]!;
        if (total < cost[index * width + left]!) {
          cost[index * width + left] = total;
          choice[index * width + left] = size;
        }
      }
    }
  }
  const sizes: number[] = [];
  for (let index = 0, left = count; index < lengths.length; index++) {
    const size = choice[index * width + left]!;
    sizes.push(size);
    left -= size;
  }
  return sizes;
}
