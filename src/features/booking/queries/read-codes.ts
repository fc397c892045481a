import type { TicketCodes } from '../../ticket-codes/index.ts';
import { replay } from '../domain/booking.ts';
import type { BookingReads } from '../store/booking-store.ts';
import { codedTickets } from './booking-answer.ts';

/** The codes of those tickets of a booking that are sold, by ticket: for whoever the booking itself is sent to. */
export async function readCodes(
  reads: Pick<BookingReads, 'find' | 'events'>,
  ticketCodes: TicketCodes,
  bookingId: string,
): Promise<ReadonlyMap<string, string>> {
  const row = await reads.find(bookingId);
  const booking = row && replay(await reads.events(bookingId));
  return row && booking ? ticketCodes.codesOf(codedTickets(booking, row)) : new Map();
}
