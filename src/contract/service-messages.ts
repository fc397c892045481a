import { type TSchema, Type } from 'typebox';
import { PurchaseBody } from './booking.ts';
import { closed, Nullable, type ValueOf } from './common.ts';
import { ReservationId, ReservationSchema, ReserveBody } from './inventory.ts';
import { topics } from './topics.ts';

// What other services and Onsale say to each other by RabbitMQ. As with `topics.ts`: a payload may get optional fields, any other change is
// a message of a new name. `/docs/async` is made of this.

/** A message to or from other services. */
export interface ServiceMessage {
  readonly version: number;
  /** One sentence for whoever sends or receives it. */
  readonly summary: string;
  readonly payload: TSchema;
}

/** A message that asks for something. */
interface Request extends ServiceMessage {
  /** Its API key needs one of these scopes; none: any key will do. */
  readonly scopes: readonly ('catalog' | 'tickets' | 'payments')[];
  /** What is answered, by name; empty: nothing, and what is refused becomes a dead letter. */
  readonly replies: readonly string[];
}

const { idempotencyKey: _ofHolds, ...holdFields } = ReserveBody.properties;
const { idempotencyKey: _ofSales, payment: _card, paymentDetails: _cardToo, ...saleFields } = PurchaseBody.properties;
const byReservation = Type.Object({ reservationId: ReservationId }, closed);

/** What other services may ask for. Each is the command of a route of the API, and does what that does. */
export const requests = {
  EventPublishedEvent: {
    version: 1,
    summary:
      'An event of the catalogue is to go on sale: its tickets are made. Once it is on sale the message does nothing.',
    payload: Type.Object({ eventId: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }, closed),
    scopes: ['catalog'],
    replies: [],
  },
  HoldTicketsRequest: {
    version: 1,
    summary: 'Tickets are to be held until a deadline: so many of a type, a basket, or exact ones.',
    payload: Type.Object(holdFields, closed),
    scopes: [],
    replies: ['TicketHeldEvent', 'TicketHoldFailedEvent'],
  },
  ReserveTicketsRequest: {
    version: 1,
    summary: 'What is held is to stay held for a payment: its time starts again, once.',
    payload: byReservation,
    scopes: ['tickets', 'payments'],
    replies: ['TicketReservedEvent', 'TicketReservationFailedEvent'],
  },
  SellTicketsRequest: {
    version: 1,
    summary: 'What is held was paid elsewhere, under this reference: the tickets are sold.',
    payload: Type.Object(
      { ...saleFields, paymentReference: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }) },
      closed,
    ),
    scopes: ['payments'],
    replies: ['TicketSoldEvent', 'TicketSaleFailedEvent'],
  },
  ReleaseTicketsRequest: {
    version: 1,
    summary: 'What is held is to be free again. Where nothing is held any more it does nothing.',
    payload: byReservation,
    scopes: ['tickets', 'payments'],
    replies: ['TicketReleasedEvent', 'TicketReleaseFailedEvent'],
  },
} as const satisfies Readonly<Record<string, Request>>;

const EventId = Type.Integer();
const TicketIds = Type.Array(Type.String());
const refused = {
  code: Type.String({ description: 'The code of the refusal, as the API has it (docs/problems.md).' }),
  detail: Type.String({ description: 'One sentence for people.' }),
};
const { reservationId, tickets, partial, quantity, totalPrice, currency, expiresAt } = ReservationSchema.properties;
const SoldTicket = Type.Object({ ticketId: Type.String(), ticketNumber: Nullable(Type.String()) });

/** What Onsale says to other services. Whoever reads it must take fields that it does not know. */
export const serviceEvents = {
  TicketHeldEvent: {
    version: 1,
    summary: 'Tickets are held until the deadline.',
    payload: Type.Object({
      eventId: EventId,
      reservationId,
      partial,
      quantity,
      tickets,
      totalPrice,
      currency,
      expiresAt,
    }),
  },
  TicketHoldFailedEvent: {
    version: 1,
    summary: 'Nothing is held.',
    payload: Type.Object({ eventId: EventId, ...refused }),
  },
  TicketReservedEvent: {
    version: 1,
    summary:
      'Tickets are kept for a payment: until the deadline, or, said of a booking, until its payment has an outcome.',
    payload: Type.Object({
      eventId: EventId,
      reservationId,
      ticketIds: TicketIds,
      bookingId: Nullable(Type.String()),
      expiresAt: Nullable(Type.String()),
    }),
  },
  TicketReservationFailedEvent: {
    version: 1,
    summary: 'The time of the hold did not start again.',
    payload: Type.Object({ reservationId, ...refused }),
  },
  TicketSoldEvent: {
    version: 1,
    summary: 'Tickets are sold, whoever asked for it.',
    payload: Type.Object({
      eventId: EventId,
      reservationId,
      bookingId: Type.String(),
      transactionId: Nullable(Type.String()),
      tickets: Type.Array(SoldTicket),
      totalPrice,
      currency,
    }),
  },
  TicketSaleFailedEvent: {
    version: 1,
    summary: 'Nothing was sold.',
    payload: Type.Object({ reservationId, ...refused }),
  },
  TicketReleasedEvent: {
    version: 1,
    summary: 'Tickets are free again: they were released, their payment failed, or they were given back.',
    payload: Type.Object({
      reservationId,
      eventId: Type.Optional(EventId),
      ticketIds: Type.Optional(TicketIds),
    }),
  },
  TicketReleaseFailedEvent: {
    version: 1,
    summary: 'The tickets are not free: a payment for them is under way, or they are sold.',
    payload: Type.Object({ reservationId, ...refused }),
  },
} as const satisfies Readonly<Record<string, ServiceMessage>>;

export type RequestName = keyof typeof requests;
export type ServiceEventName = keyof typeof serviceEvents;
/** What a message to other services carries. */
export type ServicePayload<Name extends ServiceEventName> = ValueOf<(typeof serviceEvents)[Name]['payload']>;

/** The version of a message that is read and sent. */
export function versionOf(name: string): number {
  return contractOf(name)?.version ?? 1;
}

/** What a message says that goes by this name; undefined: nobody here knows it. */
export function contractOf(name: string): ServiceMessage | undefined {
  for (const known of [topics, requests, serviceEvents] as Readonly<Record<string, ServiceMessage>>[])
    if (Object.hasOwn(known, name)) return known[name];
  return undefined;
}
