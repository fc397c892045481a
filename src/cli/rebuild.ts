import { parseArgs } from 'node:util';
import { rebuildBookings } from '../features/booking/index.ts';
import { rebuildCounters } from '../features/catalog/index.ts';
import { createSearch } from '../features/search/index.ts';
import { systemClock } from '../platform/clock/clock.ts';
import type { Database } from '../platform/postgres/database.ts';
import { type Command, type CommandIo, UsageError } from './io.ts';
import { withDatabase } from './with-database.ts';

export const rebuildHelp = `onsale rebuild [bookings] [counters] [search] [--json]

Makes what is read fast say again what is true: bookings from their history in the event store,
counters of free places from the tickets, search documents from the catalogue. Without names, all of
them. Works beside a running server, in the middle of a sale, and may be stopped and started again at
any time.

  --json   One JSON document at the end, for programs.

Setting flags such as --data-dir are taken too. Exit codes: 0 done, 2 it could not be done.
`;

/** In this order: search tells what the counters say. */
const models = ['bookings', 'counters', 'search'] as const;
const rebuilders = { bookings: rebuildBookings, counters: rebuildCounters, search: rebuildSearch };
const eventsAtOnce = 200;

/** `onsale rebuild`. */
export const rebuildCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const unknown = positionals.find((name) => !(models as readonly string[]).includes(name));
  if (unknown !== undefined) throw new UsageError(`rebuild does not know ${JSON.stringify(unknown)}.`);
  const wanted = models.filter((name) => positionals.length === 0 || positionals.includes(name));
  return withDatabase(io.settings, async (database) => {
    const done: Record<string, object> = {};
    for (const name of wanted) {
      const report = progressLine(name, io, values.json);
      done[name] = await rebuilders[name](database, report);
      if (!values.json && io.stdout.isTTY) io.stdout.write('\n');
    }
    if (values.json) io.stdout.write(`${JSON.stringify(done, null, 2)}\n`);
    return 0;
  });
};

interface Progress {
  readonly done: number;
  readonly total: number;
  readonly corrected?: number;
}

/** One line that is written over on a terminal; elsewhere one line in twenty, and the last. */
function progressLine(name: string, { stdout }: CommandIo, quiet: boolean): (progress: Progress) => void {
  let calls = 0;
  return ({ done, total, corrected }) => {
    calls += 1;
    if (quiet || (!stdout.isTTY && calls % 20 !== 1 && done < total)) return;
    const found = corrected === undefined ? '' : `, ${corrected} corrected`;
    stdout.write(`${stdout.isTTY ? '\r' : ''}${name}: ${done} of ${total}${found}${stdout.isTTY ? '' : '\n'}`);
  };
}

async function rebuildSearch(database: Database, report: (progress: Progress) => void): Promise<Progress> {
  const { indexEvents } = createSearch({ database, clock: systemClock });
  const [count] = await database.query<{ total: number }>('SELECT count(*) AS total FROM events');
  let done = 0;
  for (let after = 0; ; ) {
    const rows = await database.query<{ id: number }>(
      `SELECT event_id AS id FROM events WHERE event_id > $1 ORDER BY event_id LIMIT ${eventsAtOnce}`,
      [after],
    );
    if (rows.length === 0) return { done, total: Math.max(count!.total, done) };
    after = rows.at(-1)!.id;
    await database.transaction((tx) =>
      indexEvents(
        tx,
        rows.map(({ id }) => id),
      ),
    );
    done += rows.length;
    report({ done, total: Math.max(count!.total, done) });
  }
}
