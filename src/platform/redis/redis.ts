import { createHash } from 'node:crypto';
import { placeOf, type RedisAddress } from '../../kernel/redis-address.ts';
import type { Clock } from '../clock/clock.ts';
import { StartRefused } from '../start-refused.ts';
import { connectFirst, lookAtServers } from './check-server.ts';
import { mastersOf, openClient, type RedisClient } from './open-client.ts';

/** Redis could not be asked, or did not answer in time: what was asked may have been done all the same. */
export class RedisUnavailable extends Error {
  override readonly name = 'RedisUnavailable';
}

/** A Lua script, sent by its hash once the server knows it. */
export interface RedisScript {
  readonly text: string;
  readonly sha1: string;
}

/** A script of this text. */
export function redisScript(text: string): RedisScript {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

/**
 * What is wrong with a Redis. Where it is `unreachable`, `slow` or `failing` nothing is sent to it; where it is `full` or `read-only` it
 * still answers; of a cluster a node may be missing (`incomplete`). One that is `unfit` works, and is not what it must be: too old, a
 * replica, or another installation's.
 */
export type RedisTrouble = 'unreachable' | 'slow' | 'failing' | 'full' | 'read-only' | 'incomplete' | 'unfit';

/** Answers why a Redis must not be used, in one line that names the setting, or null. */
export type RedisCheck = (
  ask: <T>(command: (client: RedisClient) => Promise<T>) => Promise<T>,
) => Promise<string | null>;

/** What was asked of a Redis so far, by how it went. Untried: nothing was sent, because it is away. */
export interface RedisCounts {
  answered: number;
  failed: number;
  late: number;
  untried: number;
}

/** One Redis that a process uses for what may be lost: nobody waits for it long, and everybody can do without. */
export interface Redis {
  /** By which it is known to operators: `redis`, `redis cache`. */
  readonly name: string;
  /** Where it is, without a password, and which setting says so. */
  readonly place: string;
  /** Null while all is well. */
  readonly trouble: RedisTrouble | null;
  readonly counts: RedisCounts;
  /** A name as it stands in this Redis: with the prefix of the installation. */
  key(name: string): string;
  /**
   * Asks it. Rejects with {@link RedisUnavailable} at once while it is away, after {@link patienceMs} if it does not answer, and with what
   * Redis says of the command itself; a fault of ours in it is thrown as it is.
   */
  ask<T>(command: (client: RedisClient) => Promise<T>): Promise<T>;
  /** Runs a script on these names. Rejects as `ask` does. */
  run(script: RedisScript, names: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /**
   * Makes this check whenever it works again after trouble or was emptied, before anybody uses it, and now. Answers what came of it;
   * null also where it is away. While a check has something against it, it is `unfit`.
   */
  admit(check: RedisCheck): Promise<string | null>;
  /** Calls whenever it works again after trouble, or turns out to have lost what it held: who keeps copies there writes them anew. */
  onRegained(listener: () => void): void;
  close(): void;
}

/** Nobody waits longer for an answer. */
const patienceMs = 250;
const beatEveryMs = 1_000;
const beatKeptMs = 60_000;
const retryMs = { first: 50, max: 2_000 };

const blocking: readonly (RedisTrouble | null)[] = ['unreachable', 'slow', 'failing', 'unfit'];
const words: Record<RedisTrouble, string> = {
  unreachable: 'cannot be reached',
  slow: `does not answer within ${patienceMs} ms`,
  failing: 'fails',
  full: 'is full',
  'read-only': 'takes no writes',
  incomplete: 'lacks a node',
  unfit: 'cannot be used',
};

/**
 * Connects to a Redis and stays connected. Throws StartRefused with one line that names `setting` if it is plain at once that it is none that
 * Onsale can work with. It never throws for being away, now or later: once a second it is asked whether it takes a write, `trouble` says what came of it, and it
 * is connected to again, with a growing, random delay of at most two seconds.
 */
export async function openRedis(parts: {
  readonly name: string;
  readonly address: RedisAddress;
  /** The setting that named it. */
  readonly setting: string;
  readonly prefix: string;
  readonly ca: string | undefined;
  /** Distinguishes this process from others of the same Redis. */
  readonly processId: string;
  readonly clock: Pick<Clock, 'after'>;
  /** From 0 to 1, anew each time. */
  readonly chance: () => number;
  /** How long an answer is waited for, where not as usual: in tests, on a machine that may be busy. */
  readonly patienceMs?: number;
  /** Something an operator should find in the log. */
  readonly onNotice: (sentence: string) => void;
  /** A fault of ours in what is asked. Whoever asks may do without an answer and say nothing: it is said here, each once. */
  readonly onFault: (error: Error) => void;
}): Promise<Redis> {
  const { name, address, setting, prefix, clock, onNotice } = parts;
  const inTime = <T>(work: Promise<T>) => within(clock, parts.patienceMs ?? patienceMs, work);
  const place = `Redis at ${placeOf(address)} (${setting})`;
  const counts: RedisCounts = { answered: 0, failed: 0, late: 0, untried: 0 };
  const listeners: (() => void)[] = [];
  const faults = new Set<string>();
  const beatKey = `${prefix}onsale:beat:${parts.processId}`;
  let isStarted = false;
  let isClosed = false;
  let trouble: RedisTrouble | null = null;
  let lastError = '';
  let hasBeaten = false;
  let isLookedAt = false;
  const checks: RedisCheck[] = [];

  const client = await openClient({
    address,
    ca: parts.ca,
    retryDelay: (attempt) =>
      isStarted ? Math.min(retryMs.max, retryMs.first * 2 ** (attempt - 1)) * (0.5 + parts.chance() / 2) : null,
  });
  client.on('error', (error: Error) => {
    lastError = error.message;
  });

  function change(to: RedisTrouble | null): void {
    if (to === trouble || isClosed) return;
    trouble = to;
    if (to === null) {
      onNotice(`${place} works again.`);
      for (const listener of listeners) listener();
    } else {
      const cause = lastError && to !== 'slow' ? `: ${lastError.replace(/\.$/, '')}` : '';
      const what = to === 'unfit' ? lastError : `${place} ${words[to]}${cause}.`;
      onNotice(`${what} Sales go on; until it works again caches, limits and locks are each process’s own.`);
    }
  }

  /** What an error says of the server; null: it is about the command. */
  function look(error: unknown): RedisTrouble | null {
    const { name: kind, message } = error as Error;
    if (isFault(error)) {
      if (!faults.has(message)) parts.onFault(error);
      faults.add(message);
      return null;
    }
    if (error instanceof RedisUnavailable) return 'slow';
    if (client.status !== 'ready') return 'unreachable';
    if (message.startsWith('OOM')) return 'full';
    if (/^(READONLY|MISCONF|NOREPLICAS)/.test(message)) return 'read-only';
    // A cluster answers for its other nodes while one is away.
    if (kind !== 'ReplyError') return address.kind === 'cluster' ? 'incomplete' : 'unreachable';
    return /^(CLUSTERDOWN|LOADING|MASTERDOWN|NOAUTH)/.test(message) ? 'failing' : null;
  }

  async function ask<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    if (client.status !== 'ready') change('unreachable');
    if (blocking.includes(trouble)) {
      counts.untried += 1;
      throw new RedisUnavailable(`${place} ${words[trouble!]}`);
    }
    try {
      const answer = await inTime(command(client));
      counts.answered += 1;
      return answer;
    } catch (error) {
      counts[error instanceof RedisUnavailable ? 'late' : 'failed'] += 1;
      const found = look(error);
      if (found === null) throw error;
      lastError = (error as Error).message;
      change(found);
      throw new RedisUnavailable(`${place}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** What there is against using it. */
  async function whyNot(): Promise<string | null> {
    if (!isLookedAt) {
      try {
        const notice = await inTime(lookAtServers(client, { address, setting }));
        if (notice !== null) onNotice(notice);
      } catch (error) {
        if (error instanceof StartRefused) return error.message;
        throw error;
      }
      isLookedAt = true;
    }
    for (const check of checks) {
      const reason = await check((command) => inTime(command(client)));
      if (reason !== null) return reason;
    }
    return null;
  }

  function unfit(reason: string): RedisTrouble {
    lastError = reason;
    return 'unfit';
  }

  /** Asks for a sign of life that is a write. Answers what is wrong. */
  async function beat(): Promise<RedisTrouble | null> {
    // It has given up: asking it to begin again is all there is to do.
    if (client.status === 'end') client.connect().catch(() => {});
    if (client.status !== 'ready') return 'unreachable';
    try {
      const reason = isLookedAt && trouble === null ? null : await whyNot();
      if (reason !== null) return unfit(reason);
      const before = await inTime(client.set(beatKey, '1', 'PX', beatKeptMs, 'GET'));
      const isEmptied = hasBeaten && before === null && trouble === null;
      const now = isEmptied ? await whyNot() : null;
      if (now !== null) return unfit(now);
      hasBeaten = true;
      if (isEmptied) for (const listener of listeners) listener();
      const nodes = address.kind === 'cluster' ? mastersOf(client) : [];
      const pings = await Promise.allSettled(nodes.map((node) => inTime(node.ping())));
      return pings.some(({ status }) => status === 'rejected') ? 'incomplete' : null;
    } catch (error) {
      const found = look(error) ?? 'failing';
      lastError = (error as Error).message;
      return found;
    }
  }

  let cancelBeat = () => {};
  function beatAgain(): void {
    cancelBeat = clock.after(beatEveryMs, async () => {
      change(await beat());
      if (!isClosed) beatAgain();
    });
  }

  try {
    const away = await connectFirst(client, { address, setting, ca: parts.ca });
    const notice = away === null ? await lookAtServers(client, { address, setting }) : null;
    isLookedAt = away === null;
    if (notice !== null) onNotice(notice);
    lastError = away ?? '';
  } catch (error) {
    client.disconnect();
    throw error;
  }
  isStarted = true;
  change(client.status === 'ready' ? await beat() : 'unreachable');
  beatAgain();

  const key = (each: string) => prefix + each;
  return {
    name,
    place,
    counts,
    get trouble() {
      if (client.status !== 'ready') change('unreachable');
      return trouble;
    },
    key,
    ask,
    run: ({ sha1, text }, names, args) => {
      const all = [...names.map(key), ...args];
      return ask(async () => {
        try {
          return await client.evalsha(sha1, names.length, ...all);
        } catch (error) {
          if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
          return client.eval(text, names.length, ...all);
        }
      });
    },
    async admit(check) {
      checks.push(check);
      if (client.status !== 'ready' || blocking.includes(trouble)) return null;
      try {
        const reason = await check((command) => inTime(command(client)));
        // Whoever asked hears it: it is not said twice.
        if (reason !== null) trouble = unfit(reason);
        return reason;
      } catch (error) {
        // It is made again once it works.
        change(look(error) ?? 'failing');
        return null;
      }
    },
    onRegained: (listener) => void listeners.push(listener),
    close() {
      isClosed = true;
      cancelBeat();
      client.disconnect();
    },
  };
}

/** What a program does wrong, and no server or network: a client of Redis throws other errors. */
function isFault(error: unknown): error is Error {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
}

/** What `work` comes to within so many milliseconds, or a rejection with {@link RedisUnavailable}. */
function within<T>(clock: Pick<Clock, 'after'>, patienceMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new RedisUnavailable(`No answer within ${patienceMs} ms`));
    // If it was this process that stood still, the answer may lie in the socket, unread: it is read before we judge.
    const cancel = clock.after(patienceMs, () => setImmediate(() => setImmediate(late)));
    work.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error) => {
        cancel();
        reject(error);
      },
    );
  });
}
