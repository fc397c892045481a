import type { RandomBytes } from '../../kernel/ids.ts';
import type { Clock } from '../clock/clock.ts';
import { type Redis, redisScript } from '../redis/redis.ts';
import { createInProcessLocks } from './in-process-locks.ts';
import { Locked, type Locks, type LockTimes, lockTimes, type OnLock } from './locks.ts';

/** Only whoever took it may give it back or keep it longer: by then it may be another's. */
const release = redisScript(
  `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`,
);
const extend = redisScript(
  `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`,
);

/** What a server said: it has them all for us, somebody else has one, or nothing was heard of it. */
type Vote = 'ours' | 'theirs' | 'away';

/** Names that are ours until the token's lease has run out. */
interface Acquired {
  readonly names: readonly string[];
  readonly token: string;
}

/**
 * Locks in Redis, by the algorithm of its authors (redis.io/docs/latest/develop/clients/patterns/distributed-locks): `SET name token
 * NX PX lease` at each of several independent servers, had once most of them said yes within the lease less the drift of their
 * clocks; kept longer while the work lasts; given back by whoever has its token. Each name is a command of its own, since in a cluster two
 * names lie on two nodes; if one of them is not had, none is kept, so nobody waits while holding. Works of this process wait for each
 * other in the order of their asking, without a word to Redis. Where most servers are away, this process's own locks are all there is.
 */
export function createRedlock(parts: {
  /** Independent of each other; at least one. */
  readonly nodes: readonly Redis[];
  readonly clock: Pick<Clock, 'measure' | 'after'>;
  readonly random: RandomBytes;
  /** From 0 to 1, anew each time. */
  readonly chance: () => number;
  readonly onLock?: OnLock;
  readonly times?: LockTimes;
}): Locks {
  const { nodes, clock, random, chance, onLock = () => {}, times = lockTimes } = parts;
  const { leaseMs, waitMs, retryMs } = times;
  const most = Math.floor(nodes.length / 2) + 1;
  /** Clocks that run apart by a hundredth, and the grain of their timers. */
  const driftMs = leaseMs / 100 + 2;
  const own = createInProcessLocks({ clock, times, onLock: (how, ms) => how === 'refused' && onLock(how, ms) });

  /** What could not be given back: Redis was away, and may have it. */
  const leftOver = new Map<Redis, readonly (Acquired & { readonly until: number })[]>(nodes.map((node) => [node, []]));
  for (const node of nodes) {
    node.onRegained(() => {
      const open = leftOver.get(node)!;
      leftOver.set(node, []);
      for (const one of open) if (one.until > clock.measure()) void giveBackAt(node, one);
    });
  }

  async function giveBackAt(node: Redis, { names, token }: Acquired): Promise<void> {
    const answers = await Promise.allSettled(names.map((name) => node.run(release, [name], [token])));
    if (!answers.some(({ status }) => status === 'rejected')) return;
    const now = clock.measure();
    const open = leftOver.get(node)!.filter(({ until }) => until > now);
    leftOver.set(node, [...open, { names, token, until: now + leaseMs }]);
  }
  const giveBack = (acquired: Acquired) => Promise.all(nodes.map((node) => giveBackAt(node, acquired)));

  /** What comes of asking every server about every name: most of them, as one. */
  async function ask(
    names: readonly string[],
    command: (node: Redis, name: string) => Promise<boolean>,
  ): Promise<Vote> {
    const votes = await Promise.all(
      nodes.map(async (node): Promise<Vote> => {
        const answers = await Promise.allSettled(names.map((name) => command(node, name)));
        if (answers.some(({ status }) => status === 'rejected')) return 'away';
        return answers.every((answer) => answer.status === 'fulfilled' && answer.value) ? 'ours' : 'theirs';
      }),
    );
    const count = (wanted: Vote) => votes.filter((vote) => vote === wanted).length;
    if (count('ours') >= most) return 'ours';
    return nodes.length - count('away') < most ? 'away' : 'theirs';
  }

  async function acquire({ names, token }: Acquired): Promise<Vote> {
    const began = clock.measure();
    const vote = await ask(names, async (node, name) => {
      return (await node.ask((client) => client.set(node.key(name), token, 'PX', leaseMs, 'NX'))) === 'OK';
    });
    const isInTime = clock.measure() - began < leaseMs - driftMs;
    if (vote === 'ours' && isInTime) return vote;
    await giveBack({ names, token });
    return vote === 'ours' ? 'theirs' : vote;
  }

  /** Works, and has the servers keep the names for as long as that takes. */
  async function hold<T>(acquired: Acquired, work: () => Promise<T>): Promise<T> {
    const { names, token } = acquired;
    const began = clock.measure();
    let isDone = false;
    let cancel = () => {};
    function extendLater(): void {
      cancel = clock.after(leaseMs / 3, async () => {
        const vote = await ask(names, async (node, name) => (await node.run(extend, [name], [token, leaseMs])) === 1);
        if (isDone) return;
        // Another's now: what is written compares versions, and finds out. Servers that are away may come back with it.
        if (vote === 'theirs') onLock('lost', clock.measure() - began);
        else extendLater();
      });
    }
    extendLater();
    try {
      return await work();
    } finally {
      isDone = true;
      cancel();
      await giveBack(acquired);
    }
  }

  return {
    withLock(all, work) {
      const began = clock.measure();
      const names = [...new Set(all)].sort();
      return own.withLock(names, async () => {
        for (;;) {
          const acquired = { names, token: Buffer.from(random(16)).toString('hex') };
          const vote = await acquire(acquired);
          const waitedMs = clock.measure() - began;
          if (vote === 'away') {
            onLock('alone', waitedMs);
            return work();
          }
          if (vote === 'ours') {
            onLock('had', waitedMs);
            return hold(acquired, work);
          }
          const pauseMs = retryMs * (0.5 + chance());
          if (waitedMs + pauseMs > waitMs) {
            onLock('refused', waitedMs);
            throw new Locked(names);
          }
          await new Promise<void>((proceed) => void clock.after(pauseMs, proceed));
        }
      });
    },
  };
}
