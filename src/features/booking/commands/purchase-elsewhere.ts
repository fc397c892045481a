import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Begun, CountedAttempts } from '../../../platform/attempt-counter/attempt-counter.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { type GroupCommit, TooManyWaiting } from '../../../platform/group-commit/group-commit.ts';
import { type AtOwner, NotByCommand } from '../../../platform/ownership/at-owner.ts';
import { NotOwned, type Ownership } from '../../../platform/ownership/ownership.ts';
import { PeerFailure, PeerUnknown } from '../../../platform/peers/peers.ts';
import { Unavailable } from '../../../platform/postgres/database.ts';
import { eventOfReservation, type Inventory, type PayingHolds } from '../../inventory/index.ts';
import type { PayerKind } from '../../payments/index.ts';
import { type PurchaseOutcome, refused } from '../domain/purchase-outcome.ts';
import type { PurchaseInput } from '../domain/purchase-request.ts';
import type { ReserveOutcome, ReserveTickets } from '../store/booking-store.ts';
import { toOpenBooking, toReserve } from './begin-booking.ts';
import { freeOfCharge, type PayReserved } from './pay-reserved.ts';
import {
  type BeginPayment,
  type BegunPayment,
  createKnownFences,
  type EndPayment,
  paymentCommands,
} from './payments-elsewhere.ts';
import type { FrozenHolds } from './reconcile-holds.ts';

/** Payments that this process makes for holds of other owners: which are under way. */
export interface PaymentsForOthers {
  /**
   * Ends a payment at its owner: it is not under way any more. `here`: what is done where this process owns the event by now; left out:
   * nothing, since it has read its ledger in the meantime. Rejects if the owner cannot be asked.
   */
  end(eventId: number, ended: EndPayment, here?: () => Promise<void>): Promise<void>;
  /** Whether this process makes the payment, and has not ended it. */
  isUnderWay(bookingId: string): boolean;
  begin(bookingId: string): void;
}

export function createPaymentsForOthers(atOwner: AtOwner): PaymentsForOthers {
  const underWay = new Set<string>();
  return {
    async end(eventId, ended, here = async () => {}) {
      underWay.delete(ended.bookingId);
      await atOwner.runCommand<unknown>(eventId, here, paymentCommands.end, ended);
    },
    isUnderWay: (bookingId) => underWay.has(bookingId),
    begin: (bookingId) => void underWay.add(bookingId),
  };
}

/** The inventory, whose owners hear of the end of payments that are under way here by a command of their own. */
export function endingForOthers(inventory: Inventory, payments: PaymentsForOthers): Inventory {
  return {
    ...inventory,
    async endPayment(booking, end) {
      const { eventId, reservationId, bookingId, tickets } = booking;
      if (!payments.isUnderWay(bookingId)) return inventory.endPayment(booking, end);
      const ticketIds = tickets.map(({ ticketId }) => ticketId);
      try {
        const here = () => inventory.endPayment(booking, end);
        await payments.end(eventId, { reservationId, bookingId, ...end, ticketIds }, here);
      } catch {
        // It follows on a commit: once more, and if it cannot be said, the owner reads the event anew later.
        await inventory.endPayment(booking, end);
      }
    },
  };
}

/**
 * Buys what a reservation holds whose event another process owns. That one freezes the hold, if it is as plain a purchase as nearly all
 * are, and hears how it ended; both commits and the payment are made here, the first commit under the fence of the owner's decision. So
 * what the owner does for a purchase is little, and an event sells as fast as processes before it can write. Whatever is unusual goes to the owner
 * whole (`NotByCommand`), which does all of it as of old. Answers what {@link createPurchase} answers.
 */
