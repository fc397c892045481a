import type { ConfirmChannel, GetMessage, Options, Message as RawMessage } from 'amqplib';
import { versionOf } from '../../contract/service-messages.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Clock } from '../clock/clock.ts';
import { Unavailable } from '../postgres/database.ts';
import type { Message } from './message-bus.ts';

/** A message on its way to RabbitMQ. */
export interface Outgoing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly options: Options.Publish & { readonly messageId: string };
}

/** The body and the properties of a message of ours, at this time. */
export function ownMessage(
  { messageId, topic, payload }: Message,
  now: Instant,
): Pick<Outgoing, 'content' | 'options'> {
  const common = { messageId, type: topic, contentType: 'application/json', appId: 'onsale' };
  const headers = { version: versionOf(topic) };
  const options = { ...common, timestamp: Math.floor(now / 1_000), headers };
  return { content: Buffer.from(JSON.stringify(payload)), options };
}

/** A message that was received, as it goes on to a queue with these headers. */
export function passOn(
  { content, properties }: Pick<GetMessage, 'content' | 'properties'>,
  queue: string,
  headers: Readonly<Record<string, unknown>>,
): Outgoing {
  const { messageId, type, contentType, contentEncoding, correlationId, replyTo, timestamp, appId } = properties;
  const kept = { type, contentType, contentEncoding, correlationId, replyTo, timestamp, appId };
  const options = { ...kept, headers, messageId: String(messageId ?? '') };
  return { exchange: '', routingKey: queue, content, options };
}

/** Rows stay locked for so long at most; then whoever is to answer is taken for gone. */
const confirmMs = 5_000;

/**
 * Sends messages so that they outlive the broker, and waits until it answers for every one. Answers the ids of those that no queue wants.
 * Throws Unavailable if it does not answer for all of them in time: some may have arrived.
 */
export async function sendConfirmed(
  channel: ConfirmChannel,
  outgoing: readonly Outgoing[],
  clock: Pick<Clock, 'after'>,
): Promise<ReadonlySet<string>> {
  const returned = new Set<string>();
  const hear = ({ properties }: RawMessage) => returned.add(properties.messageId);
  channel.on('return', hear);
  let cancel = () => {};
  try {
    const confirms = outgoing.map(
      ({ exchange, routingKey, content, options }) =>
        new Promise<void>((resolve, reject) => {
          const sent = { ...options, persistent: true, mandatory: true };
          channel.publish(exchange, routingKey, content, sent, (error) => (error ? reject(error) : resolve()));
        }),
    );
    const late = new Promise<never>((_, reject) => {
      cancel = clock.after(confirmMs, () => reject(new Error(`no answer within ${confirmMs} ms`)));
    });
    await Promise.race([Promise.all(confirms), late]);
    return returned;
  } catch (error) {
    throw new Unavailable(`RabbitMQ does not answer for messages: ${(error as Error).message}`, { cause: error });
  } finally {
    cancel();
    channel.off('return', hear);
  }
}
