import { randomBytes } from 'node:crypto';
import type { Scope } from '../../../contract/rights.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable, Transacting } from '../../../platform/postgres/database.ts';
import { hashKey } from '../domain/api-key.ts';
import { insertKey, isOwnerKey, markKeyRevoked, readKeysMadeBy } from '../store/api-keys.ts';

export interface NewKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** One of {@link makeKeyText}, where it must be kept before the key exists. */
  readonly key?: string;
  readonly platformOwner?: boolean;
}

/** The text of a new key. */
export function makeKeyText(): string {
  return `onsale_${randomBytes(24).toString('base64url')}`;
}

/**
 * Makes a key and answers its text, which is kept nowhere: this is the only time it is seen. A caller who must keep the
 * text before the key exists brings one of {@link makeKeyText}.
 */
export function createApiKey(
  bypassingRls: Transacting,
  input: NewKey,
  context: CommandContext,
): Promise<{ apiKeyId: string; key: string }> {
  return bypassingRls.transaction((tx) => insertApiKey(tx, input, context));
}

/** {@link createApiKey} in the caller's transaction. */
export async function insertApiKey(
  tx: Queryable,
  input: NewKey,
  context: CommandContext,
): Promise<{ apiKeyId: string; key: string }> {
  const apiKeyId = uuidv7(context.now);
  const key = input.key ?? makeKeyText();
  const { name, scopes, platformOwner = false } = input;
  const { organizerId, actor } = context;
  await insertKey(tx, { apiKeyId, organizerId, name, keyHash: hashKey(key), scopes, platformOwner, createdBy: actor });
  const data = { apiKeyId, name, scopes, platformOwner };
  await appendEvents(tx, [{ stream: `key-${apiKeyId}`, type: 'ApiKeyCreated', data }], context);
  return { apiKeyId, key };
}

export interface RevokedKeys {
  /** False if it was revoked before. */
  readonly isNew: boolean;
  /** The keys that it made, and that ended with it. */
  readonly made: readonly { readonly apiKeyId: string; readonly name: string }[];
}

/**
 * Revokes a key of the context's organiser, and those that it made; what the key of the platform's owner made for organisers stays
 * theirs. In the caller's transaction, which bypasses RLS and has the organiser locked.
 */
export async function revokeKey(tx: Queryable, apiKeyId: string, context: CommandContext): Promise<RevokedKeys> {
  const isNew = await revokeInside(tx, apiKeyId, context);
  if (await isOwnerKey(tx, apiKeyId)) return { isNew, made: [] };
  return { isNew, made: (await revokeKeysOf(tx, `key:${apiKeyId}`, context)).revoked };
}

async function revokeInside(
  tx: Queryable,
  apiKeyId: string,
  context: CommandContext,
  reason?: string,
): Promise<boolean> {
  if (!(await markKeyRevoked(tx, apiKeyId))) return false;
  await appendEvents(tx, [{ stream: `key-${apiKeyId}`, type: 'ApiKeyRevoked', data: { apiKeyId }, reason }], context);
  return true;
}

/**
 * Revokes the keys that `maker` (as actors are written) made for the context's organiser, and those that they made. `makers`: as whom
 * it may have made anything there. In the caller's transaction, which bypasses RLS.
 */
export async function revokeKeysOf(
  tx: Queryable,
  maker: string,
  context: CommandContext,
): Promise<{ readonly makers: readonly string[]; readonly revoked: readonly { apiKeyId: string; name: string }[] }> {
  const made = await readKeysMadeBy(tx, { maker, organizerId: context.organizerId });
  const living = made.filter(({ isRevoked }) => !isRevoked).map(({ apiKeyId, name }) => ({ apiKeyId, name }));
  const revoked: { apiKeyId: string; name: string }[] = [];
  for (const key of living)
    if (await revokeInside(tx, key.apiKeyId, context, 'whoever made it has left')) revoked.push(key);
  return { makers: [maker, ...made.map(({ apiKeyId }) => `key:${apiKeyId}`)], revoked };
}
