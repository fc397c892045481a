/** SQL: the payment that a booking stands by, as its history has it; null for one that was never paid. */
export const ownPayment = (bookingId: string) => `(
  SELECT (data ->> 'paymentId')::uuid FROM event_store WHERE stream = 'booking-' || ${bookingId}
    AND type IN ('PaymentAuthorized', 'PaymentCompleted') ORDER BY version DESC LIMIT 1)`;
