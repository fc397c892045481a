import type { CommandContext } from '../../../kernel/context.ts';
import type { Decision } from '../../../kernel/decision.ts';
import type { Said } from '../../../kernel/reason.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { AppendBookingEvent } from '../store/payment-rows.ts';
import type { RefundKey } from '../store/refund-keys.ts';
import { appendRefundState, type RefundStateRow } from '../store/refund-rows.ts';

export interface RefundToRequest {
  /** The payment's id, or its booking's. */
  readonly id: string;
  /** Null: whatever is left. */
  readonly amountMinor: number | null;
  /** What becomes of the tickets when all the money goes back; null: they are cancelled. */
  readonly tickets: 'cancel' | 'keep' | null;
  readonly reason: Said;
  readonly key: RefundKey | null;
  /** The same amount once more is meant. */
  readonly confirm: boolean;
}

export type RefundRefusal =
  | { readonly code: 'PAYMENT_NOT_FOUND' }
  | { readonly code: 'PAYMENT_NOT_CAPTURED'; readonly state: string }
  | { readonly code: 'REFUND_TOO_MUCH'; readonly left: number; readonly currency: string }
  | { readonly code: 'REFUND_KEEPS_TICKETS' }
  | { readonly code: 'REFUND_REPEATED'; readonly refundId: string }
  | { readonly code: 'IDEMPOTENCY_KEY_REUSED' };

/** Promises money back. Handed in by the bookings, whose tickets go with it. */
export type RequestRefund = (
  request: RefundToRequest,
  context: CommandContext,
) => Promise<Decision<{ readonly refundId: string }, RefundRefusal>>;

/** Writes a refund as due, with its event, in the caller's transaction; the work to carry it out comes with it. */
export async function writeDueRefund(
  tx: Queryable,
  appendBookingEvent: AppendBookingEvent,
  refund: RefundStateRow,
  context: Omit<CommandContext, 'organizerId'>,
): Promise<void> {
  const { refundId, paymentId, bookingId, amountMinor, currency, reason } = refund;
  const event = { type: 'RefundDue', data: { refundId, paymentId, amountMinor, currency, reason }, reason };
  await appendBookingEvent(tx, bookingId, event, context);
  await appendRefundState(tx, refund, context.now);
}
