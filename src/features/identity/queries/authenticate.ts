import type { Clock } from '../../../platform/clock/clock.ts';
import type { Caller } from '../../../platform/http/request.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { hashKey } from '../domain/api-key.ts';
import { findLivingKey } from '../store/api-keys.ts';

/** A revoked key stops working within this time, here and in every other process. */
export const keyCacheMs = 1_000;
const cacheMax = 10_000;

/** Whom an API key stands for. */
export interface KnownKey {
  readonly caller: Extract<Caller, { kind: 'key' }>;
  /** Of its own organiser. */
  readonly slug: string;
  readonly isPlatformOwner: boolean;
}

/**
 * Answers who an API key belongs to, or null; at once if it was asked a moment ago. Good keys are remembered for
 * {@link keyCacheMs}; bad ones never, so a flood of guesses cannot push good ones out.
 */
export function createAuthenticate(
  bypassingRls: Queryable,
  clock: Clock,
): (key: string) => KnownKey | null | Promise<KnownKey | null> {
  const known = new Map<string, { key: KnownKey; until: number }>();

  async function look(text: string): Promise<KnownKey | null> {
    const until = clock.measure() + keyCacheMs;
    known.delete(text);
    const row = await findLivingKey(bypassingRls, hashKey(text));
    if (!row) return null;
    const { apiKeyId, organizerId, scopes, platformOwner, slug } = row;
    const caller = { kind: 'key', apiKeyId, organizerId, scopes, isPlatformOwner: platformOwner } as const;
    const key = { caller, slug, isPlatformOwner: platformOwner };
    if (known.size >= cacheMax) known.delete(known.keys().next().value!);
    known.set(text, { key, until });
    return key;
  }

  return (text) => {
    const cached = known.get(text);
    return cached && cached.until > clock.measure() ? cached.key : look(text);
  };
}
