import type { Settings } from '../config.ts';
import { changeLimitRules, type LimitRules } from '../edges/http/limits/limit-rules.ts';
import type { Tls } from '../edges/http/web-server.ts';
import { type CardCompany, openStripeCards } from '../features/payments/index.ts';
import type { ProcessRole } from '../kernel/process-role.ts';
import type { Secret } from '../kernel/secret.ts';
import type { Clock } from '../platform/clock/clock.ts';
import { createKeptMailer } from '../platform/mail/kept-mailer.ts';
import type { Mailer } from '../platform/mail/mailer.ts';
import { createSmtpMailer } from '../platform/mail/smtp-mailer.ts';
import type { Database } from '../platform/postgres/database.ts';
import { type SocketBounds, socketBounds } from '../platform/web-sockets/web-sockets.ts';
import { version } from '../version.ts';
import type { BackupSchedule } from './scheduled-backups.ts';
import type { SearchEngineWish } from './search-engine.ts';

/** What the operator has chosen, as it is used. */
export interface Choices {
  /** Which parts of Onsale this process is. */
  readonly roles: readonly ProcessRole[];
  readonly version: string;
  readonly isProduction: boolean;
  /** Where buyers see us, where that is not where we listen. */
  readonly publicUrl: string | undefined;
  /** With it, the server speaks HTTPS. */
  readonly tls: Tls | undefined;
  /** Addresses and networks whose forwarding headers count. */
  readonly trustedProxies: readonly string[];
  /** Origins of pages elsewhere that may call us. */
  readonly corsOrigins: readonly string[];
  /** Whether the sandbox takes cards where no company does: not in production. */
  readonly sandboxOn: boolean;
  /** Whom mails come from: `Name <address>`. */
  readonly mailFrom: string;
  /** Who sends it may read the metrics; without one whoever sits at the machine, outside production. */
  readonly metricsToken: Secret | undefined;
  /** Requests and jobs that take so many milliseconds get a line in the log; supplied as 0: none do. */
  readonly slowMs: number;
  /** How often anybody may ask; null: as often as they like. */
  readonly limitRules: LimitRules | null;
  /** How many sockets may be open. */
  readonly socketBounds: SocketBounds;
  /** Whether nobody may hold too many places of an event at once. */
  readonly limitsHolds: boolean;
  readonly accessTokenMinutes: number;
  /** Whether staff may do nothing before a second factor is set up. */
  readonly secondFactorRequired: boolean;
  /** How long it goes on serving after it was to stop, as not ready. */
  readonly drainMs: number;
  /** What the processes of one Onsale sign for each other with; undefined: the installation's own. */
  readonly internalSecret: Secret | undefined;
  /** How much log PostgreSQL may keep for the search engine. */
  readonly searchSlotBytesMax: number;
  /** How long after a show its buyers' contacts are kept. */
  readonly contactDays: number;
  /** When backups are taken, and where they lie; null: none are by a server. */
  readonly backups: BackupSchedule | null;
}

/** Takes them from the settings. */
export function choicesOf(settings: Settings, ownAddress: () => string): Choices {
  const isProduction = settings.nodeEnv === 'production';
  const tls = settings.tlsCert && settings.tlsKey ? { cert: settings.tlsCert, key: settings.tlsKey } : undefined;
  return {
    roles: settings.roles,
    version,
    isProduction,
    publicUrl: settings.publicUrl ?? (tls && ownAddress()),
    tls,
    trustedProxies: settings.trustedProxies,
    corsOrigins: settings.corsOrigins,
    sandboxOn: !isProduction,
    mailFrom: settings.mailFrom,
    metricsToken: settings.metricsToken,
    slowMs: settings.slowMs,
    limitRules: settings.rateLimits && changeLimitRules(settings.rateLimits),
    socketBounds,
    limitsHolds: settings.holdLimits === 'on',
    accessTokenMinutes: settings.accessTokenMinutes,
    secondFactorRequired: settings.staffSecondFactor === 'required',
    drainMs: settings.drainSeconds * 1_000,
    internalSecret: settings.internalSecret,
    searchSlotBytesMax: slotBytesMax(settings),
    contactDays: settings.contactDays,
    backups:
      settings.backupTo === undefined
        ? null
        : {
            place: settings.backupTo,
            atMinutes: settings.backupAt,
            keepDays: settings.backupKeepDays,
            logSeconds: settings.backupLogSeconds,
          },
  };
}

/** The search engine that is set. */
export function searchEngineWish(settings: Settings): SearchEngineWish {
  return { url: settings.openSearchUrl, ca: settings.openSearchCa, slotBytesMax: slotBytesMax(settings) };
}

const slotBytesMax = ({ searchSlotMb }: Settings) => searchSlotMb * 1_000_000;

/** Sends mails by the server that is set, or keeps them. */
export function openMailer(
  { smtpUrl: url }: Settings,
  { database, clock }: { database: Database; clock: Clock },
): Mailer {
  return url ? createSmtpMailer({ url }) : createKeptMailer({ bypassingRls: database.bypassingRls, clock });
}

/** Stripe, where it is set. */
export async function openCards(settings: Settings, returnUrl: () => string): Promise<CardCompany | null> {
  const { stripeSecretKey, stripePublishableKey: publishableKey, stripeApiBase: apiBase } = settings;
  if (!stripeSecretKey) return null;
  const secrets = [settings.stripeWebhookSecret, settings.stripeConnectWebhookSecret];
  const webhookSecrets = secrets.filter((one) => one !== undefined).map((one) => one.reveal());
  const secretKey = stripeSecretKey.reveal();
  return openStripeCards({ secretKey, apiBase, publishableKey, webhookSecrets, returnUrl });
}
