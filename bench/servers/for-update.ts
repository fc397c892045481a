// Baseline of purchases: the textbook design. One transaction per purchase, which locks what it sells by
// SELECT … FOR UPDATE, checks, updates, inserts the booking and commits.
import type { ConnectionSettings } from '../../src/platform/postgres/database.ts';
import { readSettings } from './child.ts';
import { sellByRowLock } from './event-row.ts';
import { serveSelling } from './selling.ts';

export interface ForUpdateSettings {
  readonly connection: ConnectionSettings;
  readonly poolSize: number;
  /** What is locked: the event's row, which holds the number left, or the ticket's own row. */
  readonly lock: 'event' | 'ticket';
}

const { connection, poolSize, lock } = readSettings<ForUpdateSettings>();
await serveSelling({ connection, poolSize, sell: sellByRowLock(lock) });
