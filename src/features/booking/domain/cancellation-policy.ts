import type { Instant } from '../../../kernel/instant.ts';

/** Whether, until when and at what price buyers of a show may give their tickets back. */
export interface CancellationPolicy {
  readonly allowed: boolean;
  /** The last moment is so long before the start. */
  readonly hoursBefore: number;
  /** Of each ticket's price, 0 to 100. */
  readonly feePercent: number;
  /** On top, per ticket. */
  readonly feePerTicketMinor: number;
}

/** What holds for a show that says nothing: free until it starts. */
export const usualPolicy: CancellationPolicy = { allowed: true, hoursBefore: 0, feePercent: 0, feePerTicketMinor: 0 };

/** The last moment at which a buyer may cancel is just before this. */
export function cancelDeadline(policy: CancellationPolicy, startsAt: Instant): Instant {
  return startsAt - policy.hoursBefore * 3_600_000;
}

/** What the organiser keeps of a ticket that cost `paidMinor`: never more than that. Half a minor unit is rounded up. */
export function cancelFee(policy: CancellationPolicy, paidMinor: number): number {
  const percent = Math.floor((paidMinor * policy.feePercent + 50) / 100);
  return Math.min(paidMinor, percent + policy.feePerTicketMinor);
}

/**
 * An amount as the provider can pay it back, in whole steps, rounded in the buyer's favour; never more than what is left of
 * the payment, which was made in such steps itself.
 */
export function payable(amountMinor: number, leftMinor: number, step: number): number {
  return Math.min(Math.ceil(amountMinor / step) * step, leftMinor);
}

/**
 * Splits an amount in proportion to weights, in whole minor units that add up to it exactly: each part ends where the
 * rounded running share ends, so no part is off by more than one unit. Weights that are all zero count as equal.
 */
export function splitAmount(amountMinor: number, weights: readonly number[]): number[] {
  const counted = weights.some((weight) => weight > 0) ? weights : weights.map(() => 1);
  const sum = counted.reduce((total, weight) => total + BigInt(weight), 0n);
  let weightSoFar = 0n;
  let before = 0;
  return counted.map((weight) => {
    weightSoFar += BigInt(weight);
    const upTo = Number((2n * BigInt(amountMinor) * weightSoFar + sum) / (2n * sum));
    const part = upTo - before;
    before = upTo;
    return part;
  });
}
