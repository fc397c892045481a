import { createHmac } from 'node:crypto';
import type { Instant } from '../../../kernel/instant.ts';

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
  return createHmac('sha512', secret).update(text).digest('hex');
}
