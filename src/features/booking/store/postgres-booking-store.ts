import { uuidv7 } from '../../../kernel/ids.ts';
import { textRef } from '../../../kernel/reason.ts';
import { keepText, resolveTexts } from '../../../platform/event-store/kept-texts.ts';
import { bigintArray, instantArray, intArray, textArray, uuidArray } from '../../../platform/postgres/binary-arrays.ts';
import {
  type Queryable,
  type Statement,
  sqlState,
  type TenantDatabase,
  type Transacting,
} from '../../../platform/postgres/database.ts';
import { readBookedShow } from './booked-show.ts';
import { readEvents, readHistory } from './booking-rows.ts';
import type {
  BookingContact,
  BookingReads,
  BookingRow,
  BookingStore,
  RecordedPayment,
  RecordPaid,
  RecordResult,
  RecordUnpaid,
} from './booking-store.ts';
import { createKeys } from './idempotency-keys.ts';
import { listBookings } from './list-bookings.ts';
import { requestReview } from './request-review.ts';
import { fencedStatements, soleStatements } from './reserve-sql.ts';
import { reserveTickets } from './reserve-tickets.ts';
import * as sql from './sql.ts';

export interface BookingStoreOptions {
  /** Whether a purchase is begun only under the fence of its event: several processes may write. */
  readonly isFenced: boolean;
}

/**
 * Bookings as PostgreSQL keeps them. A batch of commands is written in the scope of its organisers; what is looked up
 * to settle a payment is asked as Onsale itself, what is shown to somebody as that viewer.
 */
export function createPostgresBookingStore(
  database: TenantDatabase,
  { isFenced }: BookingStoreOptions = { isFenced: false },
): BookingStore {
  const { bypassingRls } = database;
  const reserveStatements = isFenced ? fencedStatements : soleStatements;
  const ofAll = (commands: readonly { readonly organizerId: number }[]) =>
    database.as({ sellers: [...new Set(commands.map(({ organizerId }) => organizerId))] });
  return {
    ...createReads(bypassingRls, bypassingRls),
    seenBy: (scope) => createReads(database.as(scope), bypassingRls),
    list: (filter) => listBookings(database, filter),
    reserve: (commands) => reserveTickets(ofAll(commands), reserveStatements, commands),
    recordPaid: (commands) => recordPaid(ofAll(commands), commands),
    recordUnpaid: (commands) =>
      record(ofAll(commands), sql.unpaidStatement, unpaidValues(commands), commands, 'failed'),
    recordAuthorized: (commands) => recordAuthorized(ofAll(commands), commands),
    requestReview: (review) => bypassingRls.transaction((tx) => requestReview(tx, review)),
    ...createKeys(bypassingRls),
    async keepText(text, subject, now) {
      const ref = textRef(uuidv7(now));
      await keepText(database.as(subject), ref, text, subject, now);
      return ref;
    },
    async findByReservation(reservationId) {
      const [row] = await bypassingRls.query<BookingRow>(sql.findByReservation, [reservationId]);
      return row ?? null;
    },
    findStuck: (before) => bypassingRls.query<BookingRow>(sql.findStuck, [new Date(before)]),
  };
}

function createReads(connection: Queryable, bypassingRls: Queryable): BookingReads {
  return {
    async find(bookingId) {
      const [row] = await connection.query<BookingRow>(sql.findBooking, [[bookingId]]);
      return row ?? null;
    },
    events: (bookingId) => readEvents(connection, bookingId),
    history: (bookingId) => readHistory(connection, bookingId),
    async contact(bookingId) {
      const statement = `SELECT name, email, phone, notes, company_name AS "companyName", vat_id AS "vatId"
        FROM booking_contacts WHERE booking_id = $1`;
      const [row] = await connection.query<ContactRow>(statement, [bookingId]);
      if (!row) return null;
      const { companyName, vatId, ...contact } = row;
      return { ...contact, ...(companyName !== null && { companyName }), ...(vatId !== null && { vatId }) };
    },
    show: (eventId, now) => readBookedShow(bypassingRls, eventId, now),
    withTexts: (answer) => resolveTexts(connection, answer),
    async findTicket(ticketId) {
      const [row] = await connection.query<{ bookingId: string | null; organizerId: number }>(
        'SELECT booking_id AS "bookingId", organizer_id AS "organizerId" FROM tickets WHERE ticket_id = $1',
        [ticketId],
      );
      return row ?? null;
    },
    async attendees(bookingId) {
      const statement = `SELECT a.ticket_id AS "ticketId", a.name FROM ticket_attendees a JOIN bookings b USING (reservation_id)
        WHERE b.booking_id = $1 AND a.ticket_id = ANY(b.ticket_ids)`;
      const rows = await connection.query<{ ticketId: string; name: string }>(statement, [bookingId]);
      return new Map(rows.map(({ ticketId, name }) => [ticketId, name]));
    },
  };
}

interface ContactRow extends Omit<BookingContact, 'companyName' | 'vatId'> {
  readonly companyName: string | null;
  readonly vatId: string | null;
}

