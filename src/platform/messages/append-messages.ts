import type { PayloadOf, TopicName } from '../../contract/topics.ts';
import type { Queryable } from '../postgres/database.ts';

/** A message to be sent when the transaction that appends it commits. */
export type NewMessage = {
  readonly [Name in TopicName]: {
    readonly topic: Name;
    /** Whose show, customer or member it is about. */
    readonly organizerId: number;
    readonly payload: PayloadOf<Name>;
  };
}[TopicName];

const append = {
  name: 'append-messages',
  text: `INSERT INTO outbox (message_id, organizer_id, topic, payload)
    SELECT gen_random_uuid(), m.organizer_id, m.topic, m.payload::json
    FROM unnest($1::int[], $2::text[], $3::text[]) AS m(organizer_id, topic, payload)`,
};

/** Sends messages if and only if the caller's transaction commits. Costs one statement; none without messages. */
export async function appendMessages(tx: Queryable, messages: readonly NewMessage[]): Promise<void> {
  if (messages.length === 0) return;
  await tx.query(append, [
    messages.map(({ organizerId }) => organizerId),
    messages.map(({ topic }) => topic),
    messages.map(({ payload }) => JSON.stringify(payload)),
  ]);
}

/**
 * The form of a payload with SQL in the place of its values: an expression for each text, number or boolean; for a list
 * the form of one item, which is made of each row.
 */
export type PayloadSql<Payload> = Payload extends readonly (infer Item)[]
  ? readonly [PayloadSql<Item>]
  : Payload extends object
    ? { readonly [Field in keyof Payload]-?: PayloadSql<Payload[Field]> }
    : string;

/**
 * {@link appendMessages} as a part of a larger statement (`WITH … AS (<this>)`), for messages about the rows that the
 * statement itself writes: it costs no statement of its own, and says what was written, not what should have been. One
 * message for each organiser and each value of `per`.
 */
export function appendMessagesSql<Name extends TopicName>(
  topic: Name,
  parts: {
    /** A table expression with `organizer_id` and whatever `per` and `payload` name. */
    readonly rows: string;
    readonly per: string;
    readonly payload: PayloadSql<PayloadOf<Name>>;
  },
): string {
  return `INSERT INTO outbox (message_id, organizer_id, topic, payload)
      SELECT gen_random_uuid(), organizer_id, '${topic}', ${toJson(parts.payload as SqlForm)}
      FROM ${parts.rows}
      GROUP BY organizer_id, ${parts.per}`;
}

type SqlForm = string | readonly [SqlForm] | { readonly [field: string]: SqlForm };

function toJson(form: SqlForm): string {
  if (typeof form === 'string') return form;
  if (isList(form)) return `json_agg(${toJson(form[0])})`;
  return `json_build_object(${Object.entries(form)
    .map(([field, value]) => `'${field}', ${toJson(value)}`)
    .join(', ')})`;
}

const isList = (form: SqlForm): form is readonly [SqlForm] => Array.isArray(form);
