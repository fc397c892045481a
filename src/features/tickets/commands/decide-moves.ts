import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { allowedMoves, type Hold, type TicketStatus } from '../../inventory/index.ts';
import type { LockedTicket } from '../store/ticket-changes.ts';

/**
 * Where staff may want a ticket. `Held` is asked for too, and always refused: a hold belongs to a customer. So is a hold
 * that shall become `Available`: it ends as a whole (`release-tickets.ts`).
 */
export interface MoveWish {
  readonly ticketIds: readonly string[];
  readonly to: TicketStatus;
  /** The version that the caller saw; null if any will do. */
  readonly ifVersion: ReadonlySet<string> | null;
}

export type MoveRefusal =
  | { readonly code: 'EVENT_NOT_FOUND' }
  /** Not of this event. */
  | { readonly code: 'TICKET_UNKNOWN'; readonly ids: readonly string[] }
  | { readonly code: 'TICKET_VERSION_MISMATCH'; readonly version: number }
  /** Others changed them between the first look and the write. */
  | { readonly code: 'TICKETS_CHANGED' }
  /** A customer's payment decides what becomes of it. */
  | { readonly code: 'TICKET_IN_PAYMENT'; readonly ids: readonly string[]; readonly allowed: readonly TicketStatus[] }
  | {
      readonly code: 'TICKET_MOVE_FORBIDDEN';
      readonly ids: readonly string[];
      readonly currentStatus: TicketStatus;
      readonly requested: TicketStatus;
      readonly allowed: readonly TicketStatus[];
    };

/** A ticket that may be moved, with what it is before. */
export interface Movable {
  readonly ticket: LockedTicket;
  readonly previousStatus: TicketStatus;
}

/**
 * Whether staff may move these tickets, all of them, seen as the database has them, and the ledger: the `holds` that they are in. Refuses in
 * this order: unknown tickets, another version, in payment, not in the life cycle.
 */
export function decideMoves(
  wish: MoveWish,
  rows: readonly LockedTicket[],
  holds: ReadonlyMap<string, Hold>,
): Decision<readonly Movable[], MoveRefusal> {
  if (rows.length < wish.ticketIds.length) {
    const known = new Set(rows.map(({ ticketId }) => ticketId));
    return refuse({ code: 'TICKET_UNKNOWN', ids: wish.ticketIds.filter((id) => !known.has(id)) });
  }
  const changed = rows.find(({ version }) => wish.ifVersion?.has(String(version)) === false);
  if (changed) return refuse({ code: 'TICKET_VERSION_MISMATCH', version: changed.version });
  const seen = rows.map((ticket) => ({ ticket, ...see(ticket, holds) }));
  const paying = seen.filter(({ inPayment }) => inPayment);
  if (paying.length > 0) return refuse({ code: 'TICKET_IN_PAYMENT', ids: idsOf(paying), allowed: [] });
  const forbidden = seen.filter(
    ({ status }) => !allowedMoves(status).includes(wish.to) || (status === 'Held' && wish.to === 'Available'),
  );
  if (forbidden.length > 0) {
    const { status: currentStatus } = forbidden[0]!;
    const allowed = allowedMoves(currentStatus);
    return refuse({ code: 'TICKET_MOVE_FORBIDDEN', ids: idsOf(forbidden), currentStatus, requested: wish.to, allowed });
  }
  return accept(seen.map(({ ticket, status }) => ({ ticket, previousStatus: status })));
}

function see(ticket: LockedTicket, holds: ReadonlyMap<string, Hold>): { status: TicketStatus; inPayment: boolean } {
  const { status, bookingId, ticketId } = ticket;
  if (status !== 'Available') return { status, inPayment: status === 'Reserved' && bookingId !== null };
  const hold = holds.get(ticketId);
  return { status: hold ? 'Held' : 'Available', inPayment: hold?.status === 'paying' };
}

function idsOf(seen: readonly { readonly ticket: LockedTicket }[]): string[] {
  return seen.map(({ ticket }) => ticket.ticketId);
}
