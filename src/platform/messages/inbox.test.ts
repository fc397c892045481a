import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { handleOnce } from './inbox.ts';
import type { Consumer, Message } from './message-bus.ts';

describe('the inbox', () => {
  let database: TestDatabase;
  before(async () => {
    ({ database } = await createTestDatabase());
  });

  const message = (messageId: string = randomUUID()): Message => ({ messageId, topic: 'sold', payload: {} });
  function collecting(): { readonly consumer: Consumer; readonly got: string[] } {
    const got: string[] = [];
    const handle = async (_tx: unknown, messages: readonly Message[]) =>
      void got.push(...messages.map(({ messageId }) => messageId));
    return { consumer: { name: 'collects', topics: ['sold'], handle }, got };
  }

  test('lets a message take effect once that is delivered twice in one batch', async () => {
    const { consumer, got } = collecting();
    const [one, two] = [message(), message()];
    const fresh = await database.transaction((tx) => handleOnce(tx, consumer, [one, two, one, { ...two }]));
    assert.deepEqual(
      [got, fresh],
      [
        [one.messageId, two.messageId],
        [one, two],
      ],
    );
  });

  test('lets two batches with the same messages, in any order, wait for each other and not block each other', async () => {
    const messages = Array.from({ length: 200 }, () => message());
    for (let round = 0; round < 5; round++) {
      const fresh = messages.map(() => message());
      const { consumer, got } = collecting();
      await Promise.all([
        database.transaction((tx) => handleOnce(tx, consumer, fresh)),
        database.transaction((tx) => handleOnce(tx, consumer, fresh.toReversed())),
      ]);
      assert.deepEqual(got.toSorted(), fresh.map(({ messageId }) => messageId).toSorted());
    }
  });
});
