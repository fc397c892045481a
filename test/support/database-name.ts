import type { ConnectionSettings } from '../../src/platform/postgres/database.ts';

/** The same server, another database. */
export function inDatabase(settings: ConnectionSettings, name: string): ConnectionSettings {
  if (!('url' in settings)) return { ...settings, database: name };
  const url = new URL(settings.url);
  url.pathname = `/${name}`;
  return { url: url.href };
}
