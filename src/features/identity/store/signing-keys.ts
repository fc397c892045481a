import type { JWK } from 'jose';
import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

export interface SigningKeyRow {
  readonly kid: string;
  readonly publicJwk: JWK;
  /** Null once retired. */
  readonly privateJwk: JWK | null;
}

/** A retired key stays known this long: more than any access token lives. */
const keepRetiredMs = 24 * 3_600_000;

/** Adds a key to sign with, unless there is one. */
export async function insertFirstKey(database: Queryable, key: SigningKeyRow, now: Instant): Promise<void> {
  await database.query(
    `INSERT INTO signing_keys (kid, public_jwk, private_jwk, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [key.kid, key.publicJwk, key.privateJwk, new Date(now)],
  );
}

/** Retires the key in use, whose private half is forgotten, and adds the next. In a transaction. */
export async function replaceKey(tx: Queryable, key: SigningKeyRow, now: Instant): Promise<void> {
  await tx.query('LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE');
  await tx.query('UPDATE signing_keys SET retired_at = $1, private_jwk = NULL WHERE retired_at IS NULL', [
    new Date(now),
  ]);
  await tx.query('DELETE FROM signing_keys WHERE retired_at < $1', [new Date(now - keepRetiredMs)]);
  await insertFirstKey(tx, key, now);
}

/** The key in use, and those whose tokens may still be about; the newest first. */
export function readKeys(database: Queryable, now: Instant): Promise<SigningKeyRow[]> {
  return database.query<SigningKeyRow>(
    `SELECT kid, public_jwk AS "publicJwk", private_jwk AS "privateJwk" FROM signing_keys
     WHERE retired_at IS NULL OR retired_at > $1 ORDER BY retired_at DESC NULLS FIRST`,
    [new Date(now - keepRetiredMs)],
  );
}
