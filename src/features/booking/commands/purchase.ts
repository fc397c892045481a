import type { Refusal } from '../../../contract/problem.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { type GroupCommit, TooManyWaiting } from '../../../platform/group-commit/group-commit.ts';
import { Unavailable } from '../../../platform/postgres/database.ts';
import type { Metrics } from '../../../platform/telemetry/metrics.ts';
import {
  type EventLedger,
  type EventLedgers,
  eventOfReservation,
  type Hold,
  type HoldContact,
  type HoldEnds,
  type Owner,
} from '../../inventory/index.ts';
import {
  type BuyerAction,
  type DeclineLimits,
  type GuardedPaymentProvider,
  notePaid,
  type Payer,
} from '../../payments/index.ts';
import type { PriceBreakdown } from '../../pricing/index.ts';
import type { BookedTicket } from '../domain/booking.ts';
import { challengeGraceMs, declinedKeepMs, paymentGraceMs } from '../domain/payment-times.ts';
import { toPurchaseAnswer, withAction } from '../domain/purchase-answer.ts';
import type {
  BookingContact,
  BookingStore,
  ClaimedKey,
  ReserveOutcome,
  ReserveTickets,
} from '../store/booking-store.ts';
import type { AbandonedBookings } from './abandoned-bookings.ts';
import { createEarlierAnswers } from './earlier-answers.ts';
import type { OpenBooking } from './end-payment.ts';
import { type Answer, createKnownKeys } from './known-keys.ts';
import type { FrozenHolds } from './settle-frozen-holds.ts';
import type { SettledPayment, SettlePayment } from './settle-payment.ts';
import type { SettleStuckBookings } from './settle-stuck-bookings.ts';

/** When to ask again after an outcome that was not told; the reconciler goes on from there. */
const lookAgainMs = [2_000, 8_000];

export interface PurchaseInput {
  readonly reservationId: string;
  /** Whose hold it may be: guest session, account, or both; null for staff who may take payments for anybody. */
  readonly customer: Owner;
  /** `account:<id>` of a buyer who is signed in; null for guests and for staff. */
  readonly account: string | null;
  readonly provider: GuardedPaymentProvider;
  readonly detail: string;
  readonly payer: Payer;
  readonly key: ClaimedKey | null;
  readonly contact: HoldContact | null;
  readonly notes: string | null;
  readonly context: CommandContext;
}

/** The answer to send as it is, or a refusal for the edge to put into words. */
export type PurchaseResult = { readonly answer: Answer } | { readonly refusal: Refusal };

const inFlight = { refusal: { code: 'IDEMPOTENCY_IN_FLIGHT' } } as const;

/** What the buyer is told of a declined card: the tickets stay held until `expiresAt`. */
export interface DeclinedFacts {
  readonly bookingId: string;
  readonly failureCode: string;
  readonly expiresAt: number;
}

export interface PurchaseParts {
  readonly ledgers: EventLedgers;
  readonly holdEnds: HoldEnds;
  readonly store: BookingStore;
  readonly reserveGroup: GroupCommit<ReserveTickets, ReserveOutcome>;
  readonly settlePayment: SettlePayment;
  readonly frozenHolds: FrozenHolds;
  readonly settleOpen: SettleStuckBookings['one'];
  readonly abandoned: AbandonedBookings;
  readonly declines: DeclineLimits;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** The answer of a declined card as problem+json: made by the edge's table, kept under the key. */
  readonly declinedAnswer: (facts: DeclinedFacts, context: CommandContext) => Answer;
  readonly onFailure: (error: unknown) => void;
  readonly random?: RandomBytes;
}

/**
 * Buys what a reservation holds: freeze the hold, first commit (booking, tickets Reserved, key claimed), payment,
 * second commit (tickets Sold, answer kept), hold converted. What dies in between is finished by
 * `settle-stuck-bookings.ts`. On the good path nothing is read from the database; whatever is unusual (a used key, a
 * hold that is gone) is looked up then.
 */
