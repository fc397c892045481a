import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { EventLedger } from '../domain/ledger.ts';
import { placeState, type TypeAvailability } from '../domain/types.ts';

/** Too many places are taken to withdraw that many: `taken` is held + reserved + sold. */
export interface PlacesTaken {
  readonly code: 'PLACES_TAKEN';
  readonly taken: number;
  readonly held: number;
  readonly reserved: number;
  readonly sold: number;
}

/**
 * First half of a withdrawal: takes free places of a type out of the ledger until `keep` are left, the highest numbers
 * first, so that nobody can hold them while the database follows. Refuses, and changes nothing, if more than `keep` are
 * held, reserved or sold. If the database does not follow, refresh the ledger from it.
 */
export function takeOutFreePlaces(
  ledger: EventLedger,
  { ticketTypeId, keep, now }: { ticketTypeId: number; keep: number; now: Instant },
): Decision<readonly string[], PlacesTaken> {
  // Any look lets go of what is due; `expire` would also take the list of it away from the sweep, and with it the word
  // to the journal.
  ledger.find('', '', now);
  const counts = ledger.availability().find((type) => type.ticketTypeId === ticketTypeId);
  if (!counts || counts.capacity <= keep) return accept([]);
  const excess = counts.capacity - keep;
  if (counts.available < excess) return refuse(toRefusal(counts));
  const free = freePlaces(ledger, ticketTypeId, excess);
  if (free.length < excess) return refuse(toRefusal(counts));
  ledger.sync(free.map((place) => ({ ...place, ticketTypeId, state: placeState.none })));
  return accept(free.map((place) => place.ticketId));
}

function freePlaces(ledger: EventLedger, ticketTypeId: number, count: number): { placeNo: number; ticketId: string }[] {
  const states = ledger.states();
  const free: { placeNo: number; ticketId: string }[] = [];
  for (let placeNo = states.length - 1; placeNo >= 0 && free.length < count; placeNo--) {
    if (states[placeNo] !== placeState.available) continue;
    const ticketId = ledger.ticketIdAt(placeNo);
    if (ticketId !== undefined && ledger.stateOf(ticketId)?.ticketTypeId === ticketTypeId) {
      free.push({ placeNo, ticketId });
    }
  }
  return free;
}

function toRefusal({ held, reserved, sold }: TypeAvailability): PlacesTaken {
  return { code: 'PLACES_TAKEN', taken: held + reserved + sold, held, reserved, sold };
}

const cancelTickets = {
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
  await lockInOrder(tx, 'event_id = $1 AND ticket_id = ANY($2::uuid[])', [request.eventId, request.ticketIds]);
  const rows = await tx.query(cancelTickets, [
    request.eventId,
    request.ticketIds,
    request.reason,
    new Date(request.now),
  ]);
  return rows.length;
}

/** The tickets of an event, or of one type of it. */
export interface TicketScope {
  readonly eventId: number;
  readonly ticketTypeId: number | null;
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
