import { Compile, type Validator } from 'typebox/compile';
import { type TopicName, topics } from '../../contract/topics.ts';
import { type Message, Undeliverable } from './message-bus.ts';

const schemas = new Map<string, Validator>();

/**
 * What each bus asks before it delivers: throws {@link Undeliverable} at a message of one of our topics that breaks its schema. Topics that are not
 * ours are for whoever knows them.
 */
export function checkMessages(messages: readonly Message[]): void {
  for (const { topic, payload } of messages) {
    if (!Object.hasOwn(topics, topic)) continue;
    const schema = schemaOf(topic as TopicName);
    if (!schema.Check(payload))
      throw new Undeliverable('SCHEMA', `A message of ${topic} breaks its schema: ${faultsOf(schema, payload)}`);
  }
}

/** Compiled when the first message comes: a process that starts has other work to do. */
function schemaOf(topic: TopicName): Validator {
  const known = schemas.get(topic);
  if (known) return known;
  const compiled: Validator = Compile(topics[topic].payload);
  schemas.set(topic, compiled);
  return compiled;
}

/** Where it breaks the schema, and not what it says: it may carry a link that opens an account. */
function faultsOf(schema: Validator, payload: unknown): string {
  const faults = schema.Errors(payload).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
  return faults.slice(0, 3).join('; ');
}
