import type { Refusal } from '../../../contract/problem.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { GroupCommit } from '../../../platform/group-commit/group-commit.ts';
import { sqlState } from '../../../platform/postgres/database.ts';
import type { EventLedgers, HoldEnds } from '../../inventory/index.ts';
import type { Amount, GuardedPaymentProvider } from '../../payments/index.ts';
import type { PriceBreakdown } from '../../pricing/index.ts';
import type { BookedTicket } from '../domain/booking.ts';
import { declinedKeepMs } from '../domain/payment-times.ts';
import { makeTicketNumber } from '../domain/ticket-number.ts';
import { makeTransactionId } from '../domain/transaction-id.ts';
import type {
  BookingStore,
  CompleteBooking,
  FailBooking,
  KeptAnswer,
  ReviewRequest,
  Settlement,
  SettleOutcome,
} from '../store/booking-store.ts';
import type { Answer } from './known-keys.ts';

/** The failure code of a booking whose external reference has paid for another one. */
export const referenceUsed = 'PAYMENT_REFERENCE_USED';

/** A booking whose tickets are Reserved and whose payment is to be made or asked about. */
export interface OpenBooking {
  readonly bookingId: string;
  readonly organizerId: number;
  readonly eventId: number;
  readonly version: number;
  readonly reservationId: string;
  readonly sessionId: string | null;
  readonly attempt: number;
  readonly totalMinor: number;
  /** Left out: the sum of the tickets' prices. */
  readonly price?: PriceBreakdown;
  readonly currency: string;
  readonly tickets: readonly BookedTicket[];
  /** What the provider calls its payment, if that was written down before it was charged. */
  readonly begun: { readonly paymentId: string; readonly reference: string } | null;
}

interface AnswerToKeep {
  readonly answer: Answer;
  readonly kept: KeptAnswer | null;
}

export interface PaymentToSettle {
  readonly booking: OpenBooking;
  readonly provider: GuardedPaymentProvider;
  readonly detail: string;
  readonly context: CommandContext;
  readonly paidAnswer: (
    paid: OpenBooking & { status: 'completed'; transactionId: string; ticketNumbers: readonly string[] },
  ) => Answer;
  readonly declinedAnswer: (failureCode: string) => AnswerToKeep;
}

/** What the second commit came to. `otherwise`: somebody else settled the booking, it is as its row says. */
export type EndedPayment =
  | { readonly status: 'completed'; readonly answer: Answer; readonly paymentId: string }
  | { readonly status: 'declined'; readonly answer: Answer }
  | { readonly status: 'refused'; readonly refusal: Refusal }
  | { readonly status: 'otherwise'; readonly outcome: SettleOutcome };

export interface EndPaymentParts {
  readonly ledgers: EventLedgers;
  readonly holdEnds: HoldEnds;
  readonly store: BookingStore;
  readonly completeGroup: GroupCommit<CompleteBooking, SettleOutcome>;
  readonly authorizeGroup: GroupCommit<CompleteBooking, SettleOutcome>;
  readonly failGroup: GroupCommit<FailBooking, SettleOutcome>;
  readonly clock: Clock;
  /** Signs transaction ids: the newest. */
  readonly transactionSecret: () => Uint8Array;
  readonly random?: RandomBytes;
}

/** The second commit of a purchase, paid or not, and the end of its hold. */
export interface EndPayment {
  /** `authorized`: the money is set aside, the tickets are given for it, and taking it is left as work. */
  complete(payment: PaymentToSettle, reference: string | null, state: 'captured' | 'authorized'): Promise<EndedPayment>;
  /** `lapses`: nobody is there to try again, so the hold ends when its own time is over. */
  fail(payment: PaymentToSettle, failureCode: string, how?: { readonly lapses: boolean }): Promise<EndedPayment>;
  /** Money was taken that does not fit the booking: it is for a person to look at; tickets stay as they are. */
  flag(
    payment: PaymentToSettle,
    reason: ReviewRequest['reason'],
    taken: (Amount & { reference: string | null }) | null,
  ): Promise<void>;
}

