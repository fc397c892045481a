import { type ConnectionSettings, sellingMax } from '../platform/postgres/database.ts';

/** Two more are always kept beside the pools: one feels the pulse of PostgreSQL, one renews the lease. */
const alonesMax = 2;
/** Past a pooler a start has one more, for migrations and what servers that start together do one after the other. */
const directMax = alonesMax + 1;
/** As many of the private PostgreSQL's are for commands that run beside the server, and for the parent of workers. */
const besideServer = 10;
/** The private PostgreSQL takes no fewer, however few a process asks for. */
const privateMin = 50;

/**
 * How many connections the private PostgreSQL takes for so many processes; each may have `each`. Of several there is one more for
 * a moment: a worker is replaced by one that serves already.
 */
export function privateServerConnections(processes: number, each: number): number {
  const atOnce = processes === 1 ? 1 : processes + 1;
  return besideServer + Math.max(privateMin, atOnce * each);
}

/** What a process may have of PostgreSQL. */
export interface ConnectionsPlan {
  /** For everything that is not a sale. */
  readonly general: number;
  /** For batches of purchases alone. */
  readonly sales: number;
  /** Past every pool. */
  readonly apart: number;
  /** Of all these, those that the server itself sees; null: only the pooler in between knows. */
  readonly atServer: number | null;
}

type To = 'server' | 'pooler' | 'past it too';

/** Shares out all connections that a process may have, to the server itself, to a pooler, or to one and past it too. */
export function planConnections(total: number, to: To, sells = true): ConnectionsPlan {
  const sales = !sells ? 0 : Math.min(sellingMax, Math.floor((total - alonesMax) / 2));
  const atServer = { server: total, pooler: null, 'past it too': directMax }[to];
  return { general: total - sales - alonesMax, sales, apart: alonesMax, atServer };
}

/** Where they lead to. */
export function planFor(
  { connection, direct }: { readonly connection: ConnectionSettings; readonly direct: ConnectionSettings },
  total: number,
  /** Whether it has the role that sells. */
  sells: boolean,
): ConnectionsPlan {
  if (!connection.isPooled) return planConnections(total, 'server', sells);
  return planConnections(total, direct.isPooled ? 'pooler' : 'past it too', sells);
}

/** The same in words, for whoever starts it. */
export function describePlan({ general, sales, apart }: ConnectionsPlan): string {
  return `up to ${general + sales + apart}: ${general}, ${sales} for sales, ${apart} apart`;
}
