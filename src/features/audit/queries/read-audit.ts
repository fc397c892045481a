import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

export interface AuditQuestion {
  readonly organizers: readonly number[];
  /** Only these histories; null: all. */
  readonly streams: readonly string[] | null;
  /** Of its event's history only what concerns this ticket; null: all. */
  readonly ticketId: string | null;
  readonly type: string | null;
  readonly actor: string | null;
  readonly correlationId: string | null;
  readonly from: Instant | null;
  readonly until: Instant | null;
  /** Before this position; null: from the newest. */
  readonly before: number | null;
  readonly limit: number;
}

export interface AuditRow {
  readonly position: number;
  readonly occurredAt: Date;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: {
    readonly actor: string;
    readonly reason?: string;
    readonly correlationId: string;
    readonly causationId?: string;
  };
}

/** What little matches must not walk through all of history for one page: then the page is shorter. */
const rowsScannedMax = 50_000;
const positionMax = Number.MAX_SAFE_INTEGER;

const columns = 'position, occurred_at AS "occurredAt", stream, version, type, data, metadata';
const conditions = `organizer_id = ANY($2::int[]) AND ($3::text IS NULL OR type = $3) AND ($4::text IS NULL OR metadata ->> 'actor' = $4)
  AND ($5::text IS NULL OR metadata ->> 'correlationId' = $5) AND ($6::timestamptz IS NULL OR occurred_at >= $6)
  AND ($7::timestamptz IS NULL OR occurred_at < $7)`;

/**
 * What the history of an event says of others than the ticket $10: of tickets by name, of another ticket type, of places
 * that were cancelled by another request.
 */
const isOfOthers = `CASE
    WHEN type = 'PlacesCancelled' THEN NOT EXISTS (SELECT FROM event_store own
      WHERE own.stream = 'ticket-' || $10 AND own.metadata ->> 'correlationId' = event_store.metadata ->> 'correlationId')
    WHEN data -> 'ticketIds' IS NOT NULL THEN NOT coalesce(data::jsonb -> 'ticketIds' ? $10, false)
    WHEN data -> 'allocationId' IS NOT NULL THEN NOT EXISTS (SELECT FROM event_store made
      WHERE made.stream = event_store.stream AND made.type = 'AllocationMade'
        AND made.data ->> 'allocationId' = event_store.data ->> 'allocationId' AND made.data::jsonb -> 'ticketIds' ? $10)
    WHEN data -> 'ticketTypeId' IS NOT NULL THEN data ->> 'ticketTypeId' IS DISTINCT FROM (
      SELECT t.ticket_type_id::text FROM tickets t WHERE t.ticket_id = $10::uuid)
    ELSE false END`;
const ofStreams = {
  name: 'audit-streams',
  text: `SELECT ${columns} FROM event_store WHERE stream = ANY($9::text[]) AND position < $1 AND ${conditions}
      AND ($10::text IS NULL OR stream NOT LIKE 'event-%' OR NOT ${isOfOthers})
    ORDER BY position DESC LIMIT $8`,
};
const scan = `SELECT * FROM event_store WHERE position < $1 ORDER BY position DESC LIMIT ${rowsScannedMax}`;
const ofAll = {
  name: 'audit-all',
  text: `SELECT ${columns} FROM (${scan}) AS s WHERE ${conditions} ORDER BY position DESC LIMIT $8`,
};
const lastScanned = {
  name: 'audit-scanned',
  text: `SELECT position FROM (${scan}) AS s OFFSET ${rowsScannedMax - 1}`,
};

/** One page of what happened, newest first, and where the next begins (null: there is none). */
export async function readAudit(
  source: Queryable,
  question: AuditQuestion,
): Promise<{ rows: AuditRow[]; next: number | null }> {
  const { organizers, streams, ticketId, type, actor, correlationId, from, until, limit } = question;
  const before = question.before ?? positionMax;
  const date = (instant: Instant | null) => (instant === null ? null : new Date(instant));
  const values = [before, organizers, type, actor, correlationId, date(from), date(until), limit + 1];
  const rows =
    streams === null
      ? await source.query<AuditRow>(ofAll, values)
      : await source.query<AuditRow>(ofStreams, [...values, streams, ticketId]);
  if (rows.length > limit) return { rows: rows.slice(0, limit), next: rows[limit - 1]!.position };
  if (streams !== null) return { rows, next: null };
  const [last] = await source.query<{ position: number }>(lastScanned, [before]);
  return { rows, next: last?.position ?? null };
}

/** The histories that concern a ticket: its own, its booking's, its event's. Empty if nobody knows it here. */
export async function streamsOfTicket(source: Queryable, organizerId: number, ticketId: string): Promise<string[]> {
  const [ticket] = await source.query<{ eventId: number; bookingId: string | null }>(
    'SELECT event_id AS "eventId", booking_id AS "bookingId" FROM tickets WHERE ticket_id = $1 AND organizer_id = $2',
    [ticketId, organizerId],
  );
  if (!ticket) return [];
  const { eventId, bookingId } = ticket;
  return [`ticket-${ticketId}`, `event-${eventId}`, ...(bookingId === null ? [] : [`booking-${bookingId}`])];
}
