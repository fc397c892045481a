import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Clock } from '../clock/clock.ts';
import { inTime } from '../clock/in-time.ts';
import { type Transacting, Unavailable } from '../postgres/database.ts';
import type { Broker } from '../rabbitmq/broker.ts';
import { checkMessages } from './check-messages.ts';
import { type Consumer, type Message, type MessageBus, Undeliverable } from './message-bus.ts';
import { deliver } from './rabbitmq-deliveries.ts';
import { deadHeaders, deadQueue, declareQueues, exchange, queueOf } from './rabbitmq-names.ts';
import { contentBytesMax } from './read-delivery.ts';
import { deliverRequests, type RequestServer } from './request-deliveries.ts';
import { type Outgoing, ownMessage, passOn, sendConfirmed } from './send-confirmed.ts';
import type { Deliveries, DeliveryCounts, DeliveryParts } from './taken-queue.ts';

/** A look at the outbox; nothing is written where nothing waits. */
const relayEveryMs = 100;
/** Long enough for what passes by itself, short enough that somebody still remembers what happened. */
const retryAfterMs = [500, 5_000, 30_000];
const detailLengthMax = 300;
const headersMax = 20;
const headerLengthMax = 500;
/** Whoever asks how full it is waits no longer. */
const askMs = 1_000;

/** How full RabbitMQ is, as far as we use it. */
interface BrokerDepths {
  /** How many messages wait in each queue. */
  readonly queues: Readonly<Record<string, number>>;
  readonly dead: number;
}

/** The bus of an Onsale that shares RabbitMQ with its other processes and with other services. */
export interface RabbitMqBus extends MessageBus {
  readonly counts: DeliveryCounts & { published: number };
  /** Names who answers requests of other services, and which of them do so in this process. Called once, before `start`. */
  serve(servers: readonly RequestServer[], here: readonly RequestServer[]): void;
  /** Null: it cannot be asked now. */
  depths(): Promise<BrokerDepths | null>;
  /** Asks it for a sign of life. Rejects with {@link Unavailable} while it is away. */
  ping(): Promise<void>;
}

/**
 * A {@link MessageBus} on RabbitMQ. What is published lies on disk in the quorum queue of each of its consumers when `publish` returns; there
 * whichever process is free takes it, acknowledges it after its commit, and what nobody can handle becomes a dead letter.
 */
