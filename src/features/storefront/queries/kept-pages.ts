import type { Clock } from '../../../platform/clock/clock.ts';

/** How long a page is kept, unless its maker says otherwise. */
const usuallyKeptMs = 60_000;
const pagesMax = 2_000;

export interface KeptPages<Page> {
  /** The page of an address in a language; made by `make` if it is not there, once for all who ask at the same time. Null is not kept. */
  page(address: string, language: string, make: () => Promise<Page | null>, keptMs?: number): Promise<Page | null>;
  /** What is shown at the address has changed, in all languages. */
  forget(address: string): void;
}

/** Pages that are the same for everybody, kept for a while, at most {@link pagesMax} of them (the oldest makes room). */
export function createKeptPages<Page>(clock: Clock): KeptPages<Page> {
  const kept = new Map<string, { readonly until: number; readonly page: Promise<Page | null> }>();
  return {
    page(address, language, make, keptMs = usuallyKeptMs) {
      const key = `${language} ${address}`;
      const now = clock.measure();
      const known = kept.get(key);
      if (known && now < known.until) return known.page;
      const page = make();
      const entry = { until: now + keptMs, page };
      kept.delete(key);
      if (kept.size >= pagesMax) kept.delete(kept.keys().next().value!);
      kept.set(key, entry);
      const drop = () => kept.get(key) === entry && kept.delete(key);
      page.then((made) => made === null && drop(), drop);
      return page;
    },
    forget(address) {
      for (const language of ['en', 'de']) kept.delete(`${language} ${address}`);
    },
  };
}
