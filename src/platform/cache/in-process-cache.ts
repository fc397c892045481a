import type { Clock } from '../clock/clock.ts';
import type { Cache, CacheKind } from './cache.ts';
import { createCachedValues, type Shelf } from './cached-values.ts';

/** Of all kinds together: about 16 MB, and what a Map takes besides. */
const charactersMax = 8_000_000;

interface KeptText {
  readonly text: string;
  readonly keptMs: number;
  until: number;
}

/** A cache in this process alone. What was read longest ago makes room for what comes, kind by kind. */
export function createInProcessCache(
  { clock }: { readonly clock: Pick<Clock, 'measure'> },
  bounds = { charactersMax },
): Cache {
  const shelves: Map<string, KeptText>[] = [];
  let characters = 0;

  function take(texts: Map<string, KeptText>, name: string): KeptText | undefined {
    const kept = texts.get(name);
    if (!kept) return undefined;
    texts.delete(name);
    characters -= kept.text.length;
    return kept;
  }

  function put(texts: Map<string, KeptText>, name: string, kept: KeptText): void {
    take(texts, name);
    texts.set(name, kept);
    characters += kept.text.length;
    while (characters > bounds.charactersMax) {
      // The kind with the most names: no kind can take the room of all others.
      const largest = shelves.reduce((most, each) => (each.size > most.size ? each : most));
      take(largest, largest.keys().next().value!);
    }
  }

  function createShelf({ isSliding = false }: Pick<CacheKind<never>, 'isSliding'>): Shelf {
    const texts = new Map<string, KeptText>();
    shelves.push(texts);
    return {
      look(name) {
        const now = clock.measure();
        const kept = take(texts, name);
        if (kept && now < kept.until) {
          if (isSliding) kept.until = now + kept.keptMs;
          put(texts, name, kept);
          return { text: kept.text };
        }
        return {
          text: null,
          load: {
            keep: (text, keptMs) => put(texts, name, { text, keptMs, until: clock.measure() + keptMs }),
            leave() {},
          },
        };
      },
      remove(names) {
        for (const name of names) take(texts, name);
      },
      shorten(names, keptMs) {
        for (const name of names) {
          const kept = texts.get(name);
          if (kept) kept.until = Math.min(kept.until, clock.measure() + keptMs);
        }
      },
      removeAll() {
        for (const name of texts.keys()) take(texts, name);
      },
    };
  }

  return { values: (kind) => createCachedValues(kind, createShelf(kind)) };
}
