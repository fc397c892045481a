import type { CommandContext } from '../../../kernel/context.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { appendMessages } from '../../../platform/messages/append-messages.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { StoredStatus } from './ticket-rows.ts';

/** A ticket under lock: what decides whether it may be moved. */
export interface LockedTicket {
  readonly ticketId: string;
  readonly ticketTypeId: number;
  readonly placeNo: number;
  readonly status: StoredStatus;
  readonly bookingId: string | null;
  readonly version: number;
}

const ticketsOfEvent = `SELECT ticket_id AS "ticketId", ticket_type_id AS "ticketTypeId", place_no AS "placeNo", status,
      booking_id AS "bookingId", version
    FROM tickets WHERE event_id = $1 AND ticket_id = ANY($2::uuid[]) ORDER BY ticket_id`;
const seeStatement = { name: 'tickets-see', text: ticketsOfEvent };
const lockStatement = { name: 'tickets-lock', text: `${ticketsOfEvent} FOR UPDATE` };

/** These tickets of the event, locked until the transaction ends, in the order in which purchases lock theirs. */
export function lockTicketRows(tx: Queryable, eventId: number, ticketIds: readonly string[]): Promise<LockedTicket[]> {
  return tx.query<LockedTicket>(lockStatement, [eventId, ticketIds]);
}

/** {@link lockTicketRows} without the lock: what a first look decides by. */
export function seeTicketRows(
  source: Queryable,
  eventId: number,
  ticketIds: readonly string[],
): Promise<LockedTicket[]> {
  return source.query<LockedTicket>(seeStatement, [eventId, ticketIds]);
}

/** A ticket given away by staff: it costs nothing and has no booking. */
export interface GivenAway {
  readonly rate: string;
  readonly priceMinor: number;
  /** By ticket, in the order of the change's tickets. */
  readonly ticketNumbers: readonly string[];
}

export interface StatusChange {
  readonly eventId: number;
  /** As they were locked. */
  readonly tickets: readonly LockedTicket[];
  readonly to: StoredStatus;
  readonly reason: string | null;
  /** Only for a move to Sold. */
  readonly givenAway: GivenAway | null;
  readonly now: Instant;
}

// Guarded by status, version and no booking, although the rows are locked: the statement alone must never undo a sale.
const moveStatement = {
  name: 'tickets-move',
  text: `
    WITH moved AS (
      UPDATE tickets t SET status = $2, reason = $3, rate = coalesce($4, t.rate), price_minor = coalesce($5, t.price_minor),
        ticket_number = c.ticket_number, version = t.version + 1, updated_at = $6
      FROM unnest($7::uuid[], $8::text[], $9::int[], $10::text[]) AS c(ticket_id, status, version, ticket_number)
      WHERE t.event_id = $1 AND t.ticket_id = c.ticket_id AND t.status = c.status AND t.version = c.version
        AND t.booking_id IS NULL
      RETURNING 1)
    SELECT must_equal(count(*), cardinality($7::uuid[]), 'tickets moved to ' || $2) FROM moved`,
};

/** Moves locked tickets to another status, all of them or (an error) none. */
export async function writeStatus(tx: Queryable, change: StatusChange): Promise<void> {
  const { eventId, tickets, to, reason, givenAway, now } = change;
  await tx.query(moveStatement, [
    eventId,
    to,
    reason,
    givenAway?.rate ?? null,
    givenAway?.priceMinor ?? null,
    new Date(now),
    tickets.map((ticket) => ticket.ticketId),
    tickets.map((ticket) => ticket.status),
    tickets.map((ticket) => ticket.version),
    tickets.map((_, i) => givenAway?.ticketNumbers[i] ?? null),
  ]);
}

/** Says to whoever counts free places how many more (or fewer) each type has now. */
export async function announceFreePlaces(
  tx: Queryable,
  { eventId, changes }: { eventId: number; changes: ReadonlyMap<number, number> },
  { organizerId }: CommandContext,
): Promise<void> {
  const different = [...changes].filter(([, available]) => available !== 0);
  if (different.length === 0) return;
  const payload = { eventId, changes: different.map(([ticketTypeId, available]) => ({ ticketTypeId, available })) };
  await appendMessages(tx, [{ topic: 'inventory.changed', organizerId, payload }]);
}
