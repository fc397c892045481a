import type { CustomerAnswer, ReservationAnswer } from '../../../contract/inventory.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { toDecimal } from '../../../kernel/money.ts';
import { toPriceAnswer } from '../../pricing/index.ts';
import { attemptsLeft } from '../domain/payment-attempts.ts';
import { reservedAt } from '../domain/reservation-id.ts';
import type { HeldPlace, Hold, HoldContact } from '../domain/types.ts';

/** Who buys, as the buyer and staff see it. */
export function toCustomerAnswer(
  contact: (Omit<HoldContact, 'notes'> & { readonly notes?: string | null }) | null,
): CustomerAnswer {
  return {
    customerName: contact?.name ?? null,
    customerEmail: contact?.email ?? null,
    customerPhone: contact?.phone ?? null,
    notes: contact?.notes ?? null,
  };
}

/** A hold as the API shows it at `now`. */
export function toReservationAnswer(
  hold: Hold,
  options: {
    readonly now: Instant;
    readonly message: string;
    readonly partial?: boolean;
    readonly sessionToken?: string;
  },
): ReservationAnswer {
  const { contact } = hold;
  const remainingMs = Math.max(0, hold.expiresAt - options.now);
  const expiresInSeconds = Math.floor(remainingMs / 1000);
  return {
    success: true,
    message: options.message,
    reservationId: hold.reservationId,
    eventId: hold.eventId,
    status: hold.status,
    partial: options.partial ?? false,
    quantity: hold.places.length,
    reservedAt: reservedAt(hold.reservationId),
    // Spelled out: this is on the way of every hold, and a spread costs as much as all the rest.
    customerName: contact?.name ?? null,
    customerEmail: contact?.email ?? null,
    customerPhone: contact?.phone ?? null,
    notes: contact?.notes ?? null,
    tickets: hold.places.map((place) => toTicketAnswer(place, hold.currency)),
    totalPrice: toDecimal(hold.totalMinor, hold.currency),
    priceBreakdown: toPriceAnswer(hold.price, hold.totalMinor, hold.currency),
    currency: hold.currency,
    expiresAt: new Date(hold.expiresAt).toISOString(),
    expiresInSeconds,
    timeRemaining: toClockText(expiresInSeconds),
    canRenew: hold.renewals === 0 && hold.status === 'active',
    attemptsLeft: attemptsLeft(hold),
    ...(options.sessionToken !== undefined && { sessionToken: options.sessionToken }),
  };
}

/** One place of a hold or a proposal. */
export function toTicketAnswer(place: HeldPlace, currency: string): ReservationAnswer['tickets'][number] {
  return {
    ticketId: place.ticketId,
    seat: place.seat,
    ticketTypeId: place.ticketTypeId,
    ticketType: place.typeName,
    rate: place.rate,
    price: toDecimal(place.priceMinor, currency),
  };
}

/** Seconds as `hh:mm:ss`. */
function toClockText(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
