import type { Instant } from '../../src/kernel/instant.ts';
import { claim } from './claim.ts';
import type { Answer } from './process.ts';
import type { World } from './world.ts';

export interface Buyer {
  readonly name: string;
  /** The guest session's token, once one was issued. */
  token: string | null;
}

export interface Asked {
  readonly wanted: number;
  readonly partial: boolean;
  /** The token that was sent along, if any. */
  readonly session: string | null;
}

/** One try to pay for a hold: sent again, it is the same request. */
export interface Attempt {
  readonly name: string;
  readonly key: string | null;
  readonly token: string;
  /** How often it was sent: from the second time on its answer may be that of the first. */
  sent: number;
  /** Where the bank wants to see the buyer. */
  bankUrl: string | null;
  final: { readonly status: number; readonly text: string } | null;
}

/** Cards that never pay. */
export const neverPay = new Set(['tok_declined', 'tok_insufficient_funds', 'tok_timeout_unpaid']);

/** A hold as its owner knows it. Whatever is only possible, not known, loosens what is claimed of it. */
export interface KnownHold {
  readonly name: string;
  readonly reservationId: string;
  readonly buyer: Buyer;
  /** The guest session that owns it. */
  readonly session: string;
  readonly ticketIds: readonly string[];
  readonly totalPrice: number;
  readonly attempts: Attempt[];
  state: 'live' | 'released' | 'bought';
  /** As the owner knows: it lives until then. */
  deadline: Instant;
  /** It cannot live from then on, unless it is in payment. */
  latest: Instant;
  renewals: number;
  /** Requests under way that may change it. */
  underway: number;
  /** A payment was tried and its outcome is not known. */
  mayBeBought: boolean;
  /** It may be gone, or back, without its owner having heard: a crash, staff, a write of a dead process. */
  isUnclear: boolean;
  /** Its owner heard that it has expired. */
  saidExpired: boolean;
  /** Counts its changes; `journaled` is the count that is known to be in the journal. */
  changes: number;
  journaled: number;
  booking: { readonly bookingId: string; readonly text: string } | null;
  /** Tickets that the owner knows to have given back, and those of which nobody heard what came of it. */
  readonly cancelled: Set<string>;
  readonly mayBeCancelled: Set<string>;
}

/**
 * Remembers what clients were answered and holds the product to it: only that, nothing the product says of itself. A claim
 * is made only where it is sure; whatever a fault or a crash leaves open is left open, and asked for again at the end.
 */
