const keysMax = 20_000;

/** A request as far as it distinguishes a repetition from something else with the same key. */
export interface SeenRequest {
  readonly credential: string;
  readonly url: string;
  /** Left out until it was read, and for good where it is large. */
  body: unknown;
}

/**
 * Idempotency keys (each for one route) that were let through lately, with the request that used them, to distinguish a
 * repetition from something new. Bounded; the oldest go first. If strangers use the same words as key, the last of them is remembered.
 */
export interface SeenKeys {
  /** The request that used this key before, if it came with the same credential to the same address. */
  find(name: string, request: SeenRequest): SeenRequest | undefined;
  add(name: string, request: SeenRequest): void;
  delete(name: string): void;
}

export function createSeenKeys(max: number = keysMax): SeenKeys {
  let younger = new Map<string, SeenRequest>();
  let older = new Map<string, SeenRequest>();
  return {
    find(name, { credential, url }) {
      const known = younger.get(name) ?? older.get(name);
      return known !== undefined && known.credential === credential && known.url === url ? known : undefined;
    },
    add(name, request) {
      if (younger.size >= max / 2) {
        older = younger;
        younger = new Map();
      }
      younger.set(name, request);
    },
    delete(name) {
      younger.delete(name);
      older.delete(name);
    },
  };
}
