import type { BookingAnswer } from '../../src/contract/booking.ts';

/** What there is to say about an order before anything else. */
export type OrderState =
  | 'paid'
  | 'paid-postponed'
  | 'called-off'
  | 'cancelled'
  | 'awaiting-payment'
  | 'late'
  | 'failed'
  | 'needs-review';

export function orderState({ status, show, refunds }: Pick<BookingAnswer, 'status' | 'show' | 'refunds'>): OrderState {
  if (show.status === 'cancelled' && (status === 'completed' || status === 'cancelled')) return 'called-off';
  switch (status) {
    case 'completed':
      return show.status === 'postponed' ? 'paid-postponed' : 'paid';
    case 'cancelled':
      return 'cancelled';
    case 'awaiting_payment':
      return 'awaiting-payment';
    case 'needs_review':
      return 'needs-review';
    default:
      // Nothing else comes back of an order without tickets than what was paid too late.
      return refunds.length > 0 ? 'late' : 'failed';
  }
}

/** What a ticket is good for now. */
export type TicketState = 'valid' | 'given-back' | 'called-off' | 'postponed' | 'not-paid';

export function ticketState(
  { status, code }: Pick<BookingAnswer['tickets'][number], 'status' | 'code'>,
  show: Pick<BookingAnswer['show'], 'status'>,
): TicketState {
  if (show.status === 'cancelled' && status !== 'Available') return 'called-off';
  if (status === 'Cancelled') return 'given-back';
  if (code === null) return 'not-paid';
  return show.status === 'postponed' ? 'postponed' : 'valid';
}

/** Money on its way back, come back, and such as did not. */
export function moneyBack(refunds: BookingAnswer['refunds']): {
  readonly underWay: number;
  readonly made: number;
  readonly failed: number;
} {
  const sum = (...states: readonly string[]) =>
    refunds.reduce((total, { status, amount }) => (states.includes(status) ? total + amount : total), 0);
  return { underWay: sum('due', 'requested'), made: sum('refunded'), failed: sum('failed') };
}
