import { mailSpelling } from '../../../kernel/mail-spelling.ts';
import { distinctFences, fenceValues } from '../../../platform/ownership/postgres-fenced-slots.ts';
import { bigintArray, instantArray, intArray, textArray, uuidArray } from '../../../platform/postgres/binary-arrays.ts';
import { type Queryable, sqlState, type Transacting } from '../../../platform/postgres/database.ts';
import type { BookingRow, ReserveOutcome, ReserveTickets } from './booking-store.ts';
import type { ReserveStatements } from './reserve-sql.ts';
import { contactsStatement, findBooking } from './sql.ts';
import { codeValues, isCodeRefusal, useCodes } from './use-codes.ts';

interface ReserveRow {
  readonly bookingId: string;
  readonly fits: boolean;
  readonly claimed: boolean;
  readonly booked: boolean;
}

/**
 * One transaction for all of them: as if all were in order, which they nearly always are; if not, nothing was written,
 * and they are judged one by one. Whose fence is gone is asked once more: it may only have been about to be.
 */
export async function reserveTickets(
  database: Transacting,
  statements: ReserveStatements,
  commands: readonly ReserveTickets[],
): Promise<ReserveOutcome[]> {
  try {
    await inOneTransaction(database, commands, (tx) => tx.query(statements.fast, fastValues(statements, commands)));
    return commands.map(() => 'reserved');
  } catch (error) {
    // 23…: a code without uses left, a key or reservation used before, a ticket that is not Available, or a fence that is gone.
    if (!sqlState(error)?.startsWith('23')) throw error;
    const judged = await judgeEach(database, statements, commands);
    const fenceless = commands.filter(({ bookingId }) => judged.get(bookingId) === 'owner_changed');
    if (fenceless.length > 0)
      for (const [id, outcome] of await judgeEach(database, statements, fenceless)) judged.set(id, outcome);
    return commands.map(({ bookingId }) => judged.get(bookingId)!);
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
    if (withContact.length > 0) await tx.query(contactsStatement, contactValues(withContact));
    if (withCodes.length > 0) await tx.query(useCodes, codeValues(withCodes));
    return written;
  });
}

/**
 * All in one statement again, so that a client who makes one command conflict slows nobody down. Only commands that want
 * a ticket which an earlier one of the batch wants too go alone, after it: they hear that what the first took is gone.
 */
async function judgeEach(
  database: Transacting,
  statements: ReserveStatements,
  commands: readonly ReserveTickets[],
): Promise<Map<string, ReserveOutcome>> {
  const wanted = new Set<string>();
  const together: ReserveTickets[] = [];
  const alone: ReserveTickets[] = [];
  for (const command of commands) {
    const claims = [command.reservationId, ...command.tickets.map(({ ticketId }) => ticketId)];
    (claims.some((claim) => wanted.has(claim)) ? alone : together).push(command);
    for (const claim of claims) wanted.add(claim);
  }
  const outcomes = await judge(database, statements, together);
  for (const command of alone)
    for (const [id, outcome] of await judge(database, statements, [command])) outcomes.set(id, outcome);
  return outcomes;
}

async function judge(
  database: Transacting,
  statements: ReserveStatements,
  commands: readonly ReserveTickets[],
): Promise<Map<string, ReserveOutcome>> {
  try {
    return await judgeTogether(database, statements, commands);
  } catch (error) {
    if (!isCodeRefusal(error)) throw error;
    if (commands.length === 1) return new Map([[commands[0]!.bookingId, 'code_refused']]);
    // Nothing was written. Who uses no code is no longer held up by who does.
    const without = commands.filter(({ codeIds }) => codeIds.length === 0);
    const outcomes = without.length === 0 ? new Map() : await judgeTogether(database, statements, without);
    for (const command of commands) {
      if (command.codeIds.length === 0) continue;
      for (const [id, outcome] of await judge(database, statements, [command])) outcomes.set(id, outcome);
    }
    return outcomes;
  }
}

async function judgeTogether(
  database: Transacting,
  statements: ReserveStatements,
  commands: readonly ReserveTickets[],
): Promise<Map<string, ReserveOutcome>> {
  const rows = await database.transaction(async (tx) => {
    const judged = await tx.query<ReserveRow>(statements.carefully, carefulValues(statements, commands));
    const booked = new Set(judged.filter((row) => row.booked).map((row) => row.bookingId));
    const withContact = commands.filter(({ bookingId, contact }) => contact !== null && booked.has(bookingId));
    if (withContact.length > 0) await tx.query(contactsStatement, contactValues(withContact));
    const withCodes = commands.filter(({ bookingId, codeIds }) => codeIds.length > 0 && booked.has(bookingId));
    if (withCodes.length > 0) await tx.query(useCodes, codeValues(withCodes));
    return judged;
  });
  const judged = new Map(rows.map((row) => [row.bookingId, row]));
  const unclear = commands.filter(({ bookingId }) => !judged.get(bookingId)?.booked).map(({ bookingId }) => bookingId);
  // After an unknown outcome the same command comes again: if its booking is there, it was written the first time.
  const found = unclear.length === 0 ? [] : await database.query<BookingRow>(findBooking, [unclear]);
  const present = new Set(found.map((row) => row.bookingId));
  return new Map(
    commands.map(({ bookingId, key }) => {
      const row = judged.get(bookingId);
      if (row?.booked || present.has(bookingId)) return [bookingId, 'reserved'];
      if (!row) return [bookingId, 'owner_changed'];
      if (!row.fits) return [bookingId, 'tickets_gone'];
      return [bookingId, key !== null && !row.claimed ? 'key_taken' : 'reservation_taken'];
    }),
  );
}

function fastValues({ isFenced }: ReserveStatements, commands: readonly ReserveTickets[]): unknown[] {
  const values = reserveValues(commands);
  return isFenced ? [...values, ...fenceValues(distinctFences(commands.map(({ fence }) => fence)).fences)] : values;
}

function carefulValues({ isFenced }: ReserveStatements, commands: readonly ReserveTickets[]): unknown[] {
  const values = reserveValues(commands);
  if (!isFenced) return values;
  const { fences, places } = distinctFences(commands.map(({ fence }) => fence));
  return [...values, ...fenceValues(fences), intArray(places)];
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
    textArray(column((c) => c.owner)),
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
    textArray(commands.map(({ contact }) => contact!.companyName ?? null)),
    textArray(commands.map(({ contact }) => contact!.vatId ?? null)),
  ];
}
