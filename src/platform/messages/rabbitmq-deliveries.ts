import type { Channel, ConsumeMessage } from 'amqplib';
import type { Clock } from '../clock/clock.ts';
import { sqlState, type Transacting, Unavailable } from '../postgres/database.ts';
import { handleOnce } from './inbox.ts';
import { type Consumer, type Message, Undeliverable } from './message-bus.ts';
import { createPatience } from './patience.ts';
import { queueOf } from './rabbitmq-names.ts';
import { readDelivery } from './read-delivery.ts';

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

/** What may be in hand of a queue: no more is lost time when the process dies. */
const prefetchCount = 400;
/** What is handled in one transaction. */
const batchCountMax = 200;

interface Delivery {
  readonly raw: ConsumeMessage;
  readonly message: Message;
  /** How often it has failed. */
  readonly failures: number;
}

/** Hands what waits in a consumer's queue to it, for as long as the channel lives. */
export interface Deliveries {
  /** Takes no more and ends the transaction under way. The rest is delivered again once the connection is closed. */
  stop(): Promise<void>;
}

/**
 * Begins to deliver to a consumer on a channel of its own. Messages that arrive together are handled in one transaction, and acknowledged once it
 * is committed. Where it fails, halving finds the message that is to blame: it alone comes again later, and holds up no other.
 */
export async function deliver(consumer: Consumer, channel: Channel, parts: DeliveryParts): Promise<Deliveries> {
  const { bypassingRls, clock, retryAfterMs, bury, onDead, counts } = parts;
  const queue = queueOf(consumer);
  const arrived: (ConsumeMessage | Delivery)[] = [];
  // While PostgreSQL is away messages stay in hand: giving them back would count as a delivery each time.
  const patience = createPatience(clock);
  let running: Promise<void> | null = null;
  /** Nothing can be acknowledged any more. */
  let isOver = false;
  channel.on('close', () => end());

  function end(): void {
    isOver = true;
    patience.leave();
  }

  function accept(one: ConsumeMessage | Delivery): void {
    arrived.push(one);
    running ??= run()
      // Nothing that we know of: what is in hand comes again by another channel, and in the end RabbitMQ sets it aside.
      .catch(() => void channel.close().catch(() => {}))
      .finally(() => {
        running = null;
      });
  }

  async function run(): Promise<void> {
    // What came in the same chunk is handled at once.
    await new Promise((done) => setImmediate(done));
    while (!patience.isLeaving && arrived.length > 0) {
      const batch: Delivery[] = [];
      for (const one of arrived.splice(0, batchCountMax)) {
        const delivery = 'message' in one ? one : await readOrBury(one);
        if (delivery) batch.push(delivery);
      }
      if (batch.length > 0) await handle(batch);
    }
  }

  async function readOrBury(raw: ConsumeMessage): Promise<Delivery | null> {
    try {
      return { raw, message: readDelivery(consumer, raw), failures: 0 };
    } catch (error) {
      await setAside(raw, error);
      return null;
    }
  }

  async function handle(batch: readonly Delivery[]): Promise<void> {
    let fresh: readonly Message[] | null;
    try {
      const messages = batch.map(({ message }) => message);
      fresh = await patience.whenThere(
        () => bypassingRls.transaction((tx) => handleOnce(tx, consumer, messages)),
        isNobodysFault,
      );
    } catch (error) {
      if (batch.length === 1) return retryOrSetAside(batch[0]!, error);
      const half = Math.ceil(batch.length / 2);
      await handle(batch.slice(0, half));
      await handle(batch.slice(half));
      return;
    }
    if (fresh === null) return;
    counts.handled += fresh.length;
    if (fresh.length > 0) consumer.committed?.(fresh);
    for (const { raw } of batch) acknowledge(raw);
  }

  async function retryOrSetAside(delivery: Delivery, error: unknown): Promise<void> {
    const afterMs = retryAfterMs[delivery.failures];
    if (error instanceof Undeliverable || afterMs === undefined) return setAside(delivery.raw, error);
    counts.retried += 1;
    patience.later(afterMs, () => accept({ ...delivery, failures: delivery.failures + 1 }));
  }

  async function setAside(raw: ConsumeMessage, error: unknown): Promise<void> {
    const why = error instanceof Undeliverable ? error : new Undeliverable('FAILED', (error as Error).message);
    const isDone = await patience.whenThere(async () => {
      await bury(raw, queue, why);
      return true;
    }, isNobodysFault);
    if (!isDone) return;
    counts.dead += 1;
    onDead({ messageId: String(raw.properties.messageId), topic: String(raw.properties.type) }, error);
    acknowledge(raw);
  }

  function acknowledge(raw: ConsumeMessage): void {
    // Of a channel that ended it is delivered again, and the inbox knows it.
    if (!isOver) channel.ack(raw);
  }

  await channel.prefetch(prefetchCount);
  const { consumerTag } = await channel.consume(queue, (raw) => {
    // The queue was deleted: the channel is of no use any more.
    if (raw === null) channel.close().catch(() => {});
    else if (!patience.isLeaving) accept(raw);
  });
  return {
    async stop() {
      patience.leave();
      if (!isOver) channel.cancel(consumerTag).catch(() => {});
      await running;
    },
  };
}

/** Whether an error says nothing about the messages: PostgreSQL is away, or two transactions were in each other's way. */
export function isNobodysFault(error: unknown): boolean {
  return error instanceof Unavailable || ['40001', '40P01'].includes(sqlState(error) ?? '');
}
