import { placeOf, type RedisAddress } from '../../kernel/redis-address.ts';
import { StartRefused } from '../start-refused.ts';
import { mastersOf, type RedisClient } from './open-client.ts';

const oldestMajor = 7;
const databaseMissing = /DB index/;

/** What of a server's description Onsale looks at. */
interface Server {
  readonly name: string;
  readonly version: string;
  readonly isReplica: boolean;
  readonly isOfCluster: boolean;
  readonly evicts: boolean;
}

/**
 * Connects for the first time and looks whether Onsale can work with what it finds. Throws {@link StartRefused} with one line that names
 * the setting: not reachable, wrong user or password, older than 7, a replica, a node of a cluster that is addressed as if it were
 * alone. Answers what else an operator should know, in a sentence, or null.
 */
export async function connectFirst(
  client: RedisClient,
  { address, setting }: { readonly address: RedisAddress; readonly setting: string },
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
    const servers = await Promise.all(mastersOf(client).map(async (one) => readServer(await one.info())));
    for (const { name, version, isReplica, isOfCluster } of servers) {
      if (Number.parseInt(version, 10) < oldestMajor) {
        throw new StartRefused(
          `${place} is ${name} ${version}; Onsale needs Redis ${oldestMajor} or newer, or Valkey.`,
        );
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
  } catch (error) {
    if (error instanceof StartRefused) throw error;
    throw new StartRefused(explain(place, innermost(cause ?? (error as Error))), { cause: error });
  } finally {
    client.off('error', hear);
  }
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

function explain(place: string, error: Error): string {
  const { code = '' } = error as { code?: string };
  const [line] = error.message.split('\n', 1);
  const message = line!
    .replace(/^All sentinels are unreachable.*Last error: /, 'no sentinel answers as wanted: ')
    .replace(/\.$/, '');
  if (/^(WRONGPASS|NOAUTH|NOPERM)/.test(message)) return `${place} refuses the user or the password: ${message}.`;
  if (/Unknown RESP type/.test(message)) return `${place} is not a Redis.`;
  if (databaseMissing.test(message)) return `${place} does not have that database: ${message}.`;
  if (/cluster support disabled/.test(message)) return `${place} is no cluster: ${message}.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${place} cannot be reached: its host name is unknown.`;
  return `${place} cannot be reached: ${message || code}.`;
}
