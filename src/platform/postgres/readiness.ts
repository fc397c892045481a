import type { Clock } from '../clock/clock.ts';
import { inTime } from '../clock/in-time.ts';
import type { Database } from './database.ts';

/** Whether PostgreSQL takes what it is asked; `degraded` names what does not work. */
export interface Readiness {
  readonly ready: boolean;
  readonly degraded: readonly string[];
}

/** Who asks wants to know soon: PostgreSQL that has not answered by then does not work. */
const readinessMs = 1_800;

/** Asks PostgreSQL for a sign of life, on a connection as requests get one. Rejects where it gives none. */
export function pingPostgres({ bypassingRls }: Pick<Database, 'bypassingRls'>): Promise<unknown> {
  return bypassingRls.query({ name: 'ready', text: 'SELECT 1' });
}

/** Asks PostgreSQL for a sign of life. Never throws, and answers within two seconds. */
export async function askReadiness(
  database: Pick<Database, 'canWrite' | 'bypassingRls'>,
  clock: Pick<Clock, 'after'>,
): Promise<Readiness> {
  if (!database.canWrite) return { ready: false, degraded: ['postgres: disk full'] };
  const ready = (await inTime(pingPostgres(database), readinessMs, clock)) !== null;
  return { ready, degraded: ready ? [] : ['postgres'] };
}
