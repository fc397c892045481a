import type { Instant } from '../../../kernel/instant.ts';
import { type OutsideCall, OutsideUnavailable } from '../../../platform/outside-call/outside-call.ts';
import type { Charge, PaymentOutcome, PaymentProvider, RefundOutcome } from './payment-provider.ts';

/** A provider that is asked through the guards of outside calls, and whose silence is an answer: `unknown`. */
export interface GuardedPaymentProvider extends PaymentProvider {
  /** True while asking it for this is refused untried: better not begin anything. */
  isDown(detail: string): boolean;
}

/**
 * Puts timeout, retry, breaker and bulkhead around every call that leaves this process; what is settled here passes as it
 * is, without so much as a promise. A charge that surely never arrived throws `OutsideUnavailable`, and so does `begin`,
 * which moves no money; wherever money may have moved the outcome is `unknown`.
 */
export function guardPaymentProvider(provider: PaymentProvider, call: OutsideCall): GuardedPaymentProvider {
  async function ask<T>(work: () => Promise<T> | T, mayThrowUnsent: boolean): Promise<T | { status: 'unknown' }> {
    try {
      return await call.run(async () => work());
    } catch (error) {
      if (!(error instanceof OutsideUnavailable) || (mayThrowUnsent && !error.wasSent)) throw error;
      return { status: 'unknown' };
    }
  }
  const asking = (what: 'look' | 'cancel' | 'capture') => (charge: Charge) =>
    provider.isLocal(charge.detail) ? provider[what](charge) : ask<PaymentOutcome>(() => provider[what](charge), false);
  const { begin, readDispute, refundsOf, refundedSince, disputesSince } = provider;

  return {
    name: provider.name,
    isLocal: provider.isLocal,
    cardOf: provider.cardOf,
    isDown: (detail) => !provider.isLocal(detail) && call.isDown(),
    refuse: provider.refuse,
    ...(begin && { begin: (charge: Charge) => call.run(() => begin(charge)) }),
    charge: (charge) =>
      provider.isLocal(charge.detail)
        ? provider.charge(charge)
        : ask<PaymentOutcome>(() => provider.charge(charge), true),
    look: asking('look'),
    cancel: asking('cancel'),
    capture: asking('capture'),
    refund: (refund) => ask<RefundOutcome>(() => provider.refund(refund), false),
    list: (since) => call.run(() => provider.list(since)),
    ...(readDispute && { readDispute: (id: string) => call.run(() => readDispute(id)) }),
    ...(refundsOf && { refundsOf: (reference: string) => call.run(() => refundsOf(reference)) }),
    ...(refundedSince && { refundedSince: (since: Instant) => call.run(() => refundedSince(since)) }),
    ...(disputesSince && { disputesSince: (since: Instant) => call.run(() => disputesSince(since)) }),
    readNotice: provider.readNotice,
  };
}
