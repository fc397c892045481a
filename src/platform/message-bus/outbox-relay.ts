import type { Database, Queryable } from '../postgres/database.ts';

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
}

const batchCountMax = 500;
/** A message that fails alone is left for this long before it is tried again; it never blocks those behind it. */
const poisonRetryMs = 30_000;

/** Hands the outbox's messages to the consumers of this process and deletes what all of them have confirmed. */
export function createOutboxRelay(parts: {
  readonly database: Database;
  readonly consumers: readonly Consumer[];
  readonly now: () => number;
  readonly onPoison: (message: Message, error: unknown) => void;
}) {
  const { database, consumers, now, onPoison } = parts;
  const poisoned = new Map<string, number>();

  /** Relays everything that waits; answers how many messages that were. */
  return async function relay(): Promise<number> {
    let relayed = 0;
    for (;;) {
      const excluded = [...poisoned].filter(([, until]) => until > now()).map(([id]) => id);
      const count = await relayBatch(batchCountMax, excluded);
      relayed += count;
      if (count < batchCountMax) return relayed;
    }
  };

  async function relayBatch(limit: number, excluded: readonly string[]): Promise<number> {
    let taken: Message[] = [];
    try {
      return await database.transaction(async (tx) => {
        taken = await take(tx, limit, excluded);
        if (taken.length > 0) await deliver(tx, taken);
        return taken.length;
      });
    } catch (error) {
      if (taken.length === 0) throw error;
      if (taken.length === 1) {
        poisoned.set(taken[0]!.messageId, now() + poisonRetryMs);
        onPoison(taken[0]!, error);
        return 0;
      }
      // Somewhere in this batch is a message that cannot be handled: go one by one, and only that one stays behind.
      let count = 0;
      for (const _ of taken) count += await relayBatch(1, [...excluded, ...poisoned.keys()]);
      return count;
    }
  }

  async function deliver(tx: Queryable, messages: readonly Message[]): Promise<void> {
    for (const consumer of consumers) {
      const mine = messages.filter(({ topic }) => consumer.topics.includes(topic));
      if (mine.length === 0) continue;
      const rows = await tx.query<{ message_id: string }>(
        `INSERT INTO inbox (consumer, message_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING RETURNING message_id`,
        [consumer.name, mine.map(({ messageId }) => messageId)],
      );
      const fresh = new Set(rows.map((row) => row.message_id));
      if (fresh.size > 0)
        await consumer.handle(
          tx,
          mine.filter(({ messageId }) => fresh.has(messageId)),
        );
    }
    await tx.query('DELETE FROM outbox WHERE message_id = ANY($1::uuid[])', [
      messages.map(({ messageId }) => messageId),
    ]);
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
