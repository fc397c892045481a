import { loadTransactionSecrets } from '../../src/features/booking/index.ts';
import { loadLinkSecrets } from '../../src/features/booking/store/link-secrets.ts';
import { createApiKey, loadSecrets } from '../../src/features/identity/index.ts';
import { type ConnectionSettings, type Database, openDatabase } from '../../src/platform/postgres/database.ts';
import { createMetrics, type Metrics } from '../../src/platform/telemetry/metrics.ts';

/** The real PostgreSQL below a simulation, swept clean for every seed. */
export interface Ground {
  readonly postgres: Database;
  readonly staffKey: string;
  /** Counters, set to zero by {@link Ground.sweep}; each set of them keeps timers running, so there is one per ground. */
  readonly metrics: Metrics;
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** Tables of what happens; installation secrets and the staff's key stay. */
const emptied = [
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
  // Else the first process on this ground would make them, and its seed go another way there than on a ground in use.
  for (const load of [loadSecrets, loadTransactionSecrets, loadLinkSecrets]) await load(first);
  const context = { actor: 'system', correlationId: 'ground', now: 0, organizerId: 1 };
  const { key } = await createApiKey(first, { name: 'staff', scopes: ['*'] }, context);
  // The key stays from seed to seed, and so must what its history says.
  const columns = 'organizer_id, stream, version, type, data, metadata, occurred_at';
  await first.query(`CREATE TABLE kept_history AS SELECT ${columns} FROM event_store`);
  await close();
  const metrics = createMetrics();
  const postgres = openDatabase(connection, 3);
  const sequences = await postgres.bypassingRls.query<{ name: string }>(
    `SELECT quote_literal(quote_ident(sequencename)) AS name FROM pg_sequences
     WHERE schemaname = current_schema() AND sequencename NOT LIKE 'organizers%'`,
  );
  const deletes = emptied.map((table) => `DELETE FROM ${table};`).join(' ');
  const restarts = sequences.map(({ name }) => `SELECT setval(${name}, 1, false);`).join(' ');
  const keep = `INSERT INTO event_store (${columns}) SELECT * FROM kept_history;`;
  return {
    postgres,
    staffKey: key,
    metrics,
    async sweep() {
      metrics.registry.resetMetrics();
      // Only a replica may delete what is sold.
      await postgres.bypassingRls.query(
        `BEGIN; SET LOCAL session_replication_role = replica; ${deletes} ${restarts} ${keep} COMMIT`,
      );
    },
    close: () => postgres.close(),
  };
}