export function createPurchase(parts: PurchaseParts) {
  const { ledgers, holdEnds, store, reserveGroup, settlePayment, frozenHolds, clock, metrics } = parts;
  const { abandoned, declines, settleOpen } = parts;
  const { declinedAnswer, random = systemRandom } = parts;
  const knownKeys = createKnownKeys();
  const earlier = createEarlierAnswers(parts);

  async function purchase(input: PurchaseInput): Promise<PurchaseResult> {
    const { key } = input;
    if (key === null) return attempt(input);
    const known = knownKeys.begin(key);
    if (known === 'in_flight') return inFlight;
    if (known === 'other_request') return { refusal: { code: 'IDEMPOTENCY_KEY_REUSED' } };
    if (typeof known !== 'function') return { answer: known };
    let result: PurchaseResult | undefined;
    try {
      result = await attempt(input);
      return result;
    } finally {
      known(result && 'answer' in result && result.answer.status !== 202 ? result.answer : null);
    }
  }

  async function attempt(input: PurchaseInput, isSecond = false): Promise<PurchaseResult> {
    const { reservationId, customer } = input;
    const eventId = eventOfReservation(reservationId);
    const event = eventId === undefined ? null : (ledgers.loaded(eventId) ?? (await ledgers.open(eventId)));
    if (!event) return { refusal: { code: 'RESERVATION_UNKNOWN' } };
    const { ledger } = event;
    let held = ledger.find(reservationId, customer, clock.now());
    if (held.accepted && held.value.status === 'paying') {
      await frozenHolds.lookAgain(ledger, held.value);
      held = ledger.find(reservationId, customer, clock.now());
    }
    if (!held.accepted) return withoutHold(input, held.refusal);
    // Tried before, perhaps with this very key: then that answer stands, and no attempt is used up.
    const known = held.value.attempts > 0 ? await earlier.ofKey(input) : null;
    if (known) return known;
    if (input.provider.name === 'free' && held.value.totalMinor > 0) return { refusal: { code: 'PAYMENT_MISSING' } };
    const refusal = refuseToCharge(input, ledger, held.value);
    if (refusal) return { refusal };
    const buyer = { account: input.account, email: input.contact?.email ?? null, byStaff: customer === null };
    const frozen = ledger.freeze(reservationId, customer, clock.now(), paymentGraceMs, buyer);
    if (!frozen.accepted) return withoutHold(input, frozen.refusal);
    const { expiresAt } = held.value;
    const end = declines.begin(input.payer);
    const paid = await frozenHolds.during(frozen.value, () => pay(input, ledger, frozen.value, expiresAt)).finally(end);
    // Its key named a payment that was never made, and is free again.
    return paid === 'key_released' ? (isSecond ? inFlight : attempt(input, true)) : paid;
  }

  /** Why this buyer or this card is not let on to the payment: nothing has begun, and no attempt is used up. */
  function refuseToCharge(input: PurchaseInput, ledger: EventLedger, hold: Hold): Refusal | null {
    const { provider, detail, payer, customer, account } = input;
    const { reservationId, totalMinor: amountMinor, currency } = hold;
    // Staff pay for anybody. What a guest holds from before stays held: who logs in with its session pays for it.
    if (ledger.rules.refusesGuests && customer !== null && account === null) return { code: 'GUESTS_REFUSED' };
    if (amountMinor === 0) return null;
    const refusal = provider.refuse(detail, { amountMinor, currency });
    if (refusal) return refusal;
    const now = clock.measure();
    const waitUntil = declines.waitUntil(payer, now);
    if (waitUntil !== null) {
      return { code: 'TOO_MANY_DECLINES', retryAfterSeconds: Math.max(1, Math.ceil((waitUntil - now) / 1000)) };
    }
    if (!provider.isDown(detail)) return null;
    const expiresAt = holdEnds.keepOnce(ledger, reservationId, declinedKeepMs);
    return { code: 'PAYMENT_PROVIDER_DOWN', expiresAt: new Date(expiresAt ?? hold.expiresAt).toISOString() };
  }

  async function pay(
    input: PurchaseInput,
    ledger: EventLedger,
    hold: Hold,
    deadline: Instant,
  ): Promise<PurchaseResult | 'key_released'> {
    const command = toReserve(input, hold, clock.now(), random);
    let outcome: ReserveOutcome;
    try {
      outcome = await reserveGroup.submit(command);
    } catch (error) {
      // Nothing was charged. If the commit may have happened the hold stays frozen: `settle-frozen-holds.ts` asks.
      if (!(error instanceof Unavailable) || error instanceof TooManyWaiting) ledger.unfreeze(hold.reservationId);
      else abandoned.add(command.bookingId);
      throw error;
    }
    if (outcome !== 'reserved') return notReserved(input, ledger, hold, outcome);
    ledger.markReserved(hold.reservationId);
    const { provider, detail, key, context } = input;
    const { bookingId, eventId, organizerId, attempt, totalMinor, currency } = command;
    const { tickets, price } = command.created.data;
    const settled = await orUnknown(
      settlePayment({
        booking: {
          version: 1,
          bookingId,
          eventId,
          organizerId,
          reservationId: hold.reservationId,
          sessionId: command.sessionId,
          attempt,
          totalMinor,
          ...(price && { price }),
          currency,
          tickets,
          begun: null,
        },
        provider,
        detail,
        context,
        paidAnswer: (paid) => ({ status: 201, body: JSON.stringify(toPurchaseAnswer(paid)) }),
        declinedAnswer: (failureCode) => {
          // The same that `thaw` will do.
          const isExtended = ledger.toJournal(hold.reservationId)?.extended ?? false;
          const expiresAt = isExtended ? deadline : Math.max(deadline, clock.now() + declinedKeepMs);
          const { status, body } = declinedAnswer({ bookingId, failureCode, expiresAt }, context);
          return keep(key, status, body);
        },
      }),
    );
    metrics.purchases.inc({ outcome: settled.status });
    if (settled.status === 'unknown' || settled.status === 'action') {
      const open = { bookingId, totalMinor, price: price ?? null, currency, tickets };
      return { answer: answerOpen(ledger, hold, open, settled.status === 'action' ? settled.action : null) };
    }
    if (settled.status === 'refused') return { refusal: withDeadline(settled.refusal, ledger, hold) };
    if (settled.status === 'declined') declines.failed(input.payer, clock.measure());
    else notePaid(declines, input.payer, clock.measure());
    return { answer: settled.answer };
  }

  /**
   * From the first commit on the payment may have been made, so a fault of ours is no refusal any more: the outcome is
   * not known yet. "Unavailable" is only said while nothing was charged and nothing will be.
   */
  async function orUnknown(settling: Promise<SettledPayment>): Promise<SettledPayment> {
    try {
      return await settling;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      parts.onFailure(error);
      return { status: 'unknown' };
    }
  }

  /** Not over: the buyer must go to the bank, or the provider has not said. Whoever works on it next looks again soon. */
  function answerOpen(
    ledger: EventLedger,
    { reservationId }: Hold,
    open: Pick<OpenBooking, 'bookingId' | 'totalMinor' | 'currency' | 'tickets'> & { price: PriceBreakdown | null },
    action: BuyerAction | null,
  ): Answer {
    const facts = { ...open, status: 'awaiting_payment', transactionId: null, ticketNumbers: [] };
    if (action) ledger.extendPayment(reservationId, clock.now() + challengeGraceMs);
    else for (const ms of lookAgainMs) clock.after(ms, () => void settleOpen(open.bookingId).catch(parts.onFailure));
    const answer = toPurchaseAnswer(facts);
    return { status: 202, body: JSON.stringify(action ? withAction(answer, action) : answer) };
  }

  /** The hold is kept as after a declined card. */
  function withDeadline(refusal: Refusal, ledger: EventLedger, { reservationId }: Hold): Refusal {
    if (refusal.code !== 'PAYMENT_PROVIDER_DOWN') return refusal;
    const held = ledger.find(reservationId, null, clock.now());
    return { ...refusal, expiresAt: new Date(held.accepted ? held.value.expiresAt : clock.now()).toISOString() };
  }

  /** The first commit wrote nothing for this booking: let the hold be, and say why. */
  async function notReserved(
    input: PurchaseInput,
    ledger: EventLedger,
    hold: Hold,
    outcome: Exclude<ReserveOutcome, 'reserved'>,
  ): Promise<PurchaseResult | 'key_released'> {
    if (outcome === 'key_taken') {
      ledger.unfreeze(hold.reservationId);
      return (await earlier.ofKey(input)) ?? 'key_released';
    }
    if (outcome === 'code_refused') {
      // A ledger that was lost had more uses to give than there are.
      ledger.unfreeze(hold.reservationId);
      const isPromo = hold.codes.some(({ kind }) => kind === 'promo');
      return { refusal: { code: isPromo ? 'PROMO_CODE_USED_UP' : 'ACCESS_CODE_USED_UP', held: 0 } };
    }
    // The ledger was wrong (staff, another program, or a commit whose answer was lost): it learns from the records.
    const booking = await store.findByReservation(hold.reservationId);
    if (booking?.status === 'awaiting_payment') ledger.markReserved(hold.reservationId);
    else if (booking?.status === 'completed') holdEnds.convert(ledger, hold.reservationId);
    const ids = hold.places.map((place) => place.ticketId);
    await ledgers.syncTickets(hold.eventId, ids);
    // Only now: dropped before, it would leave places to others that the records have given away.
    if (booking?.status !== 'awaiting_payment') holdEnds.drop(hold);
    if (!booking) return { refusal: { code: 'SEATS_TAKEN', ids } };
    const { key } = input;
    if (key !== null && outcome === 'reservation_taken') await store.repointKey(key.scope, key.key, booking.bookingId);
    return (
      (await earlier.ofKey(input)) ?? (await earlier.ofReservation(input)) ?? { refusal: { code: 'SEATS_TAKEN', ids } }
    );
  }

  /** The hold cannot be paid. It may have been, before: then that answer stands. */
  async function withoutHold(input: PurchaseInput, refusal: Refusal): Promise<PurchaseResult> {
    return (await earlier.ofKey(input)) ?? (await earlier.ofReservation(input)) ?? { refusal };
  }

  return purchase;
}

