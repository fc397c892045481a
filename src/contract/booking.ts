import { type Static, Type } from 'typebox';
import { closed, Nullable, PageQuery, SerialId, Text, Uuid } from './common.ts';
import { customerFields, PriceBreakdownSchema, ReservationId, SeatSchema } from './inventory.ts';

const Payment = Type.Object(
  {
    provider: Type.Optional(Type.Union([Type.Literal('sandbox'), Type.Literal('stripe')])),
    token: Type.Optional(
      Text(
        200,
        'Sandbox: a test card, tok_ok pays (all of them: GET /api/payments/methods). Stripe: a payment method’s id, or left out to confirm in the browser.',
      ),
    ),
  },
  closed,
);

export const PurchaseBody = Type.Object(
  {
    reservationId: ReservationId,
    payment: Type.Optional(Payment),
    paymentDetails: Type.Optional(Payment),
    paymentReference: Type.Optional(Text(200, 'Paid elsewhere: only an API key with the scope payments may say so.')),
    notes: Type.Optional(Text(500)),
    ...customerFields,
  },
  closed,
);

export const ConfirmBody = Type.Object(
  { ticketId: Uuid(), payment: Type.Optional(Payment), paymentDetails: Type.Optional(Payment), ...customerFields },
  closed,
);

export const PurchaseSchema = Type.Object({
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
  createdAt: Type.String(),
  updatedAt: Type.String(),
});

export const BookingDetailSchema = Type.Object({
  ...BookingSchema.properties,
  priceBreakdown: PriceBreakdownSchema,
  tickets: PurchaseSchema.properties.tickets,
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
      reason: Type.Optional(Type.String()),
      data: Type.Unknown(),
    }),
  ),
});

export const BookingsQuery = Type.Object(
  {
    ...PageQuery,
    eventId: Type.Optional(SerialId()),
    status: Type.Optional(
      Type.Union(
        ['pending', 'awaiting_payment', 'completed', 'failed', 'expired', 'cancelled', 'needs_review'].map((status) =>
          Type.Literal(status),
        ),
      ),
    ),
  },
  closed,
);

export type PurchaseRequest = Static<typeof PurchaseBody>;
export type ConfirmRequest = Static<typeof ConfirmBody>;
