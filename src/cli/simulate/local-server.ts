import { existsSync } from 'node:fs';
import type { Settings } from '../../config.ts';
import { findHolder } from '../../platform/data-folder/data-folder.ts';

/**
 * The server that runs on the data folder of these settings, if it is the one at `url` (any, if that is null): its
 * database can be reached. With `DATABASE_URL` set the user says which database that is.
 */
export async function findLocalServer(settings: Settings, url: string | null): Promise<{ url: string } | null> {
  const holder = existsSync(settings.dataDir) ? await findHolder(settings.dataDir) : undefined;
  const found = holder?.url ?? null;
  if (found !== null && (url === null || sameServer(found, url))) return { url: found };
  return settings.databaseUrl && url !== null ? { url } : null;
}

function sameServer(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)];
  const local = ['localhost', '127.0.0.1', '[::1]', '0.0.0.0'];
  return a.port === b.port && (a.hostname === b.hostname || (local.includes(a.hostname) && local.includes(b.hostname)));
}
