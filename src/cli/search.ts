import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { rebuildIndex } from '../features/search/index.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { type Command, UsageError } from './io.ts';
import { progressLine } from './rebuild-progress.ts';
import { withDatabase } from './with-database.ts';

export const searchHelp = `onsale search rebuild [--json]

Makes the index of the search engine (OPENSEARCH_URL) anew from the search documents, beside the one
that is searched, which it then replaces at one moment: nobody waits, nothing is missing meanwhile.
A running server does it; this command asks for it and shows how far it is. It may be stopped: the
server goes on.

What the documents say is not looked at: onsale rebuild search makes those anew from the catalogue,
and the index follows by itself.

  --json   One JSON document at the end, for programs.

Setting flags such as --data-dir are taken too. Exit codes: 0 done, 1 it could not be done.
`;

/** The process does not end while this is waited for. */
const clock = {
  measure: () => systemClock.measure(),
  after(ms: number, task: () => void) {
    const stop = new AbortController();
    sleep(ms, undefined, { signal: stop.signal }).then(task, () => {});
    return () => stop.abort();
  },
};

/** `onsale search`. */
export const searchCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  if (positionals.join(' ') !== 'rebuild') throw new UsageError('search takes one word: rebuild.');
  return withDatabase(io.settings, async ({ bypassingRls }) => {
    const done = await rebuildIndex(bypassingRls, clock, progressLine('index', io, values.json));
    if (values.json) io.stdout.write(`${JSON.stringify({ index: done }, null, 2)}\n`);
    else io.stdout.write(`${io.stdout.isTTY ? '\r' : ''}index: ${done.done} of ${done.total}, in use\n`);
    return 0;
  });
};
