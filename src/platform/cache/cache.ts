import type { CacheCounts } from '../telemetry/metrics.ts';

/** What is read often and made with effort, kept for a while: in this process, or in a Redis that all share. */
export interface Cache {
  /** The values of one kind; called once for each. */
  values<Value>(kind: CacheKind<Value>): CachedValues<Value>;
}

export interface CacheKind<Value> {
  /** How long a value is kept, in milliseconds from when it was loaded; not at all: 0 or less. */
  readonly keptMs: number | ((value: Value) => number);
  /** It is kept so long from when it was last read. Only with a number for `keptMs`. */
  readonly isSliding?: boolean;
  /** What makes all values out of date at once: names them in the cache; left out: nothing, and `forgetAll` is not called. */
  readonly forgottenAs?: string;
  /** Counts what was there (or was being loaded already), and what was not. */
  readonly counts: CacheCounts;
}

/**
 * Values that JSON can hold, by name. Whatever becomes of the cache, `read` answers what `load` does: it never fails by itself,
 * and waits for the cache some milliseconds at most. What it answers belongs to all who asked: nobody changes it.
 */
export interface CachedValues<Value> {
  /**
   * The value of that name, or what `load` answers. Whoever asks while it is being loaded gets the same; also in another process,
   * at best effort. Null is not kept, and neither is what `load` began to read before it was forgotten. Rejects as `load` does.
   */
  read(name: string, load: () => Promise<Value | null>): Promise<Value | null>;
  /**
   * They have changed: whoever asks from now on gets nothing that was read before. Other processes hear of it by the cache they
   * share; resolves when they have, or when the cache could not be asked (then it is asked again once it can be). Never rejects.
   */
  forget(names: readonly string[]): Promise<void>;
  /** As {@link forget}, but what is there may still be answered so long. */
  hasten(names: readonly string[], keptMs: number): Promise<void>;
  /** As {@link forget}, of all names of a kind that says what it is `forgottenAs`. */
  forgetAll(): Promise<void>;
}

/** Larger texts are not kept. */
export const textMax = 1_000_000;

/** Keeps nothing: to measure, or to see, what is loaded. */
export const noCache: Cache = {
  values: () => ({
    read: (_, load) => load(),
    async forget() {},
    async hasten() {},
    async forgetAll() {},
  }),
};
