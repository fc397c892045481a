import { createUrlClient } from '../support/client.ts';
import { freePort, freshDataDir, type OnsaleServer, serveOnsale } from '../support/onsale-process.ts';
import { type PostgresServer, startPrimary, withoutStandby } from '../support/standby.ts';
import { openWay, type Way, withoutToxiproxy } from '../support/toxiproxy.ts';
import { ownerKeyOf, trialEnv, until } from './scene.ts';

/** Why tests on servers behind Toxiproxy are left out, or false. */
export const withoutNetwork = withoutToxiproxy || withoutStandby;

/** A server whose ways lead through Toxiproxy. */
export interface ProxiedServer extends OnsaleServer {
  readonly dataDir: string;
  /** Its own way to PostgreSQL. */
  readonly toPostgres: Way;
  /** The way of the other servers to it. */
  readonly toIt: Way;
  /** Its own way to Redis, where there is one. */
  readonly toRedis: Way | undefined;
  /** The id under which it lives now; undefined while it is dead. */
  id(): Promise<string | undefined>;
  /** How many of the 256 slots it owns. */
  slots(): Promise<number>;
}

/** Servers that are one Onsale, on a PostgreSQL of their own. */
export interface ProxiedServers {
  readonly postgres: PostgresServer;
  readonly servers: readonly ProxiedServer[];
  readonly ownerKey: string;
  /** Each of them is ready, reaches all others, and owns something. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

interface Proxied {
  /** One of its own if left out. */
  readonly postgres?: PostgresServer;
  readonly redis?: { readonly port: number };
}

/** Starts so many servers. */
export async function startProxied(count: number, { redis, ...rest }: Proxied = {}): Promise<ProxiedServers> {
  const postgres = rest.postgres ?? (await startPrimary());

  async function start(): Promise<ProxiedServer> {
    const privatePort = await freePort();
    const toPostgres = await openWay(`127.0.0.1:${postgres.port}`);
    const toIt = await openWay(`127.0.0.1:${privatePort}`);
    const toRedis = redis && (await openWay(`127.0.0.1:${redis.port}`));
    const dataDir = await freshDataDir();
    const server = await serveOnsale(dataDir, {
      env: {
        ...trialEnv,
        DATABASE_URL: postgres.url.replace(/127\.0\.0\.1:\d+/, toPostgres.address),
        PRIVATE_PORT: String(privatePort),
        PRIVATE_ADDRESS: toIt.address,
        ...(toRedis && { REDIS_URL: `redis://${toRedis.address}` }),
      },
    });
    const own = `p.address = '${toIt.address}' AND p.state = 'living'`;
    return {
      ...server,
      dataDir,
      toPostgres,
      toIt,
      toRedis,
      async id() {
        const [row] = await postgres.ask<{ id: string }>(`SELECT process_id::text AS id FROM processes p WHERE ${own}`);
        return row?.id;
      },
      async slots() {
        const [row] = await postgres.ask<{ slots: number }>(
          `SELECT count(*)::int AS slots FROM slots JOIN processes p USING (process_id) WHERE ${own}`,
        );
        return row!.slots;
      },
    };
  }

  const servers = [await start()];
  while (servers.length < count) servers.push(await start());
  const isReady = async ({ url }: ProxiedServer) =>
    (await createUrlClient(url).send('GET', '/health/ready')).status === 200;
  return {
    postgres,
    servers,
    ownerKey: await ownerKeyOf(servers[0]!.dataDir),
    async settled() {
      await until('every server is ready and owns a share', async () => {
        const apart = `SELECT FROM processes WHERE state = 'living' AND cardinality(reached) IS DISTINCT FROM ${count - 1}`;
        if ((await postgres.ask(apart)).length > 0) return false;
        for (const server of servers) if (!(await isReady(server)) || (await server.slots()) === 0) return false;
        return true;
      });
    },
    async stop() {
      for (const server of servers) await server.stop();
      await postgres.kill();
    },
  };
}
