import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import { hopsMax, NotMine, PeerFailure, PeerRefused, type Peers, PeerUnknown } from '../peers/peers.ts';
import { NotOwned, type Owner, type Ownership } from './ownership.ts';

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
  /** Reads anew who owns what: whoever was to be the owner has written nothing, because it is not any more. */
  lookAgain(): Promise<void>;
  /** What another process may ask of this one, as far as it decides about the event at that moment. */
  answer<Body>(name: string, handler: (eventId: number, body: Body, asked: AskedByPeer) => unknown): void;
}

export interface AskedByPeer {
  /** Made where the request came in; the same one is answered alike. */
  readonly commandId: string | null;
}

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
  readonly ownership: Ownership & { look(): Promise<void> };
  readonly peers: Pick<Peers, 'ask' | 'answer'>;
  readonly clock: Pick<Clock, 'measure' | 'after'>;
}): AtOwner {
  const { ownership, peers, clock } = parts;

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

  return {
    async run<T>(eventId: number, here: () => T | Promise<T>, name: string, body: unknown): Promise<T> {
      const commandId = randomUUID();
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
    },
    lookAgain: () => ownership.look(),
    answer<Body>(name: string, handler: (eventId: number, body: Body, asked: AskedByPeer) => unknown) {
      peers.answer(name, (message, { commandId }) => {
        const { eventId, body } = message as Envelope;
        const here = () => handler(eventId, body as Body, { commandId });
        if (ownership.fenceOf(eventId) !== null) return here();
        // Handed over a moment ago: who asks may know it sooner than this process.
        return ownership.look().then(() => {
          if (ownership.fenceOf(eventId) === null) throw new NotMine(ownership.ownerOf(eventId));
          return here();
        });
      });
    },
  };
}
