import { randomBytes } from 'node:crypto';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { insertMissingSecrets, readSecrets } from '../store/secrets.ts';

const names = [
  'guest-session',
  'transaction-id',
  'sandbox-webhook',
  'refresh-token',
  'internal',
  'installation',
] as const;
export type SecretName = (typeof names)[number];

/**
 * This installation's random secrets: 32 bytes each, made the first time they are asked for, the same ever after. One question once
 * they are made: a start asks for as little as it can.
 */
export async function loadSecrets(bypassingRls: Queryable): Promise<Record<SecretName, Uint8Array>> {
  const known: Partial<Record<SecretName, Uint8Array>> = await readSecrets(bypassingRls);
  if (isComplete(known)) return known;
  await insertMissingSecrets(
    bypassingRls,
    names.map((name) => ({ name, value: randomBytes(32) })),
  );
  return (await readSecrets(bypassingRls)) as Record<SecretName, Uint8Array>;
}

function isComplete(known: Partial<Record<SecretName, Uint8Array>>): known is Record<SecretName, Uint8Array> {
  return names.every((name) => known[name]);
}

/** By which this installation is known to others: whoever shares its database is a part of it. Nothing that could sign anything. */
export async function readInstallationId(bypassingRls: Queryable): Promise<string> {
  return Buffer.from((await loadSecrets(bypassingRls)).installation)
    .toString('hex')
    .slice(0, 32);
}
