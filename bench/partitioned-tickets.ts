// Would `tickets` be faster partitioned by event? The statements of ledger, purchase, availability and verify, on a plain table and on one with
// hash partitions, both with so many rows in the same PostgreSQL, alternately. See docs/adr/0042.
//   node bin/pinned-node.mjs bench/partitioned-tickets.ts [rows in millions] [partitions]
import { randomInt } from 'node:crypto';
import pg from 'pg';
import { makeTemporaryDataFolder } from '../src/platform/data-folder/temporary-data-folder.ts';
import { toClientConfig } from '../src/platform/postgres/connection.ts';
import { startEmbeddedServer } from '../src/platform/postgres/embedded-server.ts';

const millions = Number(process.argv[2] ?? 10);
const partitions = Number(process.argv[3] ?? 16);
const placesPerEvent = 2_000;
const events = Math.round((millions * 1_000_000) / placesPerEvent);
const tables = ['plain', 'parted'] as const;
type Table = (typeof tables)[number];

const folder = await makeTemporaryDataFolder();
// Loaded without waiting for the disk; what is compared is the work of the processor.
const server = await startEmbeddedServer(folder.path, { fsync: 'off', max_wal_size: '8GB', shared_buffers: '1GB' });
const client = new pg.Client(toClientConfig(server.connection));
const say = (line: string) => process.stdout.write(`${line}\n`);

/** As migration 0001 makes it, less what both would have alike (checks, triggers, policies). */
const columns = `(event_id integer NOT NULL, ticket_id uuid NOT NULL, organizer_id integer NOT NULL DEFAULT 1, ticket_type_id integer NOT NULL,
  place_no integer NOT NULL, seat_guid text, zone text, row_label text, seat_number text, status text NOT NULL DEFAULT 'Available',
  live boolean GENERATED ALWAYS AS (status <> 'Cancelled') STORED, booking_id uuid, rate text, price_minor bigint, ticket_number text,
  version integer NOT NULL DEFAULT 1, updated_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (event_id, ticket_id))`;
const idOf = (event: string, place: string) =>
  `('01900000-0000-7000-8000-' || lpad(to_hex(${event}::bigint * ${placesPerEvent} + ${place}), 12, '0'))::uuid`;

async function make(table: Table): Promise<void> {
  const began = performance.now();
  await client.query(
    `CREATE TABLE ${table} ${columns} ${table === 'parted' ? 'PARTITION BY HASH (event_id)' : 'WITH (fillfactor = 35)'}`,
  );
  for (let no = 0; table === 'parted' && no < partitions; no++) {
    await client.query(
      `CREATE TABLE parted_${no} PARTITION OF parted FOR VALUES WITH (MODULUS ${partitions}, REMAINDER ${no}) WITH (fillfactor = 35)`,
    );
  }
  await client.query(
    `INSERT INTO ${table} (event_id, ticket_id, ticket_type_id, place_no, row_label, seat_number)
     SELECT e, ${idOf('e', 'p')}, e * 3 + p % 3, p, (p / 40)::text, (p % 40)::text
     FROM generate_series(1, ${events}) e, generate_series(0, ${placesPerEvent - 1}) p`,
  );
  await client.query(`CREATE UNIQUE INDEX ON ${table} (event_id, place_no) WHERE live`);
  // Unique where it can be: of a partitioned table only with the column that parts it.
  await client.query(`CREATE ${table === 'plain' ? 'UNIQUE' : ''} INDEX ON ${table} (ticket_id)`);
  await client.query(`VACUUM ANALYZE ${table}`);
  const [size] = (
    await client.query<{ size: string }>(
      `SELECT pg_size_pretty(pg_total_relation_size('${table}') + coalesce(sum(pg_total_relation_size(relid)), 0)) AS size FROM pg_partition_tree('${table}')`,
    )
  ).rows;
  say(`${table}: ${events * placesPerEvent} rows, ${size!.size}, ${Math.round((performance.now() - began) / 1000)} s`);
}

interface Asked {
  readonly name: string;
  /** How often in a round. */
  readonly times: number;
  readonly text: (table: Table) => string;
  readonly values: () => unknown[];
}

