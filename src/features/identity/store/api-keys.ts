import type { Scope } from '../../../contract/rights.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

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

const columns = `api_key_id AS "apiKeyId", organizer_id AS "organizerId", name, scopes,
  platform_owner AS "platformOwner", created_by AS "createdBy", created_at AS "createdAt", revoked_at AS "revokedAt"`;

export async function insertKey(
  tx: Queryable,
  key: Pick<ApiKey, 'apiKeyId' | 'organizerId' | 'name' | 'platformOwner' | 'createdBy'> & {
    readonly keyHash: Buffer;
    readonly scopes: readonly Scope[];
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO api_keys (api_key_id, organizer_id, name, key_hash, scopes, platform_owner, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [key.apiKeyId, key.organizerId, key.name, key.keyHash, key.scopes, key.platformOwner, key.createdBy],
  );
}

/** Whether a key stands above all organisers. */
export async function isOwnerKey(tx: Queryable, apiKeyId: string): Promise<boolean> {
  const rows = await tx.query('SELECT FROM api_keys WHERE api_key_id = $1 AND platform_owner', [apiKeyId]);
  return rows.length > 0;
}

/** Marks a key as revoked; false if it was before, or is unknown. */
export async function markKeyRevoked(tx: Queryable, apiKeyId: string): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE api_keys SET revoked_at = now() WHERE api_key_id = $1 AND revoked_at IS NULL RETURNING api_key_id`,
    [apiKeyId],
  );
  return rows.length > 0;
}

/** The keys that `maker` made for an organiser, those that these made, and so on, revoked ones too. */
export function readKeysMadeBy(
  tx: Queryable,
  { maker, organizerId }: { readonly maker: string; readonly organizerId: number },
): Promise<{ apiKeyId: string; name: string; isRevoked: boolean }[]> {
  return tx.query(
    `WITH RECURSIVE made AS (
       SELECT k.* FROM api_keys k WHERE k.created_by = $1 AND k.organizer_id = $2
       UNION
       SELECT k.* FROM api_keys k JOIN made m ON k.created_by = 'key:' || m.api_key_id WHERE k.organizer_id = $2)
     SELECT api_key_id AS "apiKeyId", name, revoked_at IS NOT NULL AS "isRevoked" FROM made ORDER BY api_key_id`,
    [maker, organizerId],
  );
}

/** For which organiser a key is, revoked or not; null if there is no such key. */
export async function organizerOfKey(connection: Queryable, apiKeyId: string): Promise<number | null> {
  const text = 'SELECT organizer_id AS "organizerId" FROM api_keys WHERE api_key_id = $1';
  const [row] = await connection.query<{ organizerId: number }>(text, [apiKeyId]);
  return row?.organizerId ?? null;
}

/** All keys, newest first, revoked ones too. */
export function listApiKeys(connection: Queryable): Promise<ApiKey[]> {
  return connection.query<ApiKey>(`SELECT ${columns} FROM api_keys ORDER BY created_at DESC LIMIT 1000`);
}

/** The key of this hash, unless it is unknown or revoked. */
export async function findLivingKey(
  connection: Queryable,
  keyHash: Buffer,
): Promise<(ApiKey & { readonly slug: string }) | null> {
  const statement = {
    name: 'find-api-key',
    text: `SELECT ${columns}, (SELECT slug FROM organizers o WHERE o.organizer_id = k.organizer_id) AS slug
      FROM api_keys k WHERE key_hash = $1 AND revoked_at IS NULL`,
  };
  const [row] = await connection.query<ApiKey & { slug: string }>(statement, [keyHash]);
  return row ?? null;
}
