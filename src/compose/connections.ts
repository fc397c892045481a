import { sellingMax } from '../platform/postgres/database.ts';

/** Two more are always kept beside the pools: one feels the pulse of PostgreSQL, one keeps other servers away. */
const alonesMax = 2;
/** The private PostgreSQL has 60, and some of them are for commands that run beside the server. */
export const privateConnectionsMax = 50;

/** How many connections a process has unless it is told: what work they carry is bounded by the cores on both sides. */
export function usualConnections(cores: number): number {
  return Math.min(privateConnectionsMax, Math.max(18, 8 * cores));
}

/** Of all connections of the process, those for everything that is not a sale. */
export function generalConnections(total: number): number {
  return total - Math.min(sellingMax, total - alonesMax - 1) - alonesMax;
}
