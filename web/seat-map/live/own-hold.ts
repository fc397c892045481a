import type { ProposalAnswer, ReservationAnswer } from '../../../src/contract/inventory.ts';
import { askApi } from '../../api/client.ts';
import { codesFor } from '../../api/kept-code.ts';
import { ApiProblem, NoAnswer } from '../../api/problem.ts';

/** What is asked to be held. */
export interface HoldWish {
  readonly eventId: number;
  readonly seats: readonly { readonly guid: string; readonly rate: string; readonly ticketTypeId: number }[];
  readonly general: readonly { readonly ticketTypeId: number; readonly rate: string; readonly quantity: number }[];
}

const holdKey = (eventId: number) => `onsale.hold.${eventId}`;
const attemptKey = (eventId: number) => `onsale.hold-attempt.${eventId}`;

/** The hold of this tab on an event, if it still stands. */
export async function readOwnHold(eventId: number): Promise<ReservationAnswer | null> {
  const id = sessionStorage.getItem(holdKey(eventId));
  if (id === null) return null;
  try {
    const hold = await askApi<ReservationAnswer>(`/api/tickets/reservation/${id}`);
    if (hold.eventId === eventId) return hold;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
  }
  sessionStorage.removeItem(holdKey(eventId));
  return null;
}

/**
 * Holds what is wished for and gives up the earlier hold. Where both have seats in common the earlier one has to go first: what
 * is new is looked at before that, and what was held is held again should the new hold be refused.
 */
export async function holdInstead(wish: HoldWish, earlier: ReservationAnswer | null): Promise<ReservationAnswer> {
  if (earlier === null) return keep(await reserve(wish));
  if (isSame(wish, earlier) && hasCodes(wish, earlier)) return earlier;
  const had = new Set(earlier.tickets.flatMap(({ seat }) => (seat ? [seat.guid] : [])));
  const isApart = wish.general.length === 0 && !wish.seats.some(({ guid }) => had.has(guid));
  if (isApart) {
    const hold = await reserve(wish);
    await release(earlier.reservationId);
    return keep(hold);
  }
  const fresh = wish.seats.filter(({ guid }) => !had.has(guid));
  if (fresh.length > 0) await quote(wish.eventId, fresh);
  await release(earlier.reservationId);
  try {
    return keep(await reserve(wish));
  } catch (error) {
    if (error instanceof ApiProblem) await reserve(wishOf(earlier)).then(keep, () => forget(wish.eventId));
    throw error;
  }
}

/** Asks for a hold under a key that is kept until an answer came: the same wish sent again cannot hold twice. */
async function reserve(wish: HoldWish): Promise<ReservationAnswer> {
  for (let attempt = 1; ; attempt++) {
    const body = JSON.stringify(await toBody(wish));
    const key = keyOf(wish.eventId, body);
    try {
      const hold = await askApi<ReservationAnswer>('/api/tickets/reserve', {
        method: 'POST',
        headers: { 'idempotency-key': key },
        body: JSON.parse(body) as unknown,
      });
      sessionStorage.removeItem(attemptKey(wish.eventId));
      return hold;
    } catch (error) {
      if (error instanceof NoAnswer && attempt < 3) continue;
      if (error instanceof ApiProblem) {
        sessionStorage.removeItem(attemptKey(wish.eventId));
        // Places of general admission were only looked up: others of the same kind will do.
        const isLookedUp = wish.general.length > 0 && wish.seats.length > 0;
        if (error.code === 'SEATS_TAKEN' && isLookedUp && attempt < 3) continue;
      }
      throw error;
    }
  }
}

/** Seats and places of general admission together can be named only by the ids of their tickets. */
async function toBody({ eventId, seats, general }: HoldWish): Promise<object> {
  const codes = codesFor(eventId, typesOf([...seats, ...general]));
  if (general.length === 0)
    return { eventId, seatGuids: seats.map(({ guid }) => guid), rates: seats.map(({ rate }) => rate), ...codes };
  if (seats.length === 0) return { eventId, items: general, ...codes };
  const body = { items: general, ...codesFor(eventId, typesOf(general)) };
  const [seated, standing] = await Promise.all([
    quote(eventId, seats),
    askApi<ProposalAnswer>(`/api/events/${eventId}/best-seats`, { method: 'POST', body }),
  ]);
  const tickets = [...seated.tickets, ...standing.tickets];
  const rates = tickets.map(({ rate }) => rate);
  return { eventId, ticketIds: tickets.map(({ ticketId }) => ticketId), rates, ...codes };
}

const typesOf = (wished: readonly { readonly ticketTypeId: number }[]) =>
  wished.map(({ ticketTypeId }) => ticketTypeId);

function quote(eventId: number, seats: HoldWish['seats']): Promise<ProposalAnswer> {
  const codes = codesFor(eventId, typesOf(seats));
  const body = { seatGuids: seats.map(({ guid }) => guid), rates: seats.map(({ rate }) => rate), ...codes };
  return askApi<ProposalAnswer>(`/api/events/${eventId}/quote`, { method: 'POST', body });
}

async function release(reservationId: string): Promise<void> {
  try {
    await askApi(`/api/tickets/reservation/${reservationId}`, { method: 'DELETE' });
  } catch (error) {
    // What is gone already need not be given up.
    const isGone = error instanceof ApiProblem && ['RESERVATION_EXPIRED', 'RESERVATION_UNKNOWN'].includes(error.code);
    if (!isGone) throw error;
  }
}

function keep(hold: ReservationAnswer): ReservationAnswer {
  sessionStorage.setItem(holdKey(hold.eventId), hold.reservationId);
  return hold;
}

function forget(eventId: number): void {
  sessionStorage.removeItem(holdKey(eventId));
}

function keyOf(eventId: number, body: string): string {
  const kept = sessionStorage.getItem(attemptKey(eventId));
  if (kept !== null) {
    const attempt = JSON.parse(kept) as { key: string; body: string };
    if (attempt.body === body) return attempt.key;
  }
  const key = randomKey();
  sessionStorage.setItem(attemptKey(eventId), JSON.stringify({ key, body }));
  return key;
}

/** 128 random bits; `crypto.randomUUID` is only where the page came by https. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function wishOf({ eventId, tickets }: ReservationAnswer): HoldWish {
  const general = new Map<string, { ticketTypeId: number; rate: string; quantity: number }>();
  for (const { seat, ticketTypeId, rate } of tickets) {
    if (seat) continue;
    const key = `${ticketTypeId} ${rate}`;
    general.set(key, { ticketTypeId, rate, quantity: (general.get(key)?.quantity ?? 0) + 1 });
  }
  const seats = tickets.flatMap(({ seat, rate, ticketTypeId }) =>
    seat ? [{ guid: seat.guid, rate, ticketTypeId }] : [],
  );
  return { eventId, seats, general: [...general.values()] };
}

/** Whether a hold has the promo code that its tickets would be asked for with now. */
function hasCodes({ eventId, seats, general }: HoldWish, { priceBreakdown }: ReservationAnswer): boolean {
  const { promoCode = null } = codesFor(eventId, typesOf([...seats, ...general]));
  return promoCode?.toUpperCase() === priceBreakdown.promoCode?.toUpperCase();
}

function isSame(wish: HoldWish, hold: ReservationAnswer): boolean {
  const words = ({ seats, general }: HoldWish) =>
    [
      ...seats.map(({ guid, rate }) => `${guid} ${rate}`),
      ...general.map(({ ticketTypeId, rate, quantity }) => `${ticketTypeId} ${rate} ${quantity}`),
    ]
      .sort()
      .join('\n');
  return words(wish) === words(wishOf(hold));
}
