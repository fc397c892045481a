import type { AtOwner } from '../../../platform/ownership/at-owner.ts';
import type { Ownership } from '../../../platform/ownership/ownership.ts';
import { PeerRefused } from '../../../platform/peers/peers.ts';
import { attemptsLeft } from '../domain/payment-attempts.ts';
import { eventOfReservation } from '../domain/reservation-id.ts';
import type { Inventory } from '../ports.ts';
import type { FrozenRef } from './paying-holds.ts';
import type { PlaceHoldInput } from './place-hold.ts';

/**
 * How a method is done about an event that another process owns, by the event (its id, a reservation's, or what has one) that is its
 * first argument. Arguments and answers are plain values, or maps of them.
 *
 * - `asked`: the owner does it, and its answer is this one's.
 * - `noted`: it follows on a commit. The owner does it; that it could not be asked undoes nothing, and it reads the event anew later.
 * - `sent`: the owner does it, and nobody waits.
 */
const ways = {
  refresh: 'noted',
  refreshRules: 'noted',
  syncTickets: 'noted',
  endHolds: 'asked',
  forget: 'asked',
  holdsOn: 'asked',
  holdsFor: 'asked',
  firstFree: 'asked',
  ticketsOfSeats: 'asked',
  areFree: 'asked',
  seatMapPath: 'asked',
  findCode: 'asked',
  holdsBefore: 'asked',
  saleOf: 'asked',
  abandon: 'asked',
  releaseHolds: 'noted',
  giveUp: 'noted',
  endPayment: 'noted',
  completeLate: 'noted',
  giveBack: 'noted',
  convert: 'sent',
  unfreeze: 'sent',
  markReserved: 'sent',
  extendPayment: 'sent',
} as const satisfies { readonly [method in keyof Inventory]?: 'asked' | 'noted' | 'sent' };
type Asked = keyof typeof ways;
type Method = (...args: readonly unknown[]) => unknown;

const messageName = 'inventory';
const holdName = 'hold';

interface Message {
  readonly method: Asked;
  readonly args: string;
}

export interface InventoryAtOwner extends Inventory {
  /** Has owners read what they could not be asked to read when it changed. */
  catchUp(): Promise<void>;
  /** Has these events read anew by the next {@link catchUp}. */
  readLater(eventIds: Iterable<number>): void;
}

/**
 * The inventory of a process among several: what is about an event that another process owns is asked of that one. What
 * takes a callback, or answers in the same turn, is done where the event is owned only: its routes and jobs run there.
 */
export function createInventoryAtOwner(parts: {
  readonly here: Inventory;
  readonly ownership: Pick<Ownership, 'fenceOf'>;
  readonly atOwner: Pick<AtOwner, 'run' | 'answer' | 'command'>;
  /** Hears of what nobody waits for. */
  readonly onFailure: (error: unknown) => void;
}): InventoryAtOwner {
  const { here, ownership, atOwner, onFailure } = parts;
  /** Events whose owner did not hear that they have changed. */
  const unheard = new Set<number>();
  const isHere = (eventId: number) => ownership.fenceOf(eventId) !== null;

  const methodHere = (name: Asked) => here[name] as Method;

  atOwner.answer(messageName, async (_eventId, { method, args }: Message) => {
    // Of another version: nothing is done.
    if (!Object.hasOwn(ways, method)) throw new PeerRefused({ why: 'unknown request' });
    return write(await methodHere(method)(...(parse(args) as unknown[])));
  });

  atOwner.command(holdName, (_eventId, input: PlaceHoldInput) => here.placeHold(input));

  async function ask(eventId: number, method: Asked, args: readonly unknown[]): Promise<unknown> {
    const message: Message = { method, args: write(args) };
    const inSameWords = async () => write(await methodHere(method)(...args));
    return parse(await atOwner.run(eventId, inSameWords, messageName, message));
  }

  async function note(eventId: number, method: Asked, args: readonly unknown[]): Promise<void> {
    try {
      await ask(eventId, method, args);
    } catch (error) {
      unheard.add(eventId);
      onFailure(error);
    }
  }

  function elsewhere(eventId: number, method: Asked, args: readonly unknown[]): unknown {
    const way = ways[method];
    if (way === 'asked') return ask(eventId, method, args);
    if (way === 'noted') return note(eventId, method, args);
    // A hold is more than whoever does it needs to know.
    const { reservationId, payment } = args[0] as FrozenRef;
    void ask(eventId, method, [{ eventId, reservationId, payment }, ...args.slice(1)]).catch(onFailure);
  }

  function byEvent(method: Asked): Method {
    const run = methodHere(method);
    return (...args) => {
      const eventId = eventOf(args[0]);
      return eventId === undefined || isHere(eventId) ? run(...args) : elsewhere(eventId, method, args);
    };
  }

  const names = Object.keys(ways) as Asked[];
  const byOwner = Object.fromEntries(names.map((method) => [method, byEvent(method)])) as Partial<Inventory>;

  return {
    ...here,
    ...byOwner,
    placeHold(input) {
      const { eventId } = input;
      const place = () => here.placeHold(input);
      return isHere(eventId) ? place() : atOwner.run(eventId, place, holdName, input);
    },
    // Where the event went during a payment, its buyer holds the places: what is known of that is the attempt.
    attemptsLeft: (hold) => (isHere(hold.eventId) ? here.attemptsLeft(hold) : attemptsLeft({ attempts: hold.attempt })),
    async changeCapacity(type, change) {
      try {
        return await here.changeCapacity(type, change);
      } finally {
        // More places are made anywhere; whoever decides about the event reads them.
        if (!isHere(type.eventId)) await note(type.eventId, 'refresh', [type.eventId]);
      }
    },
    readLater(eventIds) {
      for (const eventId of eventIds) unheard.add(eventId);
    },
    async catchUp() {
      for (const eventId of [...unheard]) {
        unheard.delete(eventId);
        await note(eventId, 'refresh', [eventId]);
      }
    },
  };
}

/** Undefined: it is about no event that anybody could have. */
function eventOf(first: unknown): number | undefined {
  if (typeof first === 'number') return first;
  return typeof first === 'string' ? eventOfReservation(first) : (first as { readonly eventId: number }).eventId;
}

/** JSON with maps in it. What is undefined comes back as absent. */
function write(value: unknown): string {
  return JSON.stringify({ value }, (_name, one: unknown) => (one instanceof Map ? { $map: [...one] } : one));
}

function parse(text: string): unknown {
  const { value } = JSON.parse(text, (_name, one: unknown) => {
    const map = (one as { readonly $map?: [unknown, unknown][] } | null)?.$map;
    return map ? new Map(map) : one;
  }) as { value?: unknown };
  return value;
}
