// node bench/grouped-commits.ts: what the two grouped commits of a purchase cost PostgreSQL, without HTTP.
// One batch at a time; prints by batch size the milliseconds of each commit, and the CPU microseconds that one purchase
// costs PostgreSQL (the backend alone) and Node: those hardly change with what else the machine does.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CompleteBooking, ReserveTickets } from '../src/features/booking/store/booking-store.ts';
import { createPostgresBookingStore } from '../src/features/booking/store/postgres-booking-store.ts';
import { uuidv7 } from '../src/kernel/ids.ts';
import { makeTemporaryDataFolder } from '../src/platform/data-folder/temporary-data-folder.ts';
import { type Database, openDatabase } from '../src/platform/postgres/database.ts';
import { startEmbeddedServer } from '../src/platform/postgres/embedded-server.ts';
import { migrate } from '../src/platform/postgres/migrate.ts';

const batchSizes = [1, 8, 32, 64, 128, 256, 500];
const measureMs = 2_000;
const metadata = { actor: 'guest:0190a0b1-0000-7000-8000-000000000001', correlationId: randomUUID() };

async function createTickets(database: Database, count: number): Promise<string[]> {
  const [venue] = await database.query<{ venue_id: number }>(
    `INSERT INTO venues (name) VALUES ('Hall') RETURNING venue_id`,
  );
  await database.query(
    `INSERT INTO events (venue_id, title, starts_at, time_zone, currency, status) VALUES ($1, 'Show', now(), 'UTC', 'EUR', 'published')`,
    [venue!.venue_id],
  );
  await database.query(
    `INSERT INTO ticket_types (event_id, name, rates) SELECT event_id, 'Standing', '[]' FROM events`,
  );
  const ids = Array.from({ length: count }, () => uuidv7(Date.now()));
  await database.query(
    `INSERT INTO tickets (event_id, ticket_id, ticket_type_id, place_no)
     SELECT e.event_id, t.id, y.ticket_type_id, t.n FROM events e JOIN ticket_types y USING (event_id),
       unnest($1::uuid[]) WITH ORDINALITY AS t(id, n)`,
    [ids],
  );
  await database.query('VACUUM ANALYZE');
  return ids;
}

function toReserve(ticketId: string): ReserveTickets {
  const bookingId = uuidv7(Date.now());
  const ticket = {
    ticketId,
    placeNo: 1,
    ticketTypeId: 1,
    ticketType: 'Standing',
    rate: 'Standard',
    priceMinor: 4550,
    seat: null,
  };
  const reservationId = `RES_20261203123456_${bookingId.slice(-12)}`;
  const order = {
    bookingId,
    eventId: 1,
    reservationId,
    sessionId: randomUUID(),
    attempt: 1,
    totalMinor: 4550,
    currency: 'EUR',
  };
  return {
    ...order,
    organizerId: 1,
    provider: 'sandbox',
    detail: 'tok_ok',
    key: {
      scope: `${order.sessionId}:purchase`,
      key: randomUUID(),
      requestHash: 'sYxqJfqbtcnTaMNLpLOWqWSlCuSYVBxnaKsXvZQHQC4',
    },
    contact: null,
    codeIds: [],
    tickets: [ticket],
    created: { type: 'BookingCreated', data: { ...order, tickets: [ticket], provider: 'sandbox' } },
    metadata,
    at: Date.now(),
  };
}

function toComplete({ bookingId, eventId, tickets }: ReserveTickets): CompleteBooking {
  const paymentId = uuidv7(Date.now());
  const transactionId = randomUUID().repeat(4).slice(0, 128);
  const ticketNumbers = ['TKT-2345-6789-ABCD'];
  return {
    bookingId,
    eventId,
    paymentId,
    providerReference: `sandbox-${bookingId}`,
    transactionId,
    tickets: tickets.map(({ ticketId }) => ({ ticketId, ticketNumber: ticketNumbers[0]! })),
    completed: {
      type: 'PaymentCompleted',
      data: { paymentId, providerReference: null, amountMinor: 4550, transactionId, paidAt: Date.now(), ticketNumbers },
    },
    organizerId: 1,
    provider: 'sandbox',
    amountMinor: 4550,
    currency: 'EUR',
    version: 2,
    metadata,
    at: Date.now(),
  };
}

/** User and system time of a process, in ms (Linux counts in hundredths of a second). */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const folder = await makeTemporaryDataFolder();
const server = await startEmbeddedServer(folder.path);
const database = openDatabase(server.connection, 1);
await migrate(database);
const store = createPostgresBookingStore(database);
const tickets = await createTickets(database, 400_000);
const [backend] = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
for (const size of batchSizes) {
  const spent = { reserveMs: 0, completeMs: 0 };
  const backendBefore = cpuMsOf(backend!.pid);
  const nodeBefore = process.cpuUsage();
  let batches = 0;
  for (const startedAt = performance.now(); performance.now() - startedAt < measureMs; batches += 1) {
    const commands = tickets.splice(-size, size).map(toReserve);
    const at = performance.now();
    await store.reserve(commands);
    const reservedAt = performance.now();
    await store.complete(commands.map(toComplete));
    spent.reserveMs += reservedAt - at;
    spent.completeMs += performance.now() - reservedAt;
  }
  const { user, system } = process.cpuUsage(nodeBefore);
  const each = (milliseconds: number) => `${((milliseconds * 1000) / (batches * size)).toFixed(0)} µs`;
  const perBatch = (milliseconds: number) => `${(milliseconds / batches).toFixed(2)} ms`;
  const commits = `reserve ${perBatch(spent.reserveMs)}, complete ${perBatch(spent.completeMs)}`;
  const cpu = `PostgreSQL ${each(cpuMsOf(backend!.pid) - backendBefore)}, Node ${each((user + system) / 1000)}`;
  console.log(`${String(size).padStart(4)} a batch: ${commits}; CPU of one purchase: ${cpu}`);
}
const [{ sold } = { sold: 0 }] = await database.query<{ sold: number }>(
  `SELECT count(*) AS sold FROM tickets WHERE status = 'Sold'`,
);
console.log(`${sold} tickets sold`);
await database.query('SELECT pg_stat_force_next_flush()');
// An update that is not heap-only touches every index of its table.
const tables = await database.query<{ table: string; updates: number; hot: number; bytes: number; indexes: number }>(
  `SELECT relname AS table, n_tup_upd AS updates, n_tup_hot_upd AS hot, pg_table_size(relid) AS bytes,
     pg_indexes_size(relid) AS indexes FROM pg_stat_user_tables WHERE n_tup_ins > 1000 ORDER BY 1`,
);
for (const { table, updates, hot, bytes, indexes } of tables) {
  const share = updates > 0 ? `${Math.round((hot * 100) / updates)} % of ${updates} updates heap-only` : 'no updates';
  console.log(`${table}: ${share}, ${Math.round(bytes / 2 ** 20)} MB, indexes ${Math.round(indexes / 2 ** 20)} MB`);
}
await database.close();
await server.stop();
await folder.remove();
