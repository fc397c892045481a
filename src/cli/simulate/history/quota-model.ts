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
  let unnamed = 0;

  for (const entry of entries) {
    const { client, kind, said, from, until } = entry;
    const count = countOf(entry);
    const by = entry.hold ?? `?${++unnamed} of ${client}`;
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
    if (kind !== 'hold') continue;
    if (said === 'limit' || said === 'sold out') {
      calls.push({
        what,
        from,
        until: until ?? never,
        step: (state, at) => (state.count + count > bound ? { state, at } : null),
      });
    }
    if (said !== 'done' && said !== 'unknown') continue;
    calls.push({
      what,
      from,
      until: said === 'unknown' ? never : (until ?? never),
      isOptional: said === 'unknown',
      step(state, at) {
        if (state.count + count > bound) return null;
        return {
          state: { holds: new Map(state.holds).set(by, count), count: state.count + count },
          at,
        };
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
