import { loadTransactionSecrets } from '../../src/features/booking/index.ts';
import { loadLinkSecrets } from '../../src/features/booking/store/link-secrets.ts';
import { createApiKey, loadSecrets } from '../../src/features/identity/index.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import type { LeaseRows, ListedSlot } from '../../src/platform/ownership/lease-rows.ts';
import { createPostgresLeaseRows } from '../../src/platform/ownership/postgres-lease-rows.ts';
import { slotOf } from '../../src/platform/ownership/slots.ts';
import {
  type ConnectionSettings,
  type Database,
  openDatabase,
  type Transacting,
} from '../../src/platform/postgres/database.ts';
import { createMetrics, type Metrics } from '../../src/platform/telemetry/metrics.ts';

/** The real PostgreSQL below a simulation, swept clean for every seed. */
export interface Ground {
  readonly postgres: Database;
  readonly staffKey: string;
  /** Counters, set to zero by {@link Ground.sweep}; each set of them keeps timers running, so there is one per ground. */
  readonly metrics: Metrics;
  /** From here on it is this time by the clock of PostgreSQL. */
  setTime(now: Instant): Promise<void>;
  /** The rows of leases, asked by way of a process; renewals by a connection that all processes share. */
  leaseRows(bypassingRls: Transacting): LeaseRows;
  /** Declares a process dead, as its parent does that has seen it end. */
  bury(processId: string): Promise<void>;
  /** Who owns the slot of an event, by its row. */
  readOwner(eventId: number): Promise<ListedSlot>;
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** Tables of what happens; installation secrets and the staff's key stay. */
const emptied = [
  'job_turns',
  'idempotency_keys',
  'hold_journal',
  'inbox',
  'outbox',
  'event_store',
  'payment_work',
  'payment_reviews',
  'sandbox_payments',
  'refunds',
  'payments',
  'booking_contacts',
  'kept_texts',
  'cancellation_wishes',
  'show_changes',
  'show_names',
  'ticket_attendees',
  'ticket_keys',
  'bookings',
  'tickets',
  'ticket_types',
  'event_performers',
  'search_words',
  'search_cities',
  'search_places',
  'search_documents',
  'events',
  'performers',
  'seating_plans',
  'venues',
] as const;

/**
 * Prepares a migrated database in which commits do not wait for the disk: processes die here, the machine does not. It is
 * emptied by DELETE (8 ms; TRUNCATE makes new files and takes ten times as long) and numbers start at 1 again, so that
 * a seed gives the same ids wherever it runs.
 */
export async function prepareGround(connection: ConnectionSettings): Promise<Ground> {
  const { bypassingRls: first, close } = openDatabase(connection, 1);
  const [row] = await first.query<{ name: string }>('SELECT quote_ident(current_database()) AS name');
  await first.query(`ALTER DATABASE ${row!.name} SET synchronous_commit = off`);
  await first.query(`ALTER DATABASE ${row!.name} SET lock_timeout = '5s'`);
  // PostgreSQL's own clock is the simulation's as well: leases and turns are over by it.
  await first.query(`CREATE SCHEMA simulated;
    CREATE SEQUENCE simulated.clock;
    CREATE FUNCTION simulated.now() RETURNS timestamptz STABLE LANGUAGE sql
      AS 'SELECT to_timestamp(last_value / 1000.0) FROM simulated.clock';
    GRANT USAGE ON SCHEMA simulated TO PUBLIC;
    GRANT SELECT ON simulated.clock TO PUBLIC`);
  // Else the first process on this ground would make them, and its seed go another way there than on a ground in use.
  for (const load of [loadSecrets, loadTransactionSecrets, loadLinkSecrets]) await load(first);
  const context = { actor: 'system', correlationId: 'ground', now: 0, organizerId: 1 };
  const { key } = await createApiKey(first, { name: 'staff', scopes: ['*'] }, context);
  // The key stays from seed to seed, and so must what its history says.
  const columns = 'organizer_id, stream, version, type, data, metadata, occurred_at';
  await first.query(`CREATE TABLE kept_history AS SELECT ${columns} FROM event_store`);
  // From the next connection on.
  await first.query(`ALTER DATABASE ${row!.name} SET search_path = simulated, pg_catalog, public`);
  await close();
  const metrics = createMetrics();
  const postgres = openDatabase(connection, 3);
  const sequences = await postgres.bypassingRls.query<{ name: string }>(
    `SELECT quote_literal(quote_ident(sequencename)) AS name FROM pg_sequences
     WHERE schemaname = 'public' AND sequencename NOT LIKE 'organizers%'`,
  );
  const deletes = emptied.map((table) => `DELETE FROM ${table};`).join(' ');
  const restarts = sequences.map(({ name }) => `SELECT setval(${name}, 1, false);`).join(' ');
  // Slots are never deleted; their owners are.
  const owners = 'UPDATE slots SET process_id = NULL, fence = 0 WHERE fence <> 0; DELETE FROM processes;';
  const leases = createPostgresLeaseRows({ connection, bypassingRls: postgres.bypassingRls });
  let time = 0;
  const keep = `INSERT INTO event_store (${columns}) SELECT * FROM kept_history;`;
  return {
    postgres,
    staffKey: key,
    metrics,
    async setTime(now) {
      const ms = Math.round(now);
      if (ms === time) return;
      time = ms;
      await postgres.bypassingRls.query({ name: 'simulation-time', text: `SELECT setval('simulated.clock', $1)` }, [
        ms,
      ]);
    },
    leaseRows: (bypassingRls) => ({
      ...createPostgresLeaseRows({ connection, bypassingRls }),
      renew: leases.renew,
      async close() {},
    }),
    bury: leases.bury,
    async readOwner(eventId) {
      const text = `SELECT slot, process_id AS "processId", fence FROM slots WHERE slot = $1`;
      const [owner] = await postgres.bypassingRls.query<ListedSlot>({ name: 'simulation-owner', text }, [
        slotOf(eventId),
      ]);
      return owner!;
    },
    async sweep() {
      metrics.registry.resetMetrics();
      // Only a replica may delete what is sold.
      await postgres.bypassingRls.query(
        `BEGIN; SET LOCAL session_replication_role = replica; ${deletes} ${owners} ${restarts} ${keep} COMMIT`,
      );
    },
    async close() {
      await leases.close();
      await postgres.close();
    },
  };
}
