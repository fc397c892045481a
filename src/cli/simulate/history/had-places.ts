import { countOf, type Entry, type History, never } from './history.ts';
import { holdsOf } from './seat-model.ts';

interface Span {
  readonly from: number;
  readonly until: number;
  readonly count: number;
}

/**
 * Answers how many places can have been had at most at any moment between two. It looks at no order, so that it can be asked of any
 * number of calls, and errs only upwards: what it calls too few was too few.
 */
export function mostHad(
  { endsAt }: Pick<History, 'endsAt'>,
  entries: readonly Entry[],
): (from: number, until: number) => number {
  const about = holdsOf(entries);
  const spans: Span[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'hold' || (entry.said !== 'done' && entry.said !== 'unknown')) continue;
    const of = entry.hold === null ? [entry] : (about.get(entry.hold) ?? [entry]);
    spans.push({ from: entry.from, until: lastsTo(entry, of), count: countOf(entry) });
  }
  const starts = toSums(spans.map(({ from, count }) => [from, count] as const));
  const ends = toSums(spans.map(({ until, count }) => [until, count] as const));
  return (from, until) => starts(Math.min(until, endsAt), true) - ends(from, false);

  /** When the places of a hold are surely free again. */
  function lastsTo(hold: Entry, of: readonly Entry[]): number {
    const ended = of.find(({ kind, said }) => (kind === 'release' || kind === 'cancel') && said === 'done');
    if (ended) return ended.until ?? never;
    // Bought, or perhaps; a payment or a renewal makes it last longer than its own answer said.
    if (hold.said === 'unknown' || of.some(({ kind }) => kind === 'buy' || kind === 'renew')) return never;
    return hold.endsBy ?? hold.lastsUntil ?? never;
  }
}

/** Answers the sum of all counts at moments before one (`isIncluded`: or at it). */
function toSums(points: readonly (readonly [at: number, count: number])[]) {
  const sorted = [...points].sort(([one], [other]) => one - other);
  const sums = [0];
  for (const [, count] of sorted) sums.push(sums.at(-1)! + count);
  return (at: number, isIncluded: boolean): number => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]![0] < at || (isIncluded && sorted[middle]![0] === at)) low = middle + 1;
      else high = middle;
    }
    return sums[low]!;
  };
}
