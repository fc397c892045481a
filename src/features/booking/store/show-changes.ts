import type { ShowChanged } from '../../../contract/topics.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { MessageOf } from '../../../platform/messages/create-consumer.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** A change of a show, and how many of its bookings have been notified. */
export interface ShowChangeRow {
  readonly changeId: string;
  readonly organizerId: number;
  readonly eventId: number;
  readonly kind: ShowChanged['kind'];
  readonly state: 'running' | 'done';
  readonly change: ShowChanged;
  /** Bookings of an earlier edition are notified. */
  readonly edition: number;
  readonly total: number;
  readonly notified: number;
  readonly createdAt: Date;
  readonly doneAt: Date | null;
}

type Which = Pick<ShowChangeRow, 'changeId' | 'eventId' | 'kind' | 'edition'>;

/** Exact figures of a change. `total`: those notified, and those who are still to be, if they pay. */
export interface ShowChangeFigures {
  readonly notified: number;
  readonly total: number;
}

const columns = `change_id AS "changeId", organizer_id AS "organizerId", event_id AS "eventId", kind, state, change, edition,
  total, told AS notified, created_at AS "createdAt", done_at AS "doneAt"`;
const changesAtOnceMax = 100;
/** Each page looks through all tickets of the event, so it is a large one. */
const bookingsPerPage = 1_000;
const lowestId = '00000000-0000-0000-0000-000000000000';

const isEarlier = (booking: string) => `coalesce((SELECT (made.data ->> 'edition')::int FROM event_store made
  WHERE made.stream = 'booking-' || ${booking} AND made.version = 1), 0) < $2`;
/** Of a show that was called off, whoever lost the tickets since was notified, or did not need it. */
const isNotified = (kind: ShowChanged['kind'], booking: string) =>
  kind === 'cancelled'
    ? `EXISTS (SELECT FROM event_store s WHERE s.stream = 'booking-' || ${booking} AND s.type = 'BookingCancelled'
        AND s.position > (SELECT max(position) FROM event_store WHERE stream = 'event-' || $1::int AND type = 'EventCancelled'))`
    : `EXISTS (SELECT FROM event_store s WHERE s.stream = 'booking-' || ${booking} AND s.type IN ('ShowMoved', 'ShowUpdated')
        AND s.data ->> 'changeId' = $3)`;
const valuesOf = ({ changeId, eventId, kind, edition }: Which) =>
  kind === 'cancelled' ? [eventId, edition] : [eventId, edition, changeId];
/** A call-off is for whoever has tickets; other news are for those who have paid, or still may. */
const isWaiting = (kind: ShowChanged['kind']) =>
  kind === 'cancelled' ? `b.status <> 'cancelled'` : `b.status IN ('completed', 'awaiting_payment')`;

/**
 * Whoever changes who is notified of what takes turns, event by event: a payment that came late and a change that is noted
 * at the same moment would miss each other.
 */
export async function takeTurn(tx: Queryable, eventId: number): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('show changes'), $1)`, [eventId]);
}

/** Notes changes of shows that were announced; delivered twice, noted once. */
export async function noteShowChanges(
  tx: Queryable,
  messages: readonly MessageOf<'show.changed'>[],
  now: Instant,
): Promise<void> {
  for (const { messageId: changeId, payload: change } of messages) {
    const { eventId, organizerId, kind, edition = 1 } = change;
    await takeTurn(tx, eventId);
    const { total } = await countNotified(tx, { changeId, eventId, kind, edition });
    await tx.query(
      `INSERT INTO show_changes (change_id, organizer_id, event_id, kind, change, edition, total, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [changeId, organizerId, eventId, kind, JSON.stringify(change), edition, total, new Date(now)],
    );
  }
}

/** Changes of which not everybody has been notified, the oldest first; `after`: the last one of the page before. */
export function findRunningChanges(source: Queryable, after: ShowChangeRow | null): Promise<ShowChangeRow[]> {
  return source.query<ShowChangeRow>(
    `SELECT ${columns} FROM show_changes WHERE state = 'running' 
       AND ($1::timestamptz IS NULL OR (created_at, edition, change_id) > ($1, $2::int, $3::uuid))
     ORDER BY created_at, edition, change_id LIMIT ${changesAtOnceMax}`,
    [after?.createdAt ?? null, after?.edition ?? null, after?.changeId ?? null],
  );
}

/** Whether the source shows the event. */
export async function hasEvent(source: Queryable, eventId: number): Promise<boolean> {
  const rows = await source.query('SELECT 1 FROM events WHERE event_id = $1', [eventId]);
  return rows.length > 0;
}

/** The changes of an event, newest first. */
export function changesOfEvent(source: Queryable, eventId: number): Promise<ShowChangeRow[]> {
  return source.query<ShowChangeRow>(
    `SELECT ${columns} FROM show_changes WHERE event_id = $1 ORDER BY created_at DESC, edition DESC, change_id LIMIT 100`,
    [eventId],
  );
}

