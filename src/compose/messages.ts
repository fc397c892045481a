import { forgetReceived } from '../platform/messages/inbox.ts';
import type { Consumer } from '../platform/messages/message-bus.ts';
import { countMessages } from '../platform/messages/outbox.ts';
import { createOutboxRelay } from '../platform/messages/outbox-relay.ts';
import type { Job } from '../platform/scheduler/run-jobs.ts';
import type { Platform } from './platform.ts';

const relayEveryMs = 500;
const forgetEveryMs = 3_600_000;

/** Messages between slices. */
export interface Messages {
  /** Hands waiting messages to their consumers now; answers how many. */
  relay(): Promise<number>;
  readonly jobs: readonly Job[];
}

/** Lets the consumers of all slices hear what the outbox holds, by the platform's bus. */
export function createMessages(
  {
    database: { bypassingRls },
    bus,
    clock,
    logger,
    metrics,
  }: Pick<Platform, 'database' | 'bus' | 'clock' | 'logger' | 'metrics'>,
  consumers: readonly Consumer[],
): Messages {
  bus.consume(consumers);
  metrics.watchOutbox(() => countMessages(bypassingRls));
  const relay = createOutboxRelay({
    bypassingRls,
    bus,
    measure: () => clock.measure(),
    // Not what it says: it may carry a link that opens an account.
    onPoison: ({ messageId, topic }, error) =>
      logger.error({ err: error, messageId, topic }, 'a message cannot be handled'),
  });
  return {
    relay,
    jobs: [
      {
        name: 'relay messages',
        runs: 'once in the cluster',
        everyMs: relayEveryMs,
        run: async () => void (await relay()),
      },
      {
        name: 'forget old messages',
        runs: 'once in the cluster',
        everyMs: forgetEveryMs,
        run: () => forgetReceived(bypassingRls),
      },
    ],
  };
}
