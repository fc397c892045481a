import { checkMessages } from './check-messages.ts';
import { handleOnce } from './inbox.ts';
import type { Consumer, Message, MessageBus } from './message-bus.ts';

/** Each time costs a look at the outbox and a commit. */
const relayEveryMs = 500;

/**
 * The bus of an Onsale whose consumers all live in its own processes: it hands messages on within the transaction that
 * takes them out of the outbox. A message leaves the outbox when all its consumers have handled it, in one commit.
 */
export function createEmbeddedBus(): MessageBus {
  let consumers: readonly Consumer[] = [];
  return {
    relayEveryMs,
    trouble: null,
    consume(all) {
      consumers = all;
    },
    // It delivers where it is published to.
    start: async () => {},
    stop: async () => {},
    async publish(tx, messages) {
      checkMessages(messages);
      const handled: { readonly consumer: Consumer; readonly messages: readonly Message[] }[] = [];
      for (const consumer of consumers) {
        const mine = messages.filter(({ topic }) => consumer.topics.includes(topic));
        if (mine.length > 0) handled.push({ consumer, messages: await handleOnce(tx, consumer, mine) });
      }
      return () => {
        for (const { consumer, messages: done } of handled) if (done.length > 0) consumer.committed?.(done);
      };
    },
    close: async () => {},
  };
}
