import type pg from 'pg';

/** What `pg` needs to connect: a URL, or the parts of a private socket; and what may stand in between. */
export type ConnectionSettings = (
  | { readonly url: string }
  | { readonly host: string; readonly user: string; readonly password: string; readonly database: string }
) &
  Pooling;

interface Pooling {
  /**
   * Through a pooler that lends a connection of the server for one transaction at a time (PgBouncer): nothing that is set may
   * outlive a transaction, because whoever comes next would get it, and we another.
   */
  readonly isPooled?: boolean;
  /** Whether statements may be prepared under names, which the next transaction finds again; true if left out. */
  readonly isPrepared?: boolean;
}

/** What every connection of ours is called in `pg_stat_activity`. */
export const applicationName = 'onsale';

export function toClientConfig({ isPooled, isPrepared, ...settings }: ConnectionSettings): pg.ClientConfig {
  const common = { application_name: applicationName, connectionTimeoutMillis: 10_000 };
  return 'url' in settings ? { ...common, connectionString: settings.url } : { ...common, ...settings };
}
