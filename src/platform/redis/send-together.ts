import type { Cluster } from 'ioredis';
import type { RedisClient } from './open-client.ts';

/** A command in lower case, with its arguments. */
export type RedisCommand = readonly [name: string, ...args: (string | number)[]];

/** Sends many commands at once, each for itself: in one piece, or in a cluster each to its node. Rejects as the first that failed. */
export async function sendTogether(client: RedisClient, commands: readonly RedisCommand[]): Promise<void> {
  if (commands.length === 0) return;
  if (isCluster(client)) {
    await Promise.all(commands.map(([name, ...args]) => client.call(name, ...args)));
    return;
  }
  const answers = (await client.pipeline(commands.map((one) => [...one])).exec()) ?? [];
  for (const [error] of answers) if (error) throw error;
}

function isCluster(client: RedisClient): client is Cluster {
  return 'nodes' in client;
}
