import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { type App, createApp } from '../../src/compose/app.ts';
import { choosePorts, type SuppliedPorts } from '../../src/compose/platform.ts';
import { createServer } from '../../src/compose/server.ts';
import { listen } from '../../src/edges/http/listening.ts';
import { createApiKey } from '../../src/features/identity/index.ts';
import { createManualClock, type ManualClock } from '../../src/platform/clock/clock.ts';
import { createInjectedClient, type TestClient } from './client.ts';
import { asTest, atEnd, createOwnDatabase, type TestDatabase } from './database.ts';
import { watchProblems } from './declared-problems.ts';
import { noteLedgerUse } from './ledger-uses.ts';
import type { Need } from './need.ts';
import { claim, goesByUrl, guard, unguarded } from './needs.ts';
import { testSettings } from './settings.ts';
import { reachByUrl } from './url-app.ts';
import { waitForOthers } from './wait-for-others.ts';

type Server = Awaited<ReturnType<typeof createServer>>;

/** Where the link in a mail leads. */
export type MailedPage = 'verify' | 'reset' | 'mail-address' | 'invitation';

/** What anybody has who is not in the process of the app. */
export interface WireApp {
  /** Speaks to it as anybody does. */
  readonly client: TestClient;
  /** The same in the words of light-my-request. */
  readonly app: { inject: Server['inject'] };
  /** A key with every scope. */
  readonly ownerKey: string;
  /** The token of the newest mail to that address, of those that lead to this page if one is named. */
  mailedToken(email: string, page?: MailedPage): Promise<string>;
  /** Where it listens: `http://127.0.0.1:4711`. In this process it begins to, when first asked. */
  address(): Promise<string>;
  /** `authorization` with the owner's key. */
  readonly staff: { readonly authorization: string };
}

/** An app under test. What is more than the wire is handed out to tests that say so: `needs(…)` in needs.ts. */
export interface TestApp extends Omit<WireApp, 'app'> {
  /** Stands still until a test advances it. Starts at 2027-01-15T12:00:00Z. Needs `clock`. */
  readonly clock: ManualClock;
  /** Needs `database`. */
  readonly database: TestDatabase;
  /**
   * What a server does by itself within some seconds has happened: expiry sweep, journal, relay of messages. In this process every job
   * runs once; where tests go by URL they wait.
   */
  runJobs(): Promise<void>;
  /**
   * Looks until there is something: of what a server does by itself within some seconds. In this process jobs run in between; where
   * tests go by URL they look again and again. Throws if there is nothing for long, and says what was awaited.
   */
  eventually<T>(look: () => Promise<T | null | undefined | false>, what: string): Promise<T>;
  /**
   * What a change must show at once in the process that decides, and in others a moment later: in this process it is looked at once, where
   * tests go by URL again and again. Throws if it is not so, and says what was awaited.
   */
  shows(look: () => Promise<boolean>, what: string): Promise<void>;
  /** A second passes: of the simulated time, or where tests go by URL of our own. */
  aSecond(): Promise<void>;
  /** Whatever is not `inject` needs `process`. */
  readonly app: Server;
  /** Needs `process`; its jobs `jobs`. */
  readonly core: App;
}

export const testStart = Date.UTC(2027, 0, 15, 12);

/**
 * The whole application on a database of its own, without a port: requests go through `app.inject`. Whoever supplies a part other
 * than a setting that a server can have too needs `process`. Where tests go by URL and nothing is supplied, it is reached by its address, and there is nothing else of it.
 */
