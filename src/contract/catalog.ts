import { type Static, Type } from 'typebox';
import {
  Currency,
  closed,
  FreeText,
  guestsWords,
  ignored,
  Nullable,
  NullText,
  OneLine,
  OneOf,
  Page,
  PageQuery,
  SerialId,
  TimeZone,
  Uri,
} from './common.ts';
import { HoldLimits, ticketsPerReservationMax } from './inventory.ts';
import { wordFields } from './search.ts';
import { Venue } from './show-parts.ts';

/** Wire schemas of the catalogue: events and ticket types. */
export const capacityMax = 500_000;
export const ticketTypesMax = 100;

const Price = () => Type.Number({ minimum: 0, description: 'Decimal, with at most the decimals of the currency.' });
/** A time of a show; without zone it is the wall clock of the show's own (format `event-time`). */
const EventTime = (description = '') =>
  Type.String({
    format: 'event-time',
    maxLength: 40,
    description: `${description} ISO 8601; without a zone it is the wall clock at the venue.`.trimStart(),
  });

// Ticket types

const RateInput = Type.Object(
  {
    name: OneLine(100),
    price: Price(),
    limitPerReservation: Type.Optional(
      Nullable(
        Type.Integer({
          minimum: 1,
          maximum: ticketsPerReservationMax,
          description: 'At most so many in one reservation.',
        }),
      ),
    ),
    onlyWith: Type.Optional(
      Nullable(OneLine(100, 'Only together with a ticket of this rate, of whatever type: a child with an adult.')),
    ),
    ...ignored('totalPrice', 'serviceFee', 'tax'),
  },
  closed,
);
const Percent = (minimum = 0) => Type.Number({ minimum, maximum: 100, description: 'At most four decimals.' });
const ticketTypeFields = {
  description: Type.Optional(Nullable(FreeText(1000))),
  price: Type.Optional(Price()),
  rates: Type.Optional(
    Type.Array(RateInput, { minItems: 1, maxItems: 20, description: 'Adult, child, …; the first is the default.' }),
  ),
  capacity: Type.Optional(
    Type.Integer({ minimum: 0, maximum: capacityMax, description: 'Places of general admission.' }),
  ),
  categories: Type.Optional(
    Nullable(
      Type.Array(OneLine(200), {
        minItems: 1,
        maxItems: 200,
        uniqueItems: true,
        description: "Seated: the plan's categories that this type sells.",
      }),
    ),
  ),
  salesFrom: Type.Optional(Nullable(EventTime())),
  salesUntil: Type.Optional(Nullable(EventTime())),
  isActive: Type.Optional(Type.Boolean()),
  isHidden: Type.Optional(Type.Boolean({ description: 'Only who names a code that unlocks it knows of it.' })),
};
export const NewTicketType = Type.Object({ name: OneLine(100), ...ticketTypeFields }, closed);
export const TicketTypeChange = Type.Object(
  {
    name: Type.Optional(OneLine(100)),
    ...ticketTypeFields,
    ...ignored('id', 'ticketTypeId', 'eventId', 'currency', 'availableCount', 'version', 'createdAt', 'updatedAt'),
  },
  closed,
);
export const TicketType = Type.Object({
  id: SerialId('The same as ticketTypeId.'),
  ticketTypeId: SerialId(),
  eventId: SerialId(),
  name: Type.String(),
  description: NullText(),
  price: Type.Number({ description: 'Of the first rate.' }),
  rates: Type.Array(
    Type.Object({
      name: Type.String(),
      price: Type.Number(),
      totalPrice: Type.Number({
        description:
          'What a buyer pays for one such ticket: price, fee and tax. Of several the cents may be rounded otherwise: /quote says them.',
      }),
      serviceFee: Type.Number({ description: 'What of it is fee.' }),
      tax: Type.Number({ description: 'What of it is tax.' }),
      limitPerReservation: Type.Optional(Type.Integer()),
      onlyWith: Type.Optional(Type.String()),
    }),
  ),
  currency: Type.String(),
  capacity: Type.Integer(),
  availableCount: Type.Integer({ description: 'May lag by a second or two; /availability is live.' }),
  categories: Nullable(Type.Array(Type.String())),
  salesFrom: NullText(),
  salesUntil: NullText(),
  isActive: Type.Boolean(),
  isHidden: Type.Boolean(),
  version: Type.Integer(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
});

// Events

const PerformerChoice = Type.Union(
  [
    OneLine(200, 'The name: found, or made.'),
    Type.Object(
      { performerId: Type.Optional(SerialId()), name: Type.Optional(OneLine(200)), ...ignored('imageUrl') },
      closed,
    ),
  ],
  { description: 'A performer by name or by id.' },
);
const PaidBy = OneOf(['buyer', 'organizer']);
const Cancellation = Type.Object(
  {
    allowed: Type.Boolean({ description: 'false: buyers never get their money back by themselves.' }),
    hoursBefore: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 8784, default: 0, description: 'Until so long before the start.' }),
    ),
    feePercent: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, default: 0 })),
    feePerTicket: Type.Optional(Type.Number({ minimum: 0, default: 0, description: 'On top of the percentage.' })),
  },
  { ...closed, description: 'How buyers may give tickets back; null: free of charge until the start.' },
);
const eventFields = {
  description: Type.Optional(Nullable(FreeText(5000))),
  type: Type.Optional(OneLine(100, 'What kind of show, e.g. MusicEvent.')),
  startsAt: Type.Optional(EventTime('When it starts.')),
  eventDate: Type.Optional(EventTime('The same as startsAt, for the simple form.')),
  doorsAt: Type.Optional(Nullable(EventTime())),
  endsAt: Type.Optional(Nullable(EventTime())),
  timeZone: Type.Optional(
    TimeZone(
      "Or an offset: +02:00. Left out: the venue's; else the organiser's if the offset that the start is written with fits " +
        'it; else that offset.',
    ),
  ),
  venueId: Type.Optional(SerialId('A venue that exists; it decides when venue is sent too.')),
  venue: Type.Optional(OneLine(200, 'The name of a venue: found, or made.')),
  venueAddress: Type.Optional(Nullable(FreeText(500))),
  performerIds: Type.Optional(Type.Array(SerialId(), { maxItems: 100, uniqueItems: true })),
  performers: Type.Optional(
    Type.Array(PerformerChoice, { maxItems: 100, description: 'By name or id; performerIds decides when sent too.' }),
  ),
  seatingPlanId: Type.Optional(Nullable(SerialId())),
  seriesId: Type.Optional(Nullable(SerialId('Dates of one show share a series.'))),
  imageUrl: Type.Optional(Nullable(Uri())),
  currency: Type.Optional(Currency()),
  onSaleFrom: Type.Optional(Nullable(EventTime())),
  onSaleUntil: Type.Optional(Nullable(EventTime())),
  holdMinutes: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 60,
      description: 'The organiser’s (15, unless it says otherwise) if left out.',
    }),
  ),
  limitPerReservation: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: ticketsPerReservationMax,
      description: 'Tickets of one order; 10 if left out.',
    }),
  ),
  guests: Type.Optional(
    Nullable(
      OneOf(
        guestsWords,
        'refused: who reserves or buys must be logged in; staff and keys need not. null: as the organiser says.',
      ),
    ),
  ),
  limitPerCustomer: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 }))),
  holdLimits: Type.Optional(Nullable(HoldLimits)),
  serviceFee: Type.Optional(
    Nullable(
      Type.Object(
        {
          perTicket: Type.Optional(Nullable(Price())),
          percent: Type.Optional(Nullable(Percent())),
          paidBy: Type.Optional(PaidBy),
        },
        { ...closed, description: 'Either perTicket (for tickets that cost something) or percent. The buyer pays it.' },
      ),
    ),
  ),
  tax: Type.Optional(
    Nullable(
      Type.Object(
        { name: Type.Optional(Nullable(OneLine(50))), percent: Percent(), included: Type.Optional(Type.Boolean()) },
        { ...closed, description: 'On tickets and fee. included (the default): prices contain it; else it is added.' },
      ),
    ),
  ),
  cancellation: Type.Optional(Nullable(Cancellation)),
  asksAttendeeNames: Type.Optional(Type.Boolean({ description: 'A purchase must name the visitor of each ticket.' })),
};
const EventStatusText = OneOf(['draft', 'published', 'postponed', 'cancelled']);

