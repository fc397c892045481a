import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pino } from 'pino';
import { createTestDatabase } from '../../test/support/database.ts';
import { Secret } from '../kernel/secret.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { openCluster } from './cluster.ts';

test('a process with another secret than those that live on its database is refused; with the same it joins', async () => {
  const { database, connection } = await createTestDatabase();
  const open = async (secret: string | undefined) => {
    const cluster = await openCluster({
      connection,
      bypassingRls: database.bypassingRls,
      clock: systemClock,
      logger: pino({ level: 'silent' }),
      internalSecret: secret === undefined ? undefined : new Secret(secret),
      roles: ['booking'],
      connections: null,
      listenOn: { host: '127.0.0.1', port: 0, reachedAt: undefined },
      parent: null,
    });
    after(async () => {
      await cluster.ownership.leave();
      await cluster.peers.close();
    });
    return cluster;
  };
  const first = await open(undefined);
  await first.ownership.start();
  await assert.rejects(open('a-secret-of-the-operator'), (error: Error) => {
    assert.equal(error.name, 'StartRefused');
    return /^Another process of Onsale \(127\.0\.0\.1:\d+\) .*another INTERNAL_SECRET\./.test(error.message);
  });
  await (await open(undefined)).ownership.start();
  // Whoever is alone may have any.
  await database.query(`UPDATE processes SET state = 'dead'`);
  await open('a-secret-of-the-operator');
});
