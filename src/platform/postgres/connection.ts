import type pg from 'pg';

/** What `pg` needs to connect: a URL, or the parts of a private socket. */
export type ConnectionSettings =
  | { readonly url: string }
  | { readonly host: string; readonly user: string; readonly password: string; readonly database: string };

/** What every connection of ours is called in `pg_stat_activity`. */
export const applicationName = 'onsale';

export function toClientConfig(settings: ConnectionSettings): pg.ClientConfig {
  const common = { application_name: applicationName, connectionTimeoutMillis: 10_000 };
  return 'url' in settings ? { ...common, connectionString: settings.url } : { ...common, ...settings };
}
