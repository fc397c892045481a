/**
 * Why a payment came to nothing, where it is we who say so: in the `failureCode` of its booking. Providers have codes of their
 * own beside these.
 */

/** It surely never began: nobody was charged, and nobody will be for this request. A retry with its key is a new attempt. */
export const notMade = 'PAYMENT_NOT_MADE';
/** The buyer did not do what the bank asked in time, and the payment was let go there. */
export const timedOut = 'PAYMENT_TIMED_OUT';
/** An external reference that has paid for another booking. */
export const referenceUsed = 'PAYMENT_REFERENCE_USED';
/** Tickets were sold for money that was set aside, and it could not be taken. */
export const captureRefused = 'CAPTURE_REFUSED';
/** The provider took another amount than the booking's. */
export const wrongAmount = 'AMOUNT_DIFFERS';