/** As if all were in order, which they nearly always are; if not, nothing was written, and they are sorted out. */
async function recordPaid(database: Transacting, commands: readonly RecordPaid[]): Promise<RecordResult[]> {
  try {
    await database.query(sql.paidStatement, paidValues(commands));
    return commands.map(() => 'done');
  } catch (error) {
    if (!sqlState(error)?.startsWith('23')) throw error;
    return recordPaidCarefully(database, commands);
  }
}

/** If an external reference is used a second time (unique index) nothing was written: then each is written alone. */
async function recordPaidCarefully(database: Transacting, commands: readonly RecordPaid[]): Promise<RecordResult[]> {
  try {
    return await record(database, sql.paidCarefully, paidValues(commands), commands, 'completed');
  } catch (error) {
    if (sqlState(error) !== '23505') throw error;
    if (commands.length === 1) return ['reference_used'];
    const outcomes: RecordResult[] = [];
    for (const command of commands) outcomes.push(...(await recordPaidCarefully(database, [command])));
    return outcomes;
  }
}

/** As {@link recordPaid}, for money that is only set aside. */
async function recordAuthorized(database: Transacting, commands: readonly RecordPaid[]): Promise<RecordResult[]> {
  try {
    await database.query(sql.authorizedStatement, paidValues(commands));
    return commands.map(() => 'done');
  } catch (error) {
    if (!sqlState(error)?.startsWith('23')) throw error;
    return record(database, sql.authorizedCarefully, paidValues(commands), commands, 'completed');
  }
}

async function record(
  database: Transacting,
  statement: Statement,
  values: readonly unknown[],
  commands: readonly (RecordPaid | RecordUnpaid)[],
  goal: 'completed' | 'failed',
): Promise<RecordResult[]> {
  const rows = await database.query<{ bookingId: string; done: boolean }>(statement, values);
  const done = new Set(rows.filter((row) => row.done).map((row) => row.bookingId));
  const others = commands.filter(({ bookingId }) => !done.has(bookingId)).map(({ bookingId }) => bookingId);
  if (others.length === 0) return commands.map(() => 'done');
  const found = await database.query<BookingRow>(sql.findBooking, [others]);
  const byId = new Map(found.map((row) => [row.bookingId, row]));
  return commands.map((command) => {
    if (done.has(command.bookingId)) return 'done';
    const row = byId.get(command.bookingId);
    if (!row) throw new Error(`Booking ${command.bookingId} does not exist`);
    const ours = 'transactionId' in command ? row.transactionId === command.transactionId : true;
    return row.status === goal && ours ? 'done' : row.status;
  });
}

function paidValues(commands: readonly RecordPaid[]): unknown[] {
  const tickets = commands.flatMap((command) => command.tickets.map((ticket) => ({ ...ticket, command })));
  return [
    uuidArray(commands.map((c) => c.bookingId)),
    textArray(commands.map((c) => c.transactionId)),
    uuidArray(commands.map((c) => c.paymentId)),
    textArray(commands.map((c) => c.providerReference)),
    intArray(commands.map((c) => c.tickets.length)),
    textArray(commands.map((c) => JSON.stringify(c.completed.data))),
    textArray(commands.map((c) => JSON.stringify(c.metadata))),
    instantArray(commands.map((c) => c.at)),
    uuidArray(tickets.map((t) => t.command.bookingId)),
    intArray(tickets.map((t) => t.command.eventId)),
    uuidArray(tickets.map((t) => t.ticketId)),
    textArray(tickets.map((t) => t.ticketNumber)),
    ...paymentColumns(commands),
    intArray(tickets.map((t) => t.command.organizerId)),
  ];
}

function unpaidValues(commands: readonly RecordUnpaid[]): unknown[] {
  const tickets = commands.flatMap((command) => command.ticketIds.map((ticketId) => ({ ticketId, command })));
  return [
    uuidArray(commands.map((c) => c.bookingId)),
    textArray(commands.map((c) => c.failureCode)),
    uuidArray(commands.map((c) => c.paymentId)),
    intArray(commands.map((c) => c.ticketIds.length)),
    textArray(commands.map((c) => JSON.stringify(c.failed.data))),
    textArray(commands.map((c) => JSON.stringify(c.metadata))),
    instantArray(commands.map((c) => c.at)),
    textArray(commands.map((c) => c.key?.scope ?? null)),
    textArray(commands.map((c) => c.key?.key ?? null)),
    textArray(commands.map((c) => (c.key === null ? null : JSON.stringify(c.declined)))),
    uuidArray(tickets.map((t) => t.command.bookingId)),
    intArray(tickets.map((t) => t.command.eventId)),
    uuidArray(tickets.map((t) => t.ticketId)),
    ...paymentColumns(commands),
    intArray(tickets.map((t) => t.command.organizerId)),
  ];
}

/** What both ends of a payment say of it: the last columns of both statements. */
function paymentColumns(commands: readonly RecordedPayment[]) {
  return [
    intArray(commands.map((c) => c.organizerId)),
    textArray(commands.map((c) => c.provider)),
    bigintArray(commands.map((c) => c.amountMinor)),
    textArray(commands.map((c) => c.currency)),
    intArray(commands.map((c) => c.version)),
  ];
}
