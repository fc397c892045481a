import { sellingMax } from '../platform/postgres/database.ts';

/** Two more are always kept beside the pools: one feels the pulse of PostgreSQL, one renews the lease. */
const alonesMax = 2;
/** As many of the private PostgreSQL's are for commands that run beside the server, and for the parent of workers. */
const besideServer = 10;
/** What a process takes at most of the private PostgreSQL. */
export const privateConnectionsMax = 50;

/** How many connections the private PostgreSQL takes for so many processes; each may have `each`. */
export function privateServerConnections(processes: number, each: number): number {
  return besideServer + (processes === 1 ? privateConnectionsMax : processes * Math.min(each, privateConnectionsMax));
}

/** Of all connections of the process, those for everything that is not a sale. */
export function generalConnections(total: number): number {
  return total - Math.min(sellingMax, total - alonesMax - 1) - alonesMax;
}
