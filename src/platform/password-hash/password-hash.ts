import { compare, getRounds, hash, hashSync } from 'bcrypt';

/** The work of one hash is 2^cost rounds: 0.3 s of one core at 12. */
export const hashCost = 12;
/** Who would wait longer than this is told to come back. */
const waitingMax = 32;
const hashSeconds = 0.35;

/** Too many hashes wait. The edge answers 503 with `Retry-After`. */
export class HashingBusy extends Error {
  override readonly name = 'HashingBusy';
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super('Too many passwords are being checked');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface PasswordHash {
  /** bcrypt of a text of at most 72 bytes. Throws {@link HashingBusy}. */
  hash(password: string): Promise<string>;
  /** Whether the hash is of this password; null stands for a hash of no password, and takes the same time. Throws {@link HashingBusy}. */
  verify(password: string, hash: string | null): Promise<boolean>;
  /** Whether a hash was made with another cost than is used now. */
  isOutdated(hash: string): boolean;
}

/** Made with {@link hashCost}: what is checked for accounts that do not exist. */
const dummyHash = '$2b$12$hpPy.N2OUzwo9z9aSsQQUeYBunv7D2.WN.Wq07Y6YE6S05Niu8LiC';

/**
 * bcrypt in the thread pool, `atOnce` at a time: more would leave the pool's other work (files, names, keys) and the
 * sales beside it waiting. A hundred logins at once cost 17 s of everybody's time without this.
 */
export function createPasswordHash(options: { readonly atOnce: number; readonly cost?: number }): PasswordHash {
  const { atOnce, cost = hashCost } = options;
  const waiting: (() => void)[] = [];
  let running = 0;
  const nobodys = cost === hashCost ? dummyHash : hashSync('nobody', cost);

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (waiting.length >= waitingMax) throw new HashingBusy(Math.ceil((waitingMax * hashSeconds) / atOnce));
      // Whoever finishes hands its place on: it is never free in between.
      await new Promise<void>((start) => waiting.push(start));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  return {
    hash: (password) => inTurn(() => hash(password, cost)),
    verify: (password, known) => inTurn(async () => (await compare(password, known ?? nobodys)) && known !== null),
    isOutdated: (known) => getRounds(known) !== cost,
  };
}
