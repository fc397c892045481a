import { uuidv7 } from '../../../kernel/ids.ts';
import { mailSpelling } from '../../../kernel/mail-spelling.ts';
import { textRef } from '../../../kernel/reason.ts';
import { keepText, tellTexts } from '../../../platform/event-store/kept-texts.ts';
import { bigintArray, instantArray, intArray, textArray, uuidArray } from '../../../platform/postgres/binary-arrays.ts';
import {
  type Queryable,
  type Statement,
  sqlState,
  type Transacting,
  type WalledDatabase,
} from '../../../platform/postgres/database.ts';
import { readBookedShow } from './booked-show.ts';
import type {
  BookingContact,
  BookingReads,
  BookingRow,
  BookingStore,
  CompleteBooking,
  FailBooking,
  KeptKey,
  ReserveOutcome,
  ReserveTickets,
  Settlement,
  SettleOutcome,
  StoredEvent,
} from './booking-store.ts';
import { listBookings } from './list-bookings.ts';
import { requestReview } from './request-review.ts';
import * as sql from './sql.ts';
import { codeValues, isCodeRefusal, useCodes } from './use-codes.ts';

/**
 * The records of bookings in PostgreSQL. A batch of commands is written in the scope of its organisers; what is looked up
 * to settle a payment is asked as Onsale itself, what is shown to somebody as that viewer.
 */
export function createPostgresBookingStore(walled: WalledDatabase): BookingStore {
  const database = walled.system;
  const ofAll = (commands: readonly { readonly organizerId: number }[]) =>
    walled.as({ sellers: [...new Set(commands.map(({ organizerId }) => organizerId))] });
  return {
    ...createReads(database, database),
    seenBy: (scope) => createReads(walled.as(scope), database),
    list: (filter) => listBookings(walled, filter),
    reserve: (commands) => reserve(ofAll(commands), commands),
    complete: (commands) => complete(ofAll(commands), commands),
    fail: (commands) => settle(ofAll(commands), sql.failStatement, failValues(commands), commands, 'failed'),
    authorize: (commands) => authorize(ofAll(commands), commands),
    requestReview: (review) => database.transaction((tx) => requestReview(tx, review)),
    async keepText(text, subject, now) {
      const ref = textRef(uuidv7(now));
      await keepText(walled.as(subject), ref, text, subject, now);
      return ref;
    },
    async findKey(scope, key) {
      const statement = {
        name: 'booking-key',
        text: `SELECT request_hash AS "requestHash", booking_id AS "bookingId", status, body FROM idempotency_keys WHERE scope = $1 AND key = $2`,
      };
      const [row] = await database.query<KeptKey & { bookingId: string }>(statement, [scope, key]);
      return row ?? null;
    },
    async repointKey(scope, key, bookingId) {
      await database.query('UPDATE idempotency_keys SET booking_id = $3 WHERE scope = $1 AND key = $2', [
        scope,
        key,
        bookingId,
      ]);
    },
    async releaseKey(scope, key, bookingId) {
      await database.query(
        'DELETE FROM idempotency_keys WHERE scope = $1 AND key = $2 AND booking_id = $3 AND status IS NULL',
        [scope, key, bookingId],
      );
    },
    async keepAnswer({ scope, key, status, body }) {
      await database.query(
        'UPDATE idempotency_keys SET status = $3, body = $4 WHERE scope = $1 AND key = $2 AND status IS NULL',
        [scope, key, status, body],
      );
    },
    async findByReservation(reservationId) {
      const [row] = await database.query<BookingRow>(sql.findByReservation, [reservationId]);
      return row ?? null;
    },
    findStuck: (before) => database.query<BookingRow>(sql.findStuck, [new Date(before)]),
    async forgetKeys(before) {
      const rows = await database.query<{ count: number }>(
        `WITH gone AS (DELETE FROM idempotency_keys WHERE created_at < $1 RETURNING 1) SELECT count(*) AS count FROM gone`,
        [new Date(before)],
      );
      return rows[0]!.count;
    },
  };
}

