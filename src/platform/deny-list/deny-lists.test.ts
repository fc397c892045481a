import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openTestRedis } from '../../../test/support/open-test-redis.ts';
import { startRedis, withoutRedis } from '../../../test/support/redis-servers.ts';
import { systemClock } from '../clock/clock.ts';
import { denyListContract } from './deny-list.contract.ts';
import { createInProcessDenyList } from './in-process-deny-list.ts';
import { createRedisDenyList } from './redis-deny-list.ts';

describe('what is denied in this process', () => {
  denyListContract(async () => {
    const list = createInProcessDenyList({ clock: systemClock });
    return [list, list];
  });

  test('a flood does not make it remember without end: the oldest are forgotten', () => {
    const list = createInProcessDenyList({ clock: systemClock });
    for (let i = 0; i < 60_000; i++) list.deny(`name-${i}`, 60_000);
    assert.equal(list.isDenied('name-0'), false);
    assert.equal(list.isDenied('name-59999'), true);
  });
});

describe('what is denied in Redis', { skip: withoutRedis }, async () => {
  const server = await startRedis();
  const redis = await openTestRedis(server.url, { prefix: 'shop:', patienceMs: 10_000 });
  const other = await openTestRedis(server.url, { prefix: 'shop:', patienceMs: 10_000 });
  denyListContract(async () => [createRedisDenyList({ redis }), createRedisDenyList({ redis: other })]);

  test('is not known while Redis is away, and nobody fails', async () => {
    const list = createRedisDenyList({ redis });
    await list.deny('known', 60_000);
    assert.equal(await server.command('exists', 'shop:onsale:denied:known'), '1');
    await server.kill();
    assert.equal(await list.isDenied('known'), false);
    await list.deny('another', 60_000);
  });
});
