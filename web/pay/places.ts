import type { EventBody } from '../../src/contract/catalog.ts';
import type { ReservationAnswer } from '../../src/contract/inventory.ts';
import { date, list } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';

export type HeldTicket = Pick<ReservationAnswer['tickets'][number], 'seat' | 'ticketType' | 'rate'>;

/** Where a ticket is: `Row J, seat 13`, or that it is any place. */
export function placeOf({ seat }: Pick<HeldTicket, 'seat'>): string {
  const { order } = textsOf('pay');
  if (!seat) return order.place;
  return seat.row === '' ? seat.number : order.seat(seat.row, seat.number);
}

/** What kind it is: `Stalls · Adult`. */
export function kindOf({ seat, ticketType, rate }: HeldTicket): string {
  const zone = seat && seat.zone !== ticketType ? seat.zone : '';
  return [ticketType, zone, rate].filter(Boolean).join(' · ');
}

/** Several places in short: `J 13, 14 and 15`; places without a seat by their number. */
export function shortPlaces(tickets: readonly HeldTicket[]): string {
  const { order } = textsOf('pay');
  const rows = new Map<string, string[]>();
  for (const { seat } of tickets) if (seat) rows.set(seat.row, [...(rows.get(seat.row) ?? []), seat.number]);
  const seats = [...rows].map(([row, numbers]) => [row, list(numbers)].filter(Boolean).join(' '));
  const free = tickets.filter(({ seat }) => !seat).length;
  return list(free > 0 ? [...seats, order.short(free)] : seats);
}

/** `Sat 16 Jan 2027, 20:30`, at the venue. */
export function whenOf({ startsAt, timeZone }: EventBody): string {
  return `${date(startsAt, timeZone, 'medium')}, ${date(startsAt, timeZone, 'time')}`;
}

/** `Lighthouse Hall, Porto` */
export function whereOf({ venue, venueDetails }: EventBody): string {
  return [venue, venueDetails.city].filter(Boolean).join(', ');
}
