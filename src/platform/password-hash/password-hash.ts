import { compare, getRounds, hash, hashSync } from 'bcrypt';

/** The work of one hash is 2^cost rounds: 0.3 s of one core at 12. */
export const hashCost = 12;
/** Who would wait longer than this is asked to come back. */
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
  /**
   * bcrypt of a text of at most 72 bytes. `asker` stands for who has the work done (a network, a known device): askers take turns.
   * Throws {@link HashingBusy}.
   */
  hash(password: string, asker: string): Promise<string>;
  /** Whether the hash is of this password; null stands for a hash of no password, and takes the same time. Throws {@link HashingBusy}. */
  verify(password: string, hash: string | null, asker: string): Promise<boolean>;
  /** Whether a hash was made with another cost than is used now. */
  isOutdated(hash: string): boolean;
}

/** Made with {@link hashCost}: what is checked for accounts that do not exist. */
const dummyHash = '$2b$12$hpPy.N2OUzwo9z9aSsQQUeYBunv7D2.WN.Wq07Y6YE6S05Niu8LiC';

interface Waiting {
  readonly asker: string;
  readonly turn: number;
  readonly start: () => void;
  readonly giveUp: () => void;
}

/**
 * bcrypt in the thread pool, `atOnce` at a time: more would leave the pool's other work (files, names, keys) and the
 * sales beside it waiting. A hundred logins at once cost 17 s of everybody's time without this.
 *
 * Askers take turns (start-time fair queuing): each work of an asker comes a turn after its last, and whoever comes for the first time
 * comes next. So a network that guesses ten times a second waits for itself, and everybody else for one hash. Where the
 * queue is full, whoever has most in it loses its last.
 */
export function createPasswordHash(options: { readonly atOnce: number; readonly cost?: number }): PasswordHash {
  const { atOnce, cost = hashCost } = options;
  const waiting: Waiting[] = [];
  /** The turn after the last of each asker, as long as it is to come. */
  const nextTurns = new Map<string, number>();
  let turnNow = 0;
  let running = 0;
  const nobodys = cost === hashCost ? dummyHash : hashSync('nobody', cost);
  const busy = () => new HashingBusy(Math.ceil((waitingMax * hashSeconds) / atOnce));

  function takeTurn(asker: string): number {
    const turn = Math.max(turnNow, nextTurns.get(asker) ?? 0);
    nextTurns.set(asker, turn + 1);
    return turn;
  }

  /** Of those that wait, the one whose turn comes first or last; of equals, who came first or last. */
  function outermost(isBefore: (turn: number, than: number) => boolean): number {
    return waiting.reduce((best, { turn }, i) => (isBefore(turn, waiting[best]!.turn) ? i : best), 0);
  }

  function dismissLast(): void {
    const [last] = waiting.splice(
      outermost((turn, than) => turn >= than),
      1,
    );
    nextTurns.set(last!.asker, last!.turn);
    last!.giveUp();
  }

  function startNext(): void {
    if (waiting.length === 0) {
      running -= 1;
      return;
    }
    const [next] = waiting.splice(
      outermost((turn, than) => turn < than),
      1,
    );
    turnNow = Math.max(turnNow, next!.turn);
    for (const [asker, turn] of nextTurns) if (turn <= turnNow) nextTurns.delete(asker);
    next!.start();
  }

  async function inTurn<T>(asker: string, work: () => Promise<T>): Promise<T> {
    const turn = takeTurn(asker);
    if (running < atOnce) {
      running += 1;
      turnNow = Math.max(turnNow, turn);
    } else {
      // Whoever finishes hands its place on: it is never free in between.
      await new Promise<void>((start, reject) => {
        waiting.push({ asker, turn, start, giveUp: () => reject(busy()) });
        if (waiting.length > waitingMax) dismissLast();
      });
    }
    try {
      return await work();
    } finally {
      startNext();
    }
  }

  return {
    hash: (password, asker) => inTurn(asker, () => hash(password, cost)),
    verify: (password, known, asker) =>
      inTurn(asker, async () => (await compare(password, known ?? nobodys)) && known !== null),
    isOutdated: (known) => getRounds(known) !== cost,
  };
}
