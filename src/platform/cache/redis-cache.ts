import { type RandomBytes, randomClearText } from '../../kernel/ids.ts';
import type { Clock } from '../clock/clock.ts';
import { type Redis, redisScript } from '../redis/redis.ts';
import type { Cache, CacheKind } from './cache.ts';
import { createCachedValues, type Found, type Shelf } from './cached-values.ts';

/** Who reads waits no longer for the cache: then it is loaded. */
const patienceMs = 20;
/** So long nobody else loads what somebody loads, unless that one is done before. */
const claimMs = 5_000;
/** Who reads what another process loads looks for it again after so many milliseconds each, then loads it, too. */
const looksAfterMs = [5, 10, 20, 40, 80];
/** So many names at most are forgotten later; of more, what is there is kept as long as it is kept. */
const owedMax = 50_000;

/** The value; or 1: whoever asks may load it, and nobody else; or 0: another does. */
const lookUp = redisScript(`
local value
if ARGV[3] == '' then value = redis.call('GET', KEYS[1]) else value = redis.call('GETEX', KEYS[1], 'PX', ARGV[3]) end
if value then return value end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
return 0`);
/** Only who has the claim still keeps what it has loaded: whoever forgets the value takes the claim away with it. */
const keepLoaded = redisScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1`);
const leaveClaim = redisScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`);
const shortenLife = redisScript(`
redis.call('DEL', KEYS[2])
return redis.call('PEXPIRE', KEYS[1], ARGV[1], 'LT')`);

/** A value of a kind that can be forgotten as a whole, with the generation that it was loaded in. */
interface OfGeneration {
  readonly generation: string;
  readonly value: unknown;
}

/**
 * A cache in Redis, under the names as they are, as JSON. A load claims its name (the lease of Nishtala et al., "Scaling Memcache at
 * Facebook", NSDI 2013): others wait a moment for what it loads, and if the name is forgotten meanwhile nothing is kept. While an answer
 * of Redis is late nobody else asks it. What could not be forgotten is not read here any more, and is forgotten once Redis can be asked.
 */
