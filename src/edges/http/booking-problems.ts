import type { ProblemKind } from './problem-details.ts';

/** The part of the table that is about bookings, payments and refunds. */
export const bookingProblems: Record<string, ProblemKind> = {
  // bookings
  ATTENDEE_NAMES_NEEDED: {
    status: 400,
    title: 'Each ticket needs the name of its visitor',
    detail: () => 'Send attendees [{ticketId, name}], one for each ticket.',
  },
  ORDER_LINK_UNKNOWN: { status: 404, title: 'This link opens no order', detail: () => 'It may be too old.' },
  BOOKING_NOT_PAID: {
    status: 409,
    title: 'The booking is not paid',
    detail: ({ status }) => `It is ${String(status).replace('_', ' ')}.`,
  },
  BOOKING_UNKNOWN: { status: 404, title: 'There is no such booking' },
  BOOKING_VERSION_MISMATCH: {
    status: 412,
    title: 'The booking has changed since',
    detail: ({ version }) => `It is at version ${version} now.`,
  },
  CANCELLATION_BREAKS_RATE: {
    status: 409,
    title: 'Other tickets are only had together with this one',
    detail: ({ tickets }) =>
      `Give these back first, or the whole booking: ${(tickets as { ticketType: string; rate: string }[])
        .map(({ ticketType, rate }) => `${ticketType} (${rate})`)
        .join(', ')}.`,
  },
  CANCELLATION_NOT_ALLOWED: { status: 409, title: 'Tickets of this show cannot be given back' },
  CANCELLATION_TOO_LATE: {
    status: 409,
    title: 'It is too late to cancel',
    detail: ({ deadline }) => `That was possible until ${deadline}.`,
  },
  REFUND_NOT_MADE: { status: 409, title: 'This refund failed: nothing was given back by it' },
  REFUND_UNKNOWN: { status: 404, title: 'This booking has no such refund' },
  TICKET_NOT_BOOKED: { status: 409, title: 'This ticket belongs to no booking' },
  AMOUNT_NOT_PAYABLE: {
    status: 400,
    title: 'The payment provider cannot charge this amount exactly',
    detail: ({ currency }) => `In ${currency} it takes other steps. Choose another way to pay.`,
  },
  PAYMENT_DECLINED: {
    status: 402,
    title: 'The payment was declined',
    detail: ({ expiresAt }) => `Your tickets stay held until ${expiresAt}. Try another card.`,
  },
  PAYMENT_MISSING: {
    status: 400,
    title: 'This booking costs money',
    detail: () => 'Send payment {provider, token} or paymentReference.',
  },
  PAYMENT_NOT_CAPTURED: { status: 409, title: 'This payment took no money', detail: ({ state }) => `It is ${state}.` },
  PAYMENT_NOT_FOUND: { status: 404, title: 'There is no such payment' },
  PAYMENT_PROVIDER_DOWN: {
    status: 503,
    title: 'The payment provider cannot be reached now',
    detail: ({ expiresAt }) => `Nothing was charged. Your tickets stay held until ${expiresAt}. Try again in a moment.`,
  },
  PAYMENT_PROVIDER_OFF: { status: 400, title: 'This payment provider is switched off here' },
  PAYMENT_PROVIDER_UNKNOWN: { status: 404, title: 'There is no such payment provider here' },
  PAYMENT_REFERENCE_USED: { status: 409, title: 'This payment reference has paid for another booking' },
  PAYMENT_TOKEN_UNKNOWN: { status: 400, title: 'The payment provider does not know this token' },
  PAYMENT_UNCLEAR: {
    status: 400,
    title: 'Say in one way how to pay',
    detail: () => 'Send one of payment, paymentDetails and paymentReference.',
  },
  REFUND_TOO_MUCH: {
    status: 409,
    title: 'More than is left of this payment',
    detail: ({ left, currency }) => `${left} ${currency} can still be given back.`,
  },
  REFUND_REPEATED: {
    status: 409,
    title: 'The same amount of this payment was given back less than a minute ago',
    detail: () => 'If that is meant, send `confirm: true`, or an Idempotency-Key.',
  },
  REFUND_KEEPS_TICKETS: { status: 409, title: 'Only a refund of all that is left cancels the tickets' },
  REVIEW_NOT_FOUND: { status: 404, title: 'There is no such open review' },
  TOO_MANY_DECLINES: {
    status: 429,
    title: 'Too many declined cards',
    detail: ({ retryAfterSeconds }) => `Try again in ${retryAfterSeconds} seconds.`,
  },
  WEBHOOK_SIGNATURE_INVALID: { status: 400, title: 'The webhook’s signature is not valid, or too old' },
};
