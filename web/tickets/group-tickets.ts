import type { MyTicketAnswer } from '../../src/contract/booking.ts';

/** An order in the list of one's shows. */
export interface Night {
  readonly bookingId: string;
  readonly title: string;
  readonly type: string;
  readonly startsAt: string;
  readonly timeZone: string;
  readonly imageUrl: string | null;
  readonly status: string;
  readonly count: number;
}

/** Tickets by their orders, in the order in which the first of each stands. */
export function groupTickets(tickets: readonly MyTicketAnswer[]): Night[] {
  const nights = new Map<string, Night>();
  for (const { bookingId, event } of tickets) {
    const { title, type, startsAt, timeZone, imageUrl, status } = event;
    const count = (nights.get(bookingId)?.count ?? 0) + 1;
    nights.set(bookingId, { bookingId, title, type, startsAt, timeZone, imageUrl, status, count });
  }
  return [...nights.values()];
}
