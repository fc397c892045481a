import { type Static, Type } from 'typebox';
import {
  closed,
  LanguageName,
  Nullable,
  OneLine,
  OneOf,
  Page,
  PageQuery,
  PersonName,
  SerialId,
  Text,
  Uuid,
} from './common.ts';
import { keyField } from './idempotency.ts';
import {
  customerFields,
  PriceBreakdownSchema,
  ReservationId,
  SeatSchema,
  ticketsPerReservationMax,
} from './inventory.ts';
import { Consent } from './legal.ts';
import { TicketCodeText } from './ticket-codes.ts';

/** Who can take cards. Here are all of them; `GET /api/payments/methods` says who does. */
const cardProviderNames = ['sandbox', 'stripe'] as const;
export type CardProviderName = (typeof cardProviderNames)[number];

const Payment = Type.Object(
  {
    provider: Type.Optional(OneOf(cardProviderNames)),
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
    consent: Type.Optional(Consent),
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
    consent: Type.Optional(Consent),
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

/** By which people find an order again, with the mail address. */
const OrderNumber = Type.String({ description: 'As people read and say it: 4F2K-9QTM.' });

export const BookingSchema = Type.Object({
  bookingId: Type.String(),
  orderNumber: OrderNumber,
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
      totalPrice: Type.Number({ description: 'What it cost its buyer: with fee and tax, less discounts.' }),
      giveBack: Nullable(
        Type.Number({
          description:
            'What comes back if its buyer gives this ticket alone back now; null: it cannot go alone, or not at all (see `cancellation`).',
        }),
      ),
      code: TicketCodeText,
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
  show: Type.Object(
    {
      title: Type.String(),
      type: Type.String(),
      status: Type.String({ description: 'published, postponed, cancelled and the like.' }),
      startsAt: Type.String(),
      doorsAt: Nullable(Type.String()),
      timeZone: Type.String(),
      venue: Type.String(),
      address: Nullable(Type.String()),
      imageUrl: Nullable(Type.String()),
      organizer: Type.String({ description: 'Who sold it.' }),
      asksAttendeeNames: Type.Boolean(),
    },
    { description: 'The show as it is now, also where it is no longer to be found by anybody.' },
  ),
  customer: Nullable(
    Type.Object({
      name: Nullable(Type.String()),
      email: Nullable(Type.String()),
      phone: Nullable(Type.String()),
      notes: Nullable(Type.String()),
      companyName: Type.Optional(Type.String()),
      vatId: Type.Optional(Type.String()),
    }),
  ),
  language: Type.Optional(LanguageName()),
  consent: Type.Optional(Consent),
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
        ['awaiting_payment', 'pending', 'completed', 'failed', 'cancelled', 'needs_review'],
        'pending: an alias of awaiting_payment.',
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

/** What is answered where a mail was asked for. */
export const MailedSchema = Type.Object({ success: Type.Boolean(), message: Type.String() });
export const FindOrderBody = Type.Object(
  {
    email: Type.String({ format: 'email', maxLength: 254 }),
    orderNumber: OneLine(
      20,
      'As it stands in the mail and on the tickets: 4F2K-9QTM. Spaces, dashes and case do not matter.',
    ),
  },
  closed,
);

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
export const BookingPage = Page(BookingSchema);

export const MyTicket = Type.Object({
  ticketId: Type.String(),
  ticketNumber: Nullable(Type.String()),
  code: TicketCodeText,
  bookingId: Type.String(),
  orderNumber: OrderNumber,
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
    type: Type.String(),
    status: Type.String(),
    startsAt: Type.String(),
    localStart: Type.String(),
    timeZone: Type.String(),
    venue: Type.String(),
    city: Nullable(Type.String()),
    imageUrl: Nullable(Type.String()),
  }),
});
export const MyTicketPage = Page(MyTicket);

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
        description: 'Bookings whose buyers are to be notified, with those that still wait for their payment.',
      }),
      notified: Type.Integer({
        description: 'Bookings whose buyers were notified, and refunded if it was called off.',
      }),
      told: Type.Integer({ deprecated: true, description: 'The same as `notified`; goes with the next version.' }),
      createdAt: Type.String(),
      doneAt: Nullable(Type.String()),
    }),
  ),
  nextCursor: Type.Null(),
});

export type CancelRequest = Static<typeof CancelQuery>;
export type PurchaseRequest = Static<typeof PurchaseBody>;
export type ConfirmRequest = Static<typeof ConfirmBody>;
export type PurchaseAnswer = Static<typeof PurchaseSchema>;
export type BookingPageAnswer = Static<typeof BookingPage>;
export type MyTicketPageAnswer = Static<typeof MyTicketPage>;
export type BookingSummaryAnswer = Static<typeof BookingSchema>;
export type BookingAnswer = Static<typeof BookingDetailSchema>;
export type CancelledAnswer = Static<typeof CancelledSchema>;
export type MyTicketAnswer = Static<typeof MyTicket>;
