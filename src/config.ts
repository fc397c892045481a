import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { backupFaults, backupSettings } from './config-backup.ts';
import { clusterSettings, rolesFaults } from './config-cluster.ts';
import { databaseFaults, databaseSettings } from './config-database.ts';
import { rabbitMqSettings } from './config-rabbitmq.ts';
import {
  readCertificate,
  readHost,
  readOrigins,
  readPort,
  readPrivateKey,
  readProxies,
  readRateLimits,
  tlsFaults,
  wholeNumber,
} from './config-readers.ts';
import { redisSettings } from './config-redis.ts';
import { searchSettings } from './config-search.ts';
import { addressWithPassword, checkedElsewhere, drawn, issued, liveKey, type Strength } from './config-secrets.ts';
import { accept, type Decision, refuse } from './kernel/decision.ts';
import { Secret } from './kernel/secret.ts';

/** One setting: an environment variable, or a file named by `<env>_FILE`; also a flag of `onsale serve`. */
interface Setting<T> {
  readonly env: string;
  /** What stands where nothing is set, as text; undefined if the setting is then absent. */
  readonly fallback: string | undefined;
  /** One sentence for the README and for `onsale serve --help`. */
  readonly about: string;
  /** What stands there in production instead. */
  readonly inProduction?: string;
  /** Is never printed; and what it must be in production. */
  readonly secret?: Strength;
  /** Is for trying Onsale out: production does not start with it. */
  readonly isForTests?: boolean;
  /** A switch: `--demo` and `--no-demo` instead of a value. */
  readonly onOff?: boolean;
  /** The same under names that other services use, read where ours is not set; undefined: neither are they. */
  readonly alias?: (environment: NodeJS.ProcessEnv) => string | undefined;
  /** Text to value. Refuses with words that follow the setting's name: "must be …". */
  read(text: string): Decision<T, string>;
}

const define = <T>(setting: Setting<T>) => setting;
const optional = <T>(setting: Setting<T>): Setting<T | undefined> => setting;

