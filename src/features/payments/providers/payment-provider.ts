import type { Instant } from '../../../kernel/instant.ts';
import type { MinorUnits } from '../../../kernel/money.ts';

/** What a buyer must do before a payment can go on: follow `url`, or confirm with the provider's script and `clientSecret`. */
export interface BuyerAction {
  readonly type: 'redirect' | 'confirm';
  readonly url: string | null;
  readonly clientSecret: string | null;
  /** The organiser's own account, which the provider's script must then name. */
  readonly account?: string;
}

/** What the provider says that it took or set aside. */
export interface Amount {
  readonly amountMinor: MinorUnits;
  readonly currency: string;
}

/**
 * What a payment came to.
 *
 *   authorized   the money is set aside; `capture` takes it, `cancel` releases it
 *   captured     the money is ours
 *   action       the buyer has something to do first
 *   declined     over, and it cannot succeed any more
 *   cancelled    over, let go before any money moved; it cannot succeed any more
 *   absent       the provider knows of no such payment, so nothing was ever charged
 *   unknown      anything may be so. Never `declined`: the money may have moved
 */
export type PaymentOutcome =
  | { readonly status: 'captured' | 'authorized'; readonly reference: string | null; readonly paid?: Amount }
  | { readonly status: 'action'; readonly reference: string; readonly action: BuyerAction }
  | { readonly status: 'declined'; readonly failureCode: string }
  | { readonly status: 'cancelled' | 'absent' | 'unknown' };

/** One attempt to pay for one booking. */
export interface Charge {
  readonly bookingId: string;
  readonly organizerId: number;
  readonly amountMinor: MinorUnits;
  readonly currency: string;
  /** What the buyer handed in: a card's token, or the reference of a payment made elsewhere. */
  readonly detail: string;
  /** Ours, derived from booking and attempt, never the client's. */
  readonly idempotencyKey: string;
  /** The provider's own id of this payment, once it is known. */
  readonly reference: string | null;
}

export interface Refund extends Amount {
  /** Ours; also the idempotency key: one refund id moves money once. */
  readonly refundId: string;
  readonly bookingId: string;
  readonly reference: string;
}

/** What a refund came to. `by_hand`: this provider cannot, a person must. `unknown`: ask again with the same id. */
export type RefundOutcome =
  | { readonly status: 'refunded' | 'unknown' | 'by_hand' }
  | { readonly status: 'failed'; readonly failureCode: string };

/** A payment as the provider lists it. */
export interface ListedPayment {
  readonly reference: string;
  readonly bookingId: string;
  readonly status: 'captured' | 'authorized' | 'open' | 'over';
  readonly paid: Amount;
}

/** Money that went back to the buyer, as the provider has it. */
export interface ListedRefund extends Amount {
  /** What the provider calls the refund, or the dispute. */
  readonly reference: string;
  /** Ours, if it carries our mark. */
  readonly refundId: string | null;
  /** Given back there, by us or somebody else, or taken back by a bank after a dispute. */
  readonly origin: 'provider' | 'dispute';
  /** `made`: it went back, or is on its way. `failed`: it did not, or it came back. */
  readonly status: 'made' | 'failed';
}

/** What went back of a payment. */
export interface MoneyOfPayment {
  readonly bookingId: string;
  /** The provider's id of the payment. */
  readonly reference: string;
  readonly found: readonly ListedRefund[];
}

/**
 * What a provider reports of its own accord. It is a reason to look, never a fact: the payment is fetched again before anything is
 * done. `provider` names the account that it is about: one webhook may speak for many.
 */
export type PaymentNotice =
  | { readonly kind: 'payment'; readonly provider: string; readonly bookingId: string; readonly reference: string }
  /** `reference` is the payment's, if its refunds are to be looked at; `refundId` ours, if it carries our mark. */
  | {
      readonly kind: 'refund';
      readonly provider: string;
      readonly reference: string | null;
      readonly refundId: string | null;
    }
  | { readonly kind: 'dispute'; readonly provider: string; readonly disputeId: string }
  | { readonly kind: 'other' };

