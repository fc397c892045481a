import type { Cluster, Redis as Single } from 'ioredis';
import type { RedisAddress } from '../../kernel/redis-address.ts';

/** A connection to one Redis, or to all nodes of a cluster. */
export type RedisClient = Single | Cluster;

export interface ClientOptions {
  readonly address: RedisAddress;
  /** Of the authority that signs the server's certificate, as PEM; undefined: those that Node knows. */
  readonly ca: string | undefined;
  /** How long to wait before the n-th attempt to connect again; null: there is none. */
  readonly retryDelay: (attempt: number) => number | null;
}

const connectTimeoutMs = 2_000;
/** A connection on which an answer is outstanding for so long may lead nowhere: it is made anew. */
const silenceMaxMs = 3_000;
/** A cluster that moves slots sends a command from node to node: not for ever. */
const redirectionsMax = 4;
const retryInClusterMs = 40;

/**
 * A client that is not connected yet. It queues nothing while it is offline and sends nothing twice: what was asked when the
 * connection broke has failed. It connects again by itself, as `retryDelay` says.
 */
export async function openClient({ address, ca, retryDelay }: ClientOptions): Promise<RedisClient> {
  // Loaded where there is a Redis alone: the others start without it.
  const { Cluster, Redis: Single } = await import('ioredis');
  const { kind, nodes, master, database, username, password, sentinel } = address;
  const tls = address.tls ? { tls: { ...(ca !== undefined && { ca }) } } : {};
  const common = {
    ...tls,
    username,
    password: password?.reveal(),
    connectionName: 'onsale',
    connectTimeout: connectTimeoutMs,
    socketTimeout: silenceMaxMs,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  };
  const alone = {
    ...common,
    db: database,
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: retryDelay,
    // What was the master before a fail-over takes no writes any more.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  };
  if (kind === 'single') return new Single({ ...alone, ...nodes[0]! });
  if (kind === 'sentinel') {
    return new Single({
      ...alone,
      sentinels: [...nodes],
      name: master!,
      enableTLSForSentinelMode: address.tls,
      ...(address.tls && { sentinelTLS: tls.tls }),
      sentinelUsername: sentinel.username,
      sentinelPassword: sentinel.password?.reveal(),
      sentinelCommandTimeout: connectTimeoutMs,
      sentinelRetryStrategy: retryDelay,
      failoverDetector: true,
    });
  }
  return new Cluster([...nodes], {
    redisOptions: common,
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryDelay,
    maxRedirections: redirectionsMax,
    retryDelayOnFailover: retryInClusterMs,
    retryDelayOnClusterDown: retryInClusterMs,
    retryDelayOnTryAgain: retryInClusterMs,
    slotsRefreshInterval: 2_000,
    slotsRefreshTimeout: connectTimeoutMs,
    // Certificates name hosts: resolved to addresses, they would not fit.
    ...(address.tls && { dnsLookup: (host: string, done: (error: null, ip: string) => void) => done(null, host) }),
  });
}

/** Each server that takes writes, as far as it is known. */
export function mastersOf(client: RedisClient): readonly Single[] {
  return 'nodes' in client ? client.nodes('master') : [client];
}
