import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { applicationName } from '../../src/platform/postgres/connection.ts';
import type { RedisServer } from '../support/redis-servers.ts';
import type { SmallDisk } from '../support/small-disk.ts';
import type { PostgresServer } from '../support/standby.ts';
import type { Toxic, Way } from '../support/toxiproxy.ts';
import type { ProxiedServers } from './proxied-servers.ts';

/** What happens to PostgreSQL or Redis while people buy. */
export interface ServerFault {
  /** What `/health` says at every server while it lasts, or, where that is another's business, at one of them; left out: nothing is wrong. */
  readonly says?: { readonly what: RegExp; readonly at: 'every' | 'one' };
  begin(): Promise<void>;
  end(): Promise<void>;
}

/** What faults are played with: servers whose ways lead through Toxiproxy, and what these ways lead to. */
export interface FaultScene {
  readonly onsale: ProxiedServers;
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  /** What PostgreSQL writes to; null where none can be mounted. */
  readonly disk: SmallDisk | null;
}

const slow: readonly Toxic[] = [{ type: 'latency', stream: 'downstream', attributes: { latency: 300, jitter: 100 } }];
/** Connections are reset, those that are open and those that are made. */
const reset: readonly Toxic[] = [{ type: 'reset_peer', attributes: { timeout: 0 } }];

/** All faults by their names. */
export function serverFaults(scene: () => FaultScene): Readonly<Record<string, ServerFault>> {
  const ways = (which: 'toPostgres' | 'toRedis') => scene().onsale.servers.map((server) => server[which] as Way);
  const onWays = (which: 'toPostgres' | 'toRedis', begin: (way: Way) => Promise<void>) => ({
    begin: async () => void (await Promise.all(ways(which).map(begin))),
    end: async () => void (await Promise.all(ways(which).map((way) => way.heal()))),
  });
  const strangers: pg.Client[] = [];
  let crowding: AbortController;
  let crowded: Promise<void>;

  async function stranger(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: scene().postgres.url, application_name: 'stranger' });
    client.on('error', () => {});
    await client.connect();
    strangers.push(client);
    return client;
  }
  async function strangersLeave(): Promise<void> {
    await Promise.all(strangers.splice(0).map((client) => client.end().catch(() => {})));
  }
  /** Takes connections until there is none left. Answers the error that says so. */
  async function takeAll(): Promise<unknown> {
    for (;;) {
      try {
        await stranger();
      } catch (error) {
        return error;
      }
    }
  }

  return {
    'PostgreSQL is slow': onWays('toPostgres', (way) => way.worsen(...slow)),
    'PostgreSQL is cut off': {
      ...onWays('toPostgres', (way) => way.worsen(...reset)),
      says: { what: /^postgres$/, at: 'every' },
    },
    'PostgreSQL is not heard any more': {
      ...onWays('toPostgres', (way) => way.swallow()),
      says: { what: /^postgres$/, at: 'every' },
    },
    'PostgreSQL is restarted': {
      begin: () => scene().postgres.stop(),
      end: () => scene().postgres.restart(),
      says: { what: /^postgres$/, at: 'every' },
    },
    'the disk of PostgreSQL is full': {
      begin: () => scene().disk!.fill(),
      async end() {
        const { postgres, disk } = scene();
        await disk!.clear();
        // Without room for its journal PostgreSQL ends: then it is started again by whoever made room.
        const runs = await postgres.ask('SELECT').then(
          () => true,
          () => false,
        );
        if (runs) return;
        await postgres.stop();
        await postgres.restart();
      },
      says: { what: /^postgres/, at: 'one' },
    },
    'a stranger locks all tickets in PostgreSQL': {
      async begin() {
        // It waits for whoever writes at this moment, and everybody else behind it.
        const client = await stranger();
        await client.query('BEGIN');
        client.query('LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE').catch(() => {});
      },
      end: strangersLeave,
    },
    'strangers use up the connections of PostgreSQL': {
      async begin() {
        await takeAll();
        const [observer] = strangers;
        await observer!.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()',
          [applicationName],
        );
        crowding = new AbortController();
        const { signal } = crowding;
        crowded = (async () => {
          while (!signal.aborted) {
            await takeAll();
            await sleep(20, undefined, { signal }).catch(() => {});
          }
        })();
        // Those that were ended have made room for a moment.
        await sleep(200);
      },
      async end() {
        crowding.abort();
        await crowded;
        await strangersLeave();
      },
    },
    'Redis is slow': {
      ...onWays('toRedis', (way) => way.worsen(...slow)),
      says: { what: /^redis: /, at: 'every' },
    },
    'Redis is cut off': {
      ...onWays('toRedis', (way) => way.worsen(...reset)),
      says: { what: /^redis: /, at: 'every' },
    },
    'Redis is not heard any more': {
      ...onWays('toRedis', (way) => way.swallow()),
      says: { what: /^redis: /, at: 'every' },
    },
    'Redis is restarted, and empty': {
      begin: () => scene().redis.kill(),
      end: () => scene().redis.restart(),
      says: { what: /^redis: unreachable$/, at: 'every' },
    },
    'Redis is full': {
      begin: async () => void (await scene().redis.command('config', 'set', 'maxmemory', '100kb')),
      end: async () => void (await scene().redis.command('config', 'set', 'maxmemory', '0')),
      says: { what: /^redis: full$/, at: 'every' },
    },
  };
}
