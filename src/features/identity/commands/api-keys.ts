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
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

const columns = `api_key_id AS "apiKeyId", organizer_id AS "organizerId", name, scopes,
  platform_owner AS "platformOwner", created_at AS "createdAt", revoked_at AS "revokedAt"`;

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
export async function createApiKey(
  database: Transacting,
  input: {
    readonly name: string;
    readonly scopes: readonly Scope[];
    readonly key?: string;
    readonly platformOwner?: boolean;
  },
  context: CommandContext,
): Promise<{ apiKeyId: string; key: string }> {
  const apiKeyId = uuidv7(context.now);
  const key = input.key ?? makeKeyText();
  const { name, scopes, platformOwner = false } = input;
  await database.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO api_keys (api_key_id, organizer_id, name, key_hash, scopes, platform_owner) VALUES ($1, $2, $3, $4, $5, $6)`,
      [apiKeyId, context.organizerId, name, hashKey(key), scopes, platformOwner],
    );
    const data = { apiKeyId, name, scopes, platformOwner };
    await appendEvents(tx, [{ stream: `key-${apiKeyId}`, type: 'ApiKeyCreated', data }], context);
  });
  return { apiKeyId, key };
}

/** Revokes a key by its id; false if there is no such key or it was revoked before. */
export async function revokeApiKey(database: Transacting, apiKeyId: string, context: CommandContext): Promise<boolean> {
  return database.transaction(async (tx) => {
    const rows = await tx.query(
      `UPDATE api_keys SET revoked_at = now() WHERE api_key_id = $1 AND revoked_at IS NULL RETURNING api_key_id`,
      [apiKeyId],
    );
    if (rows.length === 0) return false;
    await appendEvents(tx, [{ stream: `key-${apiKeyId}`, type: 'ApiKeyRevoked', data: { apiKeyId } }], context);
    return true;
  });
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
