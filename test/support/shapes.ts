import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConnectionSettings, openDatabase } from '../../src/platform/postgres/database.ts';
import { inDatabase } from './database-name.ts';
import { serveOnsale, toDatabaseUrl } from './onsale-process.ts';
import { fourProcesses, startRoleCluster } from './role-cluster.ts';

/** An Onsale that runs, whatever it is made of. */
export interface RunningShape {
  readonly url: string;
  readonly ownerKey: string;
  /** The settings by which `onsale …` finds its data. */
  readonly env: NodeJS.ProcessEnv;
  /** What its processes have complained about, from level `warn` on. */
  said(): string;
  stop(): Promise<unknown>;
}

/** What an Onsale of any shape is started on: an empty data folder to be, and settings. */
interface Ground {
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The ways in which Onsale can run, from the least to the most. PostgreSQL and Redis are those that {@link serviceNames} name. */
const shapes = {
  /** One process with its private PostgreSQL. */
  embedded: ({ dataDir, env }: Ground) => serveAlone(dataDir, env),
  /** One process on a PostgreSQL that others could share. */
  postgres: async ({ dataDir, env }: Ground) => serveAlone(dataDir, { ...env, DATABASE_URL: await newDatabase() }),
  /** Three processes of one machine. */
  workers: ({ dataDir, env }: Ground) => serveAlone(dataDir, { ...env, WORKERS: '3' }),
  /** The same with Redis. */
  redis: ({ dataDir, env }: Ground) => serveAlone(dataDir, { ...env, WORKERS: '3', ...redis() }),
  /** Four processes by roles on one PostgreSQL and Redis, behind the gateway. */
  async roles({ env }: Ground): Promise<RunningShape> {
    const settings = { ...env, DATABASE_URL: await newDatabase(), ...redis() };
    // Tests are a proxy before the gateway, which is one itself.
    const cluster = await startRoleCluster(settings, fourProcesses, { GATEWAY_PROXIES: '127.0.0.1' });
    return {
      ...cluster,
      env: settings,
      said: () => cluster.processes.map(({ roles, stderr }) => `${roles}:\n${stderr()}`).join('\n'),
    };
  },
} satisfies Readonly<Record<string, (ground: Ground) => Promise<RunningShape>>>;

export type ShapeName = keyof typeof shapes;
export const shapeNames = Object.keys(shapes) as ShapeName[];

/** In which environment variables the services stand that shapes use: PostgreSQL as JSON of a connection, Redis as an address. */
export const serviceNames = { postgres: 'ONSALE_TEST_SERVER', redis: 'ONSALE_TEST_REDIS_URL' } as const;

/** Whom an Onsale lets in that many tests share: they say by X-Forwarded-For who they are, and are pages of these origins. */
export const usualGuests = {
  trustedProxies: ['127.0.0.1'],
  corsOrigins: ['https://shop.example', 'https://shop.example.test'],
} as const;

/** Starts an Onsale without demo and limits of requests, with these settings besides. */
export function startShape(name: ShapeName, { dataDir, env }: Ground): Promise<RunningShape> {
  const usual = {
    ...{ RATE_LIMITS: 'off', HOLD_LIMITS: 'off', DEMO: 'off', LOG_LEVEL: 'warn' },
    TRUSTED_PROXIES: usualGuests.trustedProxies.join(','),
    CORS_ORIGINS: usualGuests.corsOrigins.join(','),
  };
  return shapes[name]({ dataDir, env: { ...usual, ...env } });
}

async function serveAlone(dataDir: string, env: NodeJS.ProcessEnv): Promise<RunningShape> {
  const server = await serveOnsale(dataDir, { env });
  const ownerKey = (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim();
  const { url, stderr: said, stop } = server;
  return { url, ownerKey, env: { ...env, DATA_DIR: dataDir }, said, stop };
}

/** The address of a new database. It goes with its server. */
async function newDatabase(): Promise<string> {
  const server = process.env[serviceNames.postgres];
  if (server === undefined) throw new Error(`${serviceNames.postgres} names no PostgreSQL`);
  const connection = JSON.parse(server) as ConnectionSettings;
  const admin = openDatabase(connection, 1);
  const name = `onsale_${randomBytes(6).toString('hex')}`;
  await admin.bypassingRls.query(`CREATE DATABASE ${name}`);
  await admin.close();
  return toDatabaseUrl(inDatabase(connection, name));
}

/** Redis for an installation of its own; none where there is none. */
function redis(): NodeJS.ProcessEnv {
  const url = process.env[serviceNames.redis];
  return url === undefined ? {} : { REDIS_URL: url, REDIS_PREFIX: `${randomBytes(6).toString('hex')}:` };
}
