/** What a charge came to. `unknown` is never `declined`: the money may have moved. */
export type PaymentOutcome =
  | { readonly status: 'captured'; readonly reference: string | null }
  | { readonly status: 'declined'; readonly failureCode: string }
  | { readonly status: 'unknown' };

export interface Charge {
  readonly bookingId: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** What the buyer handed in: the sandbox token, or the reference of a payment made elsewhere. */
  readonly detail: string;
  /** Ours, derived from booking and attempt, never the client's. */
  readonly idempotencyKey: string;
}

/**
 * A way to be paid. `charge` may be called again with the same idempotency key, by a retry or after a crash: it then
 * answers what came of the first call and moves no money twice. It does not throw for a declined payment.
 */
export interface PaymentProvider {
  readonly name: string;
  /** Why this detail cannot be charged at all, or null if it can be tried. */
  refuse(detail: string): { readonly code: 'PAYMENT_TOKEN_UNKNOWN' } | null;
  charge(charge: Charge): Promise<PaymentOutcome> | PaymentOutcome;
}
