import type { Amount, Charge } from '../../payments/index.ts';

/**
 * The payment of a booking as its provider is asked about it, at every step and by whoever asks: only with the same
 * idempotency key does the provider know it for the same payment. `reference`: what the provider calls it, if known.
 */
export function toCharge(
  booking: { readonly bookingId: string; readonly organizerId: number; readonly attempt: number },
  { amountMinor, currency }: Amount,
  detail: string | null,
  reference: string | null,
): Charge {
  const { bookingId, organizerId, attempt } = booking;
  const idempotencyKey = `${bookingId}:${attempt}`;
  return { bookingId, organizerId, amountMinor, currency, detail: detail ?? '', idempotencyKey, reference };
}
