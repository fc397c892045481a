import type { AtOwner } from '../../../platform/ownership/at-owner.ts';
import type { Ownership } from '../../../platform/ownership/ownership.ts';
import { eventOfReservation } from '../domain/reservation-id.ts';
import type { Inventory } from '../ports.ts';
import type { HoldRef } from './paying-holds.ts';

/** Methods that another process may ask for: arguments and answers are plain values, or maps of them. */
const asked = [
  'refresh',
  'refreshRules',
  'syncTickets',
  'endHolds',
  'forget',
  'holdsOn',
  'holdsFor',
  'firstFree',
  'ticketsOfSeats',
  'areFree',
  'seatMapPath',
  'findCode',
  'holdsBefore',
  'saleOf',
  'abandon',
  'giveUp',
  'endPayment',
  'completeLate',
  'giveBack',
  'convert',
  'unfreeze',
  'markReserved',
  'extendPayment',
] as const satisfies readonly (keyof Inventory)[];
type Asked = (typeof asked)[number];

const messageName = 'inventory';

interface Message {
  readonly method: Asked;
  readonly args: string;
}

export interface InventoryAtOwner extends Inventory {
  /** Has owners read what they could not be asked to read when it changed. */
  catchUp(): Promise<void>;
}

/**
 * The inventory of a process among several: what is about an event that another process owns is asked of that one. What
 * takes a callback, or answers in the same turn, is done where the event is owned only: its routes and jobs run there.
 */
export function createInventoryAtOwner(parts: {
  readonly here: Inventory;
  readonly ownership: Pick<Ownership, 'fenceOf'>;
  readonly atOwner: AtOwner;
  /** Hears of what nobody waits for. */
  readonly onFailure: (error: unknown) => void;
}): InventoryAtOwner {
  const { here, ownership, atOwner, onFailure } = parts;
  /** Events whose owner did not hear that they have changed. */
  const unheard = new Set<number>();
  const isHere = (eventId: number) => ownership.fenceOf(eventId) !== null;

  atOwner.answer(messageName, async (_eventId, { method, args }: Message) => {
    const run = here[method] as (...values: unknown[]) => unknown;
    return write(await run(...(parse(args) as unknown[])));
  });

  async function ask<Method extends Asked>(
    eventId: number,
    method: Method,
    args: Parameters<Inventory[Method]>,
  ): Promise<Awaited<ReturnType<Inventory[Method]>>> {
    const run = here[method] as (...values: unknown[]) => unknown;
    const message: Message = { method, args: write(args) };
    const written = await atOwner.run(eventId, async () => write(await run(...args)), messageName, message);
    return parse(written) as Awaited<ReturnType<Inventory[Method]>>;
  }

  /** By the id of the event, or by what has it, as first argument. */
  function byEvent<Method extends Asked>(method: Method): Inventory[Method] {
    const run = here[method] as (...values: unknown[]) => unknown;
    return ((...args: Parameters<Inventory[Method]>) => {
      const [first] = args as unknown as [number | { readonly eventId: number }];
      const eventId = typeof first === 'number' ? first : first.eventId;
      return isHere(eventId) ? run(...args) : ask(eventId, method, args);
    }) as unknown as Inventory[Method];
  }

  /** The same for what an owner is to read after a commit: that it could not be asked undoes nothing, it is asked again. */
  function heard<Method extends 'refresh' | 'refreshRules' | 'syncTickets'>(method: Method): Inventory[Method] {
    const run = byEvent(method) as (eventId: number, ...rest: unknown[]) => Promise<void>;
    return (async (eventId: number, ...rest: unknown[]) => {
      try {
        await run(eventId, ...rest);
      } catch (error) {
        if (isHere(eventId)) throw error;
        unheard.add(eventId);
        onFailure(error);
      }
    }) as unknown as Inventory[Method];
  }

  /** The same for what nobody waits for. */
  function sent<Method extends 'convert' | 'unfreeze' | 'markReserved' | 'extendPayment'>(
    method: Method,
  ): Inventory[Method] {
    const run = here[method] as (...values: unknown[]) => unknown;
    return ((hold: HoldRef, ...rest: unknown[]) => {
      if (isHere(hold.eventId)) return run(hold, ...rest);
      const { eventId, reservationId } = hold;
      void ask(eventId, method, [{ eventId, reservationId }, ...rest] as never).catch(onFailure);
    }) as unknown as Inventory[Method];
  }

  return {
    ...here,
    refresh: heard('refresh'),
    refreshRules: heard('refreshRules'),
    syncTickets: heard('syncTickets'),
    endHolds: byEvent('endHolds'),
    forget: byEvent('forget'),
    holdsOn: byEvent('holdsOn'),
    holdsFor: byEvent('holdsFor'),
    firstFree: byEvent('firstFree'),
    ticketsOfSeats: byEvent('ticketsOfSeats'),
    areFree: byEvent('areFree'),
    seatMapPath: byEvent('seatMapPath'),
    findCode: byEvent('findCode'),
    holdsBefore: byEvent('holdsBefore'),
    abandon: byEvent('abandon'),
    giveUp: byEvent('giveUp'),
    endPayment: byEvent('endPayment'),
    completeLate: byEvent('completeLate'),
    giveBack: byEvent('giveBack'),
    convert: sent('convert'),
    unfreeze: sent('unfreeze'),
    markReserved: sent('markReserved'),
    extendPayment: sent('extendPayment'),
    async changeCapacity(type, change) {
      try {
        return await here.changeCapacity(type, change);
      } finally {
        // More places are made anywhere; whoever decides about the event reads them.
        if (!isHere(type.eventId)) await ask(type.eventId, 'refresh', [type.eventId]).catch(onFailure);
      }
    },
    saleOf(reservationId) {
      const eventId = eventOfReservation(reservationId);
      return eventId === undefined || isHere(eventId)
        ? here.saleOf(reservationId)
        : ask(eventId, 'saleOf', [reservationId]);
    },
    async catchUp() {
      for (const eventId of [...unheard]) {
        unheard.delete(eventId);
        await heard('refresh')(eventId);
      }
    },
  };
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
