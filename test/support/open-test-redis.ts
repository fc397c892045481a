import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { readRedisAddress } from '../../src/kernel/redis-address.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { openRedis, type Redis } from '../../src/platform/redis/redis.ts';

/** A connection as a process has it, closed after the tests of the file. `notices` hears what an operator reads. */
export async function openTestRedis(
  url: string,
  {
    prefix = '',
    ca,
    notices = [],
    patienceMs,
    onFault = throwLater,
  }: {
    readonly prefix?: string;
    readonly ca?: string;
    readonly notices?: string[];
    readonly patienceMs?: number;
    readonly onFault?: (error: Error) => void;
  } = {},
): Promise<Redis> {
  const address = readRedisAddress(url);
  assert(address.accepted, url);
  const redis = await openRedis({
    name: 'redis',
    address: address.value,
    setting: 'REDIS_URL',
    prefix,
    ca,
    processId: randomUUID(),
    clock: systemClock,
    chance: Math.random,
    ...(patienceMs !== undefined && { patienceMs }),
    onNotice: (sentence) => notices.push(sentence),
    onFault,
  });
  after(() => redis.close());
  return redis;
}

/** Fails the test that runs, whoever else catches the error. */
export function throwLater(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}
