import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import { type Asked, hopsMax, NotMine, PeerFailure, PeerRefused, type Peers, PeerUnknown } from '../peers/peers.ts';
import { createEventTurns } from './event-turns.ts';
import { type JoinedOwnership, NotOwned, type Owner } from './ownership.ts';

/** Who asks waits so long for an event that is changing its owner. */
const waitMs = 3_000;
/** So long may it take altogether: less than a client waits. */
const patienceMs = 12_000;

/** Has something done where an event is owned: here, or by its owner. */
export interface AtOwner {
  /**
   * Runs `here` if this process decides about the event; else asks its owner by `name`. Where nobody owns the event it waits
   * a little. Throws {@link NotOwned} if nothing was done, `PeerUnknown` if nobody knows.
   */
  run<T>(eventId: number, here: () => T | Promise<T>, name: string, body: unknown): Promise<T>;
  /** The same by {@link AtOwner.command}: what is asked may be done twice, since it names what it is about. */
  runCommand<T>(eventId: number, here: () => T | Promise<T>, name: string, body: unknown): Promise<T>;
  /** Reads anew who owns what: whoever was to be the owner has written nothing, because it is not any more. */
  lookAgain(): Promise<void>;
  /** What another process may ask of this one, as far as it decides about the event at that moment. */
  answer<Body>(name: string, handler: (eventId: number, body: Body, asked: AskedByPeer) => unknown): void;
  /**
   * The same for what comes thousands of times a second: it waits for its event's turn among the others (`event-turns.ts`), and
   * whoever comes when too many wait for that event hears that it is too busy.
   */
  command<Body>(name: string, handler: (eventId: number, body: Body, asked: AskedByPeer) => unknown): void;
  /** Whether a process that has asked still lives, as far as this one knows. */
  isLiving(processId: string): boolean;
  /** See {@link JoinedOwnership.fenceAnew}. */
  fenceAnew(eventId: number): Promise<void>;
}

/**
 * Thrown where a request about an event that another process owns cannot be handled by a command alone: it goes there whole. Nothing was
 * done.
 */
export class NotByCommand extends NotOwned {}

/** `commandId`: made where the request came in; the same one is answered alike. `from`: the process that asks. */
export type AskedByPeer = Pick<Asked, 'commandId' | 'from'>;

/** Handing an event over takes less; who asks looks so often whether it has gone. */
const handOverMs = 1_000;
const lookEveryMs = 50;

/** Refusals after which the event may be found elsewhere. */
const movesOn: ReadonlySet<string> = new Set(['not mine', 'wrong process']);

interface Envelope {
  readonly eventId: number;
  readonly body: unknown;
}

/** {@link AtOwner} of a process among several. */
export function createAtOwner(parts: {
  readonly ownership: JoinedOwnership;
  readonly peers: Pick<Peers, 'ask' | 'answer'>;
  readonly clock: Pick<Clock, 'measure' | 'after'>;
}): AtOwner {
  const { ownership, peers, clock } = parts;
  const turns = createEventTurns({ soon: (task) => void setImmediate(task) });

  async function findOwner(eventId: number): Promise<Owner | 'here'> {
    for (let looks = 0; ; looks++) {
      if (ownership.fenceOf(eventId) !== null) return 'here';
      const owner = ownership.ownerOf(eventId);
      if (owner) return owner;
      if (looks > 0 || !(await ownership.untilOwned(eventId, waitMs))) throw new NotOwned(eventId);
    }
  }

  /** Looks until somebody else owns the event than who was asked under this fence, as long as a handover takes. */
  async function untilHandedOver(eventId: number, fence: number): Promise<void> {
    for (let looks = 0; looks < handOverMs / lookEveryMs; looks++) {
      await ownership.look();
      const owner = ownership.ownerOf(eventId);
      if (owner === null || owner.fence > fence || ownership.fenceOf(eventId) !== null) return;
      await new Promise<void>((done) => void clock.after(lookEveryMs, done));
    }
  }

  async function run<T>(
    eventId: number,
    here: () => T | Promise<T>,
    { name, body, commandId }: { readonly name: string; readonly body: unknown; readonly commandId: string | null },
  ): Promise<T> {
    const deadline = clock.measure() + patienceMs;
    let refusedUnder = -1;
    let isAskedAgain = false;
    for (let hops = 0; ; hops++) {
      const owner = await findOwner(eventId);
      if (owner === 'here') return here();
      const timeLeftMs = deadline - clock.measure();
      // A hint is only followed to a higher fence: else two that are wrong about each other would go in circles.
      if (hops >= hopsMax || timeLeftMs <= 0 || owner.fence <= refusedUnder) throw new NotOwned(eventId);
      try {
        const asked = { name, body: { eventId, body } satisfies Envelope, commandId, timeLeftMs, hops };
        return (await peers.ask(owner, asked)) as T;
      } catch (error) {
        if (!(error instanceof PeerFailure)) throw error;
        if (error instanceof PeerRefused && !movesOn.has(error.refusal.why)) throw error;
        if (error instanceof PeerRefused) await untilHandedOver(eventId, owner.fence);
        else await ownership.look();
        if (error instanceof PeerUnknown) {
          // The connection broke. The same process knows what became of the command, and does it once; another one does not.
          if (isAskedAgain || ownership.ownerOf(eventId)?.processId !== owner.processId) throw error;
          isAskedAgain = true;
          hops -= 1;
        } else refusedUnder = owner.fence;
      }
    }
  }

  function checkMine(eventId: number): void {
    if (ownership.fenceOf(eventId) === null) throw new NotMine(ownership.ownerOf(eventId));
  }

  /** Answers as soon as this process decides about the event, or says who else does. */
  function answerBy(name: string, handle: (message: Envelope, asked: Asked) => unknown): void {
    peers.answer(name, (message, asked) => {
      const here = () => handle(message as Envelope, asked);
      if (ownership.fenceOf((message as Envelope).eventId) !== null) return here();
      // Handed over a moment ago: who asks may know it sooner than this process.
      return ownership.look().then(() => {
        checkMine((message as Envelope).eventId);
        return here();
      });
    });
  }

  return {
    run: (eventId, here, name, body) => run(eventId, here, { name, body, commandId: randomUUID() }),
    runCommand: (eventId, here, name, body) => run(eventId, here, { name, body, commandId: null }),
    lookAgain: () => ownership.look(),
    answer<Body>(name: string, handler: (eventId: number, body: Body, asked: AskedByPeer) => unknown) {
      answerBy(name, ({ eventId, body }, asked) => handler(eventId, body as Body, asked));
    },
    command<Body>(name: string, handler: (eventId: number, body: Body, asked: AskedByPeer) => unknown) {
      answerBy(name, ({ eventId, body }, asked) =>
        turns
          .run(eventId, () => {
            // The event may have gone while the command waited, and whoever asked.
            checkMine(eventId);
            if (asked.deadline <= clock.measure()) throw new PeerRefused({ why: 'late' });
            return handler(eventId, body as Body, asked);
          })
          .catch((error) => {
            // It went while its ledger was read: nothing was done.
            throw error instanceof NotOwned ? new NotMine(ownership.ownerOf(eventId)) : error;
          }),
      );
    },
    isLiving: (processId) => ownership.isLiving(processId),
    fenceAnew: (eventId) => ownership.fenceAnew(eventId),
  };
}
