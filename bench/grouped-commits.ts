// node bench/grouped-commits.ts: what the two grouped commits of a purchase cost PostgreSQL, without HTTP: of a process that is
// alone, and of one among several, whose first commit is fenced.
// One batch at a time, in turns; prints by batch size the milliseconds of each commit, and the CPU microseconds that one purchase
// costs PostgreSQL (the backend alone) and Node: those hardly change with what else the machine does.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RecordPaid, ReserveTickets } from '../src/features/booking/store/booking-store.ts';
import { createPostgresBookingStore } from '../src/features/booking/store/postgres-booking-store.ts';
import { uuidv7 } from '../src/kernel/ids.ts';
import { makeTemporaryDataFolder } from '../src/platform/data-folder/temporary-data-folder.ts';
import { createPostgresLeaseRows } from '../src/platform/ownership/postgres-lease-rows.ts';
import { slotOf } from '../src/platform/ownership/slots.ts';
import { soleFence } from '../src/platform/ownership/sole-ownership.ts';
import { type Database, openDatabase } from '../src/platform/postgres/database.ts';
import { startEmbeddedServer } from '../src/platform/postgres/embedded-server.ts';
import { migrate } from '../src/platform/postgres/migrate.ts';

const batchSizes = [1, 8, 32, 64, 128, 256, 500];
const roundMs = 500;
const rounds = 4;
const metadata = { actor: 'guest:0190a0b1-0000-7000-8000-000000000001', correlationId: randomUUID() };

async function createTickets(database: Database, count: number): Promise<string[]> {
  const [venue] = await database.bypassingRls.query<{ venue_id: number }>(
    `INSERT INTO venues (name) VALUES ('Hall') RETURNING venue_id`,
  );
  await database.bypassingRls.query(
    `INSERT INTO events (venue_id, title, starts_at, time_zone, currency, status) VALUES ($1, 'Show', now(), 'UTC', 'EUR', 'published')`,
    [venue!.venue_id],
  );
  await database.bypassingRls.query(
    `INSERT INTO ticket_types (event_id, name, rates) SELECT event_id, 'Standing', '[]' FROM events`,
  );
  const ids = Array.from({ length: count }, () => uuidv7(Date.now()));
  await database.bypassingRls.query(
    `INSERT INTO tickets (event_id, ticket_id, ticket_type_id, place_no)
     SELECT e.event_id, t.id, y.ticket_type_id, t.n FROM events e JOIN ticket_types y USING (event_id),
       unnest($1::uuid[]) WITH ORDINALITY AS t(id, n)`,
    [ids],
  );
  await database.bypassingRls.query('VACUUM ANALYZE');
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
    owner: order.sessionId,
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
    fence: soleFence,
  };
}

function toComplete({ bookingId, eventId, tickets }: ReserveTickets): RecordPaid {
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
await migrate(database.bypassingRls);
const { bypassingRls } = database;
const rows = createPostgresLeaseRows({ connection: server.connection, bypassingRls });
const processId = randomUUID();
await rows.join({ processId, address: '127.0.0.1:1', roles: ['booking'], version: 'bench' });
const [slot] = await rows.claim(processId, [slotOf(1)]);
const ways = {
  alone: { store: createPostgresBookingStore(database), fence: soleFence },
  fenced: { store: createPostgresBookingStore(database, { isFenced: true }), fence: { ...slot!, processId } },
};
const tickets = await createTickets(database, 800_000);
// Sales have connections of their own: here one.
const [backend] = await database.as({ sellers: [1] }).query<{ pid: number }>('SELECT pg_backend_pid() AS pid');

/** What the batches of one way have taken until now. */
const nothing = () => ({ batches: 0, reserveMs: 0, completeMs: 0, postgresMs: 0, nodeMs: 0 });

async function buy(size: number, { store, fence }: (typeof ways)['alone'], spent: ReturnType<typeof nothing>) {
  const backendBefore = cpuMsOf(backend!.pid);
  const nodeBefore = process.cpuUsage();
  for (const startedAt = performance.now(); performance.now() - startedAt < roundMs; spent.batches += 1) {
    const commands = tickets.splice(-size, size).map((ticket) => ({ ...toReserve(ticket), fence }));
    const at = performance.now();
    await store.reserve(commands);
    const reservedAt = performance.now();
    await store.recordPaid(commands.map(toComplete));
    spent.reserveMs += reservedAt - at;
    spent.completeMs += performance.now() - reservedAt;
  }
  const { user, system } = process.cpuUsage(nodeBefore);
  spent.postgresMs += cpuMsOf(backend!.pid) - backendBefore;
  spent.nodeMs += (user + system) / 1000;
}

for (const size of batchSizes) {
  const spent = { alone: nothing(), fenced: nothing() };
  for (let round = 0; round < rounds; round++) {
    for (const way of ['alone', 'fenced'] as const) await buy(size, ways[way], spent[way]);
  }
  for (const [way, { batches, reserveMs, completeMs, postgresMs, nodeMs }] of Object.entries(spent)) {
    const each = (milliseconds: number) => `${((milliseconds * 1000) / (batches * size)).toFixed(0)} µs`;
    const perBatch = (milliseconds: number) => `${(milliseconds / batches).toFixed(2)} ms`;
    const commits = `reserve ${perBatch(reserveMs)}, complete ${perBatch(completeMs)}`;
    const cpu = `PostgreSQL ${each(postgresMs)}, Node ${each(nodeMs)}`;
    console.log(`${String(size).padStart(4)} a batch, ${way.padEnd(6)}: ${commits}; CPU of one purchase: ${cpu}`);
  }
}
const [{ sold } = { sold: 0 }] = await database.bypassingRls.query<{ sold: number }>(
  `SELECT count(*) AS sold FROM tickets WHERE status = 'Sold'`,
);
console.log(`${sold} tickets sold`);
await database.bypassingRls.query('SELECT pg_stat_force_next_flush()');
// An update that is not heap-only touches every index of its table.
const tables = await database.bypassingRls.query<{
  table: string;
  updates: number;
  hot: number;
  bytes: number;
  indexes: number;
}>(
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
