import type { Channel, ConsumeMessage } from 'amqplib';
import { handleOnce } from './inbox.ts';
import { type Consumer, type Message, Undeliverable } from './message-bus.ts';
import { readDelivery } from './read-delivery.ts';
import { type Deliveries, type DeliveryParts, isNobodysFault, takeFrom } from './taken-queue.ts';

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

/**
 * Begins to deliver to a consumer on a channel of its own. Messages that arrive together are handled in one transaction, and acknowledged once it
 * is committed. Where it fails, halving finds the message that is to blame: it alone comes again later, and holds up no other.
 */
export async function deliver(consumer: Consumer, channel: Channel, parts: DeliveryParts): Promise<Deliveries> {
  const { bypassingRls, retryAfterMs, counts } = parts;
  const queue = takeFrom(consumer, channel, parts);
  // While PostgreSQL is away messages stay in hand: giving them back would count as a delivery each time.
  const { patience, acknowledge, setAside } = queue;
  const arrived: (ConsumeMessage | Delivery)[] = [];
  let running: Promise<void> | null = null;

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

  return queue.begin(prefetchCount, accept, () => running);
}
