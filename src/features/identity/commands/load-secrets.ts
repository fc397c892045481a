import { randomBytes } from 'node:crypto';
import type { Queryable } from '../../../platform/postgres/database.ts';

const names = ['guest-session', 'transaction-id', 'sandbox-webhook', 'refresh-token', 'internal'] as const;
export type SecretName = (typeof names)[number];

/**
 * This installation's random secrets: 32 bytes each, made the first time they are asked for, the same ever after. One question once
 * they are made: a start asks for as little as it can.
 */
export async function loadSecrets(database: Queryable): Promise<Record<SecretName, Uint8Array>> {
  const known = await readSecrets(database);
  if (isComplete(known)) return known;
  await database.query(
    'INSERT INTO secrets (name, value) SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT (name) DO NOTHING',
    [names, names.map(() => randomBytes(32))],
  );
  return (await readSecrets(database)) as Record<SecretName, Uint8Array>;
}

async function readSecrets(database: Queryable): Promise<Partial<Record<SecretName, Uint8Array>>> {
  const rows = await database.query<{ name: SecretName; value: Buffer }>('SELECT name, value FROM secrets');
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

function isComplete(known: Partial<Record<SecretName, Uint8Array>>): known is Record<SecretName, Uint8Array> {
  return names.every((name) => known[name]);
}
