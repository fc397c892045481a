import { Compile, type Validator } from 'typebox/compile';
import { contractOf } from '../../contract/service-messages.ts';
import { type Message, Undeliverable } from './message-bus.ts';

const schemas = new Map<string, Validator>();

/**
 * What each bus asks before it delivers: throws {@link Undeliverable} at a message whose contract is known and that breaks its schema. Others are
 * for whoever knows them.
 */
export function checkMessages(messages: readonly Pick<Message, 'topic' | 'payload'>[]): void {
  for (const { topic, payload } of messages) {
    const schema = schemaOf(topic);
    if (schema && !schema.Check(payload))
      throw new Undeliverable('SCHEMA', `A message of ${topic} breaks its schema: ${faultsOf(schema, payload)}`);
  }
}

/** Compiled when the first message comes: a process that starts has other work to do. */
function schemaOf(topic: string): Validator | undefined {
  const known = schemas.get(topic);
  if (known) return known;
  const contract = contractOf(topic);
  if (!contract) return undefined;
  const compiled: Validator = Compile(contract.payload);
  schemas.set(topic, compiled);
  return compiled;
}

/** Where it breaks the schema, and not what it says: it may carry a link that opens an account. */
function faultsOf(schema: Validator, payload: unknown): string {
  const faults = schema.Errors(payload).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
  return faults.slice(0, 3).join('; ');
}