export async function startTestApp(
  options: Partial<Omit<SuppliedPorts, 'clock'>> & {
    readonly clock?: ManualClock;
    /** It will die in the test: nobody waits for what it leaves open. */
    readonly isMortal?: boolean;
  } = {},
): Promise<TestApp> {
  const { trustedProxies, corsOrigins, limitsHolds, ...parts } = options;
  if (Object.keys(parts).length > 0) claim('process');
  else if (goesByUrl) return withoutInside(await reachByUrl({ trustedProxies, corsOrigins, limitsHolds }));
  const { isMortal = false, ...supplied } = options;
  const database = options.database ? asTest(unguarded(options.database)) : (await createOwnDatabase()).database;
  const clock = unguarded(options.clock ?? createManualClock(testStart));
  const platform = await choosePorts(testSettings, {
    logger: pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
    ownAddress: () => 'http://localhost:3000',
    version: 'test',
    passwordCost: 4,
    onLedgerUse: noteLedgerUse,
    // Impatient, so that tests need not wait; nothing else is different.
    outsideCalls: { timeoutMs: 600, retryPauseMs: 1, openMs: 50 },
    attemptsCountedIn: process.env.ONSALE_TEST_ATTEMPTS === 'postgres' ? 'postgres' : 'process',
    ...supplied,
    database,
    clock,
  });
  const core = await createApp(platform);
  const http = await createServer(core, { onProblem: watchProblems() });
  const context = { actor: 'system', correlationId: 'test', now: clock.now(), organizerId: 1 };
  const { key } = await createApiKey(database, { name: 'owner', scopes: ['*'], platformOwner: true }, context);
  atEnd(async () => {
    if (isMortal) return;
    await http.close();
    await core.drain();
    await platform.close();
  });
  let address: Promise<string> | undefined;
  async function runJobs(): Promise<void> {
    await waitForOthers(database);
    for (const job of core.jobs) await job.run();
  }
  return {
    address() {
      address ??= listen(http, { host: '127.0.0.1', port: 0 });
      return address;
    },
    client: createInjectedClient(http),
    app: guard(http, (member) => (member === 'inject' ? null : 'process')),
    ownerKey: key,
    staff: { authorization: `Bearer ${key}` },
    mailedToken: (email, page) => readMailedToken(database, email, page),
    clock: guard(clock, () => 'clock'),
    database: guard(database, () => 'database'),
    core: guard(core, (member) => (member === 'jobs' ? 'jobs' : 'process')),
    aSecond: async () => clock.advance(1_000),
    runJobs,
    async shows(look, what) {
      assert.ok(await look(), what);
    },
    async eventually(look, what) {
      for (let turn = 0; turn < roundsOfJobs; turn++) {
        const found = await look();
        if (found) return found;
        await runJobs();
      }
      return (await look()) || assert.fail(`not after ${roundsOfJobs} rounds of jobs: ${what}`);
    },
  };
}

/** The token of the newest mail that will go to that address. */
async function readMailedToken(database: TestDatabase, email: string, page = ''): Promise<string> {
  const [row] = await database.query<{ token: string }>(
    `SELECT payload->'facts'->>'token' AS token FROM outbox
     WHERE topic = 'mail.requested' AND payload->>'to' = $1 AND payload->'facts'->>'token' IS NOT NULL
       AND payload->'facts'->>'link' LIKE $2
     ORDER BY created_at DESC LIMIT 1`,
    [email, `%/${page}%#token=%`],
  );
  if (!row) throw new Error(`No mail to ${email} carries a token`);
  return row.token;
}

/** What one job leaves to the next is done after some rounds. */
const roundsOfJobs = 6;
/** A machine that many share may be slow. */
const patienceMs = 60_000;

/** What jobs that a test waits for take at most, one after the other: relay of messages, mails, refunds at the provider. */
const slowestJobMs = 2_000;

/** Looks again and again, for long. */
async function lookAgain<T>(look: () => Promise<T | null | undefined | false>, what: string): Promise<T> {
  for (const last = performance.now() + patienceMs; ; await sleep(100)) {
    const found = await look();
    if (found) return found;
    if (performance.now() > last) assert.fail(`not within ${patienceMs} ms: ${what}`);
  }
}

/** An app of which there is the wire only: whoever reaches for more hears that there is none. */
function withoutInside(wire: WireApp): TestApp {
  const absent = (need: Need) =>
    guard({}, (member) => {
      claim(need);
      throw new Error(`There is no ${need} where tests go by URL (${member})`);
    });
  return {
    ...wire,
    app: guard(wire.app as Server, (member) => (member === 'inject' ? null : 'process')),
    clock: absent('clock') as ManualClock,
    database: absent('database') as TestDatabase,
    core: absent('process') as App,
    aSecond: () => sleep(1_000),
    runJobs: () => sleep(slowestJobMs),
    eventually: lookAgain,
    async shows(look, what) {
      await lookAgain(look, what);
    },
  };
}