export function createWitness(world: World) {
  const holds: KnownHold[] = [];
  const byReservation = new Map<string, KnownHold>();
  /** Tickets that staff know are off sale; a request to free one takes it out. */
  const offSale = new Set<string>();
  /** Tickets that staff are changing right now. */
  const touching = new Map<string, number>();
  let ghostWritesSeen = 0;
  /** Faults up to which the ledger has read again whatever it could not read. */
  let faultsHealed = 0;
  const now = () => world.clock.now();

  /** The owner may rely on it at this moment. */
  function isCertain(hold: KnownHold): boolean {
    return hold.state === 'live' && !hold.isUnclear && hold.underway === 0 && now() < hold.deadline;
  }

  /** Nobody can use it any more, from this moment on. */
  function isOver(hold: KnownHold): boolean {
    if (hold.isUnclear || hold.underway > 0 || hold.mayBeBought) return false;
    return hold.state !== 'live' || now() >= hold.latest;
  }

  function exclusive(ticketIds: readonly string[], owner: KnownHold | null, what: string): void {
    for (const other of holds) {
      if (other === owner) continue;
      const both = ticketIds.find((ticketId) => other.ticketIds.includes(ticketId));
      if (both === undefined) continue;
      claim(other.state !== 'bought', `${what} gives away ticket ${both} that ${other.name} has bought`);
      claim(!isCertain(other), `${what} gives away ticket ${both} that ${other.name} holds`);
    }
  }

  function checkHeldTickets(name: string, answer: Answer, wanted: number, partial: boolean): void {
    const { tickets, totalPrice, expiresAt, status } = answer.body;
    const count = tickets.length;
    claim(partial ? count >= 1 && count <= wanted : count === wanted, `${name} asked for ${wanted}, got ${count}`);
    claim(new Set(tickets.map(idOf)).size === count, `${name} got a ticket twice`);
    let sum = 0;
    for (const { ticketTypeId, rate, price } of tickets) {
      const type = world.show.types.find((one) => one.ticketTypeId === ticketTypeId);
      claim(type?.prices.get(rate) === price, `${name} was asked ${price} for ${rate} of type ${ticketTypeId}`);
      sum += price;
    }
    claim(Math.abs(sum - totalPrice) < 1e-9, `${name} adds up to ${sum}, not ${totalPrice}`);
    // From another process it may come as late as it likes.
    const isFine = world.crew.isCluster || Date.parse(expiresAt) > now();
    claim(status === 'paying' || isFine, `${name} was answered with a deadline that has passed`);
  }

  /** Nothing sure can be said any more of holds on these tickets. */
  function cloud(ticketIds: readonly string[]): void {
    for (const hold of holds) {
      if (hold.state !== 'bought' && hold.ticketIds.some((id) => ticketIds.includes(id))) hold.isUnclear = true;
    }
  }

  return {
    holds,
    offSale,
    isCertain,
    isOver,
    now,

    /** A reserve was answered 201. */
    held(name: string, buyer: Buyer, answer: Answer, asked: Asked): void {
      const { body } = answer;
      const session: string = asked.session ?? body.sessionToken;
      claim(typeof session === 'string', `${name} has no session token`);
      buyer.token ??= session;
      const known = byReservation.get(body.reservationId);
      const ticketIds: string[] = body.tickets.map(idOf);
      checkHeldTickets(name, answer, asked.wanted, asked.partial);
      if (known) {
        claim(known.session === session, `${name} answers ${buyer.name} the hold ${known.name} of ${known.buyer.name}`);
        claim(sameIds(known.ticketIds, ticketIds), `${name} answers ${known.name} with other tickets`);
        claim(known.state === 'live' || known.isUnclear, `${name} answers ${known.name}, which is ${known.state}`);
        return;
      }
      exclusive(ticketIds, null, name);
      const off = ticketIds.find((ticketId) => offSale.has(ticketId));
      claim(off === undefined, `${name} gives out ${nameOf(body, off)}, which staff took off sale`);
      const deadline = Date.parse(body.expiresAt);
      claim(
        deadline <= now() + world.show.holdMs,
        `${name} is held until ${body.expiresAt}, longer than the show allows`,
      );
      const hold: KnownHold = {
        name,
        reservationId: body.reservationId,
        buyer,
        session,
        ticketIds,
        totalPrice: body.totalPrice,
        attempts: [],
        state: 'live',
        deadline,
        latest: deadline,
        renewals: 0,
        underway: 0,
        mayBeBought: false,
        isUnclear: ticketIds.some((ticketId) => touching.has(ticketId)),
        saidExpired: false,
        changes: 1,
        journaled: 0,
        booking: null,
        cancelled: new Set(),
        mayBeCancelled: new Set(),
      };
      holds.push(hold);
      byReservation.set(hold.reservationId, hold);
      this.checkLimit(hold);
    },

    checkLimit({ name, session }: KnownHold): void {
      const { limitPerCustomer } = world.weather;
      if (limitPerCustomer === null) return;
      const theirs = holds.filter((hold) => hold.session === session && (hold.state === 'bought' || isCertain(hold)));
      const stays = ({ cancelled, mayBeCancelled }: KnownHold, id: string) =>
        !cancelled.has(id) && !mayBeCancelled.has(id);
      const count = theirs.reduce((sum, hold) => sum + hold.ticketIds.filter((id) => stays(hold, id)).length, 0);
      claim(
        count <= limitPerCustomer,
        `with ${name} a customer has ${count} tickets where ${limitPerCustomer} are allowed`,
      );
    },

    /** A purchase was answered 201. `wasOver`: the hold could not be paid any more when it was sent. */
    bought(hold: KnownHold, attempt: Attempt, answer: Answer, wasOver: boolean): void {
      const { body, text } = answer;
      claim(!wasOver, `${attempt.name} bought ${hold.name} after its end`);
      claim(
        !neverPay.has(attempt.token) || hold.attempts.length > 1,
        `${attempt.name} was paid with a card that never pays`,
      );
      claim(
        sameIds(hold.ticketIds, body.tickets.map(idOf)),
        `${attempt.name} bought other tickets than ${hold.name} held`,
      );
      claim(
        body.totalPrice === hold.totalPrice,
        `${hold.name} was promised for ${hold.totalPrice}, ${body.totalPrice} was charged`,
      );
      claim(
        body.tickets.every((ticket: { ticketNumber: unknown }) => ticket.ticketNumber),
        `${attempt.name}: a ticket has no number`,
      );
      if (hold.booking) {
        claim(hold.booking.text === text, `${attempt.name} answers otherwise than ${hold.name} was answered before`);
        return;
      }
      claim(hold.state !== 'released' || hold.isUnclear, `${hold.name} was released and bought`);
      exclusive(hold.ticketIds, hold, attempt.name);
      hold.state = 'bought';
      hold.mayBeBought = false;
      hold.changes += 1;
      hold.booking = { bookingId: body.bookingId, text };
      this.checkLimit(hold);
    },

    /**
     * Giving tickets back was answered 200: `ticketIds` were asked for, all of the booking if it says so; `before` were given back when it
     * was asked. What was given back meanwhile this answer may know or not.
     */
    cancelled(
      hold: KnownHold,
      name: string,
      { ticketIds, before, answer }: { ticketIds: readonly string[]; before: ReadonlySet<string>; answer: Answer },
    ): void {
      const { status, tickets, refundDue, refunded, totalPrice } = answer.body;
      for (const id of ticketIds) hold.cancelled.add(id);
      const gone = tickets.filter((ticket: { status: string }) => ticket.status === 'Cancelled').map(idOf);
      for (const id of [...before, ...ticketIds])
        claim(gone.includes(id), `${name}: ${id} was given back and is ${answer.text}`);
      claim(status === (gone.length === hold.ticketIds.length ? 'cancelled' : 'completed'), `${name}: ${answer.text}`);
      const cost = tickets
        .filter((ticket: { ticketId: string }) => gone.includes(ticket.ticketId))
        .reduce((sum: number, ticket: { price: number }) => sum + ticket.price, 0);
      const back = refundDue + refunded;
      claim(
        Math.abs(back - cost) < 1e-9,
        `${name}: ${back} comes back for tickets of ${cost}, of ${totalPrice} in all`,
      );
    },

    /** The process died and another has begun: what was not in the journal may be lost, or may be back. */
    crashed(): void {
      for (const hold of holds) {
        if (hold.state === 'bought') continue;
        if (hold.journaled < hold.changes || hold.mayBeBought || hold.underway > 0) hold.isUnclear = true;
      }
    },

    /** Another process decides from here on, and the one before has written what it had decided. */
    handedOver(): void {
      for (const hold of holds) if (hold.mayBeBought || hold.underway > 0) hold.isUnclear ||= hold.state !== 'bought';
    },

    /** What the journal will hold if the flush that begins now succeeds. */
    flushBegins(): () => void {
      const counts = holds.map((hold) => [hold, hold.underway > 0 ? 0 : hold.changes] as const);
      return () => {
        for (const [hold, changes] of counts) hold.journaled = Math.max(hold.journaled, changes);
      };
    },

    /** The ledger has read again what a fault kept it from reading. Called with the count of faults before it did. */
    healed(faults: number): void {
      faultsHealed = faults;
    },

    /** No fault since then: the ledger knows what the database knows. */
    isHealed: () => world.faults === faultsHealed,

    /** A write of a dead process was done behind the back of the living one. */
    lookForGhosts(): void {
      if (world.wire.ghostWrites === ghostWritesSeen) return;
      ghostWritesSeen = world.wire.ghostWrites;
      for (const hold of holds) if (hold.state !== 'bought') hold.isUnclear = true;
    },

    /** From now until `touched`, staff may end holds on these tickets. */
    touches(ticketIds: readonly string[]): void {
      for (const id of ticketIds) touching.set(id, (touching.get(id) ?? 0) + 1);
      cloud(ticketIds);
    },

    touched(ticketIds: readonly string[]): void {
      for (const id of ticketIds) {
        const left = (touching.get(id) ?? 0) - 1;
        if (left > 0) touching.set(id, left);
        else touching.delete(id);
      }
      cloud(ticketIds);
    },
  };
}

export type Witness = ReturnType<typeof createWitness>;

function nameOf(body: { readonly tickets: { readonly ticketId: string }[] }, ticketId: string | undefined): string {
  return JSON.stringify(body.tickets.find((ticket) => ticket.ticketId === ticketId));
}

function idOf(ticket: { readonly ticketId: string }): string {
  return ticket.ticketId;
}

function sameIds(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && [...one].sort().join() === [...other].sort().join();
}
