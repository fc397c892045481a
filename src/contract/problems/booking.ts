import { Type } from 'typebox';
import { type AnyProblemKind, ids, Moment, problem, retryAfterSeconds, version } from './kind.ts';

/** The part of the table that is about bookings, payments and refunds. */
export const bookingProblems = {
  // bookings
  ATTENDEE_NAMES_NEEDED: problem({
    status: 400,
    title: 'Each ticket needs the name of its visitor',
    facts: ids,
    detail: () => 'Send attendees [{ticketId, name}], one for each ticket.',
  }),
  CONTACT_CORRECTED_OFTEN: problem({
    status: 409,
    title: 'The mail address of this order was corrected too often',
    facts: { max: Type.Integer() },
    detail: ({ max }) => `That can be done ${max} times. Write to the organiser.`,
  }),
  CONTACT_OF_ACCOUNT: {
    status: 403,
    title: 'This order belongs to an account',
    detail: () => 'Sign in with it to correct the name or the mail address.',
  },
  LEGAL_VERSION_UNKNOWN: {
    status: 400,
    title: 'The organiser has no such version of its terms or privacy page',
    detail: () => 'Read them again: GET /api/organizers/{slug}/legal.',
  },
  ORDER_LINK_UNKNOWN: { status: 404, title: 'This link opens no order', detail: () => 'It may be too old.' },
  BOOKING_NOT_PAID: problem({
    status: 409,
    title: 'The booking is not paid',
    facts: { status: Type.String() },
    detail: ({ status }) => `It is ${status.replace('_', ' ')}.`,
  }),
  BOOKING_UNKNOWN: { status: 404, title: 'There is no such booking' },
  BOOKING_VERSION_MISMATCH: problem({
    status: 412,
    title: 'The booking has changed since',
    facts: version,
    detail: ({ version }) => `It is at version ${version} now.`,
  }),
  CANCELLATION_BREAKS_RATE: problem({
    status: 409,
    title: 'Other tickets are only had together with this one',
    facts: {
      tickets: Type.Array(Type.Object({ ticketId: Type.String(), ticketType: Type.String(), rate: Type.String() })),
    },
    detail: ({ tickets }) =>
      `Give these back first, or the whole booking: ${tickets
        .map(({ ticketType, rate }) => `${ticketType} (${rate})`)
        .join(', ')}.`,
  }),
  CANCELLATION_NOT_ALLOWED: { status: 409, title: 'Tickets of this show cannot be given back' },
  CANCELLATION_TOO_LATE: problem({
    status: 409,
    title: 'It is too late to cancel',
    facts: { deadline: Moment() },
    detail: ({ deadline }) => `That was possible until ${deadline}.`,
  }),
  PRESS_BUSY: problem({
    status: 503,
    title: 'Too many tickets are being printed right now',
    facts: retryAfterSeconds,
    detail: ({ retryAfterSeconds }) => `Try again in ${retryAfterSeconds} seconds.`,
  }),
  PICTURE_BUSY: problem({
    status: 503,
    title: 'Too many pictures are being drawn right now',
    facts: retryAfterSeconds,
    detail: ({ retryAfterSeconds }) => `Try again in ${retryAfterSeconds} seconds.`,
  }),
  TICKETS_NONE: problem({
    status: 409,
    title: 'There is no ticket to come in with',
    facts: { status: Type.String() },
    detail: ({ status }) => `The booking is ${status.replace('_', ' ')}.`,
  }),
  REFUND_NOT_MADE: { status: 409, title: 'This refund failed: nothing was given back by it' },
  REFUND_UNKNOWN: { status: 404, title: 'This booking has no such refund' },
  TICKET_NOT_BOOKED: { status: 409, title: 'This ticket belongs to no booking' },
  AMOUNT_NOT_PAYABLE: problem({
    status: 400,
    title: 'The payment provider cannot charge this amount exactly',
    facts: { currency: Type.String() },
    detail: ({ currency }) => `In ${currency} it takes other steps. Choose another way to pay.`,
  }),
  PAYMENT_DECLINED: problem({
    status: 402,
    title: 'The payment was declined',
    facts: {
      bookingId: Type.String(),
      failureCode: Type.String(),
      expiresAt: Moment(),
      attemptsLeft: Type.Optional(Type.Integer()),
    },
    detail: ({ expiresAt, attemptsLeft }) =>
      `Your tickets stay held until ${expiresAt}. ` +
      (attemptsLeft === 0 ? 'No other card can be tried for them.' : 'Try another card.'),
  }),
  PAYMENT_MISSING: {
    status: 400,
    title: 'This booking costs money',
    detail: () => 'Send payment {provider, token} or paymentReference.',
  },
  PAYMENT_NOT_CAPTURED: problem({
    status: 409,
    title: 'This payment took no money',
    facts: { state: Type.String() },
    detail: ({ state }) => `It is ${state}.`,
  }),
  PAYMENT_NOT_FOUND: { status: 404, title: 'There is no such payment' },
  PAYMENT_PROVIDER_DOWN: problem({
    status: 503,
    title: 'The payment provider cannot be reached now',
    facts: { expiresAt: Moment() },
    detail: ({ expiresAt }) => `Nothing was charged. Your tickets stay held until ${expiresAt}. Try again in a moment.`,
  }),
  PAYMENT_PROVIDER_OFF: { status: 400, title: 'This payment provider is switched off here' },
  PAYMENT_PROVIDER_UNKNOWN: { status: 404, title: 'There is no such payment provider here' },
  PAYMENT_REFERENCE_USED: { status: 409, title: 'This payment reference has paid for another booking' },
  PAYMENT_TOKEN_UNKNOWN: { status: 400, title: 'The payment provider does not know this token' },
  PAYMENT_UNCLEAR: {
    status: 400,
    title: 'Say in one way how to pay',
    detail: () => 'Send one of payment, paymentDetails and paymentReference.',
  },
  REFUND_TOO_MUCH: problem({
    status: 409,
    title: 'More than is left of this payment',
    facts: { left: Type.Number(), currency: Type.String() },
    detail: ({ left, currency }) => `${left} ${currency} can still be given back.`,
  }),
  REFUND_REPEATED: problem({
    status: 409,
    title: 'The same amount of this payment was given back less than a minute ago',
    facts: { refundId: Type.String() },
    detail: () => 'If that is meant, send `confirm: true`, or an Idempotency-Key.',
  }),
  REFUND_KEEPS_TICKETS: { status: 409, title: 'Only a refund of all that is left cancels the tickets' },
  REVIEW_NOT_FOUND: { status: 404, title: 'There is no such open review' },
  TOO_MANY_DECLINES: problem({
    status: 429,
    title: 'Too many declined cards',
    facts: { ...retryAfterSeconds, expiresAt: Moment() },
    detail: ({ retryAfterSeconds, expiresAt }) =>
      `Try again in ${retryAfterSeconds} seconds. Your tickets stay held until ${expiresAt}.`,
  }),
  WEBHOOK_SIGNATURE_INVALID: { status: 400, title: 'The webhook’s signature is not valid, or too old' },
} satisfies Record<string, AnyProblemKind>;
