import type { Channel, ChannelModel } from 'amqplib';
import { StartRefused } from '../start-refused.ts';
import type { Consumer } from './message-bus.ts';

// What lies in RabbitMQ, by name. Names and arguments of a queue are for ever: a queue that is there keeps those it was made with.

/** Takes every message, by its topic. */
export const exchange = 'onsale';
/** What nobody could handle, each with the reason in its headers, until an operator looks at it. */
export const deadQueue = 'onsale.dead';
const markerQueue = 'onsale.installation';
const preconditionFailed = 406;

/** How often a message is delivered whose consumer dies over it, before it is set aside. */
const deliveryLimit = 20;
/** A look at a dead letter counts as a delivery, and RabbitMQ 4 drops after 20 what has no limit of its own. */
const looksMax = 1_000_000;

/** Where a consumer's messages wait, whichever process is next to take them. */
export const queueOf = ({ name }: Pick<Consumer, 'name'>): string => `onsale.${name}`;

/** Whether a queue is one of Onsale's, by its name. */
export const isOurs = (queue: string): boolean => queue.startsWith('onsale.');

/** Headers that a dead letter carries beside its own. */
export const deadHeaders = {
  reason: 'x-onsale-reason',
  detail: 'x-onsale-detail',
  queue: 'x-onsale-queue',
  diedAt: 'x-onsale-died-at',
} as const;

/** Makes the exchange, the queue of each consumer and that of dead letters, as far as they are not there. */
export async function declareQueues(
  channel: Channel,
  consumers: readonly Pick<Consumer, 'name' | 'topics'>[],
): Promise<void> {
  await channel.assertExchange(exchange, 'topic', { durable: true });
  await channel.assertQueue(deadQueue, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': looksMax },
  });
  for (const consumer of consumers) {
    const queue = queueOf(consumer);
    await channel.assertQueue(queue, {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-delivery-limit': deliveryLimit,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': deadQueue,
        // With this overflow alone a dead letter waits for its confirm, as any message does.
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      },
    });
    for (const topic of consumer.topics) await channel.bindQueue(queue, exchange, topic);
  }
}

/**
 * Notes which installation uses a virtual host. Throws StartRefused if another one does: it would take our messages, and we its.
 *
 * The id stands in an argument of a queue that never holds anything: RabbitMQ refuses to declare a queue anew with another one, so
 * this needs no message, and of two that come at once one is first.
 */
export async function claimVirtualHost(connection: ChannelModel, installation: string, place: string): Promise<void> {
  const channel = await connection.createChannel();
  channel.on('error', () => {});
  try {
    const marks = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': installation };
    await channel.assertQueue(markerQueue, { durable: true, arguments: marks });
  } catch (error) {
    if ((error as { code?: number }).code !== preconditionFailed) throw error;
    throw new StartRefused(
      `Another installation of Onsale uses the same virtual host of ${place}: give this one a virtual host of its own, or delete the queue ${markerQueue} there if the other one is gone.`,
    );
  }
  await channel.close();
}
