import { type Static, Type } from 'typebox';
import { Event } from './catalog.ts';
import { closed, InstantText, Nullable, OneLine, OneOf, Page, PageQuery, SerialId, Text, Uuid } from './common.ts';
import { customerAnswer, SeatSchema } from './inventory.ts';

/** How many places one request may add. */
export const ticketsAddedMax = 100_000;
/** How many tickets one request may name: make and answer, block, unblock or release. */
export const ticketsMovedMax = 1_000;
/** How many tickets the short event page shows. */
export const ticketsOnEventPage = 50;

export const TicketStatusText = OneOf(['Available', 'Held', 'Reserved', 'Sold', 'Cancelled']);

/** One ticket. What concerns its buyer is null for everybody but the buyer (by guest session or account) and staff. */
export const TicketSchema = Type.Object({
  id: Type.String({ description: 'The same as ticketId.' }),
  ticketId: Type.String(),
  eventId: Type.Integer(),
  ticketTypeId: Type.Integer(),
  ticketType: Type.String(),
  seat: Nullable(SeatSchema),
  status: TicketStatusText,
  rate: Type.String({ description: 'As bought, for the buyer and staff; for others the ticket type’s first.' }),
  price: Type.Number({ description: 'Of that rate.' }),
  currency: Type.String(),
  ticketNumber: Nullable(Type.String({ description: 'Only for its buyer and staff.' })),
  bookingId: Nullable(Type.String({ description: 'Only for its buyer and staff.' })),
  reason: Nullable(Type.String({ description: 'Why staff blocked, gave away or cancelled it. Only for staff.' })),
  ...customerAnswer,
  version: Type.Integer(),
  createdAt: Type.String(),
  reservedAt: Nullable(Type.String({ description: 'When it was held or kept back. Only for its buyer and staff.' })),
  purchasedAt: Nullable(Type.String({ description: 'Only for its buyer and staff.' })),
  cancelledAt: Nullable(Type.String()),
  updatedAt: Type.String(),
});
export const TicketPage = Page(TicketSchema);

export const EventTicketsQuery = Type.Object({ ...PageQuery, status: Type.Optional(TicketStatusText) }, closed);
export const TicketsQuery = Type.Object(
  { ...PageQuery, eventId: Type.Optional(SerialId()), status: Type.Optional(TicketStatusText) },
  closed,
);

/** The short event page of other designs: everything in one answer. */
export const EventWithTickets = Type.Object({
  ...Event.properties,
  performers: Type.Array(
    Type.Object({ ...Event.properties.performers.items.properties, description: Nullable(Type.String()) }),
  ),
  seatMap: Nullable(
    Type.String({ description: 'The address of the seat map; it never changes. null: general admission.' }),
  ),
  tickets: Type.Array(TicketSchema),
  nextCursor: Nullable(Type.String({ description: 'For GET /api/tickets/event/{eventId}.' })),
});

const whereAdded = {
  eventId: SerialId(),
  ticketTypeId: Type.Optional(SerialId('The event’s only type if left out.')),
};
export const NewTicketBody = Type.Object(
  {
    ...whereAdded,
    quantity: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: ticketsMovedMax,
        description: '1 (or left out) answers the ticket, more a list of them. More at once: POST /api/tickets/bulk.',
      }),
    ),
  },
  closed,
);
export const NewTicketsBody = Type.Object(
  { ...whereAdded, quantity: Type.Integer({ minimum: 1, maximum: ticketsAddedMax }) },
  closed,
);
export const AddedTickets = Type.Union([TicketSchema, Type.Array(TicketSchema)]);
export const TicketsAdded = Type.Object({
  eventId: Type.Integer(),
  ticketTypeId: Type.Integer(),
  ticketsCreated: Type.Integer(),
  message: Type.String(),
});

const Reason = Text(500, 'Kept with the change, for whoever asks later.');
const TicketIds = Type.Array(Uuid(), { minItems: 1, maxItems: ticketsMovedMax, uniqueItems: true });

export const MoveBody = Type.Object({ status: TicketStatusText, reason: Type.Optional(Reason) }, closed);
export const RemoveQuery = Type.Object({ reason: Type.Optional(Reason) }, closed);
export const IfMatchHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({ maxLength: 200, description: 'The version you saw: 412 if it has changed since.' }),
  ),
});
export const MovedTicket = Type.Object({
  ticketId: Type.String(),
  status: TicketStatusText,
  previousStatus: TicketStatusText,
  updatedAt: Type.String(),
  version: Type.Integer(),
});
/** What one move answers. */
export const MovedOne = Type.Object({
  ...MovedTicket.properties,
  tickets: Type.Optional(
    Type.Array(MovedTicket, { description: 'Held to Available: all tickets of the hold, which ended as a whole.' }),
  ),
});

const placesOfEvent = {
  eventId: SerialId(),
  ticketIds: Type.Optional(TicketIds),
  seatGuids: Type.Optional(Type.Array(OneLine(100), { minItems: 1, maxItems: ticketsMovedMax, uniqueItems: true })),
};
export const BlockBody = Type.Object({ ...placesOfEvent, reason: Reason }, closed);
export const UnblockBody = Type.Object({ ...placesOfEvent, reason: Type.Optional(Reason) }, closed);
export const ReleaseBody = Type.Object(
  { eventId: SerialId(), ticketIds: TicketIds, reason: Type.Optional(Reason) },
  closed,
);
export const MovedTickets = Type.Object({
  eventId: Type.Integer(),
  count: Type.Integer(),
  message: Type.String(),
  tickets: Type.Array(MovedTicket),
});

const allocationFields = {
  name: OneLine(200, 'For whom, e.g. sponsors, press, the artist.'),
  note: Type.Optional(Nullable(Type.String({ maxLength: 500, format: 'clean-text' }))),
  releaseAt: Type.Optional(Nullable(InstantText('When what is left goes on sale by itself; null: by hand only.'))),
};
export const NewAllocation = Type.Object(
  {
    ...allocationFields,
    ticketIds: Type.Optional(TicketIds),
    seatGuids: placesOfEvent.seatGuids,
    ticketTypeId: Type.Optional(SerialId('With quantity: the first free places of this type.')),
    quantity: Type.Optional(Type.Integer({ minimum: 1, maximum: ticketsMovedMax })),
  },
  closed,
);
export const AllocationChange = Type.Object(
  { ...allocationFields, name: Type.Optional(allocationFields.name) },
  closed,
);
export const Allocation = Type.Object({
  allocationId: SerialId(),
  eventId: SerialId(),
  name: Type.String(),
  note: Nullable(Type.String()),
  ticketIds: Type.Array(Type.String()),
  kept: Type.Integer({ description: 'How many of them are still kept back.' }),
  releaseAt: Nullable(Type.String()),
  releasedAt: Nullable(Type.String()),
  version: Type.Integer(),
  createdAt: Type.String(),
});
export const AllocationPage = Page(Allocation);
export const AllocationsQuery = Type.Object({ ...PageQuery }, closed);

export type NewAllocationBody = Static<typeof NewAllocation>;
export type TicketAnswer = Static<typeof TicketSchema>;
export type MovedTicketAnswer = Static<typeof MovedTicket>;
export type MovedOneAnswer = Static<typeof MovedOne>;
export type PlacesOfEvent = Pick<Static<typeof UnblockBody>, 'eventId' | 'ticketIds' | 'seatGuids'>;
