import { readFile, writeFile } from 'node:fs/promises';
import { makeRehearsalAccounts } from '../features/identity/index.ts';
import { type Verification, verifyDatabase } from '../features/verify/index.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { StartRefused } from '../platform/start-refused.ts';
import { version } from '../version.ts';
import type { Command, CommandIo } from './io.ts';
import { generateArena } from './simulate/arena.ts';
import { accountShare } from './simulate/behaviours.ts';
import { checkHistoryFile } from './simulate/check-history-file.ts';
import { noNotes, writeHistory } from './simulate/history/history-file.ts';
import { createHttpClient } from './simulate/http-client.ts';
import { showProgress } from './simulate/live-progress.ts';
import { findLocalServer } from './simulate/local-server.ts';
import { readSimulateOptions, type SimulateOptions, simulateHelp } from './simulate/options.ts';
import { checkFromOutside } from './simulate/own-checks.ts';
import { Interrupted } from './simulate/pauses.ts';
import { renderReport } from './simulate/report.ts';
import { type RehearsalResult, toResult } from './simulate/result.ts';
import { runCrowd } from './simulate/run-crowd.ts';
import { readShow } from './simulate/show.ts';
import { type StagedPlan, stageShow } from './simulate/stage-show.ts';
import { startTemporaryServer } from './simulate/temporary-server.ts';
import { terminalPicture } from './simulate/terminal-picture.ts';
import { withDatabase } from './with-database.ts';

const exit = { clean: 0, wrong: 1 } as const;

/** `onsale simulate`. */
export const simulateCommand: Command = async (args, io) => {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(simulateHelp);
    return exit.clean;
  }
  if (args[0] === '--check-history') return checkHistoryFile(args.slice(1), io);
  const options = readSimulateOptions(args);
  // With --json stdout belongs to the result.
  const screen = options.json ? io.stderr : io.stdout;
  try {
    const isElsewhere = options.eventId !== null || options.url !== null;
    const result = isElsewhere ? await rehearseOn(options, io, screen) : await rehearseAlone(options, io, screen);
    if (options.reportFile !== null) {
      await writeFile(options.reportFile, renderReport(result));
      screen.write(`Report: ${options.reportFile}\n`);
    }
    if (options.json) io.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return result.clean ? exit.clean : exit.wrong;
  } catch (error) {
    if (!(error instanceof Interrupted || io.signal.aborted)) throw error;
    io.stderr.write('Interrupted.\n');
    return exit.wrong;
  }
};

/** On a server of its own that is removed afterwards. */
async function rehearseAlone(options: SimulateOptions, io: CommandIo, screen: CommandIo['stdout']) {
  const staged = await planOf(options);
  screen.write('Starting a temporary server …\n');
  const server = await startTemporaryServer(io.signal);
  try {
    const eventId = await stageShow(server, staged, systemClock.now());
    const settings = { ...io.settings, dataDir: server.dataDir, databaseUrl: undefined };
    const accounts = await withDatabase(settings, ({ bypassingRls }) =>
      makeRehearsalAccounts({ bypassingRls, clock: systemClock }, Math.ceil(options.buyers * accountShare)),
    );
    return await rehearse({ ...options, url: server.url, eventId, apiKey: null, accounts }, io, screen, {
      server: 'a temporary server of its own',
      alone: true,
      verify: () => withDatabase(settings, ({ bypassingRls }) => verifyDatabase(bypassingRls)),
    });
  } finally {
    await server.remove();
  }
}

/** On a show of a running server, or one made there for it. Its database is asked too if it can be reached from here. */
async function rehearseOn(options: SimulateOptions, io: CommandIo, screen: CommandIo['stdout']) {
  const local = await findLocalServer(io.settings, options.url);
  const url = options.url ?? local?.url;
  if (url === undefined) {
    throw new StartRefused(`No server runs on ${io.settings.dataDir}: name one with --url, or leave --event out.`);
  }
  const accounts = options.tokensFile === null ? [] : await readTokens(options.tokensFile);
  const { apiKey } = options;
  const isMade = options.eventId === null && apiKey !== null;
  const eventId = isMade
    ? await stageShow({ url, apiKey }, await planOf(options), systemClock.now()).catch((error) => {
        throw new StartRefused(`${url}: ${error.message}`, { cause: error });
      })
    : options.eventId!;
  return rehearse({ ...options, url, eventId, accounts }, io, screen, {
    server: url,
    // Nobody else knows of a show that was made a moment ago.
    alone: isMade,
    verify: local === null ? null : () => withDatabase(io.settings, ({ bypassingRls }) => verifyDatabase(bypassingRls)),
  });
}

async function rehearse(
  options: SimulateOptions & { readonly url: string; readonly eventId: number; readonly accounts: readonly string[] },
  io: CommandIo,
  screen: CommandIo['stdout'],
  place: { readonly server: string; readonly alone: boolean; readonly verify: (() => Promise<Verification>) | null },
): Promise<RehearsalResult> {
  const { url, eventId, buyers, apiKey } = options;
  const reader = createHttpClient(url, 1);
  const show = await readShow(reader, eventId)
    .catch((error) => {
      throw new StartRefused(`${url}: ${error.message}`, { cause: error });
    })
    .finally(() => reader.close());
  screen.write(
    `${show.title}: ${show.capacity.toLocaleString('en')} seats. ${buyers.toLocaleString('en')} buyers, ${options.arrival}${watching(options)}, seed ${options.seed}.\n\n`,
  );
  const free = Object.fromEntries(show.types.map((type) => [type.ticketTypeId, type.free]));
  const head = { eventId, holdMs: show.holdSeconds * 1000, free };
  const notes = options.historyFile === null ? noNotes : writeHistory(options.historyFile, head);
  const startedAt = new Date(systemClock.now());
  let stopProgress = () => {};
  const run = await runCrowd({
    ...options,
    show,
    notes,
    signal: io.signal,
    onBuilding: () => screen.write('The shop is being built …\n'),
    onOpened(tally, openedAt) {
      stopProgress = showProgress(screen, { tally, show, buyers, openedAt });
    },
  }).finally(() => {
    stopProgress();
    return notes.close();
  });
  screen.write('Everyone has left. Checking …\n');
  const checks = await checkFromOutside(run, { url, show, alone: place.alone, apiKey });
  const verification = place.verify === null ? null : await place.verify();
  const { server } = place;
  const result = toResult({ run, show, options, server, version, startedAt, checks, verification });
  screen.write(terminalPicture(result, screen.isTTY ?? false));
  return result;
}

function watching({ viewers, perSecond }: SimulateOptions): string {
  if (viewers === 0) return '';
  return `, ${viewers.toLocaleString('en')} viewers, ${perSecond.toLocaleString('en')} requests a second together`;
}

async function planOf({ planFile, capacity }: SimulateOptions): Promise<StagedPlan> {
  return planFile === null ? arenaOf(capacity) : readPlan(planFile);
}

function arenaOf(capacity: number): StagedPlan {
  const { plan, focalPoint } = generateArena(capacity);
  return { plan, supplement: { focalPoint } };
}

async function readTokens(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  } catch (error) {
    throw new StartRefused(`${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}

/** A bare plan, or a plan with its supplement beside it. */
async function readPlan(file: string): Promise<StagedPlan> {
  try {
    const document = JSON.parse(await readFile(file, 'utf8'));
    const staged = document.zones ? { plan: document } : document;
    if (!Array.isArray(staged.plan?.categories)) throw new Error('it is no seating plan');
    return staged;
  } catch (error) {
    throw new StartRefused(`${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}
