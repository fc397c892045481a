import { randomUUID } from 'node:crypto';
import type {
  BookingContact,
  ClaimedKey,
  RecordPaid,
  RecordUnpaid,
  ReserveTickets,
} from '../../src/features/booking/store/booking-store.ts';
import type { Fence } from '../../src/platform/ownership/ownership.ts';
import { soleFence } from '../../src/platform/ownership/sole-ownership.ts';
import type { Queryable } from '../../src/platform/postgres/database.ts';
import { testStart } from './app.ts';

/** An event with tickets and nothing else, written straight into the database: no ledger knows of it. */
export interface BareShow {
  readonly eventId: number;
  readonly ticketTypeId: number;
  /** By place number, in rising order. */
  readonly ticketIds: readonly string[];
}

export async function insertShow(database: Queryable, places: number): Promise<BareShow> {
  const [row] = await database.query<{ eventId: number; ticketTypeId: number }>(`
    WITH venue AS (INSERT INTO venues (name) VALUES ('Hall') RETURNING venue_id),
    event AS (
      INSERT INTO events (venue_id, title, status, starts_at, time_zone, currency, published_at)
      SELECT venue_id, 'Bare show', 'published', '2027-03-01T20:00:00Z', 'UTC', 'EUR', now() FROM venue RETURNING event_id)
    INSERT INTO ticket_types (event_id, name, rates, capacity)
    SELECT event_id, 'Entry', '[{"name": "standard", "priceMinor": 2500}]', 1 FROM event
    RETURNING event_id AS "eventId", ticket_type_id AS "ticketTypeId"`);
  const { eventId, ticketTypeId } = row!;
  const ticketIds = Array.from({ length: places }, () => randomUUID()).sort();
  await database.query(
    `INSERT INTO tickets (event_id, ticket_id, ticket_type_id, place_no)
     SELECT $1, id, $2, n - 1 FROM unnest($3::uuid[]) WITH ORDINALITY AS t(id, n)`,
    [eventId, ticketTypeId, ticketIds],
  );
  return { eventId, ticketTypeId, ticketIds };
}

/** So many events on sale with one ticket each, in one statement; their ids. */
export async function insertShows(database: Queryable, count: number): Promise<number[]> {
  const rows = await database.query<{ eventId: number }>(
    `WITH venue AS (INSERT INTO venues (name) VALUES ('Hall') RETURNING venue_id),
     made AS (
       INSERT INTO events (venue_id, title, status, starts_at, time_zone, currency, published_at)
       SELECT venue_id, 'Bare show ' || n, 'published', '2027-03-01T20:00:00Z', 'UTC', 'EUR', now()
       FROM venue, generate_series(1, $1::int) AS n RETURNING event_id),
     type AS (
       INSERT INTO ticket_types (event_id, name, rates, capacity)
       SELECT event_id, 'Entry', '[{"name": "standard", "priceMinor": 2500}]', 1 FROM made
       RETURNING event_id, ticket_type_id)
     INSERT INTO tickets (event_id, ticket_id, ticket_type_id, place_no)
     SELECT event_id, gen_random_uuid(), ticket_type_id, 0 FROM type RETURNING event_id AS "eventId"`,
    [count],
  );
  return rows.map(({ eventId }) => eventId);
}

export interface StoredTicket {
  readonly ticketId: string;
  readonly status: string;
  readonly bookingId: string | null;
  readonly ticketNumber: string | null;
  readonly priceMinor: number | null;
  readonly version: number;
}

/** The show's tickets as they are in the database, by place number. */
export function ticketsOf(database: Queryable, { eventId }: BareShow): Promise<StoredTicket[]> {
  return database.query<StoredTicket>(
    `SELECT ticket_id AS "ticketId", status, booking_id AS "bookingId", ticket_number AS "ticketNumber",
       price_minor AS "priceMinor", version FROM tickets WHERE event_id = $1 ORDER BY place_no`,
    [eventId],
  );
}

let reservations = 0;

interface ReserveParts {
  readonly key?: ClaimedKey | null;
  readonly reservationId?: string;
  readonly contact?: BookingContact | null;
  readonly provider?: string;
  readonly fence?: Fence;
}

/** The first commit of a purchase of these tickets. */
export function reserveCommand(show: BareShow, ticketIds: readonly string[], parts: ReserveParts = {}): ReserveTickets {
  const { key = null, contact = null, provider = 'sandbox', fence = soleFence } = parts;
  const { reservationId = `RES_20270115120000_${String(++reservations).padStart(8, '0')}` } = parts;
  const bookingId = randomUUID();
  const totalMinor = 2_500 * ticketIds.length;
  const sessionId = 'guest';
  const booked = {
    bookingId,
    eventId: show.eventId,
    reservationId,
    sessionId,
    attempt: 1,
    totalMinor,
    currency: 'EUR',
  };
  const tickets = ticketIds.map((ticketId) => ({ ticketId, rate: 'standard', priceMinor: 2_500 }));
  const bookedTickets = ticketIds.map((ticketId) => ({
    ticketId,
    placeNo: show.ticketIds.indexOf(ticketId),
    ticketTypeId: show.ticketTypeId,
    ticketType: 'Entry',
    rate: 'standard',
    priceMinor: 2_500,
    seat: null,
  }));
  return {
    ...booked,
    owner: sessionId,
    organizerId: 1,
    provider,
    detail: 'tok_ok',
    codeIds: [],
    key,
    contact,
    tickets,
    created: { type: 'BookingCreated', data: { ...booked, tickets: bookedTickets, provider } },
    metadata: { actor: 'guest:guest', correlationId: 'test' },
    at: testStart,
    fence,
  };
}

function settlement({ bookingId, organizerId, provider, totalMinor: amountMinor, currency, eventId }: ReserveTickets) {
  const metadata = { actor: 'guest:guest', correlationId: 'test' };
  return { bookingId, organizerId, eventId, provider, amountMinor, currency, version: 2, metadata, at: testStart + 1 };
}

/** The second commit of a purchase, paid. */
export function completeCommand(reserved: ReserveTickets, reference: string | null = null): RecordPaid {
  const paymentId = randomUUID();
  const transactionId = `transaction-${paymentId}`;
  const tickets = reserved.tickets.map(({ ticketId }) => ({ ticketId, ticketNumber: `N-${ticketId}` }));
  const ticketNumbers = tickets.map(({ ticketNumber }) => ticketNumber);
  const paid = { paymentId, providerReference: reference, amountMinor: reserved.totalMinor, transactionId };
  return {
    ...settlement(reserved),
    paymentId,
    providerReference: reference,
    transactionId,
    tickets,
    completed: { type: 'PaymentCompleted', data: { ...paid, paidAt: testStart + 1, ticketNumbers } },
  };
}

/** The second commit of a purchase, declined. */
export function failCommand(reserved: ReserveTickets, key: RecordUnpaid['key'] = null): RecordUnpaid {
  const paymentId = randomUUID();
  const failureCode = 'CARD_DECLINED';
  return {
    ...settlement(reserved),
    paymentId,
    failureCode,
    ticketIds: reserved.tickets.map(({ ticketId }) => ticketId),
    failed: { type: 'PaymentFailed', data: { paymentId, failureCode } },
    key,
    declined: { bookingId: reserved.bookingId, failureCode, expiresAt: testStart + 2, traceId: 'test "first"' },
  };
}
