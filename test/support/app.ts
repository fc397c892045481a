import { pino } from 'pino';
import { type Core, type CoreParts, createCore } from '../../src/compose/core.ts';
import { createApiKey } from '../../src/features/identity/index.ts';
import { createManualClock, type ManualClock } from '../../src/platform/clock/clock.ts';
import type { Database } from '../../src/platform/postgres/database.ts';
import { atEnd, createTestDatabase } from './database.ts';
import { waitForOthers } from './wait-for-others.ts';

export interface TestApp {
  readonly app: Core['http'];
  readonly core: Core;
  readonly database: Database;
  /** Stands still until a test advances it. Starts at 2027-01-15T12:00:00Z. */
  readonly clock: ManualClock;
  /** A key with every scope. */
  readonly ownerKey: string;
  /** `authorization` with the owner's key. */
  readonly staff: { readonly authorization: string };
  /** Runs every job once, as the passing of time would: expiry sweep, journal, relay of messages. */
  runJobs(): Promise<void>;
}

export const testStart = Date.UTC(2027, 0, 15, 12);

/** The whole application on a database of its own, without a port: requests go through `app.inject`. */
export async function startTestApp(
  options: Partial<Omit<CoreParts, 'clock'>> & {
    readonly clock?: TestApp['clock'];
    /** It will die in the test: nobody waits for what it leaves open. */
    readonly isMortal?: boolean;
  } = {},
): Promise<TestApp> {
  const database = options.database ?? (await createTestDatabase()).database;
  const clock = options.clock ?? createManualClock(testStart);
  const core = await createCore({
    logger: pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
    version: 'test',
    publicUrl: undefined,
    sandboxOn: options.cards === undefined,
    passwordCost: 4,
    ...options,
    database,
    clock,
  });
  const context = { actor: 'system', correlationId: 'test', now: clock.now(), organizerId: 1 };
  const { key } = await createApiKey(database, { name: 'owner', scopes: ['*'], platformOwner: true }, context);
  atEnd(async () => {
    if (options.isMortal) return;
    await core.http.close();
    await core.drain();
  });
  return {
    app: core.http,
    core,
    database,
    clock,
    ownerKey: key,
    staff: { authorization: `Bearer ${key}` },
    async runJobs() {
      await waitForOthers(database);
      for (const job of core.jobs) await job.run();
    },
  };
}
