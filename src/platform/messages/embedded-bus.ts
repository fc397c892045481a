import { checkMessages } from './check-messages.ts';
import { handleOnce } from './inbox.ts';
import type { Consumer, Message, MessageBus } from './message-bus.ts';

/**
 * The bus of an Onsale whose consumers all live in its own processes: it hands messages on within the transaction that
 * takes them out of the outbox. A message leaves the outbox when all its consumers have handled it, in one commit.
 */
export function createEmbeddedBus(): MessageBus {
  let consumers: readonly Consumer[] = [];
  return {
    consume(all) {
      consumers = all;
    },
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
