import { type Transacting, Unavailable } from '../postgres/database.ts';
import type { AfterCommit, Message, MessageBus } from './message-bus.ts';
import { confirmMessages, takeMessages } from './outbox.ts';

const batchCountMax = 500;
/** A message that fails alone is left for this long before it is tried again; it never blocks those behind it. */
const poisonRetryMs = 30_000;

/**
 * Hands the outbox's messages to the bus and deletes what it has confirmed. Several relays may run at once: each takes
 * messages that no other has in hand.
 */
export function createOutboxRelay(parts: {
  readonly bypassingRls: Transacting;
  readonly bus: MessageBus;
  /** The clock that is never set back. */
  readonly measure: () => number;
  readonly onPoison: (message: Message, error: unknown) => void;
}) {
  const { bypassingRls, bus, measure, onPoison } = parts;
  /** Messages that the bus did not take, and until when they are left alone. */
  const poisoned = new Map<string, number>();

  /** Relays everything that waits; answers how many messages that were. Throws if PostgreSQL or the bus is away. */
  return async function relay(): Promise<number> {
    for (const [id, until] of poisoned) if (until <= measure()) poisoned.delete(id);
    let relayed = 0;
    for (;;) {
      const { taken, confirmed } = await relayBatch(batchCountMax);
      relayed += confirmed;
      if (taken < batchCountMax) return relayed;
    }
  };

  async function relayBatch(countMax: number): Promise<{ taken: number; confirmed: number }> {
    let taken: readonly Message[] = [];
    try {
      const afterCommit = await bypassingRls.transaction(async (tx): Promise<AfterCommit> => {
        taken = await takeMessages(tx, { countMax, except: [...poisoned.keys()] });
        if (taken.length === 0) return () => {};
        const published = await bus.publish(tx, taken);
        await confirmMessages(tx, taken);
        return published;
      });
      afterCommit();
      return { taken: taken.length, confirmed: taken.length };
    } catch (error) {
      if (taken.length === 0 || error instanceof Unavailable) throw error;
      if (taken.length === 1) {
        poisoned.set(taken[0]!.messageId, measure() + poisonRetryMs);
        onPoison(taken[0]!, error);
        return { taken: 1, confirmed: 0 };
      }
      // Somewhere in this batch is a message that is not taken: halve it until that one stays behind alone.
      const half = Math.ceil(taken.length / 2);
      const first = await relayBatch(half);
      const second = await relayBatch(taken.length - half);
      return { taken: taken.length, confirmed: first.confirmed + second.confirmed };
    }
  }
}
