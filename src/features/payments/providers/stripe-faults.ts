import Stripe from 'stripe';
import { OutsideUnavailable } from '../../../platform/outside-call/outside-call.ts';
import { PaymentNotTaken, PaymentUnknown } from './payment-provider.ts';

/** Refused before a connection stood: the request was surely not carried out. */
const unsentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Runs a request to Stripe. Throws {@link OutsideUnavailable} if Stripe could not be asked or failed itself; what Stripe
 * says about the payment (a declined card, a state that forbids it) is thrown on as the SDK's own error.
 */
export async function askStripe<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw toFault(error);
  }
}

/** The same for a payment by its id. Throws {@link PaymentUnknown} if Stripe has none: that says nothing about ours. */
export async function askForPayment<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await askStripe(request);
  } catch (error) {
    const isMissing = isRefusedForGood(error) && (error as { code?: string }).code === 'resource_missing';
    throw isMissing ? new PaymentUnknown('Stripe knows of no such payment', { cause: error }) : error;
  }
}

/** The same for the first request of a payment: whatever Stripe says against it, there is no payment then. */
export async function askToBegin<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await askStripe(request);
  } catch (error) {
    // The amount is too small, or the organiser's account is not connected any more.
    if (isRefusedForGood(error))
      throw new PaymentNotTaken(toFailureCode((error as { code?: string }).code ?? 'payment_refused'));
    throw error;
  }
}

function toFault(error: unknown): unknown {
  const { errors } = Stripe;
  if (error instanceof errors.StripeConnectionError) {
    const { code } = (error.detail ?? {}) as NodeJS.ErrnoException;
    return unavailable(error, !unsentCodes.has(code ?? ''));
  }
  // Turned away at the door: too many requests, or a key that is not valid.
  if (error instanceof errors.StripeRateLimitError || error instanceof errors.StripeAuthenticationError) {
    return unavailable(error, false);
  }
  if (error instanceof errors.StripeAPIError || error instanceof errors.StripeIdempotencyError) {
    return unavailable(error, true);
  }
  return error;
}

/** The SDK's message may repeat what was sent: only its kind is passed on. */
function unavailable(error: Error & { readonly type?: string }, wasSent: boolean): OutsideUnavailable {
  return new OutsideUnavailable(`Stripe cannot be asked (${error.type ?? error.name})`, { wasSent });
}

/** A card that was declined, or a payment that Stripe will not confirm: its code in our words; undefined for other errors. */
export function declineCodeOf(error: unknown): string | undefined {
  if (error instanceof Stripe.errors.StripeCardError) return toFailureCode(error.decline_code ?? error.code);
  return undefined;
}

/** The payment is in a state that does not allow what was asked: look what it is. */
export function isUnexpectedState(error: unknown): boolean {
  const { code } = error as { code?: string };
  return error instanceof Stripe.errors.StripeInvalidRequestError && code === 'payment_intent_unexpected_state';
}

/** Stripe refuses the request itself, for good. */
export function isRefusedForGood(error: unknown): boolean {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError || error instanceof Stripe.errors.StripePermissionError
  );
}

/** `insufficient_funds` to `INSUFFICIENT_FUNDS`, as our codes read; never free text. */
export function toFailureCode(code: string | undefined | null): string {
  const known = code && /^[a-z_0-9]{1,60}$/.test(code) ? code : 'card_declined';
  return (known === 'generic_decline' ? 'card_declined' : known).toUpperCase();
}
