import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { searchEngineWish } from '../compose/choices.ts';
import { redisWish } from '../compose/platform.ts';
import { openRedisServers } from '../compose/redis.ts';
import { openEngineAlone } from '../compose/search-engine.ts';
import {
  type Finding,
  type Verification,
  verifyDatabase,
  verifyRedis,
  verifySearch,
} from '../features/verify/index.ts';
import { systemClock } from '../platform/clock/clock.ts';
import type { Database } from '../platform/postgres/database.ts';
import { type Command, type CommandIo, UsageError } from './io.ts';
import { verificationLine, verificationTable } from './verify/verification-text.ts';
import { verifyOneTransaction } from './verify/verify-transaction.ts';
import { withDatabase } from './with-database.ts';

export const verifyHelp = `onsale verify [--watch [SECONDS]] [--json]
onsale verify --transaction ID [--json]

Checks every promise about tickets and money (I1 to I11) in the database itself, in one
read-only snapshot: it may run beside a server in the middle of a sale. Shows for each promise
whether it holds, and for each fault how often it occurs, with up to five examples.

  --watch [SECONDS]   Check again and again, every 5 seconds if none are said, until Ctrl-C.
  --transaction ID    Check one transaction id instead: is it ours, for which booking, amount and
                      time? Exit code 0 if genuine, 1 if not.
  --json              One JSON document per check run, for programs.

With REDIS_URL or REDIS_CACHE_URL what lies there is held against the database, too: copies of
holds, and events that are kept. With OPENSEARCH_URL so is the index of search.

Works beside a running server and without one. Setting flags such as --data-dir are taken too.
Exit codes: 0 all promises hold, 1 something is violated, 2 it could not be checked.
`;

const exit = { clean: 0, violated: 1, failed: 2 } as const;
/** Somebody waits for one check; a watch beside a sale takes one core at most. */
const connectionsOnce = 2;
const watchSecondsDefault = 5;
const watchSecondsMax = 86_400;

/** `onsale verify`. */
export const verifyCommand: Command = async (args, io) => {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(verifyHelp);
    return exit.clean;
  }
  const options = readOptions(args);
  try {
    const { transaction } = options;
    if (transaction !== null) {
      return await withDatabase(io.settings, (database) => verifyOneTransaction(database, transaction, options, io));
    }
    return await withDatabase(io.settings, (database) =>
      options.watchSeconds === null ? once(database, options, io) : watch(database, options.watchSeconds, options, io),
    );
  } catch (error) {
    if (io.signal.aborted) return exit.failed;
    io.stderr.write(`Could not verify: ${(error as Error).message}\n`);
    return exit.failed;
  }
};

/** The database, and what follows it in Redis and in the search engine where they are set. */
async function verifyAll(database: Database, io: CommandIo, connections?: number): Promise<Verification> {
  const verification = await verifyDatabase(database.bypassingRls, io.signal, connections);
  const found = [...(await verifyKept(database, io)), ...(await verifyIndex(database, io))];
  const clean = verification.clean && found.every(({ count }) => count === 0);
  return { ...verification, clean, findings: [...verification.findings, ...found] };
}

const measure = () => systemClock.measure();
const waiting = (io: CommandIo) => (ms: number) => sleep(ms, undefined, { signal: io.signal });

async function verifyIndex(database: Database, io: CommandIo): Promise<Finding[]> {
  const engine = await openEngineAlone(searchEngineWish(io.settings));
  if (engine === null) return [];
  try {
    return [await verifySearch(database.bypassingRls, engine, { wait: waiting(io), measure })];
  } finally {
    await engine.close();
  }
}

async function verifyKept(database: Database, io: CommandIo): Promise<Finding[]> {
  const wish = redisWish(io.settings);
  if (!wish.url && !wish.cacheUrl) return [];
  const redis = await openRedisServers(wish, { clock: systemClock, onNotice: () => {}, onFault: () => {} });
  try {
    return await verifyRedis(database.bypassingRls, redis, { wait: waiting(io), measure });
  } finally {
    redis.close();
  }
}

async function once(database: Database, { json }: VerifyOptions, io: CommandIo): Promise<number> {
  const verification = await verifyAll(database, io, connectionsOnce);
  io.stdout.write(
    json ? `${JSON.stringify(verification, null, 2)}\n` : verificationTable(verification, io.stdout.isTTY),
  );
  return verification.clean ? exit.clean : exit.violated;
}

/** Answers `violated` if any of the runs was. Shows the table when something breaks, else a line per run. */
async function watch(database: Database, seconds: number, { json }: VerifyOptions, io: CommandIo): Promise<number> {
  const { stdout, signal } = io;
  let violated = false;
  let shown = '';
  while (!signal.aborted) {
    let verification: Verification;
    try {
      verification = await verifyAll(database, io);
    } catch (error) {
      if (signal.aborted) break;
      throw error;
    }
    violated ||= !verification.clean;
    const faults = JSON.stringify(verification.findings.map(({ name, count }) => [name, count]));
    if (json) stdout.write(`${JSON.stringify(verification)}\n`);
    else if (!verification.clean && faults !== shown) stdout.write(verificationTable(verification, stdout.isTTY));
    else stdout.write(verificationLine(verification));
    shown = faults;
    await sleep(seconds * 1000, undefined, { signal }).catch(() => {});
  }
  return violated ? exit.violated : exit.clean;
}

interface VerifyOptions {
  readonly json: boolean;
  readonly watchSeconds: number | null;
  readonly transaction: string | null;
}

function readOptions(args: readonly string[]): VerifyOptions {
  const { values } = parseArgs({
    args: withWatchSeconds(args),
    options: {
      json: { type: 'boolean', default: false },
      watch: { type: 'string' },
      transaction: { type: 'string' },
    },
  });
  const { json, transaction = null } = values;
  if (transaction !== null && values.watch !== undefined)
    throw new UsageError('--transaction and --watch exclude each other.');
  if (values.watch === undefined) return { json, watchSeconds: null, transaction };
  const watchSeconds = Number(values.watch);
  if (!/^\d+(\.\d+)?$/.test(values.watch) || watchSeconds <= 0 || watchSeconds > watchSecondsMax) {
    throw new UsageError(`--watch takes a number of seconds up to ${watchSecondsMax}, not ${values.watch}.`);
  }
  return { json, watchSeconds, transaction };
}

/** `--watch` may stand alone; the parser wants a value. */
function withWatchSeconds(args: readonly string[]): string[] {
  return args.map((arg, i) => {
    const next = args[i + 1];
    return arg === '--watch' && (next === undefined || next.startsWith('-')) ? `--watch=${watchSecondsDefault}` : arg;
  });
}
