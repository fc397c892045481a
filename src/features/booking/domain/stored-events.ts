import { instantMax } from '../../../kernel/instant.ts';
import type { BookingCreated, BookingEvent } from './booking.ts';

/** An event of a booking as it lies in the event store: written by this version or by any before it. */
export interface StoredBookingEvent {
  readonly type: string;
  readonly data: object;
}

/**
 * How the first event of a booking is written. The store calls its owner `sessionId`, as the first version did, whose only
 * buyers were guests.
 */
export interface StoredBookingCreated extends StoredBookingEvent {
  readonly type: 'BookingCreated';
  readonly data: Omit<BookingCreated, 'owner'> & { readonly sessionId: string | null };
}

type DataOf<Type extends BookingEvent['type']> = Extract<BookingEvent, { type: Type }>['data'];

/** How the data of an event is read: as it is, or turned from the shape that an earlier version wrote into that of today. */
type Upcasts = { readonly [Type in BookingEvent['type']]: 'as it is' | ((stored: never) => DataOf<Type>) };

/** Earlier versions knew one kind of move only, and wrote the year 2200 where nobody knew the date. */
type ShowMovedOfBefore = Omit<DataOf<'ShowMoved'>, 'kind'> & Partial<Pick<DataOf<'ShowMoved'>, 'kind'>>;

/**
 * Every type of event that may lie in a booking's stream. The store is never rewritten: whoever changes what an event says
 * puts here how the older ones are read. A new type does not compile until it stands here.
 */
const upcasts: Upcasts = {
  BookingCreated: ({ sessionId, ...data }: StoredBookingCreated['data']) => ({ ...data, owner: sessionId }),
  PaymentRequested: 'as it is',
  PaymentAuthorized: 'as it is',
  PaymentCompleted: 'as it is',
  PaymentFailed: 'as it is',
  PaymentDisputed: 'as it is',
  ReviewRequested: 'as it is',
  TicketsCancelled: 'as it is',
  BookingCancelled: 'as it is',
  RefundDue: 'as it is',
  RefundFound: 'as it is',
  RefundRequested: 'as it is',
  RefundCompleted: 'as it is',
  RefundFailed: 'as it is',
  BookingClaimed: 'as it is',
  ShowMoved: ({ kind = 'moved', refundableUntil, ...notice }: ShowMovedOfBefore) => ({
    ...notice,
    kind,
    refundableUntil: refundableUntil !== null && refundableUntil >= instantMax ? null : refundableUntil,
  }),
  ShowUpdated: 'as it is',
  AttendeesNamed: 'as it is',
  ContactCorrected: 'as it is',
};

/**
 * The events of a booking from its rows, in the order of their versions: the one way from what is stored to what is replayed.
 * Throws for a type that this version does not know: a booking is not decided by half of its history.
 */
export function readBookingEvents(stored: readonly StoredBookingEvent[]): BookingEvent[] {
  return stored.map(readBookingEvent);
}

/** One of {@link readBookingEvents}. */
export function readBookingEvent({ type, data }: StoredBookingEvent): BookingEvent {
  if (!Object.hasOwn(upcasts, type)) throw new Error(`No version up to this one has written ${type} of a booking`);
  const upcast = upcasts[type as BookingEvent['type']] as 'as it is' | ((data: object) => object);
  return { type, data: upcast === 'as it is' ? data : upcast(data) } as BookingEvent;
}
