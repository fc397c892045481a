import { type ConnectionSettings, type Database, openDatabase } from '../../src/platform/postgres/database.ts';

/** The baseline's own database on the product's PostgreSQL server: same fsync, same settings. */
export interface BaselineDatabase {
  readonly connection: ConnectionSettings;
  /** Puts `ticketCount` tickets of event 1 on sale, all free, and forgets all bookings. */
  refill(ticketCount: number): Promise<void>;
  /** Purchases that are in the database, by the baseline's own two counts (which must agree). */
  countSold(lock: 'event' | 'ticket'): Promise<number>;
  close(): Promise<void>;
}

const name = 'bench_for_update';

const schema = `
  CREATE TABLE events (event_id integer PRIMARY KEY, available integer NOT NULL, capacity integer NOT NULL,
    price_minor bigint NOT NULL, CHECK (available >= 0)) WITH (fillfactor = 50);
  CREATE TABLE tickets (event_id integer NOT NULL, ticket_id integer NOT NULL, status text NOT NULL,
    price_minor bigint NOT NULL, booking_id uuid, PRIMARY KEY (event_id, ticket_id)) WITH (fillfactor = 50);
  CREATE TABLE bookings (booking_id uuid PRIMARY KEY, event_id integer NOT NULL, ticket_id integer NOT NULL,
    customer text NOT NULL, total_minor bigint NOT NULL, status text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now())`;

export async function createBaselineDatabase(admin: ConnectionSettings): Promise<BaselineDatabase> {
  const owner = openDatabase(admin, 1);
  await owner.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await owner.query(`CREATE DATABASE ${name}`);
  const connection = inDatabase(admin, name);
  const database = openDatabase(connection, 1);
  await database.query(schema);
  return {
    connection,
    async refill(ticketCount) {
      await database.query('TRUNCATE events, tickets, bookings');
      await database.query('INSERT INTO events VALUES (1, $1, $1, 4550)', [ticketCount]);
      await database.query(
        `INSERT INTO tickets SELECT 1, n, 'Available', 4550 FROM generate_series(1, $1::integer) AS n`,
        [ticketCount],
      );
      await database.query('VACUUM ANALYZE');
      await database.query('CHECKPOINT');
    },
    countSold: (lock) => countSold(database, lock),
    async close() {
      await database.close();
      await owner.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await owner.close();
    },
  };
}

async function countSold(database: Database, lock: 'event' | 'ticket'): Promise<number> {
  const sold =
    lock === 'event'
      ? `SELECT (capacity - available)::integer FROM events`
      : `SELECT count(*)::integer FROM tickets WHERE status = 'Sold'`;
  const [row] = await database.query<{ sold: number; booked: number }>(
    `SELECT (${sold}) AS sold, (SELECT count(*)::integer FROM bookings) AS booked`,
  );
  if (!row || row.sold !== row.booked) throw new Error(`baseline: ${row?.sold} sold but ${row?.booked} booked`);
  return row.sold;
}

function inDatabase(settings: ConnectionSettings, database: string): ConnectionSettings {
  if (!('url' in settings)) return { ...settings, database };
  const url = new URL(settings.url);
  url.pathname = `/${database}`;
  return { url: url.href };
}
