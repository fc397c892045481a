import type { Clock } from '../../../platform/clock/clock.ts';
import type { AskedByPeer, AtOwner } from '../../../platform/ownership/at-owner.ts';
import type { Fence, Ownership } from '../../../platform/ownership/ownership.ts';
import type { FrozenHold, Hold, Inventory, Owner } from '../../inventory/index.ts';
import { declinedKeepMs, paymentGraceMs } from '../domain/payment-times.ts';
import type { ClaimedKey } from '../domain/purchase-request.ts';
import type { AbandonedBookings } from './abandoned-bookings.ts';
import type { KnownKeys } from './known-keys.ts';

/** By these names the process that makes a payment speaks to the one that owns the event. */
export const paymentCommands = { begin: 'begin payment', end: 'end payment' } as const;

/** What the owner must know to freeze a hold for a payment that another process makes. */
export interface BeginPayment {
  readonly reservationId: string;
  /** Made up by whoever pays; the same one begins once. */
  readonly bookingId: string;
  readonly owner: Exclude<Owner, null>;
  readonly account: string | null;
  readonly email: string | null;
  readonly key: ClaimedKey | null;
  /** It can only be paid for if it costs nothing. */
  readonly isFree: boolean;
}

/** A hold in payment, for whoever pays. `deadline`: its own, before it was frozen. */
export interface BegunPayment extends FrozenHold {
  readonly deadline: number;
}

/**
 * What a payment elsewhere has come to, as far as the hold goes. `unfrozen`: none was begun after all. `unknown`: the first commit may
 * have happened, and nothing will be charged. `open`: it goes on without its request.
 */
export interface EndPayment {
  readonly reservationId: string;
  readonly bookingId: string;
  readonly how: 'paid' | 'not_paid' | 'unfrozen' | 'unknown' | 'open';
  readonly keepMs?: number;
  readonly ticketIds?: readonly string[];
}

/** A payment that has said nothing for so long is nobody's any more: no request waits longer for its provider. */
const lostAfterMs = 20_000;

interface Elsewhere {
  readonly eventId: number;
  readonly begun: BegunPayment;
  readonly bookingId: string;
  readonly key: ClaimedKey | null;
  readonly from: string;
  readonly since: number;
}

/**
 * The holds of this process's events for which other processes make the payment: the ledger has frozen them, and whoever asked writes
 * both commits, the first one under the fence of the ledger's decision. So what is here of a purchase is two turns of the ledger.
 *
 * A payment whose process has died, or says nothing, is *lost*: its first commit may still be on its way, under a fence that is
 * good. Therefore a hold of such a payment is not set free before the event goes on under a new fence, which waits for commits under way
 * and refuses what comes later; whoever loads the ledger then reads what became of the booking.
 */
export interface PaymentsElsewhere {
  /** Whether a process that lives makes the payment for this reservation. */
  isWorkedOn(reservationId: string): boolean;
  /** Whether one did that has died since, or is silent. */
  isLost(reservationId: string): boolean;
  /** A hold whose payment is lost, and of which there is no booking: takes it out of reach of that payment. */
  bar(hold: Hold): Promise<void>;
  /** What became of a lost payment is known. */
  forget(reservationId: string): void;
  /** Forgets the lost payments of holds that are in payment no more. */
  forgetOver(isInPayment: (reservationId: string) => boolean): void;
}

