import { randomBytes } from 'node:crypto';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { LinkSecret } from '../domain/order-link.ts';

/** Links signed by an older one than these open nothing any more. */
const secretsKept = 4;
const prefix = 'order-link-';

/** The secrets of order links, the newest first; the first one is made if there is none. */
export async function loadLinkSecrets(source: Queryable): Promise<LinkSecret[]> {
  const known = await read(source);
  if (known.length > 0) return known;
  await add(source, 1);
  return read(source);
}

/** Puts a fresh secret into use: links already sent stay good, but for the oldest. Running servers learn of it within a minute. */
export async function rotateLinkSecret(source: Queryable): Promise<number> {
  const [newest] = await loadLinkSecrets(source);
  const no = newest!.no + 1;
  await add(source, no);
  await source.query(`DELETE FROM secrets WHERE name = ANY($1::text[])`, [
    (await read(source)).slice(secretsKept).map((secret) => prefix + secret.no),
  ]);
  return no;
}

async function add(source: Queryable, no: number): Promise<void> {
  await source.query('INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [
    prefix + no,
    randomBytes(32),
  ]);
}

async function read(source: Queryable): Promise<LinkSecret[]> {
  const rows = await source.query<{ name: string; value: Buffer }>(
    `SELECT name, value FROM secrets WHERE name ~ '^${prefix}[0-9]{1,9}$'`,
  );
  return rows
    .map(({ name, value }) => ({ no: Number(name.slice(prefix.length)), value: new Uint8Array(value) }))
    .sort((a, b) => b.no - a.no);
}
