import type { FastifyRequest } from 'fastify';
import type { Right } from '../../../contract/rights.ts';
import { customerOf } from '../../../platform/http/customer.ts';
import { Refused } from '../../../platform/http/refused.ts';
import { staffOf } from '../../../platform/http/request.ts';
import type { BookingReads, BookingRow, BookingStore } from '../store/booking-store.ts';

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
  /** May come in with its tickets, or lets people in: reports alone open no door. */
  readonly seesCodes: boolean;
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
  const isOwner = row?.owner != null && owners.includes(row.owner);
  if (!row || !(isStaff || isOwner)) throw new Refused({ code: 'BOOKING_UNKNOWN' });
  const seesCodes = isOwner || staffOf(request.caller, 'tickets') === row.organizerId;
  return { row, seen, isStaff, isOwner, seesCodes };
}
