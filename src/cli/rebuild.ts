import { parseArgs } from 'node:util';
import { withLocks } from '../compose/platform.ts';
import { rebuildBookings } from '../features/booking/index.ts';
import { rebuildCounters } from '../features/catalog/index.ts';
import { rebuildSearch } from '../features/search/index.ts';
import { Locked } from '../platform/locks/locks.ts';
import { unlessTaken } from '../platform/postgres/one-at-a-time.ts';
import { StartRefused } from '../platform/start-refused.ts';
import { type Command, UsageError } from './io.ts';
import { progressLine, type Report } from './rebuild-progress.ts';
import { withDatabase } from './with-database.ts';

export const rebuildHelp = `onsale rebuild [bookings] [counters] [search] [--json]

Rebuilds the tables that answers are read from: bookings from their history in the event store,
counters of free places from the tickets, search documents from the catalogue. Without names, all of
them. Works beside a running server, in the middle of a sale, and may be stopped and started again at
any time; each is rebuilt by one command at a time. The index of a search engine (OPENSEARCH_URL)
follows the documents by itself; onsale search rebuild makes it anew.

  --json   One JSON document at the end, for programs.

Setting flags such as --data-dir are taken too. Exit codes: 0 done, 1 it could not be done.
`;

/** In this order: search shows what the counters say. */
const models = ['bookings', 'counters', 'search'] as const;

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
  return withDatabase(io.settings, async ({ bypassingRls }) => {
    const rebuilders: Record<(typeof models)[number], (report: Report) => Promise<object>> = {
      bookings: (report: Report) => rebuildBookings(bypassingRls, report),
      counters: (report: Report) =>
        withLocks(io.settings, (locks) => rebuildCounters(bypassingRls, locks, report)).catch(sayLocked),
      search: (report: Report) => rebuildSearch(bypassingRls, report),
    };
    const done: Record<string, object> = {};
    for (const name of wanted) {
      const report = progressLine(name, io, values.json);
      const rebuilt = await unlessTaken(bypassingRls, `rebuild ${name}`, () => rebuilders[name](report));
      if (rebuilt === null) {
        throw new StartRefused(`Somebody else rebuilds ${name} right now. Run it again when that is done.`);
      }
      done[name] = rebuilt;
      if (!values.json && io.stdout.isTTY) io.stdout.write('\n');
    }
    if (values.json) io.stdout.write(`${JSON.stringify(done, null, 2)}\n`);
    return 0;
  });
};

function sayLocked(error: unknown): never {
  if (!(error instanceof Locked)) throw error;
  throw new StartRefused(`${error.message} in Redis. Run it again when that is done: what was rebuilt stays so.`);
}
