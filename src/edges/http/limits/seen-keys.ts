const keysMax = 40_000;
/** So much of a credential tells its bearer from others: of tokens it is the signature. */
const credentialTail = 43;

/** Idempotency keys that were let through lately, to tell a repetition from something new. Bounded; the oldest go first. */
export interface SeenKeys {
  has(key: string): boolean;
  add(key: string): void;
  delete(key: string): void;
}

export function createSeenKeys(max: number = keysMax): SeenKeys {
  let younger = new Set<string>();
  let older = new Set<string>();
  return {
    has: (key) => younger.has(key) || older.has(key),
    add(key) {
      if (younger.size >= max / 2) {
        older = younger;
        younger = new Set();
      }
      younger.add(key);
    },
    delete(key) {
      younger.delete(key);
      older.delete(key);
    },
  };
}

/** One bearer's key: strangers who use the same words do not share. Null for a key that no route would take. */
export function seenKeyOf(idempotencyKey: string, credential: string): string | null {
  return idempotencyKey.length > 200 ? null : `${idempotencyKey}\n${credential.slice(-credentialTail)}`;
}
