import { randomInt } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { Secret } from '../kernel/secret.ts';
import { type Clock, systemClock } from '../platform/clock/clock.ts';
import { type DeadLetters, openDeadLetters } from '../platform/messages/dead-letters.ts';
import { createRabbitMqBus, type RabbitMqBus } from '../platform/messages/rabbitmq-bus.ts';
import { claimVirtualHost } from '../platform/messages/rabbitmq-names.ts';
import type { Transacting } from '../platform/postgres/database.ts';
import { type Broker, openBroker } from '../platform/rabbitmq/broker.ts';
import { StartRefused } from '../platform/start-refused.ts';

/** The RabbitMQ that is set. */
interface RabbitMqWish {
  readonly url: Secret | undefined;
  readonly ca: string | undefined;
}

/**
 * Connects to the RabbitMQ that is set, whether it is there or away for now, for an installation of Onsale; null: none is set. Throws
 * StartRefused if it is none that this one can work with; nothing stays open then.
 */
export async function openRabbitMq(
  { url, ca }: RabbitMqWish,
  parts: {
    readonly bypassingRls: Transacting;
    readonly installation: () => Promise<string>;
    readonly clock: Clock;
    readonly logger: FastifyBaseLogger;
  },
): Promise<RabbitMqBus | null> {
  if (!url) return null;
  const { bypassingRls, clock, logger } = parts;
  const common = { url, ca, clock, chance };
  const onNotice = (sentence: string) => logger.warn(sentence);
  const installation = await parts.installation();
  const opened: Broker[] = [];
  try {
    const sending = await openBroker({ ...common, name: 'onsale sends', onNotice });
    opened.push(sending);
    await sending.prepare((connection) => claimVirtualHost(connection, installation, sending.place));
    // One line about one server: the other connection finds the same.
    const receiving = await openBroker({ ...common, name: 'onsale receives', onNotice() {} });
    opened.push(receiving);
    await receiving.prepare((connection) => claimVirtualHost(connection, installation, receiving.place));
    return createRabbitMqBus({
      sending,
      receiving,
      bypassingRls,
      clock,
      // Not what it says: it may carry a link that opens an account.
      onDead: ({ messageId, topic }, error) =>
        logger.error({ err: error, messageId, topic }, 'a message became a dead letter'),
    });
  } catch (error) {
    for (const broker of opened) await broker.close();
    throw error;
  }
}

/** Works on the dead letters of the RabbitMQ that is set, for as long as it takes. Throws StartRefused if there is none, or it is away. */
export async function withDeadLetters<T>(
  { url, ca }: RabbitMqWish,
  work: (dead: DeadLetters) => Promise<T>,
): Promise<T> {
  if (!url) {
    throw new StartRefused(
      'RABBITMQ_URL is not set: there are no dead letters. What cannot be handled waits in the outbox and is tried again every 30 seconds.',
    );
  }
  let sentence = '';
  const onNotice = (said: string) => {
    sentence = said;
  };
  const broker = await openBroker({ url, ca, clock: systemClock, chance, name: 'onsale messages', onNotice });
  try {
    let dead: DeadLetters | undefined;
    await broker.prepare(async (connection) => {
      dead = await openDeadLetters(connection, systemClock);
    });
    if (!dead) throw new StartRefused(sentence.replace(/ Sales go on;.*$/, ''));
    return await work(dead);
  } finally {
    await broker.close();
  }
}

/** From 0 to 1, anew each time. */
const chance = () => randomInt(1_000) / 1_000;
