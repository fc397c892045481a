import type { Instant } from '../../../kernel/instant.ts';
import type { FrozenHold, Hold } from '../../inventory/index.ts';
import type { BookedTicket } from '../domain/booking.ts';
import type { OpenBooking } from '../domain/open-payment.ts';
import type { PurchaseInput } from '../domain/purchase-request.ts';
import type { BookingContact, ReserveTickets } from '../store/booking-store.ts';

/** The first commit of a purchase: the booking of a frozen hold, as it is to be written. */
export function toReserve(
  input: PurchaseInput,
  { hold, fence }: FrozenHold,
  { bookingId, now }: { readonly bookingId: string; readonly now: Instant },
): ReserveTickets {
  const { context, key, provider, detail } = input;
  const tickets: BookedTicket[] = hold.places.map(
    ({ ticketId, placeNo, ticketTypeId, typeName, rate, priceMinor, seat }) => ({
      ticketId,
      placeNo,
      ticketTypeId,
      ticketType: typeName,
      rate,
      priceMinor,
      seat,
    }),
  );
  const { eventId, reservationId, totalMinor, price, codes, currency, edition, attempts: attempt } = hold;
  // The booking goes to the account, if there is one.
  const owner = hold.account ?? hold.customer;
  const language = input.language ?? hold.language;
  return {
    bookingId,
    organizerId: context.organizerId,
    eventId,
    reservationId,
    owner,
    attempt,
    totalMinor,
    currency,
    provider: provider.name,
    detail,
    key,
    contact: toContact(input, hold),
    codeIds: codes.map(({ codeId }) => codeId),
    // What each has cost the buyer, with its share of everything.
    tickets: price === null ? tickets : tickets.map((one, i) => ({ ...one, priceMinor: price.lines[i]!.totalMinor })),
    created: {
      type: 'BookingCreated',
      data: {
        bookingId,
        eventId,
        reservationId,
        sessionId: owner,
        attempt,
        tickets,
        totalMinor,
        ...(price !== null && { price }),
        ...(codes.length > 0 && { codes }),
        currency,
        provider: provider.name,
        ...(edition > 0 && { edition }),
        ...(language !== undefined && { language }),
        ...(input.consent !== undefined && { consent: input.consent }),
      },
    },
    metadata: { actor: context.actor, correlationId: context.correlationId, causationId: context.correlationId },
    at: now,
    fence,
  };
}

/** A purchase without customer fields, or without notes, takes those of the reservation. */
function toContact(input: PurchaseInput, hold: Hold): BookingContact | null {
  const contact = input.contact ?? hold.contact;
  const notes = input.notes ?? hold.contact?.notes ?? null;
  if (contact === null && notes === null) return null;
  return { ...(contact ?? { name: null, email: null, phone: null }), notes };
}

/** The booking that the first commit has made: its payment is to be made. */
export function toOpenBooking(command: ReserveTickets): OpenBooking {
  const { bookingId, eventId, organizerId, reservationId, attempt, totalMinor, currency } = command;
  const { tickets, price } = command.created.data;
  return {
    version: 1,
    bookingId,
    eventId,
    organizerId,
    reservationId,
    attempt,
    totalMinor,
    ...(price && { price }),
    currency,
    tickets,
    begun: null,
  };
}
