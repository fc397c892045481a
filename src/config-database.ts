import { availableParallelism } from 'node:os';
import { postgresConnectionString } from './config-connection-strings.ts';
import { addressWithPassword } from './config-secrets.ts';
import { accept, type Decision, refuse } from './kernel/decision.ts';
import { Secret } from './kernel/secret.ts';

function readAddress(text: string): Decision<Secret | undefined, string> {
  return /^postgres(ql)?:\/\/.+/.test(text) && URL.canParse(text)
    ? accept(new Secret(text))
    : refuse('must read postgres://user:password@host:5432/database');
}

/** The settings about PostgreSQL. Addresses stay texts, because they hold passwords. */
export const databaseSettings = {
  databaseUrl: {
    env: 'DATABASE_URL',
    fallback: undefined,
    about:
      'PostgreSQL 15 or newer to use instead of the private one: `postgres://user:password@host:5432/database`. Where it is not set, `ConnectionStrings__DefaultConnection` is read (`Host=…;Database=…;Username=…;Password=…`).',
    secret: addressWithPassword,
    alias: postgresConnectionString,
    read: readAddress,
  },
  databaseDirectUrl: {
    env: 'DATABASE_DIRECT_URL',
    fallback: undefined,
    about:
      'The same database and user past PgBouncer, where DATABASE_URL leads through it in transaction mode: for migrations, leases and the look whether PostgreSQL hangs.',
    secret: addressWithPassword,
    read: readAddress,
  },
  databaseReadUrl: {
    env: 'DATABASE_READ_URL',
    fallback: undefined,
    about:
      'A streaming standby of the same PostgreSQL, which searches and public lists are read from by whoever is not signed in, as long as it is at most 5 s behind.',
    secret: addressWithPassword,
    read: readAddress,
  },
  databasePrepared: {
    env: 'DATABASE_PREPARED',
    fallback: 'on',
    about:
      '`off`: no statement is prepared under a name and nothing outlives a transaction, as poolers in transaction mode need it (PgBouncer before 1.21).',
    read: (text: string): Decision<'on' | 'off', string> =>
      text === 'on' || text === 'off' ? accept(text) : refuse('must be on or off'),
  },
  databaseConnections: {
    env: 'DATABASE_CONNECTIONS',
    fallback: undefined,
    about:
      'Connections to PostgreSQL that this process may have, in all, 8 to 1000. Left out: 8 for each core that it has (with `WORKERS` their share of the cores), at least 18 and at most 50 (the private PostgreSQL takes no more). 4 of them are for sales (with the role `booking`), 1 looks whether PostgreSQL hangs, 1 renews the lease.',
    read: (text: string): Decision<number | undefined, string> =>
      /^\d{1,4}$/.test(text) && Number(text) >= 8 && Number(text) <= 1_000
        ? accept(Number(text))
        : refuse('must be a whole number from 8 to 1000'),
  },
} as const;

/** The addresses of an external PostgreSQL; undefined: there is the private one. */
export function externalAddresses(settings: {
  readonly databaseUrl: Secret | undefined;
  readonly databaseDirectUrl: Secret | undefined;
  readonly databaseReadUrl: Secret | undefined;
  readonly databasePrepared: 'on' | 'off';
}) {
  if (!settings.databaseUrl) return undefined;
  return {
    url: settings.databaseUrl.reveal(),
    directUrl: settings.databaseDirectUrl?.reveal(),
    readUrl: settings.databaseReadUrl?.reveal(),
    isPrepared: settings.databasePrepared === 'on',
  };
}

/** What a process takes at most of the private PostgreSQL. */
const privateConnectionsMax = 50;

/** How many connections a process has where nothing is set: what work they carry is bounded by the cores on both sides. */
export function usualConnections(cores: number, workers: number): number {
  return Math.min(privateConnectionsMax, Math.max(18, Math.ceil((8 * cores) / workers)));
}

/** How many connections to PostgreSQL this process may have; left out, as many as are usual on this machine. */
export function connectionsOf(settings: {
  readonly databaseUrl: Secret | undefined;
  readonly databaseConnections: number | undefined;
  readonly workers: number;
}): number {
  const allowed = settings.databaseConnections ?? usualConnections(availableParallelism(), settings.workers);
  return settings.databaseUrl ? allowed : Math.min(allowed, privateConnectionsMax);
}

/** What is wrong with these settings together, in sentences. */
export function databaseFaults(settings: {
  readonly databaseUrl?: unknown;
  readonly databaseDirectUrl?: unknown;
  readonly databaseReadUrl?: unknown;
  readonly databasePrepared?: unknown;
}): string[] {
  if (settings.databaseUrl !== undefined) return [];
  const faults: string[] = [];
  if (settings.databaseDirectUrl !== undefined) faults.push('DATABASE_DIRECT_URL needs DATABASE_URL.');
  if (settings.databaseReadUrl !== undefined) faults.push('DATABASE_READ_URL needs DATABASE_URL.');
  if (settings.databasePrepared === 'off') faults.push('DATABASE_PREPARED=off needs DATABASE_URL.');
  return faults;
}
