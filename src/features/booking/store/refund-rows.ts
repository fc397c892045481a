import type { CommandContext } from '../../../kernel/context.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { BookingEvent } from '../domain/booking.ts';
import { appendToBooking, lockBooking } from './booking-rows.ts';

/** A step of a refund, as its carrier tells it. */
export interface RefundStep {
  readonly refundId: string;
  readonly step: 'requested' | 'refunded' | 'failed';
  readonly providerReference?: string | null;
  readonly failureCode?: string;
}

const insertDue = {
  name: 'refund-due',
  text: `INSERT INTO refunds (refund_id, state, organizer_id, booking_id, payment_id, amount_minor, currency, reason, created_at)
    VALUES ($1, 'due', $2, $3, $4, $5, $6, $7, $8)`,
};

type RefundDue = Extract<BookingEvent, { type: 'RefundDue' }>['data'];

/** The row of a refund that has become due, beside its event. */
export async function writeDueRefund(
  tx: Queryable,
  { bookingId, organizerId }: { readonly bookingId: string; readonly organizerId: number },
  { refundId, paymentId, amountMinor, currency, reason }: RefundDue,
  now: Instant,
): Promise<void> {
  await tx.query(insertDue, [
    refundId,
    organizerId,
    bookingId,
    paymentId,
    amountMinor,
    currency,
    reason,
    new Date(now),
  ]);
}

/**
 * Records what became of a refund, in the caller's transaction: its row, the event in the booking's history, and the
 * booking's figures. Answers false, and writes nothing, if that step was recorded before or the refund is over. Throws for
 * a refund that does not exist.
 */
export async function recordRefundStep(tx: Queryable, step: RefundStep, context: CommandContext): Promise<boolean> {
  const { refundId } = step;
  const [due] = await tx.query<{ bookingId: string }>(
    `SELECT booking_id AS "bookingId" FROM refunds WHERE refund_id = $1 AND state = 'due'`,
    [refundId],
  );
  const locked = due && (await lockBooking(tx, due.bookingId));
  if (!locked) throw new Error(`There is no refund ${refundId}`);
  const { state } = locked.booking.refunds.find((refund) => refund.refundId === refundId)!;
  if (state === step.step || state === 'refunded' || state === 'failed') return false;
  await tx.query(
    `INSERT INTO refunds (refund_id, state, organizer_id, booking_id, payment_id, amount_minor, currency, reason, created_at)
     SELECT refund_id, $2, organizer_id, booking_id, payment_id, amount_minor, currency, reason, $3
     FROM refunds WHERE refund_id = $1 AND state = 'due'`,
    [refundId, step.step, new Date(context.now)],
  );
  await appendToBooking(tx, locked, [toEvent(step)], context);
  return true;
}

function toEvent({
  refundId,
  step,
  providerReference = null,
  failureCode = 'REFUND_FAILED',
}: RefundStep): BookingEvent {
  if (step === 'requested') return { type: 'RefundRequested', data: { refundId } };
  if (step === 'refunded') return { type: 'RefundCompleted', data: { refundId, providerReference } };
  return { type: 'RefundFailed', data: { refundId, failureCode } };
}

/**
 * Notes that money is owed that no cancellation explains (it came too late, for places that were gone), in the caller's
 * transaction: row and event. Answers the refund's id; the same `refundId` again writes nothing.
 */
export async function recordRefundDue(
  tx: Queryable,
  due: { readonly bookingId: string } & Omit<RefundDue, 'ticketIds'>,
  context: CommandContext,
): Promise<void> {
  const { bookingId, ...data } = due;
  const locked = await lockBooking(tx, bookingId);
  if (!locked) throw new Error(`There is no booking ${bookingId}`);
  if (locked.booking.refunds.some(({ refundId }) => refundId === due.refundId)) return;
  await writeDueRefund(tx, { bookingId, organizerId: locked.organizerId }, { ...data, ticketIds: [] }, context.now);
  await appendToBooking(tx, locked, [{ type: 'RefundDue', data: { ...data, ticketIds: [] } }], context);
}
