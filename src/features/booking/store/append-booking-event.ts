import type { Queryable } from '../../../platform/postgres/database.ts';
import { readBookingEvent } from '../domain/stored-events.ts';
import { appendToBooking, lockBooking } from './booking-rows.ts';

/**
 * Appends an event to a booking in the caller's transaction and brings its row along; the row stays locked until that ends.
 * Answers the new version; undefined if there is no such booking. The way in for slices that only know that bookings exist.
 */
export async function appendBookingEvent(
  tx: Queryable,
  bookingId: string,
  event: { readonly type: string; readonly data: object; readonly reason?: string | undefined },
  by: { readonly actor: string; readonly correlationId: string; readonly now: number },
): Promise<number | undefined> {
  const locked = await lockBooking(tx, bookingId);
  if (!locked) return undefined;
  return (await appendToBooking(tx, locked, [readBookingEvent(event)], by, event.reason)).version;
}