/** Every setting there is: type, validation, help and the README's table all come from here. */
export const schema = {
  host: define({
    env: 'HOST',
    fallback: '127.0.0.1',
    about: 'Address to listen on; `0.0.0.0` is every interface.',
    read: readHost,
  }),
  port: define({
    env: 'PORT',
    fallback: '3000',
    about: 'TCP port; `0` takes any free one.',
    read: readPort,
  }),
  dataDir: define({
    env: 'DATA_DIR',
    fallback: './data',
    about: 'Folder for everything Onsale keeps: the private PostgreSQL, and the owner’s API key in `owner.key`.',
    read: (text) => (text.includes('\0') ? refuse('must be a path') : accept(resolve(text))),
  }),
  publicUrl: optional({
    env: 'PUBLIC_URL',
    fallback: undefined,
    about:
      'Address that buyers see, where it is not the one listened on (behind a proxy); `https` makes cookies secure.',
    read: readPublicUrl,
  }),
  logLevel: define({
    env: 'LOG_LEVEL',
    fallback: 'info',
    about: 'Least level that is logged: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.',
    read: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  }),
  nodeEnv: define({
    env: 'NODE_ENV',
    fallback: 'development',
    about:
      '`development`, `test` or `production`. `production` takes no sandbox cards, keeps `/dev/mail` for the owner’s key, loads no demo, prints no key, and refuses weak secrets.',
    read: oneOf('development', 'test', 'production'),
  }),
  ...databaseSettings,
  ...redisSettings,
  ...searchSettings,
  ...rabbitMqSettings,
  trustedProxies: define({
    env: 'TRUSTED_PROXIES',
    fallback: '',
    about:
      'Addresses and networks (`10.0.0.0/8, ::1`) of proxies whose `X-Forwarded-For` or `Forwarded` says who the client is.',
    read: readProxies,
  }),
  metricsToken: optional({
    env: 'METRICS_TOKEN',
    fallback: undefined,
    about:
      'Who sends it (`Authorization: Bearer …`) may read `/metrics`. Without it only who sits at the machine, with nothing in front, and not in production.',
    secret: drawn,
    read: (text) =>
      /^[\x21-\x7e]{1,500}$/.test(text)
        ? accept(new Secret(text))
        : refuse('must be printable characters without spaces, at most 500'),
  }),
  slowMs: define({
    env: 'SLOW_MS',
    fallback: '1000',
    about: 'Requests and jobs that take so many milliseconds get a line in the log; `0`: none do.',
    read: wholeNumber(0, 3_600_000),
  }),
  rateLimits: define({
    env: 'RATE_LIMITS',
    fallback: 'on',
    about:
      'How often anybody may ask: `on`, `off`, `x10` (ten times as often), or single limits like `hold.customer=60:1` (60 at once, then 1 a second), separated by commas.',
    read: readRateLimits,
  }),
  holdLimits: define({
    env: 'HOLD_LIMITS',
    fallback: 'on',
    about:
      'How many places of a show one customer, or the guests of one network, may hold at once (each show says so, or 40 and at most half the house): `on`, or `off` for a rehearsal in which one machine plays all buyers.',
    read: oneOf('on', 'off'),
  }),
  corsOrigins: define({
    env: 'CORS_ORIGINS',
    fallback: '',
    about:
      'Origins of pages elsewhere that may call the API (`https://shop.example.com`), separated by commas; `*` is any.',
    read: readOrigins,
  }),
  tlsCert: optional({
    env: 'TLS_CERT',
    fallback: undefined,
    about: 'Certificate with its chain, as PEM or the path of a file: with it and TLS_KEY, Onsale speaks HTTPS itself.',
    read: readCertificate,
  }),
  tlsKey: optional({
    env: 'TLS_KEY',
    fallback: undefined,
    about: 'Private key of that certificate, as PEM or the path of a file.',
    secret: checkedElsewhere,
    read: readPrivateKey,
  }),
  smtpUrl: optional({
    env: 'SMTP_URL',
    fallback: undefined,
    about:
      'Mail server to send by: `smtp://user:password@host:587` or `smtps://…`. Without it mails are kept and shown at `/dev/mail`.',
    secret: addressWithPassword,
    read: (text) =>
      /^smtps?:\/\/.+/.test(text) && URL.canParse(text) && new URL(text).hostname !== ''
        ? accept(new Secret(text))
        : refuse('must read smtp://user:password@host:587'),
  }),
  mailFrom: define({
    env: 'MAIL_FROM',
    fallback: 'Onsale <tickets@localhost>',
    about: 'Whom mails come from, unless the organiser has a sender of its own: `Name <address>`.',
    read: (text) =>
      /^([^<>\p{Cc}]{1,100} <[^\s<>@,]+@[A-Za-z0-9.-]+>|[^\s<>@,]+@[A-Za-z0-9.-]+)$/u.test(text)
        ? accept(text)
        : refuse('must read Name <address>'),
  }),
  accessTokenMinutes: define({
    env: 'ACCESS_TOKEN_MINUTES',
    fallback: '15',
    about: 'How long an access token lives before it must be refreshed, 1 to 60 minutes.',
    read: (text) =>
      /^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 60
        ? accept(Number(text))
        : refuse('must be a whole number from 1 to 60'),
  }),
  contactDays: define({
    env: 'CONTACT_DAYS',
    fallback: '1095',
    about: 'How many days after a show the contacts of its buyers are kept, 1 to 36500.',
    read: (text) =>
      /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 36_500
        ? accept(Number(text))
        : refuse('must be a whole number from 1 to 36500'),
  }),
  staffSecondFactor: define({
    env: 'STAFF_SECOND_FACTOR',
    fallback: 'optional',
    about:
      '`required`: people who work for organisers may do nothing there unless they logged in with a second factor.',
    read: oneOf('optional', 'required'),
  }),
  internalSecret: optional({
    env: 'INTERNAL_SECRET',
    fallback: undefined,
    about:
      'Signs what the processes of one Onsale send each other, where there are several; random for each installation if left out. In production 32 characters or more that are no example.',
    secret: drawn,
    read: (text) => accept(new Secret(text)),
  }),
  stripeSecretKey: optional({
    env: 'STRIPE_SECRET_KEY',
    fallback: undefined,
    about: 'Secret key of the Stripe account that takes cards; the sandbox is off then. In production a live one.',
    secret: liveKey,
    read: (text) =>
      /^[sr]k_\w{3,250}$/.test(text)
        ? accept(new Secret(text))
        : refuse('must be a secret key of Stripe (sk_… or rk_…)'),
  }),
  stripeWebhookSecret: optional({
    env: 'STRIPE_WEBHOOK_SECRET',
    fallback: undefined,
    about:
      'Signs the webhooks of Stripe (`/api/payments/webhook/stripe`); without it they are refused, and payments are asked about instead.',
    secret: issued,
    read: readWebhookSecret,
  }),
  stripeConnectWebhookSecret: optional({
    env: 'STRIPE_CONNECT_WEBHOOK_SECRET',
    fallback: undefined,
    about:
      'Signs the webhooks about accounts of organisers: Stripe has an endpoint of its own for connected accounts, at the same address.',
    secret: issued,
    read: readWebhookSecret,
  }),
  stripePublishableKey: optional({
    env: 'STRIPE_PUBLISHABLE_KEY',
    fallback: undefined,
    about: 'Publishable key of the same account, for the buyer’s browser (`GET /api/payments/methods`).',
    read: (text) => (/^pk_\w{3,250}$/.test(text) ? accept(text) : refuse('must be a publishable key of Stripe (pk_…)')),
  }),
  stripeApiBase: optional({
    env: 'STRIPE_API_BASE',
    fallback: undefined,
    about: 'Where Stripe is asked, for tests: `http://127.0.0.1:21111`. Not in production.',
    isForTests: true,
    read: readPublicUrl,
  }),
  ...clusterSettings,
  ...backupSettings,
  demo: define({
    env: 'DEMO',
    fallback: 'true',
    inProduction: 'false',
    about:
      'Whether the first start on an empty database loads two demo shows; `--no-demo` leaves them out, and in production only `--demo` loads them.',
    onOff: true,
    read(text) {
      if (['true', 'yes', 'on', '1'].includes(text)) return accept(true);
      if (['false', 'no', 'off', '0'].includes(text)) return accept(false);
      return refuse('must be true or false');
    },
  }),
} as const;

