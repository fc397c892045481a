import type { PayloadOf, TopicName } from '../../contract/topics.ts';
import type { Queryable } from '../postgres/database.ts';
import type { Consumer, Message } from './message-bus.ts';

/** A message whose payload is what its topic says. */
export interface MessageOf<Name extends TopicName> extends Message {
  readonly topic: Name;
  readonly payload: PayloadOf<Name>;
}

/** A {@link Consumer} of one topic of ours. It gets what a bus has checked (`check-messages.ts`). */
export function createConsumer<Name extends TopicName>(parts: {
  readonly name: string;
  readonly topic: Name;
  readonly handle: (tx: Queryable, messages: readonly MessageOf<Name>[]) => Promise<void>;
  readonly committed?: (messages: readonly MessageOf<Name>[]) => void;
}): Consumer {
  const { name, topic, handle, committed } = parts;
  return {
    name,
    topics: [topic],
    handle: (tx, messages) => handle(tx, messages as readonly MessageOf<Name>[]),
    ...(committed && { committed: (messages) => committed(messages as readonly MessageOf<Name>[]) }),
  };
}
