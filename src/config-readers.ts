import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { accept, type Decision, refuse } from './kernel/decision.ts';
import { Secret } from './kernel/secret.ts';

// How the longer settings are read. Each refuses with words that follow the setting's name: "must be …".

/** Where to listen. */
export function readHost(text: string): Decision<string, string> {
  return /^[\w.:%-]+$/.test(text) ? accept(text) : refuse('must be a host name or an IP address');
}

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number) {
  return (text: string): Decision<number, string> =>
    /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max
      ? accept(Number(text))
      : refuse(`must be a whole number from ${min} to ${max}`);
}

/** A TCP port; 0 is any free one. */
export function readPort(text: string): Decision<number, string> {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
    ? accept(Number(text))
    : refuse('must be a whole number from 0 to 65535');
}

/** Where something listens: a host and a port, an IPv6 address in brackets. */
export function readEndpoint(text: string): Decision<string, string> {
  const port = Number(/^(?:\[[\da-fA-F:.%]+\]|[\w.-]+):(\d{1,5})$/.exec(text)?.[1] ?? 0);
  return port > 0 && port <= 65_535 ? accept(text) : refuse('must be host:port, an IPv6 address in brackets');
}

/** Addresses and networks of proxies, separated by commas. */
export function readProxies(text: string): Decision<readonly string[], string> {
  const proxies = listOf(text);
  const wrong = proxies.find((proxy) => !isNetwork(proxy));
  return wrong === undefined
    ? accept(proxies)
    : refuse(`must list addresses and networks like 10.0.0.0/8 (${JSON.stringify(wrong)} is none)`);
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
}

/** Origins of pages elsewhere that may call us: `https://shop.example.com`, or `*` alone for any. */
export function readOrigins(text: string): Decision<readonly string[], string> {
  const origins = listOf(text);
  if (origins.length === 1 && origins[0] === '*') return accept(origins);
  const wrong = origins.find((origin) => !isOrigin(origin));
  return wrong === undefined
    ? accept(origins)
    : refuse(`must list origins like https://shop.example.com, or be * (${JSON.stringify(wrong)} is none)`);
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Changes to the limits; null: there are none. */
export type RateLimitChanges = {
  readonly factor: number;
  readonly rules: readonly {
    readonly limitClass: string;
    readonly subject: string;
    readonly rule: { readonly burst: number; readonly perSecond: number };
  }[];
} | null;

const namedLimit = /^(read|write|hold|login|bulk)\.(customer|key|address)=(\d{1,9}):(\d{1,9}(?:\.\d{1,6})?)$/;

/** `on`, `off`, `x10`, or single limits like `hold.customer=60:1`. */
export function readRateLimits(text: string): Decision<RateLimitChanges, string> {
  if (text === 'off') return accept(null);
  let factor = 1;
  const rules: NonNullable<RateLimitChanges>['rules'][number][] = [];
  for (const part of text === 'on' ? [] : listOf(text)) {
    const times = Number(/^x(\d{1,7}(?:\.\d{1,3})?)$/.exec(part)?.[1]);
    const named = namedLimit.exec(part);
    const rule = { burst: Number(named?.[3]), perSecond: Number(named?.[4]) };
    if (times > 0) factor = times;
    else if (named && rule.burst > 0 && rule.perSecond > 0) {
      rules.push({ limitClass: named[1]!, subject: named[2]!, rule });
    } else return refuse('must be on, off, x10 or limits like hold.customer=60:1');
  }
  return accept({ factor, rules });
}

/** A certificate (with its chain) in PEM, or the path of a file that holds it. */
export function readCertificate(text: string): Decision<string, string> {
  return readPem(text, /-----BEGIN CERTIFICATE-----/, 'a certificate');
}

/** A private key in PEM, or the path of a file that holds it. */
export function readPrivateKey(text: string): Decision<Secret, string> {
  const read = readPem(text, /-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key');
  return read.accepted ? accept(new Secret(read.value)) : read;
}

function readPem(text: string, form: RegExp, what: string): Decision<string, string> {
  let pem = text;
  if (!text.includes('-----BEGIN')) {
    try {
      pem = readFileSync(text, 'utf8');
    } catch (error) {
      return refuse(`names ${text}, which cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  return form.test(pem) ? accept(pem) : refuse(`must be ${what} in PEM, or the path of one`);
}

/** What is wrong with certificate and key together, in sentences. */
export function tlsFaults(certificate: string | undefined, key: Secret | undefined): string[] {
  if (certificate === undefined && key === undefined) return [];
  if (certificate === undefined || key === undefined) return ['TLS_CERT and TLS_KEY belong together; set both.'];
  try {
    createSecureContext({ cert: certificate, key: key.reveal() });
    return [];
  } catch (error) {
    return [`TLS_CERT and TLS_KEY do not go together: ${(error as Error).message}.`];
  }
}

export function listOf(text: string): string[] {
  return text === '' ? [] : text.split(',').map((part) => part.trim());
}
