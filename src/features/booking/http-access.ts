import type { FastifyRequest } from 'fastify';
import { customerOf } from '../../contract/customer.ts';
import { Refused } from '../../contract/problem.ts';
import { type Right, staffOf } from '../../contract/request.ts';
import type { BookingReads, BookingRow, BookingStore } from './store/booking-store.ts';

/** Who asks about bookings: buyers for their own, staff for their organiser's. */
export interface BookingViewer {
  /** What a booking's owner may be for it to be the caller's own: the guest session, the account. */
  readonly owners: readonly string[];
  /** The organiser whose bookings all are open to the caller; null for buyers. */
  readonly organizerId: number | null;
}

/** The caller as a viewer; `rights`: any of these opens the organiser's bookings. */
export function viewerOf({ caller, sessionId }: FastifyRequest, rights: readonly Right[]): BookingViewer {
  const owners = [customerOf({ caller, sessionId }).owner].flat();
  const right = rights.find((each) => staffOf(caller, each) !== null);
  return { owners, organizerId: right === undefined ? null : staffOf(caller, right) };
}

export const readers: readonly Right[] = ['reports', 'tickets'];

export interface FoundBooking {
  readonly row: BookingRow;
  /** What belongs to it, read as the caller. */
  readonly seen: BookingReads;
  readonly isStaff: boolean;
  readonly isOwner: boolean;
}

/** A booking that the caller may see (or, with other rights, change). Refuses `BOOKING_UNKNOWN` alike for foreign ones and none. */
export async function findFor(
  store: BookingStore,
  request: FastifyRequest,
  bookingId: string,
  rights: readonly Right[] = readers,
): Promise<FoundBooking> {
  const { organizerId, owners } = viewerOf(request, rights);
  const seen = store.seenBy({ organizers: organizerId === null ? [] : [organizerId], customers: owners });
  const row = await seen.find(bookingId);
  const isStaff = row !== null && organizerId === row.organizerId;
  const isOwner = row?.sessionId != null && owners.includes(row.sessionId);
  if (!row || !(isStaff || isOwner)) throw new Refused({ code: 'BOOKING_UNKNOWN' });
  return { row, seen, isStaff, isOwner };
}