function keep(key: ClaimedKey | null, status: number, body: string) {
  return { answer: { status, body }, kept: key === null ? null : { scope: key.scope, key: key.key, status, body } };
}

function toReserve(input: PurchaseInput, hold: Hold, now: number, random: RandomBytes): ReserveTickets {
  const bookingId = uuidv7(now, random);
  const { context, key, provider, detail } = input;
  const tickets: BookedTicket[] = hold.places.map(
    ({ ticketId, placeNo, ticketTypeId, typeName, rate, priceMinor, seat }) => ({
      ticketId,
      placeNo,
      ticketTypeId,
      ticketType: typeName,
      rate,
      priceMinor,
      seat,
    }),
  );
  const { eventId, reservationId, totalMinor, price, codes, currency, edition, attempts: attempt } = hold;
  // The booking goes to the account, if there is one.
  const sessionId = hold.account ?? hold.customer;
  return {
    bookingId,
    organizerId: context.organizerId,
    eventId,
    reservationId,
    sessionId,
    attempt,
    totalMinor,
    currency,
    provider: provider.name,
    detail,
    key,
    contact: toContact(input, hold),
    codeIds: codes.map(({ codeId }) => codeId),
    // What each has cost the buyer, with its share of everything.
    tickets: price === null ? tickets : tickets.map((one, i) => ({ ...one, priceMinor: price.lines[i]!.totalMinor })),
    created: {
      type: 'BookingCreated',
      data: {
        bookingId,
        eventId,
        reservationId,
        sessionId,
        attempt,
        tickets,
        totalMinor,
        ...(price !== null && { price }),
        ...(codes.length > 0 && { codes }),
        currency,
        provider: provider.name,
        ...(edition > 0 && { edition }),
      },
    },
    metadata: { actor: context.actor, correlationId: context.correlationId, causationId: context.correlationId },
    at: now,
  };
}

/** A purchase without customer fields, or without notes, takes those of the reservation. */
function toContact(input: PurchaseInput, hold: Hold): BookingContact | null {
  const contact = input.contact ?? hold.contact;
  const notes = input.notes ?? hold.contact?.notes ?? null;
  if (contact === null && notes === null) return null;
  return { ...(contact ?? { name: null, email: null, phone: null }), notes };
}
