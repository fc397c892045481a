import { createHmacSha512 } from '../../../kernel/hmac.ts';
import type { Instant } from '../../../kernel/instant.ts';

/** What signs with a secret: made once, the secret is prepared in it. */
const signers = new WeakMap<Uint8Array, (text: string) => string>();

/**
 * HMAC-SHA512(secret, booking ‖ amount ‖ time), hexadecimal: whoever has the secret can check that a receipt is ours
 * and unchanged. The amount is in minor units with its currency, the time in ISO 8601.
 */
export function makeTransactionId(
  secret: Uint8Array,
  paid: {
    readonly bookingId: string;
    readonly amountMinor: number;
    readonly currency: string;
    readonly paidAt: Instant;
  },
): string {
  const text = `${paid.bookingId}|${paid.amountMinor}|${paid.currency}|${new Date(paid.paidAt).toISOString()}`;
  const sign = signers.get(secret) ?? createHmacSha512(secret);
  signers.set(secret, sign);
  return sign(text);
}