export const NewEvent = Type.Object(
  {
    title: OneLine(200),
    ...eventFields,
    ticketTypes: Type.Optional(Type.Array(NewTicketType, { maxItems: ticketTypesMax })),
    status: Type.Optional(
      OneOf(
        ['draft', 'published'],
        'published: on sale at once (needs ticketTypes). The simple form (eventDate, or the venue as text) with ' +
          'ticketTypes is published unless this says draft; otherwise an event starts as a draft.',
      ),
    ),
    ...ignored('totalCapacity', 'availableCapacity'),
  },
  closed,
);
export const EventChange = Type.Object(
  {
    title: Type.Optional(OneLine(200)),
    ...eventFields,
    status: Type.Optional(EventStatusText),
    isActive: Type.Optional(Type.Boolean({ description: 'false hides it from the public, like a delete.' })),
    ...ignored(
      'id',
      'eventId',
      'duration',
      'guestsAllowed',
      'organizer',
      'localStart',
      'previousStartsAt',
      'venueDetails',
      'totalCapacity',
      'availableCapacity',
      'lowestPrice',
      'lowestTotalPrice',
      'ticketTypes',
      'publishedAt',
      'version',
      'createdAt',
      'updatedAt',
    ),
  },
  closed,
);
export const Event = Type.Object({
  id: SerialId('The same as eventId.'),
  eventId: SerialId(),
  organizer: Type.Object({ slug: Type.String(), name: Type.String() }),
  title: Type.String(),
  description: NullText(),
  type: Type.String(),
  status: EventStatusText,
  isActive: Type.Boolean(),
  eventDate: Type.String({ description: 'The same as startsAt.' }),
  startsAt: Type.String({ description: 'UTC.' }),
  localStart: Type.String({ description: "The wall clock in the event's time zone." }),
  previousStartsAt: Nullable(
    Type.String({
      description: 'When it was to start before it was last moved or postponed; null: as it was announced.',
    }),
  ),
  doorsAt: NullText(),
  endsAt: NullText(),
  duration: Nullable(Type.String({ description: 'From start to end: PT2H30M. null: the end is not known.' })),
  timeZone: Type.String({ description: 'IANA, or an offset (+02:00) where no place is known.' }),
  venue: Type.String(),
  venueAddress: NullText(),
  venueId: SerialId(),
  venueDetails: Venue,
  performers: Type.Array(Type.Object({ performerId: SerialId(), name: Type.String(), imageUrl: NullText() })),
  seatingPlanId: Nullable(SerialId()),
  seriesId: Nullable(SerialId()),
  imageUrl: NullText(),
  currency: Type.String(),
  onSaleFrom: NullText(),
  onSaleUntil: NullText(),
  holdMinutes: Type.Integer(),
  limitPerReservation: Type.Integer(),
  limitPerCustomer: Nullable(Type.Integer()),
  holdLimits: Nullable(HoldLimits),
  guests: Nullable(OneOf(guestsWords, 'null: as the organiser says.')),
  guestsAllowed: Type.Boolean({ description: 'Whether one may buy without an account, by whoever says so.' }),
  serviceFee: Nullable(
    Type.Object({ perTicket: Nullable(Type.Number()), percent: Nullable(Type.Number()), paidBy: PaidBy }),
  ),
  tax: Nullable(Type.Object({ name: NullText(), percent: Type.Number(), included: Type.Boolean() })),
  cancellation: Nullable(
    Type.Object({
      allowed: Type.Boolean(),
      hoursBefore: Type.Integer(),
      feePercent: Type.Integer(),
      feePerTicket: Type.Number(),
    }),
  ),
  asksAttendeeNames: Type.Boolean(),
  totalCapacity: Type.Integer(),
  availableCapacity: Type.Integer({ description: 'May lag by a second or two; /availability is live.' }),
  lowestPrice: Nullable(Type.Number({ description: 'Before fee and tax that are added.' })),
  lowestTotalPrice: Nullable(Type.Number({ description: 'What a buyer pays at least: with fee and tax.' })),
  ticketTypes: Type.Array(TicketType),
  publishedAt: NullText(),
  version: Type.Integer(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
});

export const EventPage = Page(Event);
export const TicketTypeList = Type.Object({ items: Type.Array(TicketType), nextCursor: Type.Null() });

export const UnlockedTypes = Type.Object({
  kind: OneOf(
    ['promo', 'access'],
    'Reserve with it as promoCode or as accessCode. Only an access code opens types before their sale begins.',
  ),
  ...TicketTypeList.properties,
});

export const EventListQuery = Type.Object(
  {
    ...PageQuery,
    upcoming: Type.Optional(Type.Boolean({ description: 'Only events that have not started.' })),
    venueId: Type.Optional(SerialId()),
    performerId: Type.Optional(SerialId()),
    seriesId: Type.Optional(SerialId()),
    status: Type.Optional(EventStatusText),
    ...wordFields,
    includeInactive: Type.Optional(Type.Boolean({ description: 'Deleted and hidden ones too; staff only.' })),
  },
  closed,
);
export const EventQuery = Type.Object(
  { includeInactive: Type.Optional(Type.Boolean({ description: 'Also if deleted or hidden; staff only.' })) },
  closed,
);
export const ListQuery = Type.Object({ ...PageQuery }, closed);

/** What became of a deleted resource: gone, or (an event or ticket type with bookings) inactive and hidden. */
export const Deleted = Type.Object({
  success: Type.Literal(true),
  deleted: Type.Boolean({ description: 'true: removed for good. false: made inactive.' }),
  message: Type.String(),
});

export const Published = Type.Object({
  eventId: SerialId(),
  status: EventStatusText,
  ticketsCreated: Type.Integer(),
  message: Type.String(),
  totalCapacity: Type.Integer(),
  availableCapacity: Type.Integer(),
});

export type TicketTypeBody = Static<typeof TicketType>;
export type UnlockedTypesAnswer = Static<typeof UnlockedTypes>;
export type TicketTypeListAnswer = Static<typeof TicketTypeList>;
export type EventBody = Static<typeof Event>;
export type NewEventBody = Static<typeof NewEvent>;
export type EventChangeBody = Static<typeof EventChange>;
export type NewTicketTypeBody = Static<typeof NewTicketType>;
export type TicketTypeChangeBody = Static<typeof TicketTypeChange>;