function createReads(database: Queryable, system: Queryable): BookingReads {
  return {
    async find(bookingId) {
      const [row] = await database.query<BookingRow>(sql.findBooking, [[bookingId]]);
      return row ?? null;
    },
    history: (bookingId) =>
      database.query<StoredEvent>(
        `SELECT version, type, data, metadata, (extract(epoch FROM occurred_at) * 1000)::float8 AS "occurredAt"
         FROM event_store WHERE stream = $1 ORDER BY version`,
        [`booking-${bookingId}`],
      ),
    async contact(bookingId) {
      const statement = 'SELECT name, email, phone, notes FROM booking_contacts WHERE booking_id = $1';
      const [row] = await database.query<BookingContact>(statement, [bookingId]);
      return row ?? null;
    },
    show: (eventId, now) => readBookedShow(system, eventId, now),
    tell: (answer) => tellTexts(database, answer),
    async findTicket(ticketId) {
      const [row] = await database.query<{ bookingId: string | null; organizerId: number }>(
        'SELECT booking_id AS "bookingId", organizer_id AS "organizerId" FROM tickets WHERE ticket_id = $1',
        [ticketId],
      );
      return row ?? null;
    },
    async attendees(bookingId) {
      const statement = `SELECT a.ticket_id AS "ticketId", a.name FROM ticket_attendees a JOIN bookings b USING (reservation_id)
        WHERE b.booking_id = $1 AND a.ticket_id = ANY(b.ticket_ids)`;
      const rows = await database.query<{ ticketId: string; name: string }>(statement, [bookingId]);
      return new Map(rows.map(({ ticketId, name }) => [ticketId, name]));
    },
  };
}

interface ReserveRow {
  readonly bookingId: string;
  readonly fits: boolean;
  readonly claimed: boolean;
  readonly booked: boolean;
}

/**
 * One transaction for all of them: as if all were in order, which they nearly always are; if not, nothing was written,
 * and they are judged one by one.
 */
async function reserve(database: Transacting, commands: readonly ReserveTickets[]): Promise<ReserveOutcome[]> {
  try {
    await inOneTransaction(database, commands, (tx) => tx.query(sql.reserveStatement, reserveValues(commands)));
    return commands.map(() => 'reserved');
  } catch (error) {
    // 23…: a code without uses left, a key or reservation used before, or a ticket that is not Available.
    if (!sqlState(error)?.startsWith('23')) throw error;
    return reserveCarefully(database, commands);
  }
}

/** Personal data is written beside the statement; without any, the statement is the transaction. */
async function inOneTransaction<T>(
  database: Transacting,
  commands: readonly ReserveTickets[],
  write: (tx: Queryable) => Promise<T>,
): Promise<T> {
  const withContact = commands.filter((command) => command.contact !== null);
  const withCodes = commands.filter(({ codeIds }) => codeIds.length > 0);
  if (withContact.length === 0 && withCodes.length === 0) return write(database);
  return database.transaction(async (tx) => {
    const written = await write(tx);
    if (withContact.length > 0) await tx.query(sql.contactsStatement, contactValues(withContact));
    if (withCodes.length > 0) await tx.query(useCodes, codeValues(withCodes));
    return written;
  });
}

/**
 * All in one statement again, so that a client who makes one command conflict slows nobody down. Only commands that want
 * a ticket which an earlier one of the batch wants too go alone, after it: what the first took, they are told is gone.
 */
async function reserveCarefully(database: Transacting, commands: readonly ReserveTickets[]): Promise<ReserveOutcome[]> {
  const wanted = new Set<string>();
  const together: ReserveTickets[] = [];
  const alone: ReserveTickets[] = [];
  for (const command of commands) {
    const claims = [command.reservationId, ...command.tickets.map(({ ticketId }) => ticketId)];
    (claims.some((claim) => wanted.has(claim)) ? alone : together).push(command);
    for (const claim of claims) wanted.add(claim);
  }
  const outcomes = await judge(database, together);
  for (const command of alone) for (const [id, outcome] of await judge(database, [command])) outcomes.set(id, outcome);
  return commands.map(({ bookingId }) => outcomes.get(bookingId)!);
}

