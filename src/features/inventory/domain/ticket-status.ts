/**
 * The life of a ticket:
 *
 *            hold (ledger)           confirm (database)         paid
 * Available ──────────────► Held ──────────────────► Reserved ───────► Sold
 *     ▲                      │                          │
 *     └── release, expire ───┘◄───── payment failed ────┘   Available | Held | Reserved | Sold ──► Cancelled
 *
 * Held lives in the ledger with a deadline. Reserved is in the database: a payment is under way, or staff keep the
 * place back. Sold ends only through a refund or cancellation of its booking. Cancelled is final; the place gets a
 * fresh ticket.
 */
export type TicketStatus = 'Available' | 'Held' | 'Reserved' | 'Sold' | 'Cancelled';

export const ticketStatuses: readonly TicketStatus[] = ['Available', 'Held', 'Reserved', 'Sold', 'Cancelled'];

/** Why a ticket moves. `staff`: by hand; all others follow from what a customer, a clock or a payment does. */
export type MoveCause =
  | 'hold'
  | 'release'
  | 'expire'
  | 'confirm'
  | 'payment-failed'
  | 'paid'
  | 'booking-cancelled'
  | 'staff';

export interface TicketMove {
  readonly from: TicketStatus;
  readonly to: TicketStatus;
  readonly causes: readonly MoveCause[];
}

/** Every move there is. What is not here does not happen. */
export const ticketMoves: readonly TicketMove[] = [
  { from: 'Available', to: 'Held', causes: ['hold'] },
  { from: 'Available', to: 'Reserved', causes: ['confirm', 'staff'] },
  { from: 'Available', to: 'Cancelled', causes: ['staff'] },
  { from: 'Held', to: 'Available', causes: ['release', 'expire', 'staff'] },
  { from: 'Held', to: 'Reserved', causes: ['confirm'] },
  { from: 'Held', to: 'Cancelled', causes: ['staff'] },
  { from: 'Reserved', to: 'Available', causes: ['payment-failed', 'staff'] },
  { from: 'Reserved', to: 'Held', causes: ['payment-failed'] },
  { from: 'Reserved', to: 'Sold', causes: ['paid', 'staff'] },
  { from: 'Reserved', to: 'Cancelled', causes: ['staff'] },
  { from: 'Sold', to: 'Cancelled', causes: ['booking-cancelled'] },
];

const staffMoves = new Map<TicketStatus, readonly TicketStatus[]>(
  ticketStatuses.map((status) => [
    status,
    ticketMoves.filter(({ from, causes }) => from === status && causes.includes('staff')).map(({ to }) => to),
  ]),
);

/** The statuses to which staff may move a ticket by hand, in the order of the life cycle. Empty for Sold and Cancelled. */
export function allowedMoves(status: TicketStatus): readonly TicketStatus[] {
  return staffMoves.get(status)!;
}

/** Whether a ticket may go from one status to another for this cause. */
export function mayMove(from: TicketStatus, to: TicketStatus, cause: MoveCause): boolean {
  return ticketMoves.some((move) => move.from === from && move.to === to && move.causes.includes(cause));
}
