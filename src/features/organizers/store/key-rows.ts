import type { Queryable } from '../../../platform/postgres/database.ts';

export interface KeyRow {
  readonly apiKeyId: string;
  readonly name: string;
  readonly scopes: string[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

/** The organiser's keys, the newest first, revoked ones too; `before` an id. */
export function listKeyRows(
  source: Queryable,
  { organizerId, before, limit }: { organizerId: number; before: string | null; limit: number },
): Promise<KeyRow[]> {
  return source.query<KeyRow>(
    `SELECT api_key_id AS "apiKeyId", name, scopes, created_by AS "createdBy", created_at AS "createdAt", revoked_at AS "revokedAt" FROM api_keys
     WHERE organizer_id = $1 AND ($2::uuid IS NULL OR api_key_id < $2) ORDER BY api_key_id DESC LIMIT $3`,
    [organizerId, before, limit],
  );
}

/** Whether the organiser has this key, revoked or not. */
export async function hasKey(source: Queryable, organizerId: number, apiKeyId: string): Promise<boolean> {
  const text = 'SELECT FROM api_keys WHERE api_key_id = $1 AND organizer_id = $2';
  return (await source.query(text, [apiKeyId, organizerId])).length > 0;
}
