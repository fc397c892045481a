import pg from 'pg';
import { type ConnectionSettings, toClientConfig } from '../postgres/connection.ts';
import type { Transacting } from '../postgres/database.ts';
import { type HeldSlot, type LeaseRows, type ListedProcess, type ListedSlot, leaseMs } from './lease-rows.ts';
import { silentInTransactionMs } from './postgres-fenced-slots.ts';

/** A renewal that takes longer counts as none; the next one comes half a second later. */
const renewalMs = 1_500;
/** How long a claim waits for commits under way. */
const claimWaitMs = 1_000;
/** How claims and handovers begin: one that stands still in the middle lets others on. */
const beginMoving = `SET LOCAL lock_timeout = ${claimWaitMs};
  SET LOCAL idle_in_transaction_session_timeout = ${silentInTransactionMs}`;
const uuidPattern = /^[0-9a-f-]{36}$/;

interface RenewedRow {
  readonly living: boolean;
  readonly timeline: string;
}

/**
 * The rows of `processes` and `slots`. A lease is renewed on a connection of its own, so that it waits for no pool, and
 * without waiting for the disk or a standby: one that is lost only makes the lease shorter. Everything works behind a pooler
 * in transaction mode: nothing that is set outlives its transaction.
 */
export function createPostgresLeaseRows(parts: {
  readonly connection: ConnectionSettings;
  readonly bypassingRls: Transacting;
}): LeaseRows {
  const { bypassingRls } = parts;
  let client: Promise<pg.Client> | null = null;

  function connect(): Promise<pg.Client> {
    if (client) return client;
    const opening = (async () => {
      const made = new pg.Client({
        ...toClientConfig(parts.connection),
        connectionTimeoutMillis: renewalMs,
        query_timeout: renewalMs,
        keepAlive: true,
      });
      made.on('error', () => forget(opening));
      await made.connect();
      return made;
    })();
    client = opening;
    opening.catch(() => forget(opening));
    return opening;
  }

  function forget(broken: Promise<pg.Client>): void {
    if (client === broken) client = null;
    // Neither waited for nor asked again: a connection that hangs may hang for long.
    void broken.then((made) => made.end()).catch(() => {});
  }

  return {
    async join({ processId, address, roles, version, connections = null, secretMark = null }) {
      await bypassingRls.query(
        `INSERT INTO processes (process_id, address, roles, version, connections, secret_mark, until)
         VALUES ($1, $2, $3, $4, $5, $6, now() + ${leaseMs} * interval '1 ms')`,
        [processId, address, roles, version, connections, secretMark],
      );
    },
    async renew(processId, reached) {
      for (const id of [processId, ...(reached ?? [])]) {
        if (!uuidPattern.test(id)) throw new Error(`${id} is no id of a process`);
      }
      const reach = reached === null ? 'NULL' : `'{${reached.join(',')}}'`;
      const used = connect();
      const connected = await used;
      try {
        const results = (await connected.query(
          `BEGIN; SET LOCAL synchronous_commit = off; SET LOCAL statement_timeout = ${renewalMs};
           WITH renewed AS (
             UPDATE processes SET until = greatest(until, now() + ${leaseMs} * interval '1 ms'), reached = ${reach}
             WHERE process_id = '${processId}' AND state <> 'dead' RETURNING 1
           )
           SELECT EXISTS (SELECT FROM renewed) AS living,
             left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline;
           COMMIT`,
        )) as unknown as readonly pg.QueryResult<RenewedRow>[];
        const row = results.find(({ command }) => command === 'SELECT')!.rows[0]!;
        return { isLiving: row.living, timeline: row.timeline };
      } catch (error) {
        forget(used);
        throw error;
      }
    },
    async look() {
      const [row] = await bypassingRls.query<{ processes: ListedProcess[] | null; slots: ListedSlot[] }>({
        name: 'ownership-look',
        text: `SELECT
          (SELECT json_agg(json_build_object('processId', process_id, 'address', address, 'roles', roles,
             'version', version, 'secretMark', secret_mark, 'state', state, 'reached', reached, 'isOver', until < now()) ORDER BY process_id)
           FROM processes WHERE state <> 'dead') AS processes,
          (SELECT json_agg(json_build_object('slot', slot, 'processId', process_id, 'fence', fence) ORDER BY slot)
           FROM slots) AS slots`,
      });
      return { processes: row!.processes ?? [], slots: row!.slots };
    },
    async declareDead(processIds) {
      await bypassingRls.query(
        `UPDATE processes SET state = 'dead'
         WHERE process_id = ANY($1::uuid[]) AND state <> 'dead' AND until < now()`,
        [processIds],
      );
    },
    claim: (processId, slots) =>
      bypassingRls.transaction(async (tx) => {
        await tx.query(beginMoving);
        // A claim that a standby never got would be handed out again after it took over.
        await tx.query('SET LOCAL synchronous_commit = on');
        // Locked in the order of slots, so that no two claims wait for each other.
        return tx.query<HeldSlot>(
          `WITH free AS MATERIALIZED (
             SELECT slot FROM slots s WHERE slot = ANY($2::smallint[])
               AND (process_id IS NULL OR EXISTS (SELECT FROM processes p WHERE p.process_id = s.process_id AND state = 'dead'))
             ORDER BY slot FOR UPDATE
           )
           UPDATE slots s SET process_id = $1, fence = nextval('slot_fences') FROM free
           WHERE s.slot = free.slot AND EXISTS (SELECT FROM processes WHERE process_id = $1 AND state = 'living')
           RETURNING s.slot, s.fence`,
          [processId, slots],
        );
      }),
    async handOver(processId, held, to) {
      await bypassingRls.transaction(async (tx) => {
        await tx.query(beginMoving);
        await tx.query('SET LOCAL synchronous_commit = on');
        await tx.query(
          `WITH mine AS MATERIALIZED (
             SELECT slot FROM slots WHERE process_id = $1 AND (slot, fence) IN (SELECT * FROM unnest($2::smallint[], $3::bigint[]))
             ORDER BY slot FOR UPDATE
           )
           UPDATE slots s SET fence = nextval('slot_fences'),
             process_id = (SELECT process_id FROM processes WHERE process_id = $4 AND state = 'living')
           FROM mine WHERE s.slot = mine.slot`,
          [processId, held.map(({ slot }) => slot), held.map(({ fence }) => fence), to],
        );
      });
    },
    async leave(processId, state) {
      await bypassingRls.query(`UPDATE processes SET state = $2 WHERE process_id = $1 AND state <> 'dead'`, [
        processId,
        state,
      ]);
    },
    async bury(processId) {
      await bypassingRls.query(`UPDATE processes SET state = 'dead' WHERE process_id = $1`, [processId]);
    },
    async buryAll() {
      await bypassingRls.query(`UPDATE processes SET state = 'dead' WHERE state <> 'dead'`);
    },
    async close() {
      const opened = client;
      client = null;
      await opened?.then((made) => made.end()).catch(() => {});
    },
  };
}
