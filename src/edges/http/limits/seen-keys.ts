const keysMax = 20_000;

/**
 * Idempotency keys that were let through lately, each with the credential it came with, to tell a repetition from
 * something new. Bounded; the oldest go first. If strangers use the same words as key, the last of them is remembered.
 */
export interface SeenKeys {
  has(key: string, credential: string): boolean;
  add(key: string, credential: string): void;
  delete(key: string): void;
}

export function createSeenKeys(max: number = keysMax): SeenKeys {
  let younger = new Map<string, string>();
  let older = new Map<string, string>();
  return {
    has: (key, credential) => (younger.get(key) ?? older.get(key)) === credential,
    add(key, credential) {
      if (younger.size >= max / 2) {
        older = younger;
        younger = new Map();
      }
      younger.set(key, credential);
    },
    delete(key) {
      younger.delete(key);
      older.delete(key);
    },
  };
}