/** Answers the processes that make payments for events of this one. */
export function createPaymentsElsewhere(parts: {
  readonly inventory: Inventory;
  readonly ownership: Pick<Ownership, 'onLost'>;
  readonly atOwner: AtOwner;
  readonly knownKeys: KnownKeys;
  readonly abandoned: AbandonedBookings;
  readonly clock: Pick<Clock, 'measure'>;
}): PaymentsElsewhere {
  const { inventory, ownership, atOwner, knownKeys, abandoned, clock } = parts;
  const all = new Map<string, Elsewhere>();

  ownership.onLost((isLost) => {
    // Where the event is now, they begin anew.
    for (const [reservationId, { eventId }] of all) if (isLost(eventId)) forget(reservationId);
  });

  function forget(reservationId: string): void {
    const one = all.get(reservationId);
    if (one === undefined) return;
    all.delete(reservationId);
    if (one.key !== null) knownKeys.end(one.key, null);
  }

  function isLost({ from, since }: Elsewhere): boolean {
    return clock.measure() - since > lostAfterMs || !atOwner.isLiving(from);
  }

  /** Null: it is no plain purchase of an untouched hold, and the whole request is to come here. */
  function begin(
    eventId: number,
    asked: BeginPayment,
    from: string,
  ): BegunPayment | null | Promise<BegunPayment | null> {
    const sale = inventory.saleOf(asked.reservationId);
    if (sale instanceof Promise) return sale.then((loaded) => (loaded ? begin(eventId, asked, from) : null));
    const { reservationId, bookingId, owner, account, email, key, isFree } = asked;
    const earlier = all.get(reservationId);
    if (earlier?.bookingId === bookingId) return earlier.begun;
    if (earlier || !sale || sale.asksAttendeeNames || (sale.refusesGuests && account === null)) return null;
    const ref = { eventId, reservationId };
    const held = inventory.find(ref, owner);
    if (!held.accepted || held.value.status !== 'active' || held.value.attempts > 0) return null;
    if (isFree && held.value.totalMinor > 0) return null;
    // Kept longer once already, it would not be again: only the ledger knows.
    if (inventory.deadlineIfDeclined(ref, 0, declinedKeepMs) === 0) return null;
    if (key !== null && knownKeys.begin(key) !== null) return null;
    const deadline = held.value.expiresAt;
    const payment = { bookingId, keepMs: declinedKeepMs };
    const frozen = inventory.freeze(ref, owner, { graceMs: paymentGraceMs, payment, buyer: { account, email } });
    if (!frozen.accepted) {
      if (key !== null) knownKeys.end(key, null);
      return null;
    }
    const begun = { ...frozen.value, deadline };
    all.set(reservationId, { eventId, begun, bookingId, key, from, since: clock.measure() });
    return begun;
  }

  function end(eventId: number, { reservationId, bookingId, how, keepMs = 0, ticketIds = [] }: EndPayment): unknown {
    if (all.get(reservationId)?.bookingId === bookingId) forget(reservationId);
    const hold = { eventId, reservationId, payment: { bookingId } };
    const booking = { eventId, reservationId, bookingId, tickets: ticketIds.map((ticketId) => ({ ticketId })) };
    switch (how) {
      case 'paid':
        return inventory.endPayment(booking, { how });
      case 'not_paid':
        return inventory.endPayment(booking, { how, keepMs });
      case 'unfrozen':
        return inventory.unfreeze(hold);
      case 'unknown':
        // Asked about by `reconcile-holds.ts`.
        return abandoned.add(bookingId);
      case 'open':
        return inventory.markReserved(hold);
    }
  }

  atOwner.command(paymentCommands.begin, (eventId, asked: BeginPayment, { from }: AskedByPeer) =>
    begin(eventId, asked, from),
  );
  atOwner.command(paymentCommands.end, (eventId, asked: EndPayment) => end(eventId, asked));

  return {
    isWorkedOn(reservationId) {
      const one = all.get(reservationId);
      return one !== undefined && !isLost(one);
    },
    isLost(reservationId) {
      const one = all.get(reservationId);
      return one !== undefined && isLost(one);
    },
    bar: ({ eventId }) => atOwner.fenceAnew(eventId),
    forget,
    forgetOver(isInPayment) {
      for (const [reservationId, one] of all) if (isLost(one) && !isInPayment(reservationId)) forget(reservationId);
    },
  };
}

/** Of a process that is alone: nobody else pays. */
export const noPaymentsElsewhere: PaymentsElsewhere = {
  isWorkedOn: () => false,
  isLost: () => false,
  async bar() {},
  forget() {},
  forgetOver() {},
};

/** Fences that came in messages, each one object: what is written under one fence joins one row. */
export function createKnownFences(): (fence: Fence) => Fence {
  const bySlot = new Map<number, Fence>();
  return (fence) => {
    const known = bySlot.get(fence.slot);
    if (known?.fence === fence.fence && known.processId === fence.processId) return known;
    bySlot.set(fence.slot, fence);
    return fence;
  };
}