export function createRedisCache(
  {
    redis,
    clock,
    random,
  }: { readonly redis: Redis; readonly clock: Pick<Clock, 'after'>; readonly random: RandomBytes },
  waits = { patienceMs, looksAfterMs },
): Cache {
  const life = randomClearText(12, random);
  /** By names, and of whole kinds. */
  const owed = new Set<string>();
  let claims = 0;
  let late = 0;

  /** What comes of it; undefined if it fails, or nothing comes soon enough. */
  function inTime<T>(work: Promise<T>): Promise<T | undefined> {
    return new Promise((answer) => {
      let state: 'waiting' | 'late' | 'done' = 'waiting';
      const giveUp = () => {
        if (state !== 'waiting') return;
        state = 'late';
        late += 1;
        answer(undefined);
      };
      // If it was this process that stood still, the answer may lie in the socket: it is read first.
      const cancel = clock.after(waits.patienceMs, () => setImmediate(() => setImmediate(giveUp)));
      const end = (value?: T) => {
        cancel();
        if (state === 'late') late -= 1;
        state = 'done';
        answer(value);
      };
      work.then(end, () => end());
    });
  }

  /** The same of a question, which is not asked while another answer is late. */
  const asked = <T>(ask: () => Promise<T>): Promise<T | undefined> =>
    late > 0 ? Promise.resolve(undefined) : inTime(ask());

  /** A name of ours beside one that others know, in the same slot of a cluster. */
  const claimOf = (name: string) => `onsale:load:{${redis.key(name)}}`;

  /** Does it to each of these names; where that fails they are owed. Waits no longer than anybody does. */
  async function change(names: readonly string[], one: (name: string) => Promise<unknown>): Promise<void> {
    const all = names.map(async (name) => {
      try {
        await one(name);
        owed.delete(name);
      } catch {
        if (owed.size < owedMax) owed.add(name);
      }
    });
    await inTime(Promise.all(all));
  }

  const removeNow = (names: readonly string[]) =>
    change(names, (name) => redis.ask((client) => client.del(redis.key(name), redis.key(claimOf(name)))));

  const generationKey = (kind: string) => `onsale:generation:${kind}`;
  const renewGenerations = (keys: readonly string[]) =>
    change(keys, (key) => redis.ask((client) => client.set(redis.key(key), randomClearText(12, random))));

  redis.onRegained(() => {
    const isGeneration = (name: string) => name.startsWith(generationKey(''));
    void removeNow([...owed].filter((name) => !isGeneration(name)));
    void renewGenerations([...owed].filter(isGeneration));
  });

  function createShelf({
    keptMs,
    isSliding,
    forgottenAs,
  }: Pick<CacheKind<never>, 'keptMs' | 'isSliding' | 'forgottenAs'>): Shelf {
    const slide = isSliding && typeof keptMs === 'number' ? keptMs : '';

    /** What all values are of now; undefined: Redis does not say. Begins one where there is none. */
    async function generationNow(): Promise<string | undefined> {
      if (forgottenAs === undefined) return '';
      const key = redis.key(generationKey(forgottenAs));
      const now = await redis.ask((client) => client.get(key));
      if (now !== null) return now;
      await redis.ask((client) => client.set(key, randomClearText(12, random), 'NX'));
      return (await redis.ask((client) => client.get(key))) ?? undefined;
    }

    /** The text that lies there, if it is of this generation. */
    function read(raw: string, generation: string): string | null {
      if (forgottenAs === undefined) return raw;
      const kept = JSON.parse(raw) as OfGeneration;
      return kept.generation === generation ? JSON.stringify(kept.value) : null;
    }

    function loadOf(name: string, token: string, generation: string): Found {
      const claim = claimOf(name);
      return {
        text: null,
        load: {
          async keep(text, forMs) {
            const raw = forgottenAs === undefined ? text : `{"generation":"${generation}","value":${text}}`;
            await redis.run(keepLoaded, [name, claim], [token, raw, Math.ceil(forMs)]).catch(() => {});
          },
          leave: () => void redis.run(leaveClaim, [claim], [token]).catch(() => {}),
        },
      };
    }

    const unkept: Found = { text: null, load: null };

    async function lookOnce(name: string): Promise<Found | 'loaded elsewhere'> {
      claims += 1;
      const token = `${life}:${claims}`;
      const answer = await asked(async () => {
        const isWritable = redis.trouble === null || redis.trouble === 'incomplete';
        const [generation, found] = await Promise.all([
          generationNow(),
          isWritable
            ? redis.run(lookUp, [name, claimOf(name)], [token, claimMs, slide])
            : redis.ask((client) => client.get(redis.key(name))),
        ]);
        return { generation, found };
      });
      if (answer?.generation === undefined) return unkept;
      const { generation, found } = answer;
      if (found === 0) return 'loaded elsewhere';
      if (found === 1) return loadOf(name, token, generation);
      if (typeof found !== 'string') return unkept;
      const text = read(found, generation);
      if (text !== null) return { text };
      const isClaimed = await asked(() =>
        redis.ask((client) => client.set(redis.key(claimOf(name)), token, 'PX', claimMs, 'NX')),
      );
      return isClaimed === undefined
        ? unkept
        : isClaimed === null
          ? 'loaded elsewhere'
          : loadOf(name, token, generation);
    }

    return {
      async look(name) {
        if (owed.has(name) || (forgottenAs !== undefined && owed.has(generationKey(forgottenAs)))) return unkept;
        try {
          for (const pauseMs of [...waits.looksAfterMs, null]) {
            const found = await lookOnce(name);
            if (found !== 'loaded elsewhere') return found;
            if (pauseMs !== null) await new Promise<void>((done) => void clock.after(pauseMs, done));
          }
        } catch {
          // What lies there is not ours to read.
        }
        return unkept;
      },
      remove: removeNow,
      shorten: (names, forMs) =>
        change(names, (name) => redis.run(shortenLife, [name, claimOf(name)], [Math.ceil(forMs)])),
      removeAll: () => (forgottenAs === undefined ? undefined : renewGenerations([generationKey(forgottenAs)])),
    };
  }

  return { values: (kind) => createCachedValues(kind, createShelf(kind)) };
}
