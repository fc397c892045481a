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

/** Revokes a key by its id; false if there is no such key or it was revoked before. */
export async function revokeApiKey(database: Transacting, apiKeyId: string, context: CommandContext): Promise<boolean> {
  return database.transaction((tx) => revokeInside(tx, apiKeyId, context));
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
 * Revokes the keys that an account made for the context's organiser, and those that they made. `makers`: as whom it may have
 * made anything there. In the caller's transaction, past the wall.
 */
export async function revokeKeysOf(
  tx: Queryable,
  accountId: string,
  context: CommandContext,
): Promise<{ readonly makers: readonly string[]; readonly revoked: readonly { apiKeyId: string; name: string }[] }> {
  const made = await tx.query<{ apiKeyId: string; name: string; isRevoked: boolean }>(
    `WITH RECURSIVE made AS (
       SELECT k.* FROM api_keys k WHERE k.created_by = 'account:' || $1 AND k.organizer_id = $2
       UNION
       SELECT k.* FROM api_keys k JOIN made m ON k.created_by = 'key:' || m.api_key_id WHERE k.organizer_id = $2)
     SELECT api_key_id AS "apiKeyId", name, revoked_at IS NOT NULL AS "isRevoked" FROM made ORDER BY api_key_id`,
    [accountId, context.organizerId],
  );
  const living = made.filter(({ isRevoked }) => !isRevoked).map(({ apiKeyId, name }) => ({ apiKeyId, name }));
  const revoked: { apiKeyId: string; name: string }[] = [];
  for (const key of living) if (await revokeInside(tx, key.apiKeyId, context, 'its maker has left')) revoked.push(key);
  return { makers: [`account:${accountId}`, ...made.map(({ apiKeyId }) => `key:${apiKeyId}`)], revoked };
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
