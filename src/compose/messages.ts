import { forgetAnswered } from '../platform/messages/answered-requests.ts';
import { forgetReceived } from '../platform/messages/inbox.ts';
import type { Consumer } from '../platform/messages/message-bus.ts';
import { measureOutbox } from '../platform/messages/outbox.ts';
import { createOutboxRelay } from '../platform/messages/outbox-relay.ts';
import { unlessAway } from '../platform/messages/unless-away.ts';
import type { Job } from '../platform/scheduler/run-jobs.ts';
import type { Platform } from './platform.ts';

const forgetEveryMs = 3_600_000;

/** Messages between slices. */
export interface Messages {
  /** Hands waiting messages to their consumers now; answers how many. */
  relay(): Promise<number>;
  /** The same, but where the bus is away it does nothing: that was said when it went. */
  relayIfThere(): Promise<void>;
  /** Lets the bus deliver. */
  start(): Promise<void>;
  /** Ends what is being delivered. */
  stop(): Promise<void>;
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
  /** Those of them that this process has the roles for. */
  here: readonly Consumer[],
): Messages {
  bus.consume(consumers, here);
  metrics.watchOutbox(() => measureOutbox(bypassingRls));
  const relay = createOutboxRelay({
    bypassingRls,
    bus,
    measure: () => clock.measure(),
    // Not what it says: it may carry a link that opens an account.
    onPoison: ({ messageId, topic }, error) =>
      logger.error({ err: error, messageId, topic }, 'a message cannot be handled'),
  });
  const relayIfThere = () => unlessAway(bus, relay);
  return {
    relay,
    relayIfThere,
    start: () => bus.start(),
    stop: () => bus.stop(),
    jobs: [
      {
        name: 'relay messages',
        runs: 'once in the cluster',
        everyMs: bus.relayEveryMs,
        run: relayIfThere,
      },
      {
        name: 'forget old messages',
        runs: 'once in the cluster',
        everyMs: forgetEveryMs,
        async run() {
          await forgetReceived(bypassingRls);
          await forgetAnswered(bypassingRls);
        },
      },
    ],
  };
}
