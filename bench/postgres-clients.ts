// node bench/postgres-clients.ts [PATH-OF-postgres-js]: which PostgreSQL client costs a purchase least?
// Compares `pg` (a dependency) with `postgres` (installed elsewhere, named by path) on the two statements that matter:
// a tiny named query, and one grouped write of 64 rows × 8 columns through unnest. Result: docs/adr/0002.
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { makeTemporaryDataFolder } from '../src/platform/data-folder/temporary-data-folder.ts';
import { startEmbeddedServer } from '../src/platform/postgres/embedded-server.ts';
import { median } from './alternate.ts';
import { describeMachine } from './machine.ts';

interface Client {
  readonly name: string;
  tiny(id: number): Promise<unknown>;
  batch(columns: readonly unknown[][]): Promise<unknown>;
  close(): Promise<void>;
}

/** As much of the package `postgres` as is used here. */
type PostgresJs = (options: object) => PostgresJsSql;
interface PostgresJsSql {
  unsafe(text: string, values: unknown[], options: { prepare: boolean }): Promise<unknown>;
  end(): Promise<void>;
}
type Connection = { host: string; user: string; password: string; database: string };

const poolSize = 8;
const batchRows = 64;
const rounds = 5;
const roundMs = 2_000;
const tinyText = 'SELECT ticket_id, status, price_minor FROM bench_tickets WHERE ticket_id = $1';
const batchText = `INSERT INTO bench_writes
  SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[], $8::text[])`;
const schema = `
  CREATE TABLE bench_tickets AS SELECT n AS ticket_id, 'Available'::text AS status, 4550::bigint AS price_minor
    FROM generate_series(1, 10000) AS n;
  ALTER TABLE bench_tickets ADD PRIMARY KEY (ticket_id);
  CREATE UNLOGGED TABLE bench_writes (id uuid, event_id integer, stream text, type text, amount bigint, data text, at timestamptz, actor text)`;

function openPg(connection: Connection): Client {
  const pool = new pg.Pool({ ...connection, max: poolSize });
  return {
    name: 'pg',
    tiny: (id) => pool.query({ name: 'tiny', text: tinyText, values: [id] }),
    batch: (columns) => pool.query({ name: 'batch', text: batchText, values: columns as unknown[] }),
    close: () => pool.end(),
  };
}

async function openPostgresJs(path: string, connection: Connection): Promise<Client> {
  const { default: postgres } = (await import(pathToFileURL(path).href)) as { default: PostgresJs };
  const path5432 = `${connection.host}/.s.PGSQL.5432`;
  const sql = postgres({ ...connection, path: path5432, max: poolSize, fetch_types: true });
  return {
    name: 'postgres',
    tiny: (id) => sql.unsafe(tinyText, [id], { prepare: true }),
    batch: (columns) => sql.unsafe(batchText, columns as unknown[], { prepare: true }),
    close: () => sql.end(),
  };
}

function makeColumns(): unknown[][] {
  const rows = Array.from({ length: batchRows }, (_, n) => n);
  const at = new Date().toISOString();
  return [
    rows.map((n) => `0190a0b1-0000-7000-8000-${String(n).padStart(12, '0')}`),
    rows.map(() => 12),
    rows.map((n) => `booking-0190a0b1-0000-7000-8000-${n}`),
    rows.map(() => 'BookingCreated'),
    rows.map(() => 4550),
    rows.map((n) => JSON.stringify({ reservationId: `RES_20261203123456_${n}`, ticketIds: ['a', 'b'], total: 4550 })),
    rows.map(() => at),
    rows.map(() => 'guest:0190a0b1'),
  ];
}

/** Runs `work` with `inFlight` at once for a round; calls per second, and CPU microseconds of this process per call. */
async function measure(
  work: () => Promise<unknown>,
  inFlight: number,
): Promise<{ perSecond: number; cpuMicros: number }> {
  const until = performance.now() + roundMs;
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  let calls = 0;
  async function loop(): Promise<void> {
    while (performance.now() < until) {
      await work();
      calls += 1;
    }
  }
  await Promise.all(Array.from({ length: inFlight }, loop));
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (calls * 1000) / (performance.now() - startedAt), cpuMicros: (user + system) / calls };
}

const cases: readonly { what: string; inFlight: number; work(client: Client): Promise<unknown> }[] = [
  {
    what: 'tiny named query, one at a time',
    inFlight: 1,
    work: (client) => client.tiny(1 + Math.floor(Math.random() * 10_000)),
  },
  {
    what: 'tiny named query, 64 at a time on 8 connections',
    inFlight: 64,
    work: (client) => client.tiny(1 + Math.floor(Math.random() * 10_000)),
  },
  { what: 'unnest of 64 rows × 8 columns, one at a time', inFlight: 1, work: (client) => client.batch(makeColumns()) },
  { what: 'unnest of 64 rows × 8 columns, 2 at a time', inFlight: 2, work: (client) => client.batch(makeColumns()) },
];

async function main(postgresJsPath: string | undefined): Promise<void> {
  const folder = await makeTemporaryDataFolder();
  const server = await startEmbeddedServer(folder.path);
  const connection = server.connection as Connection;
  const owner = new pg.Client(connection);
  await owner.connect();
  await owner.query(schema);
  const clients = [openPg(connection)];
  if (postgresJsPath) clients.push(await openPostgresJs(postgresJsPath, connection));
  console.log(JSON.stringify(await describeMachine()));
  for (const { what, inFlight, work } of cases) {
    const results = new Map(
      clients.map(({ name }) => [name, { perSecond: [] as number[], cpuMicros: [] as number[] }]),
    );
    for (let round = 0; round < rounds; round++) {
      for (const client of clients) {
        await owner.query('TRUNCATE bench_writes');
        const { perSecond, cpuMicros } = await measure(() => work(client), inFlight);
        results.get(client.name)!.perSecond.push(perSecond);
        results.get(client.name)!.cpuMicros.push(cpuMicros);
      }
    }
    for (const [name, { perSecond, cpuMicros }] of results)
      console.log(
        `${what} | ${name} | ${Math.round(median(perSecond))}/s | ${median(cpuMicros).toFixed(0)} µs CPU of Node`,
      );
  }
  for (const client of clients) await client.close();
  await owner.end();
  await server.stop();
  await folder.remove();
}

await main(process.argv[2]);
