import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { placeOf, type RedisAddress } from '../../kernel/redis-address.ts';
import { StartRefused } from '../start-refused.ts';
import { mastersOf, type RedisClient } from './open-client.ts';

const oldestMajor = 7;
const databaseMissing = /DB index/;
const handshakeMs = 2_000;

/** What of a server's description Onsale looks at. */
interface Server {
  readonly name: string;
  readonly version: string;
  readonly isReplica: boolean;
  readonly isOfCluster: boolean;
  readonly evicts: boolean;
}

/** How an address is spoken of. */
interface Named {
  readonly address: RedisAddress;
  readonly setting: string;
}

/**
 * Connects for the first time. Throws {@link StartRefused} with one line that names the setting where it is plain that this can never work:
 * a host name that nobody knows, wrong user, password or certificate, no such database, no Redis. Answers null, or what is in the way of one
 * that may come yet: nobody listens, nobody answers, it is loading what it had written.
 */
export async function connectFirst(
  client: RedisClient,
  { address, setting, ca }: Named & { readonly ca: string | undefined },
): Promise<string | null> {
  const place = `Redis at ${placeOf(address)} (${setting})`;
  let cause: Error | undefined;
  const hear = (error: Error) => {
    cause ??= error;
  };
  client.on('error', hear);
  try {
    await client.connect();
    // A database that is not there is an error beside a connection that works, with database 0.
    if (cause && databaseMissing.test(cause.message)) throw cause;
    return null;
  } catch (error) {
    const said = innermost(cause ?? (error as Error));
    // Of sentinels and clusters the client says only that the connection was closed.
    const why = (address.tls && mayCome(said) ? await whyNoHandshake(address, ca) : null) ?? said;
    const message = messageOf(why);
    if (mayCome(why)) return message;
    throw new StartRefused(explain(place, why, message), { cause: error });
  } finally {
    client.off('error', hear);
  }
}

/**
 * Looks whether Onsale can work with what it is connected to. Throws {@link StartRefused} with one line that names the setting: older
 * than 7, a replica, a node of a cluster that is addressed as if it were alone. Answers what else an operator should know, in a
 * sentence, or null.
 */
export async function lookAtServers(client: RedisClient, { address, setting }: Named): Promise<string | null> {
  const place = `Redis at ${placeOf(address)} (${setting})`;
  const servers = await Promise.all(mastersOf(client).map(async (one) => readServer(await one.info())));
  for (const { name, version, isReplica, isOfCluster } of servers) {
    if (Number.parseInt(version, 10) < oldestMajor) {
      throw new StartRefused(`${place} is ${name} ${version}; Onsale needs Redis ${oldestMajor} or newer, or Valkey.`);
    }
    if (isReplica)
      throw new StartRefused(`${place} is a replica that cannot be written. Name its master in ${setting}.`);
    if (isOfCluster && address.kind !== 'cluster') {
      throw new StartRefused(`${place} is a node of a cluster. Write redis+cluster://… in ${setting}.`);
    }
  }
  return servers.some(({ evicts }) => evicts)
    ? `${place} evicts keys when it is full, and with them locks: name it in REDIS_CACHE_URL, and one that does not in REDIS_URL.`
    : null;
}

function readServer(info: string): Server {
  const facts = new Map(info.split('\r\n').map((line) => line.split(':', 2) as [string, string]));
  const isValkey = facts.has('valkey_version');
  return {
    name: isValkey ? 'Valkey' : 'Redis',
    version: facts.get('valkey_version') ?? facts.get('redis_version') ?? '0',
    isReplica: facts.get('role') === 'slave',
    isOfCluster: facts.get('cluster_enabled') === '1',
    evicts: (facts.get('maxmemory_policy') ?? 'noeviction') !== 'noeviction' && facts.get('maxmemory') !== '0',
  };
}

/** What a node of the cluster said, where the client says only that none is of use. */
function innermost(error: Error): Error {
  return (error as { lastNodeError?: Error }).lastNodeError ?? error;
}

/** What is wrong with a certificate of these servers for good; null: nothing, or none of them answers. */
async function whyNoHandshake({ nodes }: RedisAddress, ca: string | undefined): Promise<Error | null> {
  for (const { host, port } of nodes) {
    const options = { host, port, timeout: handshakeMs, ...(ca !== undefined && { ca }) };
    const error = await new Promise<Error | null>((done) => {
      const socket = connect({ ...options, ...(isIP(host) === 0 && { servername: host }) }, () => end(null));
      const end = (why: Error | null) => {
        socket.destroy();
        done(why);
      };
      socket.once('timeout', () => end(null));
      socket.on('error', end);
    });
    if (error && !mayCome(error)) return error;
  }
  return null;
}

/** In one line. */
function messageOf(error: Error): string {
  const { code = '' } = error as { code?: string };
  const [line] = error.message.split('\n', 1);
  const message = line!
    .replace(/^All sentinels are unreachable.*Last error: /, 'no sentinel answers as wanted: ')
    .replace(/\.$/, '');
  return message || code;
}

const awayCodes = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'];
const awayWords =
  /ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|[Tt]imeout|Connection is closed|^(LOADING|CLUSTERDOWN|MASTERDOWN)/;

/** Whether this is how a Redis looks that is away for a while. */
function mayCome(error: Error): boolean {
  const { code = '' } = error as { code?: string };
  return awayCodes.includes(code) || awayWords.test(error.message);
}

function explain(place: string, error: Error, message: string): string {
  const { code = '' } = error as { code?: string };
  if (/^(no sentinel .*: )?(WRONGPASS|NOAUTH|NOPERM)/.test(message))
    return `${place} refuses the user or the password: ${message}.`;
  if (/Unknown RESP type/.test(message)) return `${place} is not a Redis.`;
  if (databaseMissing.test(message)) return `${place} does not have that database: ${message}.`;
  if (/cluster support disabled/.test(message)) return `${place} is no cluster: ${message}.`;
  if (code === 'ENOTFOUND') return `${place} cannot be reached: its host name is unknown.`;
  return `${place} cannot be reached: ${message}.`;
}