export function createRabbitMqBus(parts: {
  readonly sending: Broker;
  /**
   * A connection of its own to the same RabbitMQ: one that lacks memory or disk stops reading what publishers send, and acknowledgements
   * behind it would never arrive, so that nothing would ever get better.
   */
  readonly receiving: Broker;
  readonly bypassingRls: Transacting;
  readonly clock: Pick<Clock, 'after' | 'now'>;
  readonly onDead: DeliveryParts['onDead'];
  /** Left out: as usual. */
  readonly retryAfterMs?: readonly number[];
}): RabbitMqBus {
  const { sending, receiving, bypassingRls, clock, onDead } = parts;
  const counts = { published: 0, unwanted: 0, handled: 0, retried: 0, dead: 0 };
  let consumers: readonly Consumer[] = [];
  let taken: readonly Consumer[] = [];
  let wanted = new Set<string>();
  let servers: readonly RequestServer[] = [];
  let serving: readonly RequestServer[] = [];
  /** What is ready on the connection that there is; null: it is away. */
  let ready: { readonly connection: ChannelModel; readonly sender: ConfirmChannel; readonly asker: Channel } | null =
    null;
  let deliveries: Deliveries[] = [];
  let isStopped = false;
  const common: DeliveryParts = {
    bypassingRls,
    clock,
    retryAfterMs: parts.retryAfterMs ?? retryAfterMs,
    bury,
    onDead,
    counts,
  };

  async function prepareSending(connection: ChannelModel): Promise<void> {
    const sender = lastingChannel(sending, connection, await connection.createConfirmChannel());
    await declareQueues(sender, [...consumers, ...servers]);
    const asker = lastingChannel(sending, connection, await connection.createChannel());
    const made = { connection, sender, asker };
    sender.on('close', () => {
      if (ready === made) ready = null;
    });
    ready = made;
  }

  async function prepareReceiving(connection: ChannelModel): Promise<void> {
    if (isStopped) return;
    const channel = lastingChannel(receiving, connection, await connection.createChannel());
    await declareQueues(channel, [...consumers, ...servers]);
    const ownChannel = async () => lastingChannel(receiving, connection, await connection.createChannel());
    deliveries = await Promise.all([
      ...taken.map(async (consumer) => deliver(consumer, await ownChannel(), common)),
      ...serving.map(async (server) => deliverRequests(server, await ownChannel(), { ...common, send })),
    ]);
  }

  async function send(outgoing: readonly Outgoing[]): Promise<ReadonlySet<string>> {
    const now = ready;
    if (now === null || sending.trouble !== null) throw new Unavailable(`${sending.place} takes no messages now`);
    try {
      return await sendConfirmed(now.sender, outgoing, clock);
    } catch (error) {
      // One that is blocked has said so, and goes on when it can.
      if (sending.trouble === null) sending.reset(now.connection, (error as Error).message);
      throw error;
    }
  }

  async function bury(raw: ConsumeMessage, queue: string, { reason, message }: Undeliverable): Promise<void> {
    const headers = {
      ...keptHeaders(raw.properties.headers ?? {}),
      [deadHeaders.reason]: reason,
      [deadHeaders.detail]: message.slice(0, detailLengthMax),
      [deadHeaders.queue]: queue,
      [deadHeaders.diedAt]: new Date(clock.now()).toISOString(),
    };
    const returned = await send([passOn(raw, deadQueue, headers)]);
    if (returned.size > 0) throw goneQueue('dead letters');
  }

  /** Somebody deleted a queue: it is made again with the next connection. */
  function goneQueue(of: string): Unavailable {
    const sentence = `the queue of ${of} is gone`;
    if (ready) sending.reset(ready.connection, sentence);
    return new Unavailable(`${sending.place}: ${sentence}`);
  }

  async function stop(): Promise<void> {
    isStopped = true;
    await Promise.all(deliveries.splice(0).map((each) => each.stop()));
  }

  return {
    relayEveryMs,
    counts,
    get trouble() {
      return sending.trouble ?? receiving.trouble ?? null;
    },
    consume(all, here = all) {
      consumers = all;
      taken = here;
      wanted = new Set(all.flatMap(({ topics }) => topics));
    },
    serve(all, here) {
      servers = all;
      serving = here;
    },
    async start() {
      await sending.prepare(prepareSending);
      await receiving.prepare(prepareReceiving);
    },
    async publish(_tx, messages) {
      checkMessages(messages);
      const returned = await send(messages.map((message) => toOutgoing(message, clock.now())));
      for (const { messageId, topic } of messages) {
        if (!returned.has(messageId)) continue;
        if (wanted.has(topic)) throw goneQueue(topic);
        counts.unwanted += 1;
      }
      counts.published += messages.length;
      return () => {};
    },
    async depths() {
      if (ready === null) return null;
      const { asker } = ready;
      const depth = async (queue: string) => (await asker.checkQueue(queue)).messageCount;
      async function ask(): Promise<BrokerDepths> {
        const queues: Record<string, number> = {};
        for (const one of [...consumers, ...servers]) queues[one.name] = await depth(queueOf(one));
        return { queues, dead: await depth(deadQueue) };
      }
      return inTime(ask(), askMs, clock);
    },
    async ping() {
      if (ready === null) throw new Unavailable(`${sending.place} is away`);
      await ready.asker.checkExchange(exchange);
    },
    stop,
    async close() {
      await stop();
      await Promise.all([sending.close(), receiving.close()]);
    },
  };
}

/**
 * Those headers of another service that its dead letter keeps: so few and short that it fits into a frame with ours, and plain values. A list
 * of further queues (CC) is none.
 */
function keptHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  const isKept = (value: unknown) =>
    ['number', 'boolean'].includes(typeof value) || (typeof value === 'string' && value.length <= headerLengthMax);
  const kept = Object.entries(headers).filter(([, value]) => isKept(value));
  return Object.fromEntries(kept.slice(0, headersMax)) as Record<string, string | number | boolean>;
}

/** A channel without which its connection is of no use. */
function lastingChannel<Kind extends Channel>(broker: Broker, connection: ChannelModel, channel: Kind): Kind {
  let why = 'a channel was closed';
  channel.on('error', (error) => {
    why = error.message;
  });
  // Where the whole connection breaks it says itself why, in the same turn.
  channel.on('close', () => void setImmediate(() => broker.reset(connection, why)));
  return channel;
}

function toOutgoing(message: Message, now: number): Outgoing {
  const { content, options } = ownMessage(message, now);
  if (content.length > contentBytesMax)
    throw new Undeliverable('TOO_LARGE', `A message of ${message.topic} has ${content.length} bytes`);
  return { exchange, routingKey: message.topic, content, options };
}
