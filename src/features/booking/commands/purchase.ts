/*
 * How a purchase goes. The hold lives in the ledger, in memory, and may be lost; the booking lives in its events, in PostgreSQL,
 * which has the last word. Together they say where a purchase is, and who moves it on:
 *
 *   hold       booking            who moves it on
 *   ---------  -----------------  ---------------------------------------------------------------------------------------
 *   active     none, or failed    the buyer: frozen here for a charge, at most five times. Or its deadline: `expire-holds.ts`
 *   paying     none               commit 1 (`begin-booking.ts`). Where its answer was lost: `reconcile-holds.ts` asks the database.
 *                                 Where another process owns the event meanwhile: nothing is written, the buyer asks there
 *   paying     any of these       of an event that another process owns: the same steps there, see `purchase-elsewhere.ts`. Where that one
 *                                 has died: the owner, which bars its commits first (`payments-elsewhere.ts`)
 *   paying     awaiting_payment   `charge-booking.ts`, and `record-outcome.ts` with commit 2 (`second-commit.ts`). Where its request
 *                                 is gone: `reconcile-bookings.ts`, by its job, a webhook, or the same key asked again
 *   converted  completed          over. Money that was only set aside is taken by `capture-payment.ts`
 *   paying     awaiting_payment   the same after a restart, or where the event has gone to meanwhile: the journal keeps the hold, and
 *                                 `reconcile-bookings.ts` goes on as above. Declined, it is active there until its deadline
 *   lost       awaiting_payment   the process died before its journal knew of the hold: the tickets are Reserved in the database
 *   lost       failed             money that comes all the same: `record-late-payment.ts`, found by `reconcile-payments.ts`
 *   any        needs_review       a person, by the list of reviews
 *
 * Which memory guards what, and what there is when the process has lost it:
 *
 *   known keys           one request at a time under a key, and its answer again without a read (`known-keys.ts`); else commit 1
 *                        claims the key in the database, and `earlier-outcomes.ts` reads what it came to
 *   frozen holds         nobody else touches a hold while a request pays for it (`reconcile-holds.ts`); else the job asks
 *   abandoned bookings   commit 1 may have happened, and the buyer was answered 503: never charged (`abandoned-bookings.ts`); else
 *                        the provider knows of no payment, which ends the same way
 *   bookings underway    one booking is asked about once at a time (`reconcile-bookings.ts`); else commit 2 looks at its version
 *   charges              declined cards are counted (`attempt-counter`), in this process or in PostgreSQL
 *   group commits        purchases of one moment share a statement (`group-commit`); one that is out of order is judged alone
 *
 * If the process dies: before commit 1 there is only the hold, in its journal. Between commit 1 and the charge nothing was
 * charged: the booking fails as not made, and the same key tries again. Between the charge and the tickets the provider is asked,
 * and commit 2 is written then. After commit 2 the same key gets the same answer, made from the booking's events.
 */

import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { BegunAttempt, CountedAttempts } from '../../../platform/attempt-counter/attempt-counter.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { type GroupCommit, TooManyWaiting } from '../../../platform/group-commit/group-commit.ts';
import { Unavailable } from '../../../platform/postgres/database.ts';
import type { FrozenHold, Hold, Inventory, PayingHolds, Sale } from '../../inventory/index.ts';
import type { PayerKind } from '../../payments/index.ts';
import { declinedKeepMs, paymentGraceMs } from '../domain/payment-times.ts';
import { type PurchaseOutcome, type PurchaseRefusal, refused } from '../domain/purchase-outcome.ts';
import type { PurchaseInput } from '../domain/purchase-request.ts';
import type { BookingStore, ReserveOutcome, ReserveTickets } from '../store/booking-store.ts';
import type { AbandonedBookings } from './abandoned-bookings.ts';
import { toOpenBooking, toReserve } from './begin-booking.ts';
import { createEarlierOutcomes } from './earlier-outcomes.ts';
import type { KnownKeys } from './known-keys.ts';
import { freeOfCharge, type PayReserved } from './pay-reserved.ts';
import type { PaymentsElsewhere } from './payments-elsewhere.ts';
import type { ReconcileBookings } from './reconcile-bookings.ts';
import type { FrozenHolds } from './reconcile-holds.ts';

const inFlight = refused({ code: 'IDEMPOTENCY_IN_FLIGHT' });

