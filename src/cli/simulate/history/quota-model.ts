import { countOf, type Entry, type History, lostFrom, mayBeLost, never } from './history.ts';
import type { Call } from './linearizable.ts';
import { holdsOf } from './seat-model.ts';

/** How many places are had, and by which holds. */
export interface Quota {
  readonly holds: ReadonlyMap<string, number>;
  readonly count: number;
}

export const emptyQuota: Quota = { holds: new Map(), count: 0 };

export const keyOfQuota = ({ holds }: Quota): string => [...holds.keys()].sort().join(' ');

function withHold({ holds, count }: Quota, hold: string, more: number): Quota {
  return { holds: new Map(holds).set(hold, more), count: count + more };
}

function without(quota: Quota, hold: string): Quota {
  const holds = new Map(quota.holds);
  holds.delete(hold);
  return { holds, count: quota.count - (quota.holds.get(hold) ?? 0) };
}

/** The calls of some clients as far as they count against a bound: of one client its limit, of all the capacity. */
export function callsOfQuota(history: History, entries: readonly Entry[], bound: number): Call<Quota>[] {
  const { faults, holdMs } = history;
  const calls: Call<Quota>[] = [];
  const isSold = new Set(entries.filter(({ kind, said }) => kind === 'buy' && said === 'done').map(({ hold }) => hold));
  const ending = holdsOf(entries);
  // Of holds that nobody knows, any may be had at any time from when they were asked for: they only explain refusals.
  const unknown = entries
    .filter(({ kind, said, hold }) => kind === 'hold' && said === 'unknown' && hold === null)
    .toSorted((one, other) => one.from - other.from);

  /** From when on, after a moment, so many may be had by holds that nobody knows; null: never. */
  function unknownFrom(wanted: number, at: number): number | null {
    let left = wanted;
    for (const entry of unknown) {
      if (left <= 0) break;
      left -= countOf(entry);
      if (left <= 0) return Math.max(at, entry.from);
    }
    return left <= 0 ? at : null;
  }

  for (const entry of entries) {
    const { client, kind, said, from, until } = entry;
    const count = countOf(entry);
    const by = entry.hold ?? 'nobody';
    const what = `${kind} ${said} of ${count} by ${client} (${by}) ${from}–${until ?? '…'}`;
    if ((kind === 'release' || kind === 'cancel') && (said === 'done' || said === 'unknown')) {
      const isOptional = said === 'unknown';
      calls.push({
        what,
        from,
        until: isOptional ? never : (until ?? never),
        isOptional,
        step: (state, at) => ({ state: without(state, by), at }),
      });
    }
    // The end of a hold is lost with the process that knew it: then it is had again.
    if (kind === 'release' && mayBeLost(entry, faults)) {
      calls.push({
        what: `return of ${by}`,
        from: Math.max(from, lostFrom(entry, faults)),
        until: never,
        isOptional: true,
        step: (state, at) => (state.holds.has(by) ? null : { state: withHold(state, by, count), at }),
      });
    }
    if (kind !== 'hold') continue;
    if (said === 'limit' || said === 'sold out') {
      calls.push({
        what,
        from,
        until: until ?? never,
        step(state, at) {
          const since = unknownFrom(bound + 1 - state.count - count, at);
          return since === null ? null : { state, at: since };
        },
      });
    }
    if (said !== 'done') continue;
    calls.push({
      what,
      from,
      until: until ?? never,
      step(state, at) {
        if (state.count + count > bound) return null;
        return { state: withHold(state, by, count), at };
      },
    });
    if (isSold.has(by)) continue;
    // It ends by itself, or is lost with the process that knew it.
    const lasts = Math.min(...(ending.get(by) ?? [entry]).map((one) => one.lastsUntil ?? never), from + holdMs);
    const endsFrom = mayBeLost(entry, faults) ? Math.min(lasts, lostFrom(entry, faults)) : lasts;
    calls.push({
      what: `end of ${by}`,
      from: Math.max(from, endsFrom),
      until: never,
      isOptional: true,
      step: (state, at) => (state.holds.has(by) ? { state: without(state, by), at } : null),
    });
  }
  return calls;
}
