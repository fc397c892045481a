import type { Caller } from '../../../contract/request.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { findApiKey } from '../commands/api-keys.ts';

/** A revoked key stops working within this time, here and in every other process. */
export const keyCacheMs = 1_000;
const cacheMax = 10_000;

/**
 * Answers who a bearer key belongs to, or null. Good keys are remembered for {@link keyCacheMs}; bad ones never, so a
 * flood of guesses cannot push good ones out.
 */
export function createAuthenticate(database: Queryable, clock: Clock): (key: string) => Promise<Caller | null> {
  const known = new Map<string, { caller: Caller; until: number }>();
  return async (key) => {
    const now = clock.now();
    const cached = known.get(key);
    if (cached && cached.until > now) return cached.caller;
    known.delete(key);
    const row = await findApiKey(database, key);
    if (!row) return null;
    const caller: Caller = {
      kind: 'key',
      apiKeyId: row.apiKeyId,
      organizerId: row.organizerId,
      scopes: row.scopes,
    };
    if (known.size >= cacheMax) known.delete(known.keys().next().value!);
    known.set(key, { caller, until: now + keyCacheMs });
    return caller;
  };
}