export interface PurchaseParts {
  readonly inventory: PayingHolds & Pick<Inventory, 'syncTickets'>;
  readonly store: BookingStore;
  readonly reserveGroup: GroupCommit<ReserveTickets, ReserveOutcome>;
  readonly payReserved: PayReserved;
  readonly knownKeys: KnownKeys;
  readonly frozenHolds: FrozenHolds;
  /** Payments that other processes make for events of this one. */
  readonly elsewhere: PaymentsElsewhere;
  readonly reconcileOpen: ReconcileBookings['one'];
  readonly abandoned: AbandonedBookings;
  /** Charges, whose declines are counted. */
  readonly charges: CountedAttempts<PayerKind>;
  readonly clock: Clock;
  readonly random?: RandomBytes;
}

/**
 * Buys what a reservation holds: freeze the hold, commit 1 (booking, tickets Reserved, key claimed), charge, commit 2 (tickets
 * Sold), hold converted. On the good path nothing is read from the database; whatever is unusual (a used key, a hold that is
 * gone) is looked up then.
 */
export function createPurchase(parts: PurchaseParts) {
  const { inventory, store, reserveGroup, payReserved, frozenHolds, elsewhere, clock } = parts;
  const { abandoned, charges, knownKeys } = parts;
  const { random = systemRandom } = parts;
  const earlier = createEarlierOutcomes(parts);

  async function purchase(input: PurchaseInput): Promise<PurchaseOutcome> {
    const { key, reservationId } = input;
    if (elsewhere.isLost(reservationId)) await reconcileLost(reservationId);
    if (key === null) return attempt(input);
    const known = knownKeys.begin(key);
    if (known === 'in_flight') return inFlight;
    if (known === 'other_request') return refused({ code: 'IDEMPOTENCY_KEY_REUSED' });
    if (known !== null) return known;
    let outcome: PurchaseOutcome | null = null;
    try {
      outcome = await attempt(input);
      return outcome;
    } finally {
      knownKeys.end(key, outcome?.outcome === 'paid' || outcome?.outcome === 'declined' ? outcome : null);
    }
  }

  /** Whoever paid for it has died: what became of it is found out before anybody tries again. */
  async function reconcileLost(reservationId: string): Promise<void> {
    const sale = await inventory.saleOf(reservationId);
    const held = sale && inventory.find({ eventId: sale.eventId, reservationId }, null);
    if (held?.accepted) await frozenHolds.reconcile(held.value);
    else elsewhere.forget(reservationId);
  }

  async function attempt(input: PurchaseInput, isSecond = false): Promise<PurchaseOutcome> {
    const { reservationId, owner } = input;
    const found = inventory.saleOf(reservationId);
    const sale = found instanceof Promise ? await found : found;
    if (!sale) return refused({ code: 'RESERVATION_UNKNOWN' });
    const hold = { eventId: sale.eventId, reservationId };
    let held = inventory.find(hold, owner);
    if (held.accepted && held.value.status === 'paying') {
      await frozenHolds.reconcile(held.value);
      // Its event may go on under a new fence: then the ledger is read anew.
      await inventory.saleOf(reservationId);
      held = inventory.find(hold, owner);
    }
    if (!held.accepted) return withoutHold(input, held.refusal);
    // Tried before, perhaps with this very key: then that answer stands, and no attempt is used up.
    const known = held.value.attempts > 0 ? await earlier.ofKey(input) : null;
    if (known) return known;
    if (input.provider.name === 'free' && held.value.totalMinor > 0) return refused({ code: 'PAYMENT_MISSING' });
    const refusal = refuseToCharge(input, sale, held.value);
    if (refusal) return refused(refusal);
    const begun = held.value.totalMinor === 0 ? freeOfCharge : charges.begin(input.payer);
    // Counted in this process, there is nothing to wait for.
    const charge = begun instanceof Promise ? await begun : begun;
    if (!charge.allowed) {
      const { retryAfterSeconds } = charge;
      return refused({ code: 'TOO_MANY_DECLINES', retryAfterSeconds, expiresAt: held.value.expiresAt });
    }
    let paid: PurchaseOutcome | 'key_released' | null = null;
    let notFrozen: PurchaseRefusal = { code: 'RESERVATION_UNKNOWN' };
    try {
      const down = refuseWhileDown(input, held.value);
      if (down) return refused(down);
      const buyer = { account: input.account, email: input.contact?.email ?? null, byStaff: owner === null };
      const payment = { bookingId: uuidv7(clock.now(), random), keepMs: declinedKeepMs };
      const frozen = inventory.freeze(hold, owner, { graceMs: paymentGraceMs, payment, buyer });
      const { expiresAt } = held.value;
      if (frozen.accepted) {
        const { bookingId } = payment;
        paid = await frozenHolds.during(frozen.value.hold, () =>
          pay(input, frozen.value, { bookingId, expiresAt, charge }),
        );
      } else notFrozen = frozen.refusal;
    } finally {
      const ending = charge.end('neither');
      if (ending) await ending;
    }
    // Nothing is charged by whoever only looks at what another request of this buyer has come to.
    if (paid === null) return withoutHold(input, notFrozen);
    // Its key named a payment that was never made, and is free again.
    return paid === 'key_released' ? (isSecond ? inFlight : attempt(input, true)) : paid;
  }

  /** Why this buyer or this card is not let on to the payment: nothing has begun, and no attempt is used up. */
  function refuseToCharge(input: PurchaseInput, sale: Sale, hold: Hold): PurchaseRefusal | null {
    const { provider, detail, owner, account } = input;
    const { totalMinor: amountMinor, currency } = hold;
    // Staff pay for anybody. What a guest holds from before stays held: who logs in with its session pays for it.
    if (sale.refusesGuests && owner !== null && account === null) return { code: 'GUESTS_REFUSED' };
    return amountMinor === 0 ? null : provider.refuse(detail, { amountMinor, currency });
  }

  /** Why nothing can be charged now; the hold is kept as after a declined card. */
  function refuseWhileDown({ provider, detail }: PurchaseInput, hold: Hold): PurchaseRefusal | null {
    if (hold.totalMinor === 0 || !provider.isDown(detail)) return null;
    const expiresAt = inventory.keepOnce(hold, declinedKeepMs);
    return { code: 'PAYMENT_PROVIDER_DOWN', expiresAt: expiresAt ?? hold.expiresAt };
  }

  async function pay(
    input: PurchaseInput,
    frozen: FrozenHold,
    { bookingId, expiresAt: deadline, charge }: BegunPurchase,
  ): Promise<PurchaseOutcome | 'key_released'> {
    const { hold } = frozen;
    const command = toReserve(input, frozen, { bookingId, now: clock.now() });
    let reserved: ReserveOutcome;
    try {
      reserved = await reserveGroup.submit(command);
    } catch (error) {
      // Nothing was charged. If the commit may have happened the hold stays frozen: `reconcile-holds.ts` asks.
      if (!(error instanceof Unavailable) || error instanceof TooManyWaiting) inventory.unfreeze(hold);
      else abandoned.add(command.bookingId);
      throw error;
    }
    if (reserved !== 'reserved') return notReserved(input, hold, reserved);
    inventory.markReserved(hold);
    const booking = toOpenBooking(command);
    const { provider, detail, key, context } = input;
    return payReserved(
      hold,
      { booking, provider, detail, context, buyer: { key, deadline } },
      { charge, account: input.account },
    );
  }

  /** The first commit wrote nothing for this booking: let the hold be, and say why. */
  async function notReserved(
    input: PurchaseInput,
    hold: Hold,
    outcome: Exclude<ReserveOutcome, 'reserved'>,
  ): Promise<PurchaseOutcome | 'key_released'> {
    if (outcome === 'key_taken') {
      inventory.unfreeze(hold);
      return (await earlier.ofKey(input)) ?? 'key_released';
    }
    if (outcome === 'owner_changed') {
      // Its ledger is gone, and the hold is where the event is now; or the owner was only about to change.
      inventory.unfreeze(hold);
      return refused({ code: 'OWNER_CHANGED' });
    }
    if (outcome === 'code_refused') {
      // A ledger that was lost had more uses to give than there are.
      inventory.unfreeze(hold);
      const isPromo = hold.codes.some(({ kind }) => kind === 'promo');
      return refused({ code: isPromo ? 'PROMO_CODE_USED_UP' : 'ACCESS_CODE_USED_UP', held: 0 });
    }
    // The ledger was wrong (staff, another program, or a commit whose answer was lost): it learns from the database.
    const booking = await store.findByReservation(hold.reservationId);
    const ids = hold.places.map((place) => place.ticketId);
    if (booking?.status === 'completed') inventory.convert(hold);
    if (booking?.status === 'awaiting_payment') {
      inventory.markReserved(hold);
      await inventory.syncTickets(hold.eventId, ids);
    } else await inventory.giveUp(hold, ids);
    if (!booking) return refused({ code: 'SEATS_TAKEN', ids });
    const { key } = input;
    if (key !== null && outcome === 'reservation_taken') await store.repointKey(key.scope, key.key, booking.bookingId);
    return withoutHold(input, { code: 'SEATS_TAKEN', ids });
  }

  /** The hold cannot be paid. It may have been, before: then that answer stands. */
  async function withoutHold(input: PurchaseInput, refusal: PurchaseRefusal): Promise<PurchaseOutcome> {
    return (await earlier.ofKey(input)) ?? (await earlier.ofReservation(input)) ?? refused(refusal);
  }

  return purchase;
}

interface BegunPurchase {
  readonly bookingId: string;
  /** The deadline of the hold before it was frozen. */
  readonly expiresAt: Instant;
  readonly charge: BegunAttempt;
}
