import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** The tickets of an event, or of one type of it. */
export interface TicketScope {
  readonly eventId: number;
  readonly ticketTypeId: number | null;
}

/** A ticket to be made; a place of general admission has no seat. */
export interface TicketRow {
  readonly ticketId: string;
  readonly ticketTypeId: number;
  readonly placeNo: number;
  readonly seat: {
    readonly guid: string;
    readonly zone: string;
    readonly row: string;
    readonly number: string;
  } | null;
}

/** The numbers of an event's places that have a ticket which is not cancelled. */
export async function readLivePlaces(tx: Queryable, eventId: number): Promise<Set<number>> {
  const rows = await tx.query<{ place_nos: number[] | null }>(
    'SELECT array_agg(place_no) AS place_nos FROM tickets WHERE event_id = $1 AND live',
    [eventId],
  );
  return new Set(rows[0]?.place_nos ?? []);
}

const insertStatement = {
  name: 'mint-tickets',
  text: `
    INSERT INTO tickets (event_id, organizer_id, ticket_id, ticket_type_id, place_no, seat_guid, zone, row_label,
      seat_number, created_at, updated_at)
    SELECT $1, $2, t.ticket_id, t.ticket_type_id, t.place_no, t.seat_guid, t.zone, t.row_label, t.seat_number, $9, $9
    FROM unnest($3::uuid[], $4::int[], $5::int[], $6::text[], $7::text[], $8::text[], $10::text[])
      AS t(ticket_id, ticket_type_id, place_no, seat_guid, zone, row_label, seat_number)`,
};

/** Adds tickets that are on sale. */
export async function writeTickets(
  tx: Queryable,
  event: { readonly eventId: number; readonly organizerId: number },
  tickets: readonly TicketRow[],
  now: Instant,
): Promise<void> {
  await tx.query(insertStatement, [
    event.eventId,
    event.organizerId,
    tickets.map(({ ticketId }) => ticketId),
    tickets.map(({ ticketTypeId }) => ticketTypeId),
    tickets.map(({ placeNo }) => placeNo),
    tickets.map(({ seat }) => seat?.guid ?? null),
    tickets.map(({ seat }) => seat?.zone ?? null),
    tickets.map(({ seat }) => seat?.row ?? null),
    new Date(now),
    tickets.map(({ seat }) => seat?.number ?? null),
  ]);
}

const withdrawStatement = {
  name: 'withdraw-tickets',
  text: `
    UPDATE tickets SET status = 'Cancelled', reason = $3, version = version + 1, updated_at = $4
    WHERE event_id = $1 AND ticket_id = ANY($2::uuid[]) AND status = 'Available'
    RETURNING ticket_id`,
};

/**
 * Second half of a withdrawal, in the caller's transaction: cancels tickets that are still Available and answers how
 * many. If that is fewer than asked for, some were taken meanwhile: roll back and refresh the ledger.
 */
export async function withdrawTickets(
  tx: Queryable,
  request: { eventId: number; ticketIds: readonly string[]; reason: string; now: Instant },
): Promise<number> {
  const { eventId, ticketIds, reason, now } = request;
  await lockInOrder(tx, 'event_id = $1 AND ticket_id = ANY($2::uuid[])', [eventId, ticketIds]);
  const rows = await tx.query(withdrawStatement, [eventId, ticketIds, reason, new Date(now)]);
  return rows.length;
}

const inScope = 'event_id = $1 AND ($2::int IS NULL OR ticket_type_id = $2)';

/**
 * Locks tickets until the transaction ends: purchases under way on them finish first, later ones wait. Nothing can be
 * booked between a check and a change made under this lock.
 */
export function lockTickets(tx: Queryable, { eventId, ticketTypeId }: TicketScope): Promise<void> {
  return lockInOrder(tx, inScope, [eventId, ticketTypeId]);
}

/**
 * Removes tickets that nobody ever booked, in the caller's transaction, which holds their lock ({@link lockTickets}) and
 * has found no booking. The schema refuses to remove a booked one.
 */
export async function removeUnsoldTickets(tx: Queryable, { eventId, ticketTypeId }: TicketScope): Promise<void> {
  await tx.query(`DELETE FROM tickets WHERE ${inScope}`, [eventId, ticketTypeId]);
}

/** Purchases lock rows in ticket-id order; whoever else locks many does the same, or they would deadlock. */
async function lockInOrder(tx: Queryable, condition: string, values: readonly unknown[]): Promise<void> {
  await tx.query(
    `SELECT count(*) FROM (SELECT 1 FROM tickets WHERE ${condition} ORDER BY ticket_id FOR UPDATE) AS locked`,
    values,
  );
}