const anEvent = () => randomInt(1, events + 1);
const uuidOf = (event: number, place: number) =>
  `01900000-0000-7000-8000-${(event * placesPerEvent + place).toString(16).padStart(12, '0')}`;

/** A batch of 32 purchases of two places each, of `of` events. */
function batch(of: number): { events: number[]; tickets: string[]; bookings: string[] } {
  const chosen = Array.from({ length: of }, anEvent);
  const rows = Array.from({ length: 64 }, (_, i) => {
    const event = chosen[i % of]!;
    return { event, ticket: uuidOf(event, (i * 31 + randomInt(0, 31)) % placesPerEvent) };
  }).sort((a, b) => (a.ticket < b.ticket ? -1 : 1));
  return {
    events: rows.map(({ event }) => event),
    tickets: rows.map(({ ticket }) => ticket),
    bookings: rows.map(({ ticket }) => ticket),
  };
}

const change = (name: string, of: number, from: string, to: string): Asked => ({
  name,
  times: 200,
  text: (
    table,
  ) => `UPDATE ${table} t SET status = '${to}', booking_id = w.booking_id, version = t.version + 1, updated_at = now()
    FROM unnest($1::uuid[], $2::int[], $3::uuid[]) AS w(booking_id, event_id, ticket_id)
    WHERE t.event_id = w.event_id AND t.ticket_id = w.ticket_id AND t.organizer_id = 1 AND t.status IN ('${from}', '${to}')
    RETURNING t.ticket_type_id`,
  values() {
    const { events: ids, tickets, bookings } = batch(of);
    return [bookings, ids, tickets];
  },
});

const all: readonly Asked[] = [
  {
    name: 'load a ledger (2,000 places)',
    times: 40,
    text: (table) =>
      `SELECT ticket_id, ticket_type_id, place_no, status FROM ${table} WHERE event_id = $1 AND live ORDER BY place_no`,
    values: () => [anEvent()],
  },
  change('commit 1, 32 purchases of one event', 1, 'Available', 'Reserved'),
  change('commit 1, 32 purchases of 32 events', 32, 'Available', 'Reserved'),
  change('commit 2, 32 purchases of 32 events', 32, 'Reserved', 'Sold'),
  {
    name: 'availability of an event',
    times: 40,
    text: (table) => `SELECT ticket_type_id, status, count(*) FROM ${table} WHERE event_id = $1 AND live GROUP BY 1, 2`,
    values: () => [anEvent()],
  },
  {
    name: 'which event is this ticket of',
    times: 400,
    text: (table) => `SELECT event_id FROM ${table} WHERE ticket_id = $1`,
    values: () => [uuidOf(anEvent(), randomInt(0, placesPerEvent))],
  },
  {
    name: 'verify: count all by type',
    times: 1,
    text: (table) =>
      `SELECT count(*) FROM (SELECT ticket_type_id, count(*), count(*) FILTER (WHERE status = 'Available') FROM ${table} GROUP BY 1) c`,
    values: () => [],
  },
];

async function round({ text, values, times, name }: Asked, table: Table): Promise<number> {
  const began = performance.now();
  for (let i = 0; i < times; i++) {
    await client.query({ name: `${name} ${table}`, text: text(table), values: values() });
  }
  return (performance.now() - began) / times;
}

const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;

try {
  await client.connect();
  for (const table of tables) await make(table);
  say(`${partitions} partitions; ms each, median of 5 rounds that alternate`);
  for (const asked of all) {
    const took: Record<Table, number[]> = { plain: [], parted: [] };
    for (const table of tables) await round(asked, table);
    for (let no = 0; no < 5; no++) {
      for (const table of no % 2 === 0 ? tables : tables.toReversed()) took[table].push(await round(asked, table));
    }
    const [plain, parted] = [median(took.plain), median(took.parted)];
    say(
      `${asked.name.padEnd(40)} plain ${plain.toFixed(3)}  partitioned ${parted.toFixed(3)}  ${((parted / plain - 1) * 100).toFixed(0)} %`,
    );
  }
} finally {
  await client.end();
  await server.stop();
  await folder.remove();
}
