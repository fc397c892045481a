import type { Message as RawMessage } from 'amqplib';
import { versionOf } from '../../contract/service-messages.ts';
import { checkMessages } from './check-messages.ts';
import { type Consumer, type Message, Undeliverable } from './message-bus.ts';

/** More than any message of ours, or any that we understand, needs. */
export const contentBytesMax = 262_144;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Reads a message as it came from RabbitMQ for a consumer. Throws {@link Undeliverable} at one that cannot be handled, whoever tries: too large, without an id,
 * of a topic that is not the consumer's or a version that is not ours, no JSON, or not of the form of its topic.
 */
export function readDelivery(
  consumer: Pick<Consumer, 'name' | 'topics'>,
  { content, properties }: RawMessage,
): Message {
  const { messageId, type: topic, headers = {} } = properties;
  if (content.length > contentBytesMax)
    throw new Undeliverable('TOO_LARGE', `It has ${content.length} bytes, and ${contentBytesMax} at most are read.`);
  if (typeof messageId !== 'string' || !uuid.test(messageId))
    throw new Undeliverable('MESSAGE_ID_MISSING', 'Its property message_id is no UUID.');
  if (typeof topic !== 'string' || topic === '')
    throw new Undeliverable('TYPE_MISSING', 'Its property type does not say what it is.');
  if (!consumer.topics.includes(topic))
    throw new Undeliverable('TYPE_UNKNOWN', `${consumer.name} does not read what its property type says.`);
  const { version = 1 } = headers;
  const known = versionOf(topic);
  if (version !== known)
    throw new Undeliverable('VERSION_UNKNOWN', `Its header version is not ${known}, the one that is read.`);
  const message = { messageId: messageId.toLowerCase(), topic, payload: parse(content) };
  checkMessages([message]);
  return message;
}

function parse(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    throw new Undeliverable('NOT_JSON', 'Its body is no JSON.');
  }
}
