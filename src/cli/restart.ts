import { setTimeout as sleep } from 'node:timers/promises';
import { findHolder } from '../platform/data-folder/data-folder.ts';
import { StartRefused } from '../platform/start-refused.ts';
import { type Command, UsageError } from './io.ts';

export const restartHelp = `onsale restart
    Replaces the worker processes of the server that runs on the data folder (--data-dir, --workers)
    one after the other, each by a new one that serves already: with a new version of the program,
    without a request that fails. What is held stays held. Waits until it is done. SIGUSR2 to the
    server does the same. If a new process cannot start, the others go on as before, and it exits
    with 1. The parent itself, and with it the private PostgreSQL, is not replaced.
`;

const lookEveryMs = 100;

/** `onsale restart`. */
export const restartCommand: Command = async (args, { settings, stdout, signal }) => {
  if (args.length > 0) throw new UsageError(`restart does not know ${JSON.stringify(args[0])}.`);
  const before = await findHolder(settings.dataDir);
  if (!before?.url) throw new StartRefused(`No server runs on ${settings.dataDir}.`);
  if (!before.workers) {
    throw new StartRefused(
      'The server has no worker processes: start it with --workers, or stop one of several servers after the other.',
    );
  }
  const { restarts } = before.workers;
  process.kill(before.pid, 'SIGUSR2');
  for (;;) {
    await sleep(lookEveryMs);
    const now = await findHolder(settings.dataDir);
    if (!now?.workers || now.pid !== before.pid) throw new StartRefused('The server has ended meanwhile.');
    const { isRestarting, failure } = now.workers;
    if (!isRestarting && now.workers.restarts > restarts) {
      if (failure !== null) throw new StartRefused(`The worker processes are not all replaced: ${failure}`);
      stdout.write('All worker processes are replaced.\n');
      return 0;
    }
    if (signal.aborted) throw new StartRefused('Not waited for any longer; the server goes on with it.');
  }
};
