import type { Queryable } from '../postgres/database.ts';
import type { Message } from './message-bus.ts';

const take = {
  name: 'outbox-take',
  text: `SELECT message_id AS "messageId", topic, payload FROM outbox WHERE message_id <> ALL($2::uuid[])
    ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
};

const confirm = { name: 'outbox-confirm', text: 'DELETE FROM outbox WHERE message_id = ANY($1::uuid[])' };

/**
 * The oldest messages that wait, but for those `except`, at most `countMax`. They belong to the caller until its
 * transaction ends: others who take messages at the same time get the next ones.
 */
export function takeMessages(
  tx: Queryable,
  { countMax, except }: { readonly countMax: number; readonly except: readonly string[] },
): Promise<Message[]> {
  return tx.query<Message>(take, [countMax, except]);
}

/** Forgets messages that were taken in this transaction and that the bus now answers for. */
export async function confirmMessages(tx: Queryable, messages: readonly Message[]): Promise<void> {
  await tx.query(confirm, [messages.map(({ messageId }) => messageId)]);
}

/** How many messages wait to be delivered, and for how long the oldest does. */
export async function measureOutbox(connection: Queryable): Promise<{ count: number; oldestSeconds: number }> {
  const [row] = await connection.query<{ count: number; oldestSeconds: number }>(
    `SELECT count(*) AS count, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS "oldestSeconds" FROM outbox`,
  );
  return row!;
}
