import type { Instant } from '../../../kernel/instant.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { type Booking, type BookingEvent, evolve, replay } from '../domain/booking.ts';
import { refundedMinor } from '../domain/booking-changes.ts';
import { readBookingEvents } from '../domain/stored-events.ts';
import type { StoredEvent } from './booking-store.ts';

/** What the row of a booking says beside its id and `payment_detail`: all of it follows from the booking's events. */
export interface DerivedRow {
  readonly organizer_id: number;
  readonly event_id: number;
  readonly reservation_id: string;
  readonly session_id: string | null;
  readonly status: string;
  readonly attempt: number;
  readonly ticket_ids: readonly string[];
  readonly total_minor: number;
  readonly currency: string;
  readonly payment_provider: string;
  readonly transaction_id: string | null;
  readonly failure_code: string | null;
  readonly version: number;
  readonly cancelled_ticket_ids: readonly string[];
  readonly refund_due_minor: number;
  readonly refunded_minor: number;
  readonly link_version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** The projection: a booking's row from the booking and when it began and last changed. */
export function toDerivedRow(
  booking: Booking,
  { organizerId, createdAt, updatedAt }: { organizerId: number; createdAt: Instant; updatedAt: Instant },
): DerivedRow {
  return {
    organizer_id: organizerId,
    event_id: booking.eventId,
    reservation_id: booking.reservationId,
    session_id: booking.owner,
    status: booking.status,
    attempt: booking.attempt,
    ticket_ids: booking.tickets.map(({ ticketId }) => ticketId),
    total_minor: booking.totalMinor,
    currency: booking.currency,
    payment_provider: booking.provider,
    transaction_id: booking.transactionId,
    failure_code: booking.failureCode,
    version: booking.version,
    cancelled_ticket_ids: booking.cancelledTicketIds,
    refund_due_minor: refundedMinor(booking, 'due', 'requested'),
    refunded_minor: refundedMinor(booking, 'refunded'),
    link_version: booking.linkVersion,
    created_at: new Date(createdAt),
    updated_at: new Date(updatedAt),
  };
}

const columnTypes: Readonly<Record<keyof DerivedRow, string>> = {
  organizer_id: 'int',
  event_id: 'int',
  reservation_id: 'text',
  session_id: 'text',
  status: 'text',
  attempt: 'int',
  ticket_ids: 'uuid[]',
  total_minor: 'bigint',
  currency: 'text',
  payment_provider: 'text',
  transaction_id: 'text',
  failure_code: 'text',
  version: 'int',
  cancelled_ticket_ids: 'uuid[]',
  refund_due_minor: 'bigint',
  refunded_minor: 'bigint',
  link_version: 'int',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
};
export const derivedColumns = Object.keys(columnTypes) as (keyof DerivedRow)[];

const writeRow = {
  name: 'booking-write-row',
  text: `INSERT INTO bookings (booking_id, ${derivedColumns.join(', ')})
    VALUES ($1, ${derivedColumns.map((column, i) => `$${i + 2}::${columnTypes[column]}`).join(', ')})
    ON CONFLICT (booking_id) DO UPDATE SET ${derivedColumns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
};

/** Makes the row say what the booking is. */
export async function writeBookingRow(tx: Queryable, bookingId: string, row: DerivedRow): Promise<void> {
  await tx.query(writeRow, [bookingId, ...derivedColumns.map((column) => row[column])]);
}

/** A booking under lock: nobody else changes it until the transaction ends. */
export interface LockedBooking {
  readonly booking: Booking;
  readonly organizerId: number;
  readonly createdAt: Instant;
  /** When its row last changed: a row's time never goes back, though whoever waited for the lock had looked at the clock before. */
  readonly updatedAt: Instant;
}

const lockRow = {
  name: 'booking-lock',
  text: `SELECT organizer_id AS "organizerId", (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt",
      (extract(epoch FROM updated_at) * 1000)::float8 AS "updatedAt"
    FROM bookings WHERE booking_id = $1 FOR UPDATE`,
};

const historyStatement = {
  name: 'booking-history',
  text: `SELECT version, type, data, metadata, (extract(epoch FROM occurred_at) * 1000)::float8 AS "occurredAt"
    FROM event_store WHERE stream = $1 ORDER BY version`,
};

/** What happened to a booking, as it is stored, in order. */
export function readHistory(source: Queryable, bookingId: string): Promise<StoredEvent[]> {
  return source.query<StoredEvent>(historyStatement, [`booking-${bookingId}`]);
}

/** The same to be replayed. */
export async function readEvents(source: Queryable, bookingId: string): Promise<BookingEvent[]> {
  return readBookingEvents(await readHistory(source, bookingId));
}

/** Locks a booking's row, then reads its events: what they say stays true until the transaction ends. Null: unknown. */
export async function lockBooking(tx: Queryable, bookingId: string): Promise<LockedBooking | null> {
  const [row] = await tx.query<Omit<LockedBooking, 'booking'>>(lockRow, [bookingId]);
  if (!row) return null;
  const booking = replay(await readEvents(tx, bookingId));
  return booking && { booking, ...row };
}

/**
 * Appends events to a locked booking, each with the version that it expects, and brings its row along; answers the
 * booking as it is then. Throws VersionConflict if somebody wrote without the lock.
 */
export async function appendToBooking(
  tx: Queryable,
  { booking: before, organizerId, createdAt, updatedAt }: LockedBooking,
  events: readonly BookingEvent[],
  by: { readonly actor: string; readonly correlationId: string; readonly causationId?: string; readonly now: Instant },
  reason?: string,
): Promise<Booking> {
  const stream = `booking-${before.bookingId}`;
  await appendEvents(
    tx,
    events.map(({ type, data }, i) => ({ stream, type, data, version: before.version + i + 1, reason })),
    { ...by, organizerId },
  );
  const after = events.reduce<Booking>(evolve, before);
  const times = { organizerId, createdAt, updatedAt: Math.max(updatedAt, by.now) };
  await writeBookingRow(tx, after.bookingId, toDerivedRow(after, times));
  return after;
}
