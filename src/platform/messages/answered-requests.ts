import type { Queryable } from '../postgres/database.ts';
import { Undeliverable } from './message-bus.ts';

/** What is said to whoever asked. */
export interface Reply {
  readonly topic: string;
  readonly payload: unknown;
}

/** A request that was answered; `reply` null: there was nothing to say. */
export interface AnsweredRequest {
  readonly messageId: string;
  /** Of what was asked, and by whom. */
  readonly requestHash: string;
  readonly reply: Reply | null;
}

const find = {
  name: 'answered-request-find',
  text: `SELECT message_id AS "messageId", request_hash AS "requestHash", reply FROM answered_requests WHERE message_id = $1`,
};
const note = {
  name: 'answered-request-note',
  text: 'INSERT INTO answered_requests (message_id, request_hash, reply) VALUES ($1, $2, $3::json) ON CONFLICT DO NOTHING RETURNING message_id',
};

/** What a request was answered before; undefined: it is new. Throws {@link Undeliverable} if the id is that of another request. */
export async function findAnswered(
  bypassingRls: Queryable,
  { messageId, requestHash }: Pick<AnsweredRequest, 'messageId' | 'requestHash'>,
): Promise<AnsweredRequest | undefined> {
  const [found] = await bypassingRls.query<AnsweredRequest>(find, [messageId]);
  if (found && found.requestHash !== requestHash)
    throw new Undeliverable('MESSAGE_ID_REUSED', 'Another request had its message_id, or another key.');
  return found;
}

/** Notes an answer. Answers it, or the one that another process was first to note. */
export async function noteAnswered(bypassingRls: Queryable, answered: AnsweredRequest): Promise<AnsweredRequest> {
  const { messageId, requestHash, reply } = answered;
  const rows = await bypassingRls.query(note, [messageId, requestHash, reply && JSON.stringify(reply)]);
  return rows.length > 0 ? answered : ((await findAnswered(bypassingRls, answered)) ?? answered);
}

/** Forgets what was answered a week ago: nobody asks again so late. */
export async function forgetAnswered(bypassingRls: Queryable): Promise<void> {
  await bypassingRls.query(`DELETE FROM answered_requests WHERE answered_at < now() - interval '7 days'`);
}
