import type { Queryable } from '../postgres/database.ts';
import type { ListedSlot } from './lease-rows.ts';

/** A process as operators see it. */
export interface ProcessStatus {
  readonly processId: string;
  readonly version: string;
  readonly roles: readonly string[];
  /** `over`: its lease has ended, and nobody has declared it dead yet; `dead`: it is, and slots are still to be claimed. */
  readonly state: 'living' | 'leaving' | 'over' | 'dead';
  /** Until its lease ends; negative where it has. */
  readonly leaseLeftMs: number;
  /** `host:port` of its listener for other processes. */
  readonly address: string;
  readonly startedAt: Date;
  /** How many slots of events it owns. */
  readonly slots: number;
}

export interface ClusterStatus {
  /** The oldest first. The dead are left out, unless they have slots. */
  readonly processes: readonly ProcessStatus[];
  readonly slots: readonly ListedSlot[];
}

/** Reads who lives and who owns what, by the clock of the database; changes nothing. A schema of before there were owners lists nobody. */
export async function readClusterStatus(bypassingRls: Queryable): Promise<ClusterStatus> {
  const [table] = await bypassingRls.query(`SELECT 1 WHERE to_regclass('slots') IS NOT NULL`);
  if (!table) return { processes: [], slots: [] };
  const slots = await bypassingRls.query<ListedSlot>(
    'SELECT slot::int, process_id AS "processId", fence::float8 AS fence FROM slots ORDER BY slot',
  );
  const processes = await bypassingRls.query<ProcessStatus>(
    `SELECT process_id AS "processId", version, roles, address, started_at AS "startedAt",
       CASE WHEN state <> 'dead' AND until < now() THEN 'over' ELSE state END AS state,
       round(extract(epoch FROM until - now()) * 1000)::float8 AS "leaseLeftMs", owned AS slots
     FROM processes p, LATERAL (SELECT count(*)::int AS owned FROM slots s WHERE s.process_id = p.process_id) owns
     WHERE state <> 'dead' OR owned > 0 ORDER BY started_at, process_id`,
  );
  return { processes, slots };
}