type Schema = typeof schema;
export type SettingName = keyof Schema;
type Value<S> = S extends Setting<infer T> ? T : never;

/** All settings, checked and frozen. What is secret is wrapped, so that logs cannot print it. */
export type Settings = { readonly [Name in SettingName]: Value<Schema[Name]> };

export const settingNames = Object.keys(schema) as SettingName[];

/** `--data-dir` for DATA_DIR. */
export function flagOf(name: SettingName): string {
  return `--${schema[name].env.toLowerCase().replaceAll('_', '-')}`;
}

/**
 * Reads the settings: a flag wins over the environment, the environment over the default. An environment variable that
 * is empty counts as not set (compose files pass empty ones on). Refuses with every fault found, one line each.
 */
export function readSettings(
  environment: NodeJS.ProcessEnv,
  flags: Partial<Record<SettingName, string>> = {},
): Decision<Settings, string[]> {
  const faults: string[] = [];
  const settings: Partial<Record<SettingName, unknown>> = {};
  for (const name of settingNames) {
    const setting: Setting<unknown> = schema[name];
    const found = flags[name] === undefined ? fromEnvironment(setting, environment) : accept(flags[name]);
    if (!found.accepted) {
      faults.push(found.refusal);
      continue;
    }
    const fallback = settings.nodeEnv === 'production' ? (setting.inProduction ?? setting.fallback) : setting.fallback;
    const text = found.value ?? fallback;
    if (text === undefined) continue;
    const label = flags[name] === undefined ? nameInEnvironment(setting, environment) : flagOf(name);
    const read = text === '' && found.value === '' ? refuse('must not be empty') : setting.read(text);
    if (read.accepted) settings[name] = read.value;
    else
      faults.push(
        `${label} ${read.refusal}${saysItself(setting, read.refusal) ? '' : `, not ${JSON.stringify(text)}`}.`,
      );
  }
  if (faults.length === 0)
    faults.push(
      ...tlsFaults(settings.tlsCert as string | undefined, settings.tlsKey as Secret | undefined),
      ...databaseFaults(settings),
      ...backupFaults(settings),
    );
  if (faults.length === 0) faults.push(...rolesFaults(settings as unknown as Settings));
  if (settings.nodeEnv === 'production') faults.push(...unsafeInProduction(settings));
  return faults.length > 0 ? refuse(faults) : accept(Object.freeze(settings) as unknown as Settings);
}

/** What a fault begins with: whoever has set another name of the setting hears that it was read. */
function nameInEnvironment({ env, alias }: Setting<unknown>, environment: NodeJS.ProcessEnv): string {
  const isOther = !environment[env] && !environment[`${env}_FILE`] && alias?.(environment) !== undefined;
  return isOther ? `${env}, read by another name for it,` : env;
}

/** Whether a fault must not, or need not, repeat the value. */
function saysItself(setting: Setting<unknown>, refusal: string): boolean {
  return setting.secret !== undefined || /^(?:names|has no) /.test(refusal);
}

/** What production does not start with, in sentences that do not repeat it. */
function unsafeInProduction(settings: Partial<Record<SettingName, unknown>>): string[] {
  return settingNames.flatMap((name) => {
    const { env, secret, isForTests }: Setting<unknown> = schema[name];
    const value = settings[name];
    if (isForTests && value !== undefined) return [`${env} is for tests; production does not start with it.`];
    const wanted = value instanceof Secret ? secret?.(value.reveal()) : undefined;
    return wanted === undefined ? [] : [`${env} ${wanted}.`];
  });
}

function fromEnvironment(
  setting: Setting<unknown>,
  environment: NodeJS.ProcessEnv,
): Decision<string | undefined, string> {
  const direct = environment[setting.env] || undefined;
  const fileName = `${setting.env}_FILE`;
  const file = environment[fileName] || undefined;
  if (!file) return accept(direct ?? setting.alias?.(environment));
  if (direct) return refuse(`${setting.env} and ${fileName} are both set; keep one of them.`);
  try {
    return accept(readFileSync(file, 'utf8').trim());
  } catch (error) {
    return refuse(`${fileName} names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function oneOf<const Words extends readonly string[]>(...words: Words) {
  const list = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return (text: string): Decision<Words[number], string> =>
    words.includes(text) ? accept(text as Words[number]) : refuse(`must be ${list}`);
}

function readWebhookSecret(text: string): Decision<Secret, string> {
  const isSecret = /^whsec_\S{3,250}$/.test(text);
  return isSecret ? accept(new Secret(text)) : refuse('must be a signing secret of Stripe (whsec_…)');
}

function readPublicUrl(text: string): Decision<string, string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && !url.username && !url.password && !url.search && !url.hash;
  if (!plain || !['http:', 'https:'].includes(url.protocol)) return refuse('must be an http or https address');
  return accept(url.href.replace(/\/+$/, ''));
}
