import { randomBytes } from 'node:crypto';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** This installation's random secret of that name: 32 bytes, made the first time it is asked for, the same ever after. */
export async function loadSecret(
  database: Queryable,
  name: 'guest-session' | 'transaction-id' | 'refresh-token' | 'sandbox-webhook' | 'internal',
): Promise<Uint8Array> {
  await database.query('INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [
    name,
    randomBytes(32),
  ]);
  const [row] = await database.query<{ value: Buffer }>('SELECT value FROM secrets WHERE name = $1', [name]);
  return row!.value;
}
