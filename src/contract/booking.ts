import { type Static, Type } from 'typebox';
import { closed, Nullable, OneLine, OneOf, PageQuery, PersonName, SerialId, Text, Uuid } from './common.ts';
import { keyField } from './idempotency.ts';
import {
  customerFields,
  PriceBreakdownSchema,
  ReservationId,
  SeatSchema,
  ticketsPerReservationMax,
} from './inventory.ts';

const Payment = Type.Object(
  {
    provider: Type.Optional(OneOf(['sandbox', 'stripe'])),
    token: Type.Optional(
      OneLine(
        200,
        'Sandbox: a test card, tok_ok pays (all of them: GET /api/payments/methods). Stripe: a payment method’s id, or left out to confirm in the browser.',
      ),
    ),
  },
  closed,
);

/** Who will sit there, ticket by ticket. */
export const AttendeeNames = Type.Array(Type.Object({ ticketId: Uuid(), name: PersonName(100) }, closed), {
  minItems: 1,
  maxItems: ticketsPerReservationMax,
  description: 'The name of each visitor; needed where the event asks for it.',
});

export const PurchaseBody = Type.Object(
  {
    reservationId: ReservationId,
    payment: Type.Optional(Payment),
    paymentDetails: Type.Optional(Payment),
    paymentReference: Type.Optional(
      OneLine(200, 'Paid elsewhere: only an API key with the scope payments may say so.'),
    ),
    notes: Type.Optional(Text(500)),
    attendees: Type.Optional(AttendeeNames),
    ...customerFields,
    ...keyField,
  },
  closed,
);

/** What to pay for: a reservation, or the booking that an earlier attempt has made of it. */
export const PayBody = Type.Object(
  {
    ...PurchaseBody.properties,
    reservationId: Type.Optional(ReservationId),
    bookingId: Type.Optional(Uuid()),
  },
  closed,
);

export const ConfirmBody = Type.Object(
  {
    ticketId: Uuid(),
    payment: Type.Optional(Payment),
    paymentDetails: Type.Optional(Payment),
    notes: Type.Optional(Text(500)),
    ...customerFields,
    ...keyField,
  },
  closed,
);

export const PurchaseSchema = Type.Object({
  action: Type.Optional(
    Type.Object(
      {
        type: Type.String(),
        url: Nullable(Type.String()),
        clientSecret: Nullable(Type.String()),
        account: Type.Optional(Type.String()),
      },
      {
        description:
          'What the buyer must do first: follow the url, or confirm with the client secret (at that account, if one is named).',
      },
    ),
  ),
  success: Type.Boolean(),
  message: Type.String(),
  bookingId: Type.String(),
  status: Type.String(),
  transactionId: Nullable(Type.String()),
  totalPrice: Type.Number(),
  priceBreakdown: PriceBreakdownSchema,
  currency: Type.String(),
  tickets: Type.Array(
    Type.Object({
      ticketId: Type.String(),
      ticketNumber: Nullable(Type.String()),
      seat: Nullable(SeatSchema),
      ticketType: Type.String(),
      rate: Type.String(),
      price: Type.Number(),
      status: Type.String(),
    }),
  ),
});

const RefundSchema = Type.Object({
  refundId: Type.String(),
  amount: Type.Number(),
  currency: Type.String(),
  status: Type.String({ description: 'due, requested, refunded or failed.' }),
  reason: Type.String(),
});

