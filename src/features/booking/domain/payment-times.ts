/** A hold in payment cannot lapse for this long, so that a slow card does not lose the seat. */
export const paymentGraceMs = 120_000;

/** The same while the buyer is at the bank (3-D Secure): then the payment is cancelled there, and only then are the places freed. */
export const challengeGraceMs = 600_000;

/** After a declined card the buyer keeps the tickets at least this long, once. */
export const declinedKeepMs = 120_000;
