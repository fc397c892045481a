import type { CommandContext } from '../../../kernel/context.ts';
import type { RandomBytes } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { requestMail } from '../../../platform/mail/request-mail.ts';
import type { Queryable, TenantDatabase } from '../../../platform/postgres/database.ts';
import type { GuardedPaymentProvider } from '../providers/guard-payment-provider.ts';
import type { RefundOutcome } from '../providers/payment-provider.ts';
import { openReview, type ReviewKind } from '../store/payment-reviews.ts';
import { type AppendBookingEvent, findPayment, lockBookingOf, type PaymentRow } from '../store/payment-rows.ts';
import { endPaymentWork, type PaymentWork, postponePaymentWork } from '../store/payment-work.ts';
import { appendRefundState, findRefund, type RefundRow, type RefundState } from '../store/refund-rows.ts';
import type { ReconcileRefunds } from './reconcile-refunds.ts';

export interface RefundParts {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly providerOf: (name: string) => GuardedPaymentProvider | undefined;
  readonly appendBookingEvent: AppendBookingEvent;
  readonly reconcileRefunds: ReconcileRefunds;
  readonly random?: RandomBytes;
}

/**
 * Gives money back: notes the refund as requested, asks the provider with the refund's id as key, and notes what came of
 * it. What the provider refuses, or cannot do, goes on the list of staff. An unknown outcome is asked about again later:
 * asking twice gives the money back once.
 */
export async function carryOutRefund(parts: RefundParts, work: PaymentWork): Promise<void> {
  const {
    database: { bypassingRls },
    clock,
    providerOf,
  } = parts;
  const refund = await findRefund(bypassingRls, work.workId);
  if (!refund || refund.state === 'refunded' || refund.state === 'failed') {
    await endPaymentWork(bypassingRls, work.workId);
    return;
  }
  const payment = await findPayment(bypassingRls, refund.organizerId, refund.paymentId);
  // Set aside and not taken yet: there is nothing to give back until it is.
  if (payment?.state === 'authorized') return postponePaymentWork(bypassingRls, work, clock.now());
  if (refund.state === 'due') await advance(parts, refund, 'requested', null);
  const outcome = await ask(payment, providerOf(payment?.provider ?? ''), refund);
  if (outcome.status === 'unknown') return postponePaymentWork(bypassingRls, work, clock.now());
  if (outcome.status === 'refunded') return advance(parts, refund, 'refunded', null);
  if (outcome.status === 'by_hand') return leaveToStaff(parts, refund, payment, 'REFUND_BY_HAND', work);
  if (outcome.status !== 'failed') return;
  // Somebody may have refunded it at the provider, where it is more than what is left then: that is found out first.
  if (payment?.reference) await parts.reconcileRefunds.ofPayment(payment.provider, payment.reference);
  await advance(parts, refund, 'failed', outcome.failureCode);
}

async function ask(
  payment: PaymentRow | null,
  provider: GuardedPaymentProvider | undefined,
  { refundId, bookingId, amountMinor, currency }: RefundRow,
): Promise<RefundOutcome> {
  if (payment?.provider === 'external') return { status: 'by_hand' };
  // Switched off since: its money can only be given back by it.
  if (!payment?.reference || !provider) return { status: 'failed', failureCode: 'PROVIDER_OFF' };
  return provider.refund({ refundId, bookingId, amountMinor, currency, reference: payment.reference });
}

const eventOf = { requested: 'RefundRequested', refunded: 'RefundCompleted', failed: 'RefundFailed' } as const;

/** Appends a state with its event; the last one ends the work. Whoever comes second changes nothing. */
export function advance(
  {
    database: { bypassingRls },
    clock,
    appendBookingEvent,
    random,
  }: Omit<RefundParts, 'providerOf' | 'reconcileRefunds'>,
  refund: RefundRow,
  state: Exclude<RefundState, 'due'>,
  failureCode: string | null,
  actor = 'system',
): Promise<void> {
  return bypassingRls.transaction(async (tx) => {
    const { refundId, paymentId, bookingId, amountMinor, currency } = refund;
    const now = clock.now();
    await lockBookingOf(tx, bookingId);
    const latest = await findRefund(tx, refundId);
    if (latest?.state === 'refunded' || latest?.state === 'failed') return void (await endPaymentWork(tx, refundId));
    if (!(await appendRefundState(tx, { ...refund, state, failureCode }, now))) return;
    const context: Omit<CommandContext, 'organizerId'> = { actor, correlationId: `refund-${refundId}`, now };
    const data = { refundId, paymentId, amountMinor, currency, ...(failureCode !== null && { failureCode }) };
    await appendBookingEvent(tx, bookingId, { type: eventOf[state], data }, context);
    if (state === 'requested') return;
    await endPaymentWork(tx, refundId);
    if (state === 'failed') return review(tx, refund, 'REFUND_FAILED', failureCode, now, random);
    const { organizerId } = refund;
    const facts = { bookingId, amountMinor, currency };
    await requestMail(tx, { cause: `refund-${refundId}-completed`, kind: 'refund', organizerId, facts });
  });
}

function leaveToStaff(
  { database: { bypassingRls }, clock, random }: RefundParts,
  refund: RefundRow,
  payment: PaymentRow | null,
  kind: ReviewKind,
  work: PaymentWork,
): Promise<void> {
  return bypassingRls.transaction(async (tx) => {
    await review(tx, refund, kind, payment?.reference ?? null, clock.now(), random);
    await endPaymentWork(tx, work.workId);
  });
}

function review(
  tx: Queryable,
  { refundId, organizerId, bookingId, paymentId, amountMinor, currency, reason }: RefundRow,
  kind: ReviewKind,
  detail: string | null,
  now: number,
  random?: RandomBytes,
): Promise<void> {
  const facts = { refundId, paymentId, amountMinor, currency, reason, detail };
  return openReview(tx, { organizerId, kind, subject: refundId, bookingId, facts }, now, random);
}
