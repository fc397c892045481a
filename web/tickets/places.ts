import type { BookingAnswer } from '../../src/contract/booking.ts';
import { textsOf } from '../texts/texts.ts';

/** Where a ticket is and what kind it is, in a line: `Stalls, row J, seat 13, Adult`. */
export function placeOf({
  seat,
  ticketType,
  rate,
}: Pick<BookingAnswer['tickets'][number], 'seat' | 'ticketType' | 'rate'>): string {
  const texts = textsOf('tickets').pass;
  return [seat?.zone || ticketType, seat?.row && texts.inRow(seat.row), seat && texts.onSeat(seat.number), rate]
    .filter(Boolean)
    .join(', ');
}
