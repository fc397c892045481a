import { before, describe } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { createEmbeddedBus } from './embedded-bus.ts';
import { messageBusContract } from './message-bus.contract.ts';
import type { Message } from './message-bus.ts';
import { createOutboxRelay } from './outbox-relay.ts';

describe('the embedded bus', () => {
  let database: TestDatabase;
  before(async () => {
    ({ database } = await createTestDatabase());
  });
  messageBusContract(() => ({
    database,
    async open(consumers, into = database) {
      let now = 0;
      const setAside: Message[] = [];
      const bus = createEmbeddedBus();
      bus.consume(consumers);
      const relay = createOutboxRelay({
        bypassingRls: into,
        bus,
        measure: () => now,
        onPoison: (message) => void setAside.push(message),
      });
      return {
        relay,
        setAside,
        async comeAgain() {
          now += 30_000;
        },
        close: () => bus.close(),
      };
    },
  }));
});
