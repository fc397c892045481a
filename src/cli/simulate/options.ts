import { parseArgs } from 'node:util';
import { UsageError } from '../io.ts';
import { type ArrivalShape, arrivalShapes } from './arrivals.ts';
import { seatsPerBuyer } from './behaviours.ts';

export interface SimulateOptions {
  readonly buyers: number;
  readonly arrival: ArrivalShape;
  readonly durationMs: number;
  /** Until then whoever has left comes again. */
  readonly goesOnMs: number;
  readonly viewers: number;
  /** Requests a second of viewers and buyers together. */
  readonly perSecond: number;
  readonly tailMs: number;
  readonly speed: number;
  readonly seed: number;
  readonly connections: number;
  /** Null: a temporary server. */
  readonly url: string | null;
  readonly eventId: number | null;
  readonly apiKey: string | null;
  /** A file with access tokens of accounts, one a line. */
  readonly tokensFile: string | null;
  /** A seating plan's file for the temporary server, instead of the generated arena. */
  readonly planFile: string | null;
  /** Seats of the generated arena. */
  readonly capacity: number;
  readonly reportFile: string | null;
  /** Where all calls and answers are noted. */
  readonly historyFile: string | null;
  readonly json: boolean;
  /** The share, 0 to 1, of buyers who ask for what a browser asks for. */
  readonly byPage: number;
}

const buyersMax = 200_000;
const capacityMax = 150_000;
/** A connection each, and a process has so many. */
const viewersMax = 18_000;
/** A viewer asks so often unless --rate says otherwise. */
const viewerEverySeconds = 4.5;

export const simulateHelp = `onsale simulate [--buyers N] [--arrival flash|ramp|poisson] [--duration 30s]
                [--url URL --event ID | --url URL --api-key KEY] [--viewers N] [--report out.html]

Rehearses an on-sale from a process of its own. Buyers arrive when the plan says, whatever the
server answers. Some have accounts, the others are guests. Most buy; some walk away, click twice,
retry with the same key, reload, pick seats on the map, come back too late; cards are declined,
slow, ask for 3-D Secure or never answer; bots grab the limit in parallel. At the end: a picture,
how many came from hold to ticket, what was refused and why, latencies from the intended arrival,
and whether every promise was kept. Only the sandbox's cards are used.

Without --url a fresh temporary server with a generated arena is started, and removed at the end.

  --buyers N           How many (10000).
  --arrival SHAPE      flash: half of them at once. ramp: ever more. poisson: evenly. (flash)
  --duration TIME      Between the first and the last arrival: 30s, 5m. (30s)
  --ramp TIME          All have come, evenly, within this time (--arrival poisson --duration TIME).
  --minutes N          So long whoever has left comes again, as somebody else.
  --viewers N          So many people besides who only look, each over a connection of their own. (0)
  --rate N             Requests a second that viewers and buyers send together, whatever is answered: what
                       buyers leave of it, viewers send. (one of each viewer in ${viewerEverySeconds} s)
  --tail TIME          How long buyers then still wait for seats that come back (3m).
  --speed X            People think X times faster than people do (1).
  --seed N             Repeats a crowd: the same arrivals, the same characters.
  --by-page SHARE      So many buyers, such as 30%, load the pages of the shop as a browser does: HTML,
                       styles, scripts and fonts (6 of 10 for the first time), the live channel, the
                       checkout. The others, and bots, ask the API alone. (0%)
  --connections N      Connections to the server at most (1000).
  --capacity N         Seats of the generated arena. (${seatsPerBuyer} per buyer: a crowd wants about 2.6
                       tickets a head, so it sells out)
  --plan FILE          A seating plan for the temporary server instead of the generated arena.
  --url URL            Rehearse against a running server or cluster: with --event on a show that it
                       has, with --api-key on one made for it. With DATABASE_URL of that server
                       the database is asked too.
  --event ID           The show. Without --url: on the server that runs on DATA_DIR.
  --tokens FILE        Access tokens of accounts, one a line, for buyers who come signed in (they
                       live for ACCESS_TOKEN_MINUTES). A temporary server makes accounts by itself.
  --api-key KEY        Makes the show where --event names none; reads the bookings again as staff instead
                       of as their buyers.
  --report FILE        One HTML file with charts, readable anywhere.
  --history FILE       Notes what every buyer asks of the API and hears, one JSON value a line. Afterwards
                       onsale simulate --check-history FILE says whether one shop that does one call
                       after the other can have answered all of it, place by place, as it must also
                       where several processes serve and are killed. Of a show that nobody else buys at.
                       What a process holds when it is killed or stopped may be lost: say when, as in
                       kill -9 PID; date -u +'{"fault":"%FT%T.%3NZ"}' >>FILE   (stopped: , "until":"…")
  --json               The whole result as JSON on stdout; progress goes to stderr.

A show with a hold time of minutes gives back late what buyers leave behind: where holds outlast
the rehearsal, those who walk away give their seats back by hand and nobody comes back late.
Exit codes: 0 all went well, 1 something is wrong, 2 wrong usage.
`;