export function createPurchaseElsewhere(parts: {
  /** For events of this process. */
  readonly here: (input: PurchaseInput) => Promise<PurchaseOutcome>;
  readonly inventory: Pick<PayingHolds, 'markReserved'>;
  readonly ownership: Pick<Ownership, 'fenceOf'>;
  readonly atOwner: AtOwner;
  readonly payments: PaymentsForOthers;
  readonly reserveGroup: GroupCommit<ReserveTickets, ReserveOutcome>;
  readonly payReserved: PayReserved;
  readonly frozenHolds: Pick<FrozenHolds, 'during'>;
  readonly charges: CountedAttempts<PayerKind>;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
  readonly random?: RandomBytes;
}) {
  const { here, inventory, ownership, atOwner, payments, reserveGroup, payReserved, frozenHolds, charges } = parts;
  const { clock, onFailure, random = systemRandom } = parts;
  const knownFence = createKnownFences();

  async function buy(input: PurchaseInput, eventId: number): Promise<PurchaseOutcome> {
    const { reservationId, owner, account, key, provider, detail, contact } = input;
    // Staff act on anybody's hold; and what this process cannot charge now, perhaps the owner can.
    if (owner === null || provider.isDown(detail)) throw new NotByCommand(eventId);
    const bookingId = uuidv7(clock.now(), random);
    const isFree = provider.name === 'free';
    const asked = { reservationId, bookingId, owner, account, email: contact?.email ?? null, key, isFree };
    // Counted while the owner is asked: neither waits for the other.
    const counting = isFree ? freeOfCharge : charges.begin(input.payer);
    const charge = counting instanceof Promise ? settled(counting) : async () => counting;
    try {
      const begun = await begin(eventId, asked);
      if (begun === null) throw new NotByCommand(eventId);
      return await payBegun(input, begun, { eventId, bookingId, charge });
    } finally {
      await endCharge(charge);
    }
  }

  /** Pays for a hold that its owner has frozen, and has it hear what became of that. */
  async function payBegun(
    input: PurchaseInput,
    begun: BegunPayment,
    { eventId, bookingId, charge }: BegunHere & { readonly eventId: number },
  ): Promise<PurchaseOutcome> {
    const { reservationId } = input;
    payments.begin(bookingId);
    const { hold } = begun;
    let how = 'unfrozen' as Left;
    const note = (as: Left) => {
      how = as;
    };
    try {
      return await frozenHolds.during(hold, () => pay(input, begun, { bookingId, charge, note }));
    } finally {
      // Else its second commit has said so. Where the event has moved on, nobody waits for that to be heard.
      const said = payments.isUnderWay(bookingId) && say(eventId, { reservationId, bookingId, how: endOf(how) });
      if (how !== 'moved') await said;
    }
  }

  async function begin(eventId: number, asked: BeginPayment): Promise<BegunPayment | null> {
    try {
      return await atOwner.runCommand<BegunPayment | null>(eventId, () => null, paymentCommands.begin, asked);
    } catch (error) {
      // Perhaps it was begun: nobody goes on with it.
      if (error instanceof PeerFailure) {
        const { reservationId, bookingId } = asked;
        void say(eventId, { reservationId, bookingId, how: 'unfrozen' });
      }
      // An owner that ended without an answer wrote nothing for it: it is begun anew, wherever the event is.
      throw error instanceof PeerUnknown ? new NotOwned(eventId) : error;
    }
  }

  /** An owner that does not hear it finds out by itself. */
  const say = (eventId: number, ended: EndPayment) => payments.end(eventId, ended).catch(onFailure);

  /** `note`: hears what is to be said of the hold if nothing else says it. */
  async function pay(
    input: PurchaseInput,
    begun: BegunPayment,
    { bookingId, charge: begunCharge, note }: BegunHere & { readonly note: (how: Left) => void },
  ): Promise<PurchaseOutcome> {
    const { provider, detail, key, context } = input;
    const { hold, fence, deadline: expiresAt } = begun;
    const { totalMinor: amountMinor, currency, eventId } = hold;
    const refusal = amountMinor === 0 ? null : provider.refuse(detail, { amountMinor, currency });
    if (refusal) return refused(refusal);
    const charge = amountMinor === 0 ? freeOfCharge : await begunCharge();
    if (!charge.allowed) {
      return refused({ code: 'TOO_MANY_DECLINES', retryAfterSeconds: charge.retryAfterSeconds, expiresAt });
    }
    const command = toReserve(input, { hold, fence: knownFence(fence) }, { bookingId, now: clock.now() });
    note('unknown');
    const reserved = await reserve(command, note);
    if (reserved === 'owner_changed') return refused({ code: 'OWNER_CHANGED' });
    // A key that was used, tickets that are gone: the owner finds it too, and knows what follows.
    if (reserved !== 'reserved') throw new NotByCommand(eventId);
    note('open');
    // What is paid within this process is over before anybody looks.
    if (!provider.isLocal(detail)) inventory.markReserved(hold);
    const booking = toOpenBooking(command);
    const buyer = { key, deadline: expiresAt };
    const { account } = input;
    return payReserved(hold, { booking, provider, detail, context, buyer }, { charge, account });
  }

  async function reserve(command: ReserveTickets, note: (how: Left) => void): Promise<ReserveOutcome> {
    try {
      const outcome = await reserveGroup.submit(command);
      if (outcome !== 'reserved') note(outcome === 'owner_changed' ? 'moved' : 'unfrozen');
      return outcome;
    } catch (error) {
      // Nothing was charged; but the commit may have happened.
      if (!(error instanceof Unavailable) || error instanceof TooManyWaiting) note('unfrozen');
      throw error;
    }
  }

  return function purchase(input: PurchaseInput): Promise<PurchaseOutcome> {
    const eventId = eventOfReservation(input.reservationId);
    return eventId === undefined || ownership.fenceOf(eventId) !== null ? here(input) : buy(input, eventId);
  };
}

interface BegunHere {
  readonly bookingId: string;
  /** Its attempt, once it is counted. */
  readonly charge: () => Promise<Begun>;
}

/** The same promise, which nobody need wait for. */
function settled<T>(promise: Promise<T>): () => Promise<T> {
  promise.catch(() => {});
  return () => promise;
}

/** Where the payment came to nothing, the owner or the buyer's next request counts it anew: so this is waited for. */
async function endCharge(charge: BegunHere['charge']): Promise<void> {
  const begun = await charge().catch(() => null);
  if (begun?.allowed) await begun.end('neither');
}

/** How a payment leaves the hold, as long as no second commit says it. */
type Left = 'unfrozen' | 'moved' | 'unknown' | 'open';

function endOf(left: Left): Exclude<Left, 'moved'> {
  return left === 'moved' ? 'unfrozen' : left;
}
