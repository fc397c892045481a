import { availableParallelism } from 'node:os';
import pino from 'pino';
import type { Settings } from '../config.ts';
import { changeLimitRules } from '../edges/http/limits/limit-rules.ts';
import { listen, localUrl, openSideDoor } from '../edges/http/listening.ts';
import { openStripeCards } from '../features/payments/index.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { createSmtpMailer } from '../platform/mail/smtp-mailer.ts';
import { giveBackAfterStart } from '../platform/memory/give-back-start.ts';
import { openDatabase } from '../platform/postgres/database.ts';
import { migrate } from '../platform/postgres/migrate.ts';
import { runJobs } from '../platform/scheduler/run-jobs.ts';
import type { StartRefused } from '../platform/start-refused.ts';
import { version } from '../version.ts';
import { generalConnections, privateConnectionsMax, usualConnections } from './connections.ts';
import { createCore } from './core.ts';
import { loadDemo } from './demo.ts';
import { issueOwnerKey } from './owner-key.ts';
import { openStorage } from './storage.ts';

export interface RunningOnsale {
  /** `http://127.0.0.1:3000` */
  readonly address: string;
  /** Where everything is kept, in words. */
  readonly place: string;
  /** The owner's API key if this start made it. */
  readonly ownerKey: string | undefined;
  readonly ownerKeyFile: string;
  /** Titles of the demo shows that this start loaded. */
  readonly demo: readonly string[];
  /** Finishes running requests, writes what is not written, stops PostgreSQL, gives the data folder back. */
  stop(): Promise<void>;
}

/**
 * Starts a whole Onsale: storage, schema, slices, jobs, HTTP. Throws StartRefused with one line if it cannot; what was
 * opened until then is closed again, in reverse.
 */
export async function startOnsale(
  settings: Settings,
  options: { readonly command: string; readonly onFailed: (reason: StartRefused) => void },
): Promise<RunningOnsale> {
  const logger = pino({ level: settings.logLevel, base: undefined }, pino.destination({ dest: 2, sync: false }));
  const opened: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of opened.splice(0).reverse()) {
      await close().catch((error) => logger.error({ err: error }, 'closing failed'));
    }
    logger.flush();
  };
  try {
    const storage = await openStorage(settings, {
      ...options,
      onNotice: (sentence) => logger.warn(sentence),
    });
    opened.push(() => storage.close());
    const database = openDatabase(storage.connection, generalConnections(connectionsOf(settings)), {
      isWatched: true,
      onNotice: (sentence) => logger.warn(sentence),
    });
    opened.push(() => database.close());
    await migrate(database);
    const clock = systemClock;
    const tls = settings.tlsCert && settings.tlsKey ? { cert: settings.tlsCert, key: settings.tlsKey } : undefined;
    let address = localUrl(settings, tls ? 'https' : 'http');
    const context = { actor: 'system', correlationId: 'start', now: clock.now(), organizerId: 1 };
    const core = await createCore({
      database,
      clock,
      logger,
      version,
      publicUrl: settings.publicUrl ?? (tls && address),
      corsOrigins: settings.corsOrigins,
      tls,
      sandboxOn: settings.nodeEnv !== 'production' && settings.stripeSecretKey === undefined,
      cards: await openCards(settings, () => settings.publicUrl ?? address),
      isProduction: settings.nodeEnv === 'production',
      metricsToken: settings.metricsToken,
      slowMs: settings.slowMs,
      mailer: settings.smtpUrl && createSmtpMailer({ url: settings.smtpUrl }),
      mailFrom: settings.mailFrom,
      limitRules: settings.rateLimits && changeLimitRules(settings.rateLimits),
      limitsHolds: settings.holdLimits === 'on',
      trustedProxies: settings.trustedProxies,
      accessTokenMinutes: settings.accessTokenMinutes,
      secondFactorRequired: settings.staffSecondFactor === 'required',
      contactDays: settings.contactDays,
      internalSecret: settings.internalSecret,
      baseUrl: () => address,
    });
    opened.push(core.drain);
    if (settings.nodeEnv === 'production' && !settings.smtpUrl) {
      logger.warn('SMTP_URL is not set: mails are kept, and nobody gets one.');
    }
    await core.settleLeftovers();
    // In this order: a database without an owner's key is one that no start has got through yet.
    const demo = settings.demo ? await loadDemo(core, database, context) : [];
    const ownerKey = await issueOwnerKey(database, storage.dataFolder, context);
    const jobs = runJobs({
      jobs: core.jobs,
      clock,
      onFailure: (job, error) => logger.error({ err: error, job }, 'a job failed'),
      slowMs: settings.slowMs || Number.POSITIVE_INFINITY,
      onSlow: (job, ms) => logger.warn({ job, ms }, 'slow job'),
    });
    opened.push(() => jobs.stop());
    address = await listen(core.http, settings);
    opened.push(() => core.http.close());
    const keepMemory = giveBackAfterStart();
    opened.push(async () => keepMemory());
    const { place, dataFolder } = storage;
    const sideDoor = tls && (await openSideDoor(core.http));
    if (sideDoor) opened.push(() => sideDoor.close());
    await dataFolder.announce(sideDoor?.url ?? address);
    // Said first: who starts now waits for us to stop instead of giving up.
    opened.push(() => dataFolder.announce(null));
    return { address, place, ownerKey, ownerKeyFile: dataFolder.ownerKeyFile, demo, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** How many connections this process may have to PostgreSQL, in all. */
function connectionsOf({ databaseConnections, databaseUrl }: Settings): number {
  const wanted = databaseConnections ?? usualConnections(availableParallelism());
  return databaseUrl ? wanted : Math.min(wanted, privateConnectionsMax);
}

/** Stripe, where it is set. */
function openCards(settings: Settings, returnUrl: () => string) {
  const { stripeSecretKey, stripePublishableKey: publishableKey, stripeApiBase: apiBase } = settings;
  if (!stripeSecretKey) return undefined;
  const secrets = [settings.stripeWebhookSecret, settings.stripeConnectWebhookSecret];
  const webhookSecrets = secrets.filter((one) => one !== undefined).map((one) => one.reveal());
  const secretKey = stripeSecretKey.reveal();
  return openStripeCards({ secretKey, apiBase, publishableKey, webhookSecrets, returnUrl });
}
