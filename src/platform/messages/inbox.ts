import type { Queryable } from '../postgres/database.ts';
import type { Consumer, Message } from './message-bus.ts';

const receive = {
  name: 'inbox-receive',
  // In one order everywhere: of two batches that hold the same messages, one waits for the other.
  text: `INSERT INTO inbox (consumer, message_id) SELECT $1, id FROM unnest($2::uuid[]) AS m(id) ORDER BY id
    ON CONFLICT DO NOTHING RETURNING message_id AS "messageId"`,
};

/**
 * Lets a consumer handle those of the messages that it has not received before, and notes them as received, both in the
 * caller's transaction: whichever bus delivers them, and however often, they take effect once. Answers those that it
 * handled.
 */
export async function handleOnce(
  tx: Queryable,
  consumer: Consumer,
  messages: readonly Message[],
): Promise<readonly Message[]> {
  const rows = await tx.query<{ messageId: string }>(receive, [
    consumer.name,
    messages.map(({ messageId }) => messageId),
  ]);
  const isNew = new Set(rows.map(({ messageId }) => messageId));
  // A bus may deliver a message twice in one batch: the second is not new.
  const fresh = messages.filter(({ messageId }) => isNew.delete(messageId));
  if (fresh.length > 0) await consumer.handle(tx, fresh);
  return fresh;
}

/** Forgets what consumers received a week ago: no bus delivers a message again so late. */
export async function forgetReceived(bypassingRls: Queryable): Promise<void> {
  await bypassingRls.query(`DELETE FROM inbox WHERE received_at < now() - interval '7 days'`);
}
