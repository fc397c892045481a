import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { Queryable, WalledDatabase } from '../../../platform/postgres/database.ts';
import { decideInTransaction } from '../../../platform/postgres/decide.ts';
import { type AppendBookingEvent, findPayment, type PaymentRow, paymentsOfBooking } from '../store/payment-rows.ts';
import { appendRefundState, findRefund, leftOf, type RefundRow, refundsOfPayment } from '../store/refund-rows.ts';

export interface RefundToRequest {
  /** The payment's id, or its booking's. */
  readonly id: string;
  /** Left out: whatever is left. */
  readonly amountMinor: number | null;
  readonly reason: string;
  readonly key: { readonly scope: string; readonly key: string; readonly requestHash: string } | null;
}

export type RefundRefusal =
  | { readonly code: 'PAYMENT_NOT_FOUND' }
  | { readonly code: 'PAYMENT_NOT_CAPTURED'; readonly state: string }
  | { readonly code: 'REFUND_TOO_MUCH'; readonly left: number; readonly currency: string }
  | { readonly code: 'IDEMPOTENCY_KEY_REUSED' };

/**
 * Promises money back: the refund is `due` when this returns, and a job carries it out. The booking's row is locked while
 * it is added up, so two requests at once never promise more than was paid. The same key answers the same refund.
 */
export function requestRefund(
  parts: {
    readonly database: WalledDatabase;
    readonly appendBookingEvent: AppendBookingEvent;
    readonly random?: RandomBytes;
  },
  request: RefundToRequest,
  context: CommandContext,
): Promise<Decision<RefundRow, RefundRefusal>> {
  const { database, random = systemRandom } = parts;
  // A refusal rolls back, the key with it: the same key may try again.
  return decideInTransaction<RefundRow, RefundRefusal>(database.as(context), async (tx) => {
    const payment = await findPaymentFor(tx, request.id, context.organizerId);
    if (!payment) return refuse({ code: 'PAYMENT_NOT_FOUND' });
    await tx.query('SELECT FROM bookings WHERE booking_id = $1 FOR UPDATE', [payment.bookingId]);
    const refundId = uuidv7(context.now, random);
    const earlier = await claimKey(tx, request.key, refundId, context);
    if (earlier) return earlier;
    if (payment.state !== 'captured') return refuse({ code: 'PAYMENT_NOT_CAPTURED', state: payment.state });
    const left = leftOf(payment, await refundsOfPayment(tx, payment.paymentId));
    const amountMinor = request.amountMinor ?? left;
    if (amountMinor > left || amountMinor === 0) {
      return refuse({ code: 'REFUND_TOO_MUCH', left: toDecimal(left, payment.currency), currency: payment.currency });
    }
    const refund = { ...dueRefund(payment, refundId, amountMinor, request.reason), createdAt: context.now };
    await writeDueRefund(tx, parts.appendBookingEvent, refund, context);
    return accept(refund);
  });
}

/** Writes a refund as due, with its event, in the caller's transaction; the work to carry it out comes with it. */
export async function writeDueRefund(
  tx: Queryable,
  appendBookingEvent: AppendBookingEvent,
  refund: Omit<RefundRow, 'createdAt'>,
  context: Omit<CommandContext, 'organizerId'>,
): Promise<void> {
  const { refundId, paymentId, bookingId, amountMinor, currency, reason } = refund;
  const event = { type: 'RefundDue', data: { refundId, paymentId, amountMinor, currency, reason }, reason };
  await appendBookingEvent(tx, bookingId, event, context);
  await appendRefundState(tx, refund, context.now);
}

function dueRefund(payment: PaymentRow, refundId: string, amountMinor: number, reason: string) {
  const { organizerId, bookingId, paymentId, currency } = payment;
  const state = 'due' as const;
  return { refundId, organizerId, bookingId, paymentId, amountMinor, currency, reason, state, failureCode: null };
}

async function findPaymentFor(tx: Queryable, id: string, organizerId: number): Promise<PaymentRow | null> {
  const payment = await findPayment(tx, organizerId, id);
  if (payment) return payment;
  const ofBooking = (await paymentsOfBooking(tx, id)).filter((one) => one.organizerId === organizerId);
  return ofBooking.find(({ state }) => state === 'captured') ?? ofBooking[0] ?? null;
}

async function claimKey(
  tx: Queryable,
  key: RefundToRequest['key'],
  refundId: string,
  { organizerId, now }: CommandContext,
): Promise<Decision<RefundRow, RefundRefusal> | null> {
  if (!key) return null;
  const claimed = await tx.query(
    `INSERT INTO refund_keys (scope, key, organizer_id, request_hash, refund_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING 1`,
    [key.scope, key.key, organizerId, key.requestHash, refundId, new Date(now)],
  );
  if (claimed.length > 0) return null;
  const [kept] = await tx.query<{ requestHash: string; refundId: string }>(
    'SELECT request_hash AS "requestHash", refund_id AS "refundId" FROM refund_keys WHERE scope = $1 AND key = $2',
    [key.scope, key.key],
  );
  if (kept?.requestHash !== key.requestHash) return refuse({ code: 'IDEMPOTENCY_KEY_REUSED' });
  return accept((await findRefund(tx, kept.refundId))!);
}
