import { type Static, Type } from 'typebox';
import { closed, Formed, LanguageName, Nullable, OneLine, OneOf, PersonName, SerialId, Text, Uuid } from './common.ts';
import { keyField } from './idempotency.ts';

/** How many tickets one order may have at most; an event's own limit is 10 unless it says otherwise. */
export const ticketsPerReservationMax = 100;

export const ReservationId = Formed(
  '^RES_[0-9]{14}_[0-9A-Za-z]{8,32}$',
  'must be the id of a reservation, like RES_20301203123456_A2B3C4D5',
  { minLength: 10, maxLength: 60 },
);
export const SeatSchema = Type.Object({
  guid: Type.String(),
  zone: Type.String(),
  row: Type.String(),
  number: Type.String(),
});

const Email = Type.String({ format: 'email', maxLength: 254 });
const Quantity = Type.Integer({ minimum: 1, maximum: ticketsPerReservationMax });
const RateName = OneLine(100, 'One of the ticket type’s rates; the first if left out.');

const CompanyName = () => OneLine(200, 'For whom the receipt is made out, beside the name.');
const VatId = () =>
  Type.String({
    format: 'vat-id',
    maxLength: 30,
    description:
      'Of that company, with the letters of its country: shown on the receipt. Its shape is checked, not the register.',
  });

/** Who buys. Either this object or the flat fields; a purchase without them takes those of the reservation. */
export const CustomerSchema = Type.Object(
  {
    name: Type.Optional(PersonName(100)),
    email: Type.Optional(Email),
    phone: Type.Optional(OneLine(30)),
    companyName: Type.Optional(CompanyName()),
    vatId: Type.Optional(VatId()),
  },
  closed,
);
export const customerFields = {
  customer: Type.Optional(CustomerSchema),
  customerName: Type.Optional(PersonName(100)),
  customerEmail: Type.Optional(Email),
  customerPhone: Type.Optional(OneLine(30)),
  companyName: Type.Optional(CompanyName()),
  vatId: Type.Optional(VatId()),
  language: Type.Optional(LanguageName()),
};

/** Who buys, as answers show it to the buyer and to staff; null: not said, or nobody else’s business. */
const CustomerAnswerSchema = Type.Object({
  customerName: Nullable(Type.String()),
  customerEmail: Nullable(Type.String()),
  customerPhone: Nullable(Type.String()),
  notes: Nullable(Type.String()),
});
export const customerAnswer = CustomerAnswerSchema.properties;

/** So many places of a type, or of several. */
const quantityFields = {
  ticketTypeId: Type.Optional(SerialId()),
  quantity: Type.Optional(Quantity),
  rate: Type.Optional(RateName),
  items: Type.Optional(
    Type.Array(Type.Object({ ticketTypeId: SerialId(), quantity: Quantity, rate: Type.Optional(RateName) }, closed), {
      minItems: 1,
      maxItems: ticketsPerReservationMax,
    }),
  ),
};
/** Exact places. */
const placeFields = {
  ticketIds: Type.Optional(Type.Array(Uuid(), { minItems: 1, maxItems: ticketsPerReservationMax, uniqueItems: true })),
  seatGuids: Type.Optional(
    Type.Array(OneLine(100), { minItems: 1, maxItems: ticketsPerReservationMax, uniqueItems: true }),
  ),
  rates: Type.Optional(
    Type.Array(RateName, {
      minItems: 1,
      maxItems: ticketsPerReservationMax,
      description: 'With ticketIds or seatGuids: the rate of each, in their order, instead of one rate for all.',
    }),
  ),
};
const termFields = {
  promoCode: Type.Optional(OneLine(100, 'Takes something off, or unlocks hidden ticket types.')),
  accessCode: Type.Optional(OneLine(100, 'Opens ticket types before their sale begins, or hidden ones.')),
  partial: Type.Optional(Type.Boolean({ description: 'Take what there is instead of all or nothing.' })),
};

export const BestSeatsBody = Type.Object({ ...quantityFields, ...termFields }, closed);
export const QuoteBody = Type.Object({ ...quantityFields, ...placeFields, ...termFields }, closed);
export const ReserveBody = Type.Object(
  {
    eventId: SerialId(),
    ...quantityFields,
    ...placeFields,
    ...termFields,
    notes: Type.Optional(
      Text(500, 'Kept with the reservation and the booking made of it; the organiser’s staff read it.'),
    ),
    ...customerFields,
    ...keyField,
  },
  closed,
);

export const PriceBreakdownSchema = Type.Object(
  {
    tickets: Type.Number({ description: 'The tickets at their prices.' }),
    discount: Type.Number({ description: 'What the promo code takes off.' }),
    serviceFee: Type.Number({ description: 'Part of the total only if the buyer pays it.' }),
    serviceFeePaidBy: OneOf(['buyer', 'organizer']),
    net: Type.Number({ description: 'total − tax' }),
    tax: Type.Number(),
    taxName: Nullable(Type.String()),
    taxPercent: Type.Number(),
    taxIncluded: Type.Boolean({ description: 'true: prices contain it; false: it was added to them.' }),
    total: Type.Number({ description: 'tickets − discount + serviceFee (if the buyer pays) + tax (if not included)' }),
    promoCode: Nullable(Type.String()),
  },
  { description: 'How the total came about.' },
);

export const HeldTicketSchema = Type.Object({
  ticketId: Type.String(),
  seat: Nullable(SeatSchema),
  ticketTypeId: Type.Integer(),
  ticketType: Type.String(),
  rate: Type.String(),
  price: Type.Number(),
});

