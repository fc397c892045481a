import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Database, Queryable, Statement } from '../../../platform/postgres/database.ts';
import type {
  BookingContact,
  BookingRow,
  BookingStore,
  CompleteBooking,
  FailBooking,
  KeptKey,
  ReserveOutcome,
  ReserveTickets,
  SettleOutcome,
  StoredEvent,
} from './booking-store.ts';
import * as sql from './sql.ts';

/** The records of bookings in PostgreSQL. */
export function createPostgresBookingStore(database: Database): BookingStore {
  return {
    reserve: (commands) => reserve(database, commands),
    complete: (commands) => settle(database, sql.completeStatement, completeValues(commands), commands, 'completed'),
    fail: (commands) => settle(database, sql.failStatement, failValues(commands), commands, 'failed'),
    async requestReview(bookingId, reason, metadata, at) {
      await database.transaction(async (tx) => {
        const [row] = await tx.query<{ organizerId: number; version: number }>(
          `UPDATE bookings SET status = 'needs_review', failure_code = $2, version = version + 1, updated_at = $3
           WHERE booking_id = $1 AND status = 'awaiting_payment' RETURNING organizer_id AS "organizerId", version`,
          [bookingId, reason, new Date(at)],
        );
        if (!row) return;
        const event = {
          stream: `booking-${bookingId}`,
          version: row.version,
          type: 'ReviewRequested',
          data: { reason },
        };
        await appendEvents(tx, [event], { ...metadata, now: at, organizerId: row.organizerId });
      });
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
    async find(bookingId) {
      const [row] = await database.query<BookingRow>(sql.findBooking, [[bookingId]]);
      return row ?? null;
    },
    async findByReservation(reservationId) {
      const [row] = await database.query<BookingRow>(sql.findByReservation, [reservationId]);
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
    findStuck: (before) => database.query<BookingRow>(sql.findStuck, [new Date(before)]),
    list: ({ organizerId, eventId, status, before, limit }) =>
      database.query<BookingRow>(sql.listBookings, [
        organizerId,
        eventId ?? null,
        status ?? null,
        before ?? null,
        limit,
      ]),
    async forgetKeys(before) {
      const rows = await database.query<{ count: number }>(
        `WITH gone AS (DELETE FROM idempotency_keys WHERE created_at < $1 RETURNING 1) SELECT count(*) AS count FROM gone`,
        [new Date(before)],
      );
      return rows[0]!.count;
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
 * One transaction for all of them. Two commands of one batch that want the same ticket cannot both be judged by one
 * statement: the later one goes in a statement of its own after the first.
 */
async function reserve(database: Database, commands: readonly ReserveTickets[]): Promise<ReserveOutcome[]> {
  const wanted = new Set<string>();
  const first: ReserveTickets[] = [];
  const later: ReserveTickets[] = [];
  for (const command of commands) {
    const clashes = command.tickets.some(({ ticketId }) => wanted.has(ticketId));
    (clashes ? later : first).push(command);
    for (const { ticketId } of command.tickets) wanted.add(ticketId);
  }
  const withContact = first.filter((command) => command.contact !== null);
  const write = async (queryable: Queryable) => {
    const rows = await queryable.query<ReserveRow>(sql.reserveStatement, reserveValues(first));
    const byId = new Map(rows.map((row) => [row.bookingId, row]));
    return { byId, booked: withContact.filter(({ bookingId }) => byId.get(bookingId)!.booked) };
  };
  // Without personal data the one statement is the transaction.
  const { byId } =
    withContact.length === 0
      ? await write(database)
      : await database.transaction(async (tx) => {
          const written = await write(tx);
          if (written.booked.length > 0) await tx.query(sql.contactsStatement, contactValues(written.booked));
          return written;
        });
  const outcomes = new Map<string, ReserveOutcome>();
  const unclear = first.filter(({ bookingId }) => !byId.get(bookingId)!.booked);
  // After an unknown outcome the same commands come again: those whose booking is there were written the first time.
  const present = unclear.length === 0 ? new Set() : await existing(database, unclear);
  for (const { bookingId, key } of first) {
    const { booked, fits, claimed } = byId.get(bookingId)!;
    if (booked || present.has(bookingId)) outcomes.set(bookingId, 'reserved');
    else if (!fits) outcomes.set(bookingId, 'tickets_gone');
    else outcomes.set(bookingId, key !== null && !claimed ? 'key_taken' : 'reservation_taken');
  }
  for (const command of later) outcomes.set(command.bookingId, (await reserve(database, [command]))[0]!);
  return commands.map(({ bookingId }) => outcomes.get(bookingId)!);
}

async function existing(database: Database, commands: readonly ReserveTickets[]): Promise<Set<string>> {
  const rows = await database.query<BookingRow>(sql.findBooking, [commands.map(({ bookingId }) => bookingId)]);
  return new Set(rows.map((row) => row.bookingId));
}

async function settle(
  database: Database,
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
    if (row.status === goal && ours) return 'done';
    return row.status === 'awaiting_payment' ? 'reference_used' : row.status;
  });
}

function reserveValues(commands: readonly ReserveTickets[]): unknown[] {
  const column = <T>(pick: (command: ReserveTickets) => T) => commands.map(pick);
  const tickets = commands.flatMap((command) => command.tickets.map((ticket) => ({ ...ticket, command })));
  return [
    column((c) => c.bookingId),
    column((c) => c.organizerId),
    column((c) => c.eventId),
    column((c) => c.reservationId),
    column((c) => c.sessionId),
    column((c) => c.attempt),
    column((c) => c.tickets.length),
    column((c) => c.totalMinor),
    column((c) => c.currency),
    column((c) => c.provider),
    column((c) => c.detail),
    column((c) => c.key?.scope ?? null),
    column((c) => c.key?.key ?? null),
    column((c) => c.key?.requestHash ?? null),
    column((c) => JSON.stringify(c.created.data)),
    column((c) => JSON.stringify(c.metadata)),
    column((c) => new Date(c.at).toISOString()),
    tickets.map((t) => t.command.bookingId),
    tickets.map((t) => t.command.eventId),
    tickets.map((t) => t.ticketId),
    tickets.map((t) => t.rate),
    tickets.map((t) => t.priceMinor),
  ];
}

function contactValues(commands: readonly ReserveTickets[]): unknown[] {
  return [
    commands.map((c) => c.bookingId),
    commands.map((c) => c.organizerId),
    commands.map((c) => c.contact!.name),
    commands.map((c) => c.contact!.email),
    commands.map((c) => c.contact!.phone),
    commands.map((c) => c.contact!.notes),
  ];
}

function completeValues(commands: readonly CompleteBooking[]): unknown[] {
  const tickets = commands.flatMap((command) => command.tickets.map((ticket) => ({ ...ticket, command })));
  return [
    commands.map((c) => c.bookingId),
    commands.map((c) => c.transactionId),
    commands.map((c) => c.paymentId),
    commands.map((c) => c.providerReference),
    commands.map((c) => c.tickets.length),
    commands.map((c) => JSON.stringify(c.completed.data)),
    commands.map((c) => JSON.stringify(c.metadata)),
    commands.map((c) => new Date(c.at).toISOString()),
    commands.map((c) => c.answer?.scope ?? null),
    commands.map((c) => c.answer?.key ?? null),
    commands.map((c) => c.answer?.status ?? null),
    commands.map((c) => c.answer?.body ?? null),
    tickets.map((t) => t.command.bookingId),
    tickets.map((t) => t.command.eventId),
    tickets.map((t) => t.ticketId),
    tickets.map((t) => t.ticketNumber),
  ];
}

function failValues(commands: readonly FailBooking[]): unknown[] {
  const tickets = commands.flatMap((command) => command.ticketIds.map((ticketId) => ({ ticketId, command })));
  return [
    commands.map((c) => c.bookingId),
    commands.map((c) => c.failureCode),
    commands.map((c) => c.paymentId),
    commands.map((c) => c.ticketIds.length),
    commands.map((c) => JSON.stringify(c.failed.data)),
    commands.map((c) => JSON.stringify(c.metadata)),
    commands.map((c) => new Date(c.at).toISOString()),
    commands.map((c) => c.answer?.scope ?? null),
    commands.map((c) => c.answer?.key ?? null),
    commands.map((c) => c.answer?.status ?? null),
    commands.map((c) => c.answer?.body ?? null),
    tickets.map((t) => t.command.bookingId),
    tickets.map((t) => t.command.eventId),
    tickets.map((t) => t.ticketId),
  ];
}
