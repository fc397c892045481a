import type { Channel, ConsumeMessage } from 'amqplib';
import type { Clock } from '../clock/clock.ts';
import { sqlState, type Transacting, Unavailable } from '../postgres/database.ts';
import { type Consumer, type Message, Undeliverable } from './message-bus.ts';
import { createPatience, type Patience } from './patience.ts';
import { queueOf } from './rabbitmq-names.ts';

/** How messages were handled so far. */
export interface DeliveryCounts {
  /** Said to whoever wants to hear it, and nobody does. */
  unwanted: number;
  handled: number;
  retried: number;
  dead: number;
}

/** What deliveries to a consumer need, whatever the connection. */
export interface DeliveryParts {
  readonly bypassingRls: Transacting;
  readonly clock: Pick<Clock, 'after' | 'now'>;
  /** How long a message waits before each further attempt; after the last it is set aside. */
  readonly retryAfterMs: readonly number[];
  /** Sets a message aside, with the reason. Throws Unavailable. */
  readonly bury: (raw: ConsumeMessage, queue: string, why: Undeliverable) => Promise<void>;
  /** A message was set aside. */
  readonly onDead: (message: Pick<Message, 'messageId' | 'topic'>, error: unknown) => void;
  readonly counts: DeliveryCounts;
}

/** Hands what waits in a queue to whoever takes it, for as long as the channel lives. */
export interface Deliveries {
  /** Takes no more and ends what is under way. The rest is delivered again once the connection is closed. */
  stop(): Promise<void>;
}

/** A queue that a process takes messages from, by a channel of its own. */
export interface TakenQueue {
  /** Ends when the channel does, or whoever takes leaves. */
  readonly patience: Patience;
  /** Says that a message is done with. Of a channel that ended it is delivered again, and known then. */
  acknowledge(raw: ConsumeMessage): void;
  /** Lays a message among the dead letters and acknowledges it; waits for that as long as anything is away. */
  setAside(raw: ConsumeMessage, error: unknown): Promise<void>;
  /** Begins to take; so many are in hand at most. Whoever stops waits for what `underWay` says then. */
  begin(prefetch: number, accept: (raw: ConsumeMessage) => void, underWay: () => unknown): Promise<Deliveries>;
}

export function takeFrom(
  consumer: Pick<Consumer, 'name'>,
  channel: Channel,
  { clock, bury, onDead, counts }: Pick<DeliveryParts, 'clock' | 'bury' | 'onDead' | 'counts'>,
): TakenQueue {
  const queue = queueOf(consumer);
  const patience = createPatience(clock);
  /** Nothing can be acknowledged any more. */
  let isOver = false;
  channel.on('close', () => {
    isOver = true;
    patience.leave();
  });

  function acknowledge(raw: ConsumeMessage): void {
    if (!isOver) channel.ack(raw);
  }

  return {
    patience,
    acknowledge,
    async setAside(raw, error) {
      const why = error instanceof Undeliverable ? error : new Undeliverable('FAILED', (error as Error).message);
      const isDone = await patience.whenThere(async () => {
        await bury(raw, queue, why);
        return true;
      }, isNobodysFault);
      if (!isDone) return;
      counts.dead += 1;
      onDead({ messageId: String(raw.properties.messageId), topic: String(raw.properties.type) }, error);
      acknowledge(raw);
    },
    async begin(prefetch, accept, underWay) {
      await channel.prefetch(prefetch);
      const { consumerTag } = await channel.consume(queue, (raw) => {
        // The queue was deleted: the channel is of no use any more.
        if (raw === null) channel.close().catch(() => {});
        else if (!patience.isLeaving) accept(raw);
      });
      return {
        async stop() {
          patience.leave();
          if (!isOver) channel.cancel(consumerTag).catch(() => {});
          await underWay();
        },
      };
    },
  };
}

/** Whether an error says nothing about the messages: PostgreSQL is away, or two transactions were in each other's way. */
export function isNobodysFault(error: unknown): boolean {
  return error instanceof Unavailable || ['40001', '40P01'].includes(sqlState(error) ?? '');
}