export const ProposalSchema = Type.Object({
  eventId: Type.Integer(),
  version: Type.String({ description: 'Of the seat states that it was made from.' }),
  partial: Type.Boolean({ description: 'Fewer than were asked for.' }),
  together: Type.Boolean({ description: 'All are seats side by side in one row.' }),
  quantity: Type.Integer(),
  tickets: Type.Array(
    Type.Object({
      ...HeldTicketSchema.properties,
      totalPrice: Type.Number({ description: 'What the buyer pays for it: less discount, with fee and tax.' }),
    }),
  ),
  totalPrice: Type.Number(),
  priceBreakdown: PriceBreakdownSchema,
  currency: Type.String(),
});

export const ReservationSchema = Type.Object({
  success: Type.Boolean(),
  message: Type.String(),
  reservationId: Type.String(),
  eventId: Type.Integer(),
  status: Type.String({ description: 'active, or paying while a payment is under way.' }),
  partial: Type.Boolean(),
  quantity: Type.Integer({ description: 'How many tickets it holds.' }),
  reservedAt: Type.String(),
  ...customerAnswer,
  tickets: Type.Array(HeldTicketSchema),
  totalPrice: Type.Number(),
  priceBreakdown: PriceBreakdownSchema,
  currency: Type.String(),
  expiresAt: Type.String(),
  expiresInSeconds: Type.Integer({ description: 'Client clocks are wrong: count from this.' }),
  timeRemaining: Type.String({ description: 'hh:mm:ss' }),
  canRenew: Type.Boolean(),
  attemptsLeft: Type.Integer({ description: 'How many more payments may be tried: cards that may still be declined.' }),
  sessionToken: Type.Optional(
    Type.String({ description: 'Send it as X-Session-Token: the reservation belongs to it.' }),
  ),
});

export const CodeChangeBody = Type.Object(
  { promoCode: Nullable(OneLine(100, 'null: none, and the price is that without one.')) },
  closed,
);

export const ReleasedSchema = Type.Object({
  success: Type.Boolean(),
  message: Type.String(),
  reservationId: Type.String(),
});

/** When places may come back: the same moment twice, since clients' clocks are wrong. */
const nextExpiry = {
  nextExpiryAt: Nullable(
    Type.String({
      description:
        'When the next hold lapses, unless it is paid or renewed. null: none is held, but perhaps in payment.',
    }),
  ),
  nextExpiryInSeconds: Nullable(Type.Integer({ description: 'Client clocks are wrong: count from this.' })),
};

/** How many places of a ticket type are in which state. */
export const TypeNumbersSchema = Type.Object({
  ticketTypeId: Type.Integer(),
  capacity: Type.Integer(),
  available: Type.Integer(),
  held: Type.Integer(),
  reserved: Type.Integer(),
  sold: Type.Integer(),
});

export const AvailabilitySchema = Type.Object({
  eventId: Type.Integer(),
  availableCapacity: Type.Integer(),
  version: Type.String(),
  ...nextExpiry,
  ticketTypes: Type.Array(Type.Object({ ...TypeNumbersSchema.properties, ...nextExpiry })),
});

export const SeatStatesSchema = Type.Object({
  eventId: Type.Integer(),
  version: Type.String({ description: 'Opaque. Hand it back as ?since= to get only what changed.' }),
  geometry: Nullable(Type.String({ description: 'Where the seat map lies; it never changes.' })),
  states: Type.Optional(
    Type.String({
      description: 'One letter per place number: a available, h held, r reserved, s sold, b blocked, - no place.',
    }),
  ),
  // A tuple in words: OpenAPI 3.1 knows it as prefixItems, the serialiser as a list of items.
  changes: Type.Optional(
    Type.Array(Type.Array(Type.Union([Type.Integer(), Type.String()]), { minItems: 2, maxItems: 2 }), {
      description: 'Pairs of a place number and its letter now.',
    }),
  ),
});

export type ReserveRequest = Static<typeof ReserveBody>;
export type QuoteRequest = Static<typeof QuoteBody>;
export type ProposalAnswer = Static<typeof ProposalSchema>;
export type CustomerInput = Pick<
  ReserveRequest,
  'customer' | 'customerName' | 'customerEmail' | 'customerPhone' | 'companyName' | 'vatId'
>;
export type ReservationAnswer = Static<typeof ReservationSchema>;
export type PriceBreakdownAnswer = Static<typeof PriceBreakdownSchema>;
export type CustomerAnswer = Static<typeof CustomerAnswerSchema>;
export type TypeNumbers = Static<typeof TypeNumbersSchema>;
export type AvailabilityAnswer = Static<typeof AvailabilitySchema>;
export type SeatStatesAnswer = Static<typeof SeatStatesSchema>;

/** What an event says about hoarding. */
export const HoldLimits = Type.Object(
  {
    perCustomer: Type.Optional(
      Nullable(Type.Integer({ minimum: 1, maximum: 1_000, description: 'Of one mail address, account or session.' })),
    ),
    perNetwork: Type.Optional(
      Nullable(Type.Integer({ minimum: 1, maximum: 500_000, description: 'Of all guests of one network.' })),
    ),
  },
  {
    ...closed,
    description:
      'How many places may be held at once. Left out: 40 (or one order, if that may be more); of a network a quarter of the house, or 400 if that is more, at most half of it.',
  },
);
