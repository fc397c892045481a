import type { CancellationPreview } from '../../../contract/cancellation.ts';
import { accept, type Decision } from '../../../kernel/decision.ts';
import { type Instant, toIso } from '../../../kernel/instant.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { payStepOf } from '../../payments/index.ts';
import { replay } from '../domain/booking.ts';
import { type Cancelling, cancellingOf, type GiveBackWish, giveBackOf } from '../domain/cancelling.ts';
import type { BookingRefusal } from '../domain/decide.ts';
import type { BookingReads, BookingRow } from '../store/booking-store.ts';
import { findCaptured } from '../store/known-payments.ts';

/** What a buyer gets who gives everything of a booking back now; null where that is not to be had, or the booking is gone. */
export async function readGiveBack(
  reads: Pick<BookingReads, 'events' | 'show'>,
  bookingId: string,
  now: Instant,
): Promise<Cancelling | null> {
  const booking = replay(await reads.events(bookingId));
  if (!booking) return null;
  return cancellingOf(booking, await reads.show(booking.eventId, now), now, payStepOf(booking));
}

/** What a cancellation would do now, or the refusal that it would have. */
export async function previewCancellation(
  { database, store }: { readonly database: TenantDatabase; readonly store: Pick<BookingReads, 'events' | 'show'> },
  row: BookingRow,
  wish: Pick<GiveBackWish, 'ticketIds' | 'by' | 'refund'>,
  now: Instant,
): Promise<Decision<CancellationPreview, BookingRefusal>> {
  const { bookingId, eventId, currency } = row;
  const [events, show] = await Promise.all([store.events(bookingId), store.show(eventId, now)]);
  const booking = replay(events)!;
  const captured = booking.status === 'needs_review' ? await findCaptured(database.as(row), bookingId) : null;
  const decided = giveBackOf(booking, show, now, { ...wish, captured, payStep: payStepOf(booking) });
  if (!decided.accepted) return decided;
  const { tickets, isWhole, refundMinor, keptMinor, until } = decided.value;
  return accept({
    bookingId,
    tickets: tickets.map(({ ticketId, paidMinor }) => {
      const i = booking.tickets.findIndex((ticket) => ticket.ticketId === ticketId);
      const { seat, ticketType, rate } = booking.tickets[i]!;
      const ticketNumber = booking.ticketNumbers[i] ?? null;
      return { ticketId, ticketNumber, seat, ticketType, rate, paid: toDecimal(paidMinor, currency) };
    }),
    isWhole,
    amount: toDecimal(refundMinor, currency),
    kept: toDecimal(keptMinor, currency),
    currency,
    until: until === null ? null : toIso(until),
  });
}