export function createEndPayment(parts: EndPaymentParts): EndPayment {
  const { ledgers, holdEnds, store, clock, transactionSecret, random = systemRandom } = parts;

  async function complete(
    payment: PaymentToSettle,
    providerReference: string | null,
    state: 'captured' | 'authorized',
  ): Promise<EndedPayment> {
    const { booking, context, paidAnswer } = payment;
    const { bookingId, eventId, totalMinor, currency, tickets, begun } = booking;
    const paidAt = clock.now();
    const transactionId = makeTransactionId(transactionSecret(), {
      bookingId,
      amountMinor: totalMinor,
      currency,
      paidAt,
    });
    const ticketNumbers = tickets.map(({ placeNo }) => makeTicketNumber(eventId, placeNo, random));
    const answer = paidAnswer({ ...booking, status: 'completed', transactionId, ticketNumbers });
    const paymentId = begun?.paymentId ?? uuidv7(paidAt, random);
    const command: CompleteBooking = {
      ...settlementOf(payment),
      eventId,
      paymentId,
      providerReference,
      transactionId,
      tickets: tickets.map(({ ticketId }, i) => ({ ticketId, ticketNumber: ticketNumbers[i]! })),
      completed: {
        type: 'PaymentCompleted',
        data: { paymentId, providerReference, amountMinor: totalMinor, transactionId, paidAt, ticketNumbers },
      },
      metadata: causedBy(booking, context),
      at: paidAt,
    };
    const group = state === 'captured' ? parts.completeGroup : parts.authorizeGroup;
    const taken = state === 'captured' ? { amountMinor: totalMinor, currency, reference: providerReference } : null;
    const outcome = await submit(group, command, payment, taken);
    if (outcome === 'reference_used') return refuseReference(payment);
    if (outcome !== 'done') return settledOtherwise(booking, outcome);
    await endHold(booking, 'converted');
    return { status: 'completed', answer, paymentId };
  }

  /** A booking whose tickets are not Reserved for it any more is for a person to look at. */
  async function submit<C extends CompleteBooking | FailBooking>(
    group: GroupCommit<C, SettleOutcome>,
    command: C,
    payment: PaymentToSettle,
    taken: Parameters<EndPayment['flag']>[2],
  ): Promise<SettleOutcome> {
    try {
      return await group.submit(command);
    } catch (error) {
      if (!sqlState(error)?.startsWith('23')) throw error;
      await flag(payment, 'TICKETS_NOT_RESERVED', taken);
      return 'needs_review';
    }
  }

  async function flag(
    { booking, provider, context }: PaymentToSettle,
    reason: ReviewRequest['reason'],
    taken: Parameters<EndPayment['flag']>[2],
  ): Promise<void> {
    const now = clock.now();
    const { bookingId, organizerId, begun } = booking;
    await store.requestReview({
      bookingId,
      organizerId,
      reason,
      paymentId: begun?.paymentId ?? uuidv7(now, random),
      provider: provider.name,
      taken,
      metadata: causedBy(booking, context),
      at: now,
    });
  }

  /** Not settled by us: if it is settled at all, the records say what became of its tickets. */
  async function settledOtherwise(booking: OpenBooking, outcome: SettleOutcome): Promise<EndedPayment> {
    const { eventId, reservationId, tickets } = booking;
    if (outcome !== 'awaiting_payment') {
      const held = ledgers.loaded(eventId)?.ledger.find(reservationId, null, clock.now());
      await ledgers.syncTickets(
        eventId,
        tickets.map(({ ticketId }) => ticketId),
      );
      // Only now: dropped before, it would leave places to others that the records have given away.
      if (held?.accepted) holdEnds.drop(held.value);
    }
    return { status: 'otherwise', outcome };
  }

  async function refuseReference(payment: PaymentToSettle): Promise<EndedPayment> {
    // A refusal is not kept under the key: whoever asks again finds it in the booking.
    const declinedAnswer = (failureCode: string) => ({ ...payment.declinedAnswer(failureCode), kept: null });
    await fail({ ...payment, declinedAnswer }, referenceUsed);
    return { status: 'refused', refusal: { code: referenceUsed } };
  }

  async function fail(payment: PaymentToSettle, failureCode: string, how = { lapses: false }): Promise<EndedPayment> {
    const { booking, context, declinedAnswer } = payment;
    const { answer, kept } = declinedAnswer(failureCode);
    const at = clock.now();
    const paymentId = booking.begun?.paymentId ?? uuidv7(at, random);
    const command: FailBooking = {
      ...settlementOf(payment),
      eventId: booking.eventId,
      paymentId,
      failureCode,
      ticketIds: booking.tickets.map(({ ticketId }) => ticketId),
      failed: { type: 'PaymentFailed', data: { paymentId, failureCode } },
      answer: kept,
      metadata: causedBy(booking, context),
      at,
    };
    const outcome = await submit(parts.failGroup, command, payment, null);
    if (outcome !== 'done') return settledOtherwise(booking, outcome);
    await endHold(booking, how.lapses ? 'lapsed' : 'declined');
    return { status: 'declined', answer };
  }

  /** Tells the ledger; if it does not know the hold any more (a restart), it reads the tickets from the records. */
  async function endHold(
    { eventId, reservationId, tickets }: OpenBooking,
    how: 'converted' | 'declined' | 'lapsed',
  ): Promise<void> {
    const event = ledgers.loaded(eventId);
    if (!event || event.ledger.toJournal(reservationId) === undefined) {
      // A hold that was dropped before its payment was told counts no longer for its customer: the purchase must.
      const counts = event?.ledger.rules.limitPerCustomer != null;
      const ids = tickets.map(({ ticketId }) => ticketId);
      await (how === 'converted' && counts ? ledgers.refresh(eventId) : ledgers.syncTickets(eventId, ids));
      // Loaded while the payment was open, the ledger has counted these as bought.
      if (how !== 'converted') event?.ledger.cancelPurchase(reservationId, tickets.length);
    } else if (how === 'converted') holdEnds.convert(event.ledger, reservationId);
    else holdEnds.thaw(event.ledger, reservationId, how === 'declined' ? declinedKeepMs : 0);
  }

  return { complete, fail, flag };
}

function settlementOf({ booking, provider }: PaymentToSettle): Settlement {
  const { bookingId, organizerId, totalMinor: amountMinor, currency } = booking;
  return { bookingId, organizerId, provider: provider.name, amountMinor, currency, version: booking.version + 1 };
}

/** Who did it, and after which event of the booking it came. */
function causedBy(
  { bookingId, version }: Pick<OpenBooking, 'bookingId' | 'version'>,
  { actor, correlationId }: CommandContext,
) {
  return { actor, correlationId, causationId: `booking-${bookingId}@${version}` };
}
