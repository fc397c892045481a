import { createHash, randomBytes } from 'node:crypto';
import type { Scope } from '../../../contract/request.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable, Transacting } from '../../../platform/postgres/database.ts';

export interface ApiKey {
  readonly apiKeyId: string;
  readonly organizerId: number;
  readonly name: string;
  readonly scopes: Scope[];
  /** Above all organisers: the key of the first start, and those made on the machine itself with every scope. */
  readonly platformOwner: boolean;
  /** Who made it: `account:<id>`, `key:<id>` or `system` (the machine's command line). */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

export interface NewKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** One of {@link makeKeyText}, where it must be kept before the key exists. */
  readonly key?: string;
  readonly platformOwner?: boolean;
}

const columns = `api_key_id AS "apiKeyId", organizer_id AS "organizerId", name, scopes,
  platform_owner AS "platformOwner", created_by AS "createdBy", created_at AS "createdAt", revoked_at AS "revokedAt"`;

/** Keys are 192 random bits, so a plain hash is enough: there is nothing to guess. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
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
  database: Transacting,
  input: NewKey,
  context: CommandContext,
): Promise<{ apiKeyId: string; key: string }> {
  return database.transaction((tx) => insertApiKey(tx, input, context));
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
  await tx.query(
    `INSERT INTO api_keys (api_key_id, organizer_id, name, key_hash, scopes, platform_owner, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [apiKeyId, context.organizerId, name, hashKey(key), scopes, platformOwner, context.actor],
  );
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
 * theirs. In the caller's transaction, past the wall, with the organiser locked.
 */
export async function revokeKey(tx: Queryable, apiKeyId: string, context: CommandContext): Promise<RevokedKeys> {
  const isNew = await revokeInside(tx, apiKeyId, context);
  const owners = await tx.query('SELECT FROM api_keys WHERE api_key_id = $1 AND platform_owner', [apiKeyId]);
  if (owners.length > 0) return { isNew, made: [] };
  return { isNew, made: (await revokeKeysOf(tx, `key:${apiKeyId}`, context)).revoked };
}

async function revokeInside(
  tx: Queryable,
  apiKeyId: string,
  context: CommandContext,
  reason?: string,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE api_keys SET revoked_at = now() WHERE api_key_id = $1 AND revoked_at IS NULL RETURNING api_key_id`,
    [apiKeyId],
  );
  if (rows.length === 0) return false;
  await appendEvents(tx, [{ stream: `key-${apiKeyId}`, type: 'ApiKeyRevoked', data: { apiKeyId }, reason }], context);
  return true;
}

/**
 * Revokes the keys that `maker` (as actors are written) made for the context's organiser, and those that they made. `makers`: as whom
 * it may have made anything there. In the caller's transaction, past the wall.
 */
export async function revokeKeysOf(
  tx: Queryable,
  maker: string,
  context: CommandContext,
): Promise<{ readonly makers: readonly string[]; readonly revoked: readonly { apiKeyId: string; name: string }[] }> {
  const made = await tx.query<{ apiKeyId: string; name: string; isRevoked: boolean }>(
    `WITH RECURSIVE made AS (
       SELECT k.* FROM api_keys k WHERE k.created_by = $1 AND k.organizer_id = $2
       UNION
       SELECT k.* FROM api_keys k JOIN made m ON k.created_by = 'key:' || m.api_key_id WHERE k.organizer_id = $2)
     SELECT api_key_id AS "apiKeyId", name, revoked_at IS NOT NULL AS "isRevoked" FROM made ORDER BY api_key_id`,
    [maker, context.organizerId],
  );
  const living = made.filter(({ isRevoked }) => !isRevoked).map(({ apiKeyId, name }) => ({ apiKeyId, name }));
  const revoked: { apiKeyId: string; name: string }[] = [];
  for (const key of living)
    if (await revokeInside(tx, key.apiKeyId, context, 'whoever made it has left')) revoked.push(key);
  return { makers: [maker, ...made.map(({ apiKeyId }) => `key:${apiKeyId}`)], revoked };
}

/** For which organiser a key is, revoked or not; null if there is no such key. */
export async function organizerOfKey(database: Queryable, apiKeyId: string): Promise<number | null> {
  const text = 'SELECT organizer_id AS "organizerId" FROM api_keys WHERE api_key_id = $1';
  const [row] = await database.query<{ organizerId: number }>(text, [apiKeyId]);
  return row?.organizerId ?? null;
}

/** All keys, newest first, revoked ones too. */
export function listApiKeys(database: Queryable): Promise<ApiKey[]> {
  return database.query<ApiKey>(`SELECT ${columns} FROM api_keys ORDER BY created_at DESC LIMIT 1000`);
}

/** The key whose text this is, unless it is unknown or revoked. */
export async function findApiKey(
  database: Queryable,
  key: string,
): Promise<(ApiKey & { readonly slug: string }) | null> {
  const statement = {
    name: 'find-api-key',
    text: `SELECT ${columns}, (SELECT slug FROM organizers o WHERE o.organizer_id = k.organizer_id) AS slug
      FROM api_keys k WHERE key_hash = $1 AND revoked_at IS NULL`,
  };
  const [row] = await database.query<ApiKey & { slug: string }>(statement, [hashKey(key)]);
  return row ?? null;
}
