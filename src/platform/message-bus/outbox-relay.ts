import { type Queryable, type Transacting, Unavailable } from '../postgres/database.ts';

/** A message of the outbox. */
export interface Message {
  readonly messageId: string;
  readonly topic: string;
  readonly payload: unknown;
}

/**
 * Who acts on messages. `handle` gets those it has not seen before (the inbox sees to that), within the transaction
 * that also notes them as received: so each takes effect exactly once, however often it is delivered.
 */
export interface Consumer {
  readonly name: string;
  readonly topics: readonly string[];
  handle(tx: Queryable, messages: readonly Message[]): Promise<void>;
  /** Told of the messages that it has handled, once that is committed. Must not throw. */
  committed?(messages: readonly Message[]): void;
}

interface Handled {
  readonly consumer: Consumer;
  readonly messages: readonly Message[];
}

const batchCountMax = 500;
/** A message that fails alone is left for this long before it is tried again; it never blocks those behind it. */
const poisonRetryMs = 30_000;

/**
 * Hands the outbox's messages to the consumers of this process and deletes what all of them have confirmed. Several
 * relays may run at once: each takes messages that no other has in hand.
 */
export function createOutboxRelay(parts: {
  readonly database: Transacting;
  readonly consumers: readonly Consumer[];
  /** The clock that is never set back. */
  readonly measure: () => number;
  readonly onPoison: (message: Message, error: unknown) => void;
}) {
  const { database, consumers, measure, onPoison } = parts;
  /** Messages that could not be handled, and until when they are left alone. */
  const poisoned = new Map<string, number>();

  /** Relays everything that waits; answers how many messages that were. Throws if PostgreSQL is away. */
  return async function relay(): Promise<number> {
    for (const [id, until] of poisoned) if (until <= measure()) poisoned.delete(id);
    let relayed = 0;
    for (;;) {
      const { taken, confirmed } = await relayBatch(batchCountMax);
      relayed += confirmed;
      if (taken < batchCountMax) return relayed;
    }
  };

  async function relayBatch(limit: number): Promise<{ taken: number; confirmed: number }> {
    let taken: Message[] = [];
    try {
      const handled = await database.transaction(async (tx) => {
        taken = await take(tx, limit, [...poisoned.keys()]);
        return taken.length === 0 ? [] : deliver(tx, taken);
      });
      for (const { consumer, messages } of handled) consumer.committed?.(messages);
      return { taken: taken.length, confirmed: taken.length };
    } catch (error) {
      if (taken.length === 0 || error instanceof Unavailable) throw error;
      if (taken.length === 1) {
        poisoned.set(taken[0]!.messageId, measure() + poisonRetryMs);
        onPoison(taken[0]!, error);
        return { taken: 1, confirmed: 0 };
      }
      // Somewhere in this batch is a message that cannot be handled: halve it until that one stays behind alone.
      const half = Math.ceil(taken.length / 2);
      const first = await relayBatch(half);
      const second = await relayBatch(taken.length - half);
      return { taken: taken.length, confirmed: first.confirmed + second.confirmed };
    }
  }

  async function deliver(tx: Queryable, messages: readonly Message[]): Promise<Handled[]> {
    const handled: Handled[] = [];
    for (const consumer of consumers) {
      const mine = messages.filter(({ topic }) => consumer.topics.includes(topic));
      if (mine.length === 0) continue;
      const rows = await tx.query<{ message_id: string }>(
        `INSERT INTO inbox (consumer, message_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING RETURNING message_id`,
        [consumer.name, mine.map(({ messageId }) => messageId)],
      );
      const seen = new Set(rows.map((row) => row.message_id));
      const fresh = mine.filter(({ messageId }) => seen.has(messageId));
      if (fresh.length === 0) continue;
      await consumer.handle(tx, fresh);
      handled.push({ consumer, messages: fresh });
    }
    await tx.query('DELETE FROM outbox WHERE message_id = ANY($1::uuid[])', [
      messages.map(({ messageId }) => messageId),
    ]);
    return handled;
  }
}

function take(tx: Queryable, limit: number, excluded: readonly string[]): Promise<Message[]> {
  const statement = {
    name: 'outbox-take',
    text: `SELECT message_id AS "messageId", topic, payload FROM outbox WHERE message_id <> ALL($2::uuid[])
      ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
  };
  return tx.query<Message>(statement, [limit, excluded]);
}
