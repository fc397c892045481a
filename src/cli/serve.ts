import { once } from 'node:events';
import { startOnsale } from '../compose/app.ts';
import type { StartRefused } from '../platform/start-refused.ts';
import { version } from '../version.ts';
import type { Command } from './io.ts';
import { startScreen } from './start-screen.ts';

/** A shutdown that takes longer than this is cut off; running requests are bounded at 15 s. */
const stopPatienceMs = 25_000;

/** `onsale serve`: runs until Ctrl-C or SIGTERM, or until it cannot go on. */
export const serveCommand: Command = async (_args, { settings, stdout, stderr, signal }) => {
  const failed = new AbortController();
  // What is to be said of the shop before the screen, which comes first.
  const early: string[] = [];
  let say = (line: string): unknown => early.push(line);
  const onsale = await startOnsale(settings, {
    command: 'serve',
    onFailed: (reason: StartRefused) => failed.abort(reason),
    onWebApp: (sentence) => say(`  ${sentence}\n`),
  });
  if (!signal.aborted) {
    const { ownerKey, ownerKeyFile } = onsale;
    const owner = ownerKey ? { key: onsale.isProduction ? null : ownerKey, file: ownerKeyFile } : undefined;
    const facts = {
      version,
      address: onsale.address,
      data: onsale.place,
      connections: onsale.connections,
      demo: onsale.demo,
      owner,
      isBuilding: onsale.isBuildingWebApp,
    };
    if (!onsale.isSaidElsewhere) stdout.write(startScreen(facts, stdout.isTTY === true));
    say = (line) => stdout.write(line);
    for (const line of early) say(line);
    await untilAborted(AbortSignal.any([signal, failed.signal]));
  }
  const cutOff = setTimeout(
    () => {
      stderr.write('Running requests did not end in time. The next start recovers.\n');
      process.exit(1);
    },
    stopPatienceMs + settings.drainSeconds * 1_000,
  );
  await onsale.stop();
  clearTimeout(cutOff);
  if (!failed.signal.aborted) return 0;
  stderr.write(`${(failed.signal.reason as Error).message}\n`);
  return 1;
};

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  // Signals keep nothing alive: a timer does, whatever else runs.
  const alive = setInterval(() => {}, 3_600_000);
  await once(signal, 'abort');
  clearInterval(alive);
}