/** Reads the command line; throws {@link UsageError} for one that makes no sense. */
export function readSimulateOptions(args: string[]): SimulateOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      buyers: text,
      arrival: text,
      duration: text,
      tail: text,
      speed: text,
      seed: text,
      connections: text,
      capacity: text,
      plan: text,
      url: text,
      event: text,
      'api-key': text,
      tokens: text,
      report: text,
      history: text,
      'by-page': text,
      ramp: text,
      minutes: text,
      viewers: text,
      rate: text,
      json: { type: 'boolean' },
    },
  });
  const buyers = readWhole('--buyers', values.buyers ?? '10000', 1, buyersMax);
  if (values.ramp !== undefined && (values.arrival !== undefined || values.duration !== undefined)) {
    throw new UsageError('--ramp says how buyers arrive: leave --arrival and --duration out.');
  }
  const arrival = values.arrival ?? (values.ramp === undefined ? 'flash' : 'poisson');
  if (!isShape(arrival)) throw new UsageError(`--arrival is ${arrivalShapes.join(', ')}, not ${arrival}.`);
  const eventId = values.event === undefined ? null : readWhole('--event', values.event, 1, 2_147_483_647);
  const url = values.url === undefined ? null : readUrl(values.url);
  if (url !== null && eventId === null && values['api-key'] === undefined) {
    throw new UsageError('--url needs --event: which show? Or --api-key: then one is made there.');
  }
  const viewers = values.viewers === undefined ? 0 : readWhole('--viewers', values.viewers, 1, viewersMax);
  if (values.rate !== undefined && viewers === 0) {
    throw new UsageError('--rate is that of --viewers with the buyers: how many look?');
  }
  if (eventId !== null && (values.plan !== undefined || values.capacity !== undefined)) {
    throw new UsageError('--plan and --capacity are for the temporary server; --event is a show that exists.');
  }
  if (values.plan !== undefined && values.capacity !== undefined) {
    throw new UsageError('--capacity is for the generated arena; the plan has its own.');
  }
  const seats = values.capacity ?? String(Math.max(1, Math.round(buyers * seatsPerBuyer)));
  return {
    buyers,
    arrival,
    durationMs:
      values.ramp === undefined ? readTime('--duration', values.duration ?? '30s') : readTime('--ramp', values.ramp),
    goesOnMs: values.minutes === undefined ? 0 : readWhole('--minutes', values.minutes, 1, 60) * 60_000,
    viewers,
    perSecond:
      values.rate === undefined
        ? Math.max(1, Math.round(viewers / viewerEverySeconds))
        : readWhole('--rate', values.rate, 1, 100_000),
    tailMs: readTime('--tail', values.tail ?? '3m'),
    speed: readSpeed(values.speed ?? '1'),
    seed:
      values.seed === undefined ? Math.floor(Math.random() * 1e9) : readWhole('--seed', values.seed, 0, 2 ** 32 - 1),
    connections: readWhole('--connections', values.connections ?? '1000', 1, 16_000),
    url,
    eventId,
    apiKey: values['api-key'] ?? null,
    tokensFile: values.tokens ?? null,
    planFile: values.plan ?? null,
    capacity: Math.min(capacityMax, readWhole('--capacity', seats, 1, values.capacity ? capacityMax : 1e9)),
    reportFile: values.report ?? null,
    historyFile: values.history ?? null,
    json: values.json ?? false,
    byPage: readShare('--by-page', values['by-page'] ?? '0%'),
  };
}

function isShape(text: string): text is ArrivalShape {
  return (arrivalShapes as readonly string[]).includes(text);
}

function readWhole(flag: string, text: string, min: number, max: number): number {
  const value = Number(text.replaceAll('_', ''));
  if (/^\d[\d_]*$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`${flag} takes a whole number from ${min} to ${max}, not ${text}.`);
}

function readShare(flag: string, text: string): number {
  const percent = Number(text.replace(/%$/, ''));
  if (/^\d+(\.\d+)?%$/.test(text) && percent <= 100) return percent / 100;
  throw new UsageError(`${flag} takes a share from 0% to 100%, not ${text}.`);
}

function readSpeed(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= 0.1 && value <= 1000) return value;
  throw new UsageError(`--speed takes a number from 0.1 to 1000, not ${text}.`);
}

const unitsMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, '': 1000 };

function readTime(flag: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|)$/.exec(text);
  const ms = match ? Number(match[1]) * unitsMs[match[2]!]! : Number.NaN;
  if (ms >= 0 && ms <= 3_600_000) return ms;
  throw new UsageError(`${flag} takes a time up to an hour such as 30s or 5m, not ${text}.`);
}

function readUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw new UsageError(`--url takes an address such as http://127.0.0.1:3000, not ${text}.`);
}