export const BookingSchema = Type.Object({
  bookingId: Type.String(),
  eventId: Type.Integer(),
  reservationId: Type.String(),
  status: Type.String(),
  failureCode: Nullable(Type.String()),
  transactionId: Nullable(Type.String()),
  totalPrice: Type.Number(),
  currency: Type.String(),
  provider: Type.String(),
  refunded: Type.Number({ description: 'Given back so far.' }),
  refundDue: Type.Number({ description: 'On its way back.' }),
  version: Type.Integer(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
});

export const BookingDetailSchema = Type.Object({
  ...BookingSchema.properties,
  priceBreakdown: PriceBreakdownSchema,
  tickets: Type.Array(
    Type.Object({
      ...PurchaseSchema.properties.tickets.items.properties,
      attendeeName: Type.Optional(Type.String()),
    }),
  ),
  refunds: Type.Array(RefundSchema),
  cancellation: Nullable(
    Type.Object(
      {
        until: Nullable(
          Type.String({
            description: 'The last moment is just before this; null: the show is postponed, nobody knows yet.',
          }),
        ),
        refund: Type.Number({ description: 'What comes back if all that is left is cancelled now.' }),
      },
      { description: 'What its buyer may do; null: cancelling is not allowed, too late, or done.' },
    ),
  ),
  showChange: Nullable(
    Type.Object(
      {
        kind: Type.String({
          description:
            'postponed; resumed: it was postponed, and has a date again; moved; cancelled: it was called off.',
        }),
        startsAtBefore: Nullable(Type.String()),
      },
      { description: 'What became of the show since it was bought; null: nothing of that kind.' },
    ),
  ),
  customer: Nullable(
    Type.Object({
      name: Nullable(Type.String()),
      email: Nullable(Type.String()),
      phone: Nullable(Type.String()),
      notes: Nullable(Type.String()),
    }),
  ),
});

export const HistorySchema = Type.Object({
  bookingId: Type.String(),
  items: Type.Array(
    Type.Object({
      version: Type.Integer(),
      type: Type.String(),
      occurredAt: Type.String(),
      actor: Type.String(),
      correlationId: Type.String(),
      causationId: Type.Optional(Type.String()),
      reason: Type.Optional(Type.String()),
      data: Type.Unknown(),
    }),
  ),
});

export const BookingsQuery = Type.Object(
  {
    ...PageQuery,
    mine: Type.Optional(Type.Boolean({ description: 'Staff: those that you bought yourself.' })),
    email: Type.Optional(Type.String({ format: 'email', maxLength: 254, description: 'Staff: of this buyer.' })),
    reservationId: Type.Optional(ReservationId),
    eventId: Type.Optional(SerialId()),
    status: Type.Optional(
      OneOf(
        ['pending', 'awaiting_payment', 'completed', 'failed', 'expired', 'cancelled', 'needs_review'],
        'pending: the same as awaiting_payment. expired: those of the failed ones whose payment was not made in time.',
      ),
    ),
  },
  closed,
);

const HowRefunded = OneOf(
  ['full', 'policy', 'none'],
  'Staff only: all the money (the default), what the show’s policy gives, or nothing.',
);
export const CancelQuery = Type.Object(
  { reason: Type.Optional(Text(500)), refund: Type.Optional(HowRefunded) },
  closed,
);
export const CancelTicketBody = Type.Union([CancelQuery, Type.Null()]);
export const CancelHeaders = Type.Object({ 'if-match': Type.Optional(Type.String({ maxLength: 200 })) });

/** What a cancellation answers; asked again, the same. */
export const CancelledSchema = Type.Object({
  success: Type.Boolean(),
  message: Type.String(),
  ...BookingDetailSchema.properties,
});

export const AttendeesBody = Type.Object({ attendees: AttendeeNames }, closed);

/** Tickets that staff give away in one booking. */
const giftMax = 200;

export const ComplimentaryBody = Type.Object(
  {
    eventId: SerialId(),
    ticketTypeId: Type.Optional(SerialId()),
    quantity: Type.Optional(Type.Integer({ minimum: 1, maximum: giftMax })),
    ticketIds: Type.Optional(
      Type.Array(Uuid(), {
        minItems: 1,
        maxItems: giftMax,
        uniqueItems: true,
        description: 'Free ones, or such as are kept back: blocked, or in an allocation.',
      }),
    ),
    seatGuids: Type.Optional(Type.Array(OneLine(100), { minItems: 1, maxItems: giftMax, uniqueItems: true })),
    reason: Text(500, 'Why they are given away: it stands in the history.'),
    ...customerFields,
    ...keyField,
  },
  closed,
);

export const MyTicketsQuery = Type.Object(
  {
    ...PageQuery,
    when: Type.Optional(
      OneOf(['upcoming', 'past', 'cancelled'], 'cancelled: given back, or of a show that was called off.'),
    ),
  },
  closed,
);
export const MyTicket = Type.Object({
  ticketId: Type.String(),
  ticketNumber: Nullable(Type.String()),
  bookingId: Type.String(),
  status: Type.String(),
  when: Type.String({ description: 'upcoming, past or cancelled.' }),
  ticketType: Type.String(),
  rate: Nullable(Type.String()),
  price: Type.Number(),
  currency: Type.String(),
  seat: Nullable(SeatSchema),
  attendeeName: Type.Optional(Type.String()),
  event: Type.Object({
    eventId: Type.Integer(),
    title: Type.String(),
    status: Type.String(),
    startsAt: Type.String(),
    localStart: Type.String(),
    timeZone: Type.String(),
    venue: Type.String(),
    city: Nullable(Type.String()),
    imageUrl: Nullable(Type.String()),
  }),
});

export const ShowChangesSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      changeId: Type.String(),
      kind: Type.String({
        description:
          'cancelled; postponed; resumed: on sale again, at the same date or another; moved: another date or place; updated: ' +
          'doors, end, an address.',
      }),
      state: Type.String({
        description:
          'running or done. It runs on while somebody may still pay who chose the tickets before the change.',
      }),
      total: Type.Integer({
        description: 'Bookings that are to be told, with those that still wait for their payment.',
      }),
      told: Type.Integer({ description: 'Bookings told, and refunded if it was called off.' }),
      createdAt: Type.String(),
      doneAt: Nullable(Type.String()),
    }),
  ),
  nextCursor: Type.Null(),
});

export type CancelRequest = Static<typeof CancelQuery>;
export type PurchaseRequest = Static<typeof PurchaseBody>;
export type ConfirmRequest = Static<typeof ConfirmBody>;