/**
 * A page of the event's bookings after the one named: those that are to be notified and can be, and the last that was
 * looked at; null after the last page.
 */
export async function pageToNotify(
  source: Queryable,
  change: Which,
  after: string | null,
): Promise<{ readonly bookingIds: readonly string[]; readonly last: string | null }> {
  const { kind } = change;
  const values = valuesOf(change);
  const rows = await source.query<{ id: string; isDue: boolean }>(
    `WITH page AS MATERIALIZED (
       SELECT DISTINCT booking_id FROM tickets
       WHERE event_id = $1 AND booking_id > $${values.length + 1} AND status IN ('Sold', 'Reserved') ORDER BY booking_id LIMIT ${bookingsPerPage})
     SELECT p.booking_id AS id, ${kind === 'cancelled' ? 'true' : `b.status = 'completed'`} AND ${isEarlier('p.booking_id')}
       AND NOT ${isNotified(kind, 'p.booking_id')} AS "isDue"
     FROM page p JOIN bookings b USING (booking_id) ORDER BY p.booking_id`,
    [...values, after ?? lowestId],
  );
  return { bookingIds: rows.filter(({ isDue }) => isDue).map(({ id }) => id), last: rows.at(-1)?.id ?? null };
}

/** How many have been notified, as the events of the bookings say, whatever a job that died had noted. */
export async function countNotified(source: Queryable, change: Which): Promise<ShowChangeFigures> {
  const { kind } = change;
  const [row] = await source.query<{ notified: number; waiting: number }>(
    `WITH booked AS MATERIALIZED (
       SELECT booking_id, bool_or(status IN ('Sold', 'Reserved')) AS keeps
       FROM tickets WHERE event_id = $1 AND booking_id IS NOT NULL GROUP BY booking_id
     ), known AS MATERIALIZED (
       SELECT p.keeps AND ${isWaiting(kind)} AS waits, ${isNotified(kind, 'p.booking_id')} AS notified
       FROM booked p JOIN bookings b USING (booking_id) WHERE ${isEarlier('p.booking_id')})
     SELECT count(*) FILTER (WHERE notified) AS notified, count(*) FILTER (WHERE waits AND NOT notified) AS waiting FROM known`,
    valuesOf(change),
  );
  return { notified: row!.notified, total: row!.notified + row!.waiting };
}

/** How many bookings of an earlier edition wait for their payment. */
export async function countPaying(source: Queryable, { eventId, edition }: Which): Promise<number> {
  const [row] = await source.query<{ count: number }>(
    `SELECT count(*) AS count FROM (
       SELECT DISTINCT booking_id FROM tickets WHERE event_id = $1 AND status = 'Reserved' AND booking_id IS NOT NULL) p
     JOIN bookings b USING (booking_id)
     WHERE b.status = 'awaiting_payment' AND ${isEarlier('p.booking_id')}`,
    [eventId, edition],
  );
  return row!.count;
}

/** How many holds of an earlier edition are in the journal, for a show whose ledger is not in memory. */
export async function countJournaled(source: Queryable, { eventId, edition }: Which, now: Instant): Promise<number> {
  const [row] = await source.query<{ count: number }>(
    `SELECT count(*) AS count FROM hold_journal WHERE event_id = $1 AND expires_at > $3
       AND coalesce((hold ->> 'edition')::int, 0) < $2`,
    [eventId, edition, new Date(now)],
  );
  return row!.count;
}

/**
 * How many were notified in all; `doneAt`: nobody is left. Answers false, and notes nothing, if somebody came late since the row
 * was read.
 */
export async function noteProgress(
  source: Queryable,
  before: Pick<ShowChangeRow, 'changeId' | 'total'>,
  { notified, total, doneAt = null }: ShowChangeFigures & { readonly doneAt?: Instant | null },
): Promise<boolean> {
  const rows = await source.query(
    `UPDATE show_changes SET told = $2, total = $3, done_at = $4,
       state = CASE WHEN $4::timestamptz IS NULL THEN 'running' ELSE 'done' END
     WHERE change_id = $1 AND total = $5 RETURNING 1`,
    [before.changeId, notified, total, doneAt === null ? null : new Date(doneAt), before.total],
  );
  return rows.length > 0;
}

/** A booking came to life after all: the changes of its show since run again, to notify it too. The caller has taken its turn. */
export async function reopenShowChanges(tx: Queryable, eventId: number, edition: number): Promise<void> {
  await tx.query(
    `UPDATE show_changes SET state = 'running', done_at = NULL, total = total + 1
     WHERE event_id = $1 AND edition > $2`,
    [eventId, edition],
  );
}
