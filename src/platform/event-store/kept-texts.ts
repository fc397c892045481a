import type { Instant } from '../../kernel/instant.ts';
import { erasedText, isTextRef, type Reason, type Said, type TextRef, textRef } from '../../kernel/reason.ts';
import type { Queryable } from '../postgres/database.ts';

/** What a text that somebody typed is about, and so with whom it goes. */
export interface TextSubject {
  readonly organizerId: number;
  readonly bookingId?: string | null;
  readonly ticketIds?: readonly string[];
}

/** What is kept of a reason; a typed one gets the id drawn, and {@link keepSaid} keeps its text. */
export function toReason(said: Said, newId: () => string): Reason {
  return typeof said === 'string' ? said : textRef(newId());
}

/** Keeps the text of a reason that was typed, in the transaction that writes of it; of any other there is nothing to keep. */
export async function keepSaid(
  tx: Queryable,
  said: Said | null | undefined,
  reason: string | null | undefined,
  subject: TextSubject,
  now: Instant,
): Promise<void> {
  if (said && typeof said === 'object') await keepText(tx, reason as TextRef, said.typed, subject, now);
}

/** Keeps a text beside the history, which refers to it. */
export async function keepText(
  tx: Queryable,
  ref: TextRef,
  text: string,
  { organizerId, bookingId = null, ticketIds = [] }: TextSubject,
  now: Instant,
): Promise<void> {
  await tx.query(
    `INSERT INTO kept_texts (text_id, organizer_id, booking_id, ticket_ids, text, written_at)
     VALUES ($1, $2, $3, $4::uuid[], $5, $6)`,
    [ref.slice('text:'.length), organizerId, bookingId, ticketIds, text, new Date(now)],
  );
}

/**
 * An answer with every reference in it replaced by its text, or by {@link erasedText} where that is gone or not for
 * whoever asks. Without a reference nothing is asked.
 */
export async function resolveTexts<Value>(source: Queryable, value: Value): Promise<Value> {
  const refs = new Set<string>();
  collect(value, refs);
  if (refs.size === 0) return value;
  const rows = await source.query<{ ref: string; text: string }>(
    `SELECT 'text:' || text_id AS ref, text FROM kept_texts WHERE text_id = ANY($1::uuid[])`,
    [[...refs].map((ref) => ref.slice('text:'.length))],
  );
  const texts = new Map(rows.map(({ ref, text }) => [ref, text]));
  return replace(value, texts) as Value;
}

function collect(value: unknown, refs: Set<string>): void {
  if (isTextRef(value)) refs.add(value);
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) collect(each, refs);
}

function replace(value: unknown, texts: ReadonlyMap<string, string>): unknown {
  if (isTextRef(value)) return texts.get(value) ?? erasedText;
  if (Array.isArray(value)) return value.map((each) => replace(each, texts));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replace(each, texts)]));
}
