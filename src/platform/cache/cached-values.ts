import { type CachedValues, type CacheKind, textMax } from './cache.ts';

/** Where the texts of a kind lie. Rejects nothing: what it cannot do is a miss. */
export interface Shelf {
  /** The text of that name; without one, a way to keep what is loaded now, or null where it must not be kept. */
  look(name: string): Promise<Found> | Found;
  remove(names: readonly string[]): Promise<void> | void;
  shorten(names: readonly string[], keptMs: number): Promise<void> | void;
  removeAll(): Promise<void> | void;
}

export type Found = { readonly text: string } | { readonly text: null; readonly load: LoadOnShelf | null };

/** One who loads what is not on the shelf. */
export interface LoadOnShelf {
  keep(text: string, keptMs: number): Promise<void> | void;
  /** It came to nothing: another may try. */
  leave(): void;
}

interface Loading<Value> {
  readonly answer: Promise<Value | null>;
  /** What it answers may be kept so long at most. */
  keptMsMax: number;
}

/** What is the same wherever texts lie: one load at a time for a name, and none that is kept although it was forgotten meanwhile. */
export function createCachedValues<Value>(
  { keptMs, counts }: Pick<CacheKind<Value>, 'keptMs' | 'counts'>,
  shelf: Shelf,
): CachedValues<Value> {
  const loading = new Map<string, Loading<Value>>();

  async function readAlone(name: string, load: () => Promise<Value | null>, mine: () => Loading<Value>) {
    const found = await shelf.look(name);
    const there = found.text === null ? undefined : fromJson<Value>(found.text);
    if (there !== undefined) {
      counts.hit += 1;
      return there;
    }
    counts.missed += 1;
    const kept = found.text === null ? found.load : null;
    let isKept = false;
    try {
      const value = await load();
      if (value === null) return null;
      const text = JSON.stringify(value);
      const forMs = Math.min(typeof keptMs === 'number' ? keptMs : keptMs(value), mine().keptMsMax);
      isKept = forMs > 0 && text.length <= textMax;
      // Not waited for: who asks next finds it, here or there.
      if (isKept) void kept?.keep(text, forMs);
      return value;
    } finally {
      if (!isKept) kept?.leave();
    }
  }

  function forgetLoading(names: Iterable<string>): void {
    for (const name of names) {
      const running = loading.get(name);
      if (!running) continue;
      running.keptMsMax = 0;
      loading.delete(name);
    }
  }

  return {
    read(name, load) {
      const running = loading.get(name);
      if (running) {
        counts.hit += 1;
        return running.answer;
      }
      const answer = readAlone(name, load, () => mine).finally(() => {
        if (loading.get(name) === mine) loading.delete(name);
      });
      const mine: Loading<Value> = { answer, keptMsMax: Number.POSITIVE_INFINITY };
      loading.set(name, mine);
      return answer;
    },
    async forget(names) {
      forgetLoading(names);
      await shelf.remove(names);
    },
    async hasten(names, keptMs) {
      for (const name of names) {
        const running = loading.get(name);
        if (running) running.keptMsMax = Math.min(running.keptMsMax, keptMs);
      }
      await shelf.shorten(names, keptMs);
    },
    async forgetAll() {
      forgetLoading(loading.keys());
      await shelf.removeAll();
    },
  };
}

/** Undefined: others have put there what is no JSON. */
function fromJson<Value>(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
