import { ownReasons } from '../../../kernel/reason.ts';
import type { Booking, BookingEvent } from './booking.ts';
import type { Refund } from './booking-changes.ts';

/** Money that went back to the buyer, as its provider reports it. */
export interface MoneyFound {
  /** What the provider calls the refund, or the dispute. */
  readonly reference: string;
  /** Ours, if we gave it. */
  readonly refundId: string | null;
  readonly origin: 'provider' | 'dispute';
  readonly amountMinor: number;
  /** `made`: it went back, or is on its way. `failed`: it did not, or it came back. */
  readonly status: 'made' | 'failed';
}

/** What a provider says of a payment's money is held against what the booking knows. */
export interface NoteMoneyFound {
  readonly type: 'NoteMoneyFound';
  readonly payment: { readonly paymentId: string; readonly amountMinor: number };
  readonly found: readonly MoneyFound[];
  /** The places may be sold again. */
  readonly isAhead: boolean;
  readonly newId: () => string;
}

const reasons = { provider: ownReasons.givenBackElsewhere, dispute: ownReasons.takenBackByBank };

/**
 * Money that somebody gave back in the provider's own pages, or that a bank took back after a dispute, counts like any
 * other. A refund of ours that the provider took back counts no longer. What we have promised and cannot be refunded any more,
 * because it went back already, is promised anew as far as something is left. Once nothing is left of the booking's money,
 * and a person saw to that, its tickets go too; after a dispute they stay, and staff decide.
 */
export function decideMoneyFound(booking: Booking, command: NoteMoneyFound): readonly BookingEvent[] {
  const { payment, found, newId } = command;
  const { paymentId } = payment;
  const { currency } = booking;
  const events: BookingEvent[] = [];
  for (const { reference, refundId, origin, amountMinor, status } of found) {
    const known = booking.refunds.find((one) => one.refundId === refundId || one.reference === reference);
    if (known) {
      const hasComeBack = known.state === 'refunded' && status === 'failed';
      if (hasComeBack) events.push(failed(known.refundId, 'REFUND_CAME_BACK'));
    } else if (status === 'made') {
      const money = { refundId: newId(), paymentId, amountMinor, currency, origin, reference };
      events.push({ type: 'RefundFound', data: { ...money, reason: reasons[origin] } });
    }
  }
  if (!events.some(({ type }) => type === 'RefundFound')) return events;
  events.push(...promiseAnew(booking, command, events));
  return events.some((event) => event.type === 'RefundFound' && event.data.origin === 'provider')
    ? [...cancelIfAllIsBack(booking, command, events), ...events]
    : events;
}

/** Promises that are more than is left: the provider would refuse them. Those that it has made already stand. */
function promiseAnew(booking: Booking, command: NoteMoneyFound, soFar: readonly BookingEvent[]): BookingEvent[] {
  const { payment, found, newId } = command;
  const made = new Set(found.filter(({ status }) => status === 'made').map(({ refundId }) => refundId));
  // A dispute is reported alone, without the refunds: what was asked for already may have been made.
  const isListed = found.every(({ origin }) => origin === 'provider');
  const open = booking.refunds.filter(
    ({ paymentId, state, refundId }) =>
      paymentId === payment.paymentId &&
      (state === 'due' || (state === 'requested' && isListed)) &&
      !made.has(refundId),
  );
  const events: BookingEvent[] = [];
  for (const { refundId, amountMinor, ticketIds, reason } of open.reverse()) {
    const left = leftOf(booking, command, [...soFar, ...events]);
    if (left >= 0) break;
    events.push(failed(refundId, 'REFUNDED_ELSEWHERE'));
    const still = amountMinor + left;
    if (still <= 0) continue;
    const { paymentId } = payment;
    const money = { refundId: newId(), paymentId, amountMinor: still, currency: booking.currency };
    events.push({ type: 'RefundDue', data: { ...money, ...(ticketIds && { ticketIds }), reason } });
  }
  return events;
}

function cancelIfAllIsBack(
  booking: Booking,
  command: NoteMoneyFound,
  events: readonly BookingEvent[],
): readonly BookingEvent[] {
  const isOwn = booking.status === 'completed' && booking.paymentId === command.payment.paymentId;
  if (!isOwn || leftOf(booking, command, events) > 0) return [];
  const ticketIds = booking.tickets
    .map(({ ticketId }) => ticketId)
    .filter((ticketId) => !booking.cancelledTicketIds.includes(ticketId));
  const freshTicketIds = command.isAhead ? ticketIds.map(command.newId) : [];
  const refundMinor = sum(events.flatMap((event) => (event.type === 'RefundFound' ? [event.data.amountMinor] : [])));
  return [{ type: 'BookingCancelled', data: { ticketIds, freshTicketIds, by: 'staff', refundMinor, keptMinor: 0 } }];
}

/** What is left of the payment once these have happened too. */
function leftOf(
  { refunds }: Booking,
  { payment: { paymentId, amountMinor } }: NoteMoneyFound,
  events: readonly BookingEvent[],
): number {
  const gone = new Map<string, number>();
  const isLiving = (one: Refund) => one.paymentId === paymentId && one.state !== 'failed';
  for (const refund of refunds.filter(isLiving)) gone.set(refund.refundId, refund.amountMinor);
  for (const event of events) {
    if (event.type === 'RefundFound' || event.type === 'RefundDue')
      gone.set(event.data.refundId, event.data.amountMinor);
    if (event.type === 'RefundFailed') gone.delete(event.data.refundId);
  }
  return amountMinor - sum([...gone.values()]);
}

function failed(refundId: string, failureCode: string): BookingEvent {
  return { type: 'RefundFailed', data: { refundId, failureCode } };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
