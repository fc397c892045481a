import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import {
  claimRefundKey,
  findPaymentFor,
  findRefundKey,
  type PaymentRow,
  type RefundRefusal,
  type RefundToRequest,
} from '../../payments/index.ts';
import type { BookingStore } from '../store/booking-store.ts';
import type { ChangeBooking } from './change-booking.ts';

/** Another request with the same key was first: what this one has written is undone. */
class KeyTaken extends Error {}

/**
 * Promises money back, and cancels the tickets that it stood for when the last of it goes: see `decide-refund.ts`. The
 * refund is `due` when this returns, and a job carries it out. Booking and show are locked while it is added up, so two
 * requests at once never promise more than was paid. The same key answers the same refund; a refusal leaves it free.
 */
export function createRefundBooking({
  database,
  store,
  changeBooking,
}: {
  readonly database: TenantDatabase;
  readonly store: Pick<BookingStore, 'find'>;
  readonly changeBooking: ChangeBooking;
}) {
  return async function refundBooking(
    request: RefundToRequest,
    context: CommandContext,
  ): Promise<Decision<{ readonly refundId: string }, RefundRefusal>> {
    const known = await findKnown(request, context);
    if (known) return known;
    const own = database.as(context);
    const payment = await findPaymentFor(own, request.id, context.organizerId);
    const row = payment && (await store.find(payment.bookingId));
    if (!row) return refuse({ code: 'PAYMENT_NOT_FOUND' });
    if (payment.state !== 'captured') return refuse({ code: 'PAYMENT_NOT_CAPTURED', state: payment.state });
    const refunded = await give(request, { ...payment, eventId: row.eventId }, context).catch((error: unknown) => {
      if (!(error instanceof KeyTaken)) throw error;
      return null;
    });
    if (refunded?.accepted) return refunded;
    // A twin of this request may have been first, and left nothing to give.
    return (await findKnown(request, context)) ?? refunded ?? refundBooking(request, context);
  };

  async function findKnown(
    { key }: RefundToRequest,
    context: CommandContext,
  ): Promise<Decision<{ readonly refundId: string }, RefundRefusal> | null> {
    const known = key && (await findRefundKey(database.as(context), key));
    if (!known) return null;
    return known.isSame ? accept({ refundId: known.refundId }) : refuse({ code: 'IDEMPOTENCY_KEY_REUSED' });
  }

  async function give(
    { amountMinor, tickets, reason, key, confirm }: RefundToRequest,
    { bookingId, eventId, organizerId, paymentId, amountMinor: paidMinor }: PaymentRow & { eventId: number },
    context: CommandContext,
  ): Promise<Decision<{ readonly refundId: string }, RefundRefusal>> {
    let refundId = '';
    const decided = await changeBooking(
      {
        bookingId,
        eventId,
        organizerId,
        reason,
        payment: { paymentId, amountMinor: paidMinor },
        command({ show, now, captured, payStep, newId, reason: kept }) {
          refundId = newId();
          const payment = { paymentId, leftMinor: captured!.leftMinor };
          const how = { isAhead: show.isAhead, refundId, freshTicketId: newId, payStep, now, reason: kept };
          return { type: 'RefundBooking', payment, amountMinor, tickets, mayRepeat: confirm || key !== null, ...how };
        },
        async alongside(tx) {
          if (key && !(await claimRefundKey(tx, key, refundId, context))) throw new KeyTaken();
        },
      },
      context,
    );
    if (decided.accepted) return accept({ refundId });
    const { refusal } = decided;
    if (refusal.code === 'REFUND_KEEPS_TICKETS' || refusal.code === 'REFUND_REPEATED') return refuse(refusal);
    if (refusal.code === 'REFUND_TOO_MUCH') return refuse(refusal);
    throw new Error(`A refund cannot be refused as ${refusal.code}`);
  }
}