async function judge(database: Transacting, commands: readonly ReserveTickets[]): Promise<Map<string, ReserveOutcome>> {
  try {
    return await judgeTogether(database, commands);
  } catch (error) {
    if (!isCodeRefusal(error)) throw error;
    if (commands.length === 1) return new Map([[commands[0]!.bookingId, 'code_refused']]);
    // Nothing was written. Who uses no code is no longer held up by who does.
    const without = commands.filter(({ codeIds }) => codeIds.length === 0);
    const outcomes = without.length === 0 ? new Map() : await judgeTogether(database, without);
    for (const command of commands) {
      if (command.codeIds.length === 0) continue;
      for (const [id, outcome] of await judge(database, [command])) outcomes.set(id, outcome);
    }
    return outcomes;
  }
}

async function judgeTogether(
  database: Transacting,
  commands: readonly ReserveTickets[],
): Promise<Map<string, ReserveOutcome>> {
  const rows = await database.transaction(async (tx) => {
    const judged = await tx.query<ReserveRow>(sql.reserveCarefully, reserveValues(commands));
    const booked = new Set(judged.filter((row) => row.booked).map((row) => row.bookingId));
    const withContact = commands.filter(({ bookingId, contact }) => contact !== null && booked.has(bookingId));
    if (withContact.length > 0) await tx.query(sql.contactsStatement, contactValues(withContact));
    const withCodes = commands.filter(({ bookingId, codeIds }) => codeIds.length > 0 && booked.has(bookingId));
    if (withCodes.length > 0) await tx.query(useCodes, codeValues(withCodes));
    return judged;
  });
  const unclear = rows.filter((row) => !row.booked).map((row) => row.bookingId);
  // After an unknown outcome the same command comes again: if its booking is there, it was written the first time.
  const found = unclear.length === 0 ? [] : await database.query<BookingRow>(sql.findBooking, [unclear]);
  const present = new Set(found.map((row) => row.bookingId));
  const withKey = new Set(commands.filter(({ key }) => key !== null).map(({ bookingId }) => bookingId));
  return new Map(
    rows.map(({ bookingId, booked, fits, claimed }) => {
      if (booked || present.has(bookingId)) return [bookingId, 'reserved'];
      if (!fits) return [bookingId, 'tickets_gone'];
      return [bookingId, withKey.has(bookingId) && !claimed ? 'key_taken' : 'reservation_taken'];
    }),
  );
}

/** As if all were in order, which they nearly always are; if not, nothing was written, and they are told apart. */
async function complete(database: Transacting, commands: readonly CompleteBooking[]): Promise<SettleOutcome[]> {
  try {
    await database.query(sql.completeStatement, completeValues(commands));
    return commands.map(() => 'done');
  } catch (error) {
    if (!sqlState(error)?.startsWith('23')) throw error;
    return completeCarefully(database, commands);
  }
}

/** If an external reference is used a second time (unique index) nothing was written: then each is written alone. */
async function completeCarefully(
  database: Transacting,
  commands: readonly CompleteBooking[],
): Promise<SettleOutcome[]> {
  try {
    return await settle(database, sql.completeCarefully, completeValues(commands), commands, 'completed');
  } catch (error) {
    if (sqlState(error) !== '23505') throw error;
    if (commands.length === 1) return ['reference_used'];
    const outcomes: SettleOutcome[] = [];
    for (const command of commands) outcomes.push(...(await completeCarefully(database, [command])));
    return outcomes;
  }
}

/** As {@link complete}, for money that is only set aside. */
async function authorize(database: Transacting, commands: readonly CompleteBooking[]): Promise<SettleOutcome[]> {
  try {
    await database.query(sql.authorizeStatement, completeValues(commands));
    return commands.map(() => 'done');
  } catch (error) {
    if (!sqlState(error)?.startsWith('23')) throw error;
    return settle(database, sql.authorizeCarefully, completeValues(commands), commands, 'completed');
  }
}