export interface Dispute extends Amount {
  readonly disputeId: string;
  readonly bookingId: string;
  readonly reference: string;
  readonly reason: string;
  readonly status: string;
  readonly answerBy: Instant | null;
}

/** The provider will not take this payment at all. Nothing was begun. */
export class PaymentNotTaken extends Error {
  readonly failureCode: string;
  constructor(failureCode: string) {
    super(`The payment is not taken (${failureCode})`);
    this.failureCode = failureCode;
  }
}

/** The provider knows of no payment by this id: it belongs to a test, or to an account that is connected no more. */
export class PaymentUnknown extends Error {}

export type ProviderRefusal =
  | { readonly code: 'PAYMENT_TOKEN_UNKNOWN' }
  | { readonly code: 'AMOUNT_NOT_PAYABLE'; readonly currency: string };

/**
 * A way to be paid. Every call may be made again with the same charge or refund, by a retry or after a crash: it then
 * answers what is already so and moves no money twice. None throws for a payment that fails; they throw
 * `OutsideUnavailable` when the provider cannot be asked.
 */
export interface PaymentProvider {
  /** As bookings and payments remember it, with the account if it is an organiser's own: see `provider-name.ts`. */
  readonly name: string;
  /** Whether this detail is settled in this process, without asking anybody outside. */
  isLocal(detail: string): boolean;
  /** Stands for the card, to count its declines; null where a detail stands for no card of somebody's. */
  cardOf(detail: string): string | null;
  /** Why this detail, or this amount, cannot be charged at all; null if it can be tried. */
  refuse(detail: string, amount?: Amount): ProviderRefusal | null;
  /**
   * Makes the payment known at the provider, our booking id with it, and answers the provider's id. Moves no money, so
   * the id can be stored before any does. Absent where the provider needs no such step. Throws {@link PaymentNotTaken} if
   * the provider will not have it.
   */
  readonly begin?: (charge: Charge) => Promise<string>;
  /** Charges. For one that was begun `reference` must be set. */
  charge(charge: Charge): Promise<PaymentOutcome> | PaymentOutcome;
  /** What became of it: by its reference, else by searching for our booking id. Changes nothing but what is over already. */
  look(charge: Charge): Promise<PaymentOutcome> | PaymentOutcome;
  /** Cancels it. `captured` or `authorized` if it was too late for that. */
  cancel(charge: Charge): Promise<PaymentOutcome> | PaymentOutcome;
  /** Takes what was set aside. `declined`: definitely refused, nothing was taken and nothing will be. */
  capture(charge: Charge): Promise<PaymentOutcome> | PaymentOutcome;
  refund(refund: Refund): Promise<RefundOutcome> | RefundOutcome;
  /** Payments made with our booking ids since then, oldest first. */
  list(since: Instant): Promise<readonly ListedPayment[]>;
  /** All refunds of a payment as they are now; null: it knows of none. Absent where nobody but us can give money back. */
  readonly refundsOf?: (reference: string) => Promise<MoneyOfPayment | null>;
  /** Payments of ours of which somebody else gave back money since then, or a refund failed. */
  readonly refundedSince?: (since: Instant) => Promise<readonly string[]>;
  /** A dispute as it is now; null for one that it does not know, or that is none of ours. Absent where there are none. */
  readonly readDispute?: (disputeId: string) => Promise<Dispute | null>;
  /** Disputes about payments of ours that were opened since then. */
  readonly disputesSince?: (since: Instant) => Promise<readonly string[]>;
  /** What a webhook says; null if its signature is not the provider's, or too old. */
  readNotice(body: Buffer, headers: WebhookHeaders, now: Instant): PaymentNotice | null;
}

export type WebhookHeaders = Readonly<Record<string, string | string[] | undefined>>;
