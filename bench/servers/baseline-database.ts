import { type ConnectionSettings, type Database, openDatabase } from '../../src/platform/postgres/database.ts';

/** The baselines' own database on the product's PostgreSQL server: same fsync, same settings. */
export interface BaselineDatabase {
  readonly connection: ConnectionSettings;
  /** Puts `ticketCount` tickets of event 1 on sale, all free, and forgets all bookings. */
  refill(ticketCount: number): Promise<void>;
  /** Purchases that are in the database: what is gone from stock, and each fact that was written with it, must agree. */
  countSold(kept: Kept): Promise<number>;
  close(): Promise<void>;
}

/** What a baseline keeps of a purchase: a number left, a ticket's state, or all facts that the product keeps too. */
export type Kept = 'event' | 'ticket' | 'facts';

const name = 'bench_baselines';

const schema = `
  CREATE TABLE events (event_id integer PRIMARY KEY, available integer NOT NULL, capacity integer NOT NULL,
    price_minor bigint NOT NULL, CHECK (available >= 0)) WITH (fillfactor = 50);
  CREATE TABLE tickets (event_id integer NOT NULL, ticket_id integer NOT NULL, status text NOT NULL,
    price_minor bigint NOT NULL, booking_id uuid, PRIMARY KEY (event_id, ticket_id)) WITH (fillfactor = 50);
  CREATE TABLE bookings (booking_id uuid PRIMARY KEY, event_id integer NOT NULL, ticket_id integer NOT NULL,
    customer text NOT NULL, total_minor bigint NOT NULL, status text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE idempotency_keys (customer text NOT NULL, key text NOT NULL, request_hash text NOT NULL,
    status integer NOT NULL, body text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (customer, key));
  CREATE TABLE payments (payment_id uuid PRIMARY KEY, booking_id uuid NOT NULL, amount_minor bigint NOT NULL,
    currency text NOT NULL, transaction_id text NOT NULL, state text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE event_store (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream uuid NOT NULL,
    version integer NOT NULL, type text NOT NULL, data json NOT NULL, metadata json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), UNIQUE (stream, version));
  CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL, payload json NOT NULL)`;

const tables = 'events, tickets, bookings, idempotency_keys, payments, event_store, outbox';

export async function createBaselineDatabase(admin: ConnectionSettings): Promise<BaselineDatabase> {
  const { bypassingRls: owner, close } = openDatabase(admin, 1);
  await owner.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await owner.query(`CREATE DATABASE ${name}`);
  const connection = inDatabase(admin, name);
  const database = openDatabase(connection, 1);
  await database.bypassingRls.query(schema);
  return {
    connection,
    async refill(ticketCount) {
      await database.bypassingRls.query(`TRUNCATE ${tables}`);
      await database.bypassingRls.query('INSERT INTO events VALUES (1, $1, $1, 4550)', [ticketCount]);
      await database.bypassingRls.query(
        `INSERT INTO tickets SELECT 1, n, 'Available', 4550 FROM generate_series(1, $1::integer) AS n`,
        [ticketCount],
      );
      await database.bypassingRls.query('VACUUM ANALYZE');
      await database.bypassingRls.query('CHECKPOINT');
    },
    countSold: (kept) => countSold(database, kept),
    async close() {
      await database.close();
      await owner.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await close();
    },
  };
}

const countOf = {
  taken: 'SELECT (capacity - available)::integer FROM events',
  tickets: `SELECT count(*)::integer FROM tickets WHERE status = 'Sold'`,
  bookings: 'SELECT count(*)::integer FROM bookings',
  keys: 'SELECT count(*)::integer FROM idempotency_keys',
  payments: 'SELECT count(*)::integer FROM payments',
  facts: 'SELECT (count(*) / 2)::integer FROM event_store',
  messages: 'SELECT count(*)::integer FROM outbox',
};
const countsOf: Record<Kept, readonly (keyof typeof countOf)[]> = {
  event: ['taken', 'bookings'],
  ticket: ['tickets', 'bookings'],
  facts: ['taken', 'tickets', 'bookings', 'keys', 'payments', 'facts', 'messages'],
};

async function countSold(database: Database, kept: Kept): Promise<number> {
  const counts = countsOf[kept];
  const [row] = await database.bypassingRls.query<Record<string, number>>(
    `SELECT ${counts.map((count) => `(${countOf[count]}) AS ${count}`).join(', ')}`,
  );
  const numbers = new Set(Object.values(row!));
  if (numbers.size !== 1) throw new Error(`baseline: the counts differ: ${JSON.stringify(row)}`);
  return [...numbers][0]!;
}

function inDatabase(settings: ConnectionSettings, database: string): ConnectionSettings {
  if (!('url' in settings)) return { ...settings, database };
  const url = new URL(settings.url);
  url.pathname = `/${database}`;
  return { url: url.href };
}