async function settle(
  database: Transacting,
  statement: Statement,
  values: readonly unknown[],
  commands: readonly (CompleteBooking | FailBooking)[],
  goal: 'completed' | 'failed',
): Promise<SettleOutcome[]> {
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

function reserveValues(commands: readonly ReserveTickets[]): unknown[] {
  const column = <T>(pick: (command: ReserveTickets) => T) => commands.map(pick);
  const tickets = commands.flatMap((command) => command.tickets.map((ticket) => ({ ...ticket, command })));
  // Rows are locked in this order by whoever wants them: two processes cannot wait for each other.
  tickets.sort((a, b) => a.command.eventId - b.command.eventId || (a.ticketId < b.ticketId ? -1 : 1));
  return [
    uuidArray(column((c) => c.bookingId)),
    intArray(column((c) => c.organizerId)),
    intArray(column((c) => c.eventId)),
    textArray(column((c) => c.reservationId)),
    textArray(column((c) => c.sessionId)),
    intArray(column((c) => c.attempt)),
    intArray(column((c) => c.tickets.length)),
    bigintArray(column((c) => c.totalMinor)),
    textArray(column((c) => c.currency)),
    textArray(column((c) => c.provider)),
    textArray(column((c) => c.detail)),
    textArray(column((c) => c.key?.scope ?? null)),
    textArray(column((c) => c.key?.key ?? null)),
    textArray(column((c) => c.key?.requestHash ?? null)),
    textArray(column((c) => JSON.stringify(c.created.data))),
    textArray(column((c) => JSON.stringify(c.metadata))),
    instantArray(column((c) => c.at)),
    uuidArray(tickets.map((t) => t.command.bookingId)),
    intArray(tickets.map((t) => t.command.eventId)),
    uuidArray(tickets.map((t) => t.ticketId)),
    textArray(tickets.map((t) => t.rate)),
    bigintArray(tickets.map((t) => t.priceMinor)),
    textArray(column((c) => `{${c.tickets.map(({ ticketId }) => ticketId).join(',')}}`)),
    intArray(tickets.map((t) => t.command.organizerId)),
  ];
}

function contactValues(commands: readonly ReserveTickets[]): unknown[] {
  return [
    uuidArray(commands.map((c) => c.bookingId)),
    intArray(commands.map((c) => c.organizerId)),
    textArray(commands.map((c) => c.contact!.name)),
    textArray(commands.map((c) => c.contact!.email)),
    textArray(commands.map((c) => c.contact!.phone)),
    textArray(commands.map((c) => c.contact!.notes)),
    textArray(commands.map(({ contact }) => contact!.email && mailSpelling(contact!.email))),
  ];
}

function completeValues(commands: readonly CompleteBooking[]): unknown[] {
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
    ...settlementColumns(commands),
    intArray(tickets.map((t) => t.command.organizerId)),
  ];
}

function failValues(commands: readonly FailBooking[]): unknown[] {
  const tickets = commands.flatMap((command) => command.ticketIds.map((ticketId) => ({ ticketId, command })));
  return [
    uuidArray(commands.map((c) => c.bookingId)),
    textArray(commands.map((c) => c.failureCode)),
    uuidArray(commands.map((c) => c.paymentId)),
    intArray(commands.map((c) => c.ticketIds.length)),
    textArray(commands.map((c) => JSON.stringify(c.failed.data))),
    textArray(commands.map((c) => JSON.stringify(c.metadata))),
    instantArray(commands.map((c) => c.at)),
    textArray(commands.map((c) => c.answer?.scope ?? null)),
    textArray(commands.map((c) => c.answer?.key ?? null)),
    intArray(commands.map((c) => c.answer?.status ?? null)),
    textArray(commands.map((c) => c.answer?.body ?? null)),
    uuidArray(tickets.map((t) => t.command.bookingId)),
    intArray(tickets.map((t) => t.command.eventId)),
    uuidArray(tickets.map((t) => t.ticketId)),
    ...settlementColumns(commands),
    intArray(tickets.map((t) => t.command.organizerId)),
  ];
}

/** What both ends of a payment say of it: the last columns of both statements. */
function settlementColumns(commands: readonly Settlement[]) {
  return [
    intArray(commands.map((c) => c.organizerId)),
    textArray(commands.map((c) => c.provider)),
    bigintArray(commands.map((c) => c.amountMinor)),
    textArray(commands.map((c) => c.currency)),
    intArray(commands.map((c) => c.version)),
  ];
}
