import type { Refusal } from '../../../contract/problem.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { GroupCommit } from '../../../platform/group-commit/group-commit.ts';
import { sqlState } from '../../../platform/postgres/database.ts';
import type { EventLedgers, HoldEnds } from '../../inventory/index.ts';
import type { PaymentOutcome, PaymentProvider } from '../../payments/index.ts';
import type { PriceBreakdown } from '../../pricing/index.ts';
import { type BookedTicket, type Booking, type BookingEvent, replay } from '../domain/booking.ts';
import { declinedKeepMs } from '../domain/payment-times.ts';
import { makeTicketNumber } from '../domain/ticket-number.ts';
import { makeTransactionId } from '../domain/transaction-id.ts';
import type {
  BookingStore,
  CompleteBooking,
  FailBooking,
  KeptAnswer,
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
}

interface AnswerToKeep {
  readonly answer: Answer;
  readonly kept: KeptAnswer | null;
}

export interface PaymentToSettle {
  readonly booking: OpenBooking;
  readonly provider: PaymentProvider;
  readonly detail: string;
  readonly context: CommandContext;
  readonly paidAnswer: (
    paid: OpenBooking & { status: 'completed'; transactionId: string; ticketNumbers: readonly string[] },
  ) => Answer;
  readonly declinedAnswer: (failureCode: string) => AnswerToKeep;
}

export type SettledPayment =
  | { readonly status: 'completed' | 'declined'; readonly answer: Answer }
  | { readonly status: 'refused'; readonly refusal: Refusal }
  /** The provider did not say: the tickets stay Reserved until it is known. */
  | { readonly status: 'unknown' };

export interface SettlePayment {
  (payment: PaymentToSettle): Promise<SettledPayment>;
  /** A booking as its events tell it. */
  read(bookingId: string): Promise<Booking | null>;
}

export interface SettlePaymentParts {
  readonly ledgers: EventLedgers;
  readonly holdEnds: HoldEnds;
  readonly store: BookingStore;
  readonly completeGroup: GroupCommit<CompleteBooking, SettleOutcome>;
  readonly failGroup: GroupCommit<FailBooking, SettleOutcome>;
  readonly clock: Clock;
  readonly transactionSecret: Uint8Array;
  readonly random?: RandomBytes;
}

/**
 * The second half of a purchase, from payment to the end of the hold: charge, second commit, ledger. Used by the
 * purchase itself and by whoever finishes one that died halfway; charging again with the same key moves no money twice.
 */
export function createSettlePayment(parts: SettlePaymentParts): SettlePayment {
  const { ledgers, holdEnds, store, completeGroup, failGroup, clock, transactionSecret, random = systemRandom } = parts;

  async function settle(payment: PaymentToSettle): Promise<SettledPayment> {
    const outcome = await charge(payment);
    if (outcome.status === 'captured') return complete(payment, outcome.reference);
    return outcome.status === 'declined' ? fail(payment, outcome.failureCode) : { status: 'unknown' };
  }

  async function complete(payment: PaymentToSettle, providerReference: string | null): Promise<SettledPayment> {
    const { booking, context, paidAnswer } = payment;
    const { bookingId, eventId, totalMinor, currency, tickets } = booking;
    const paidAt = clock.now();
    const transactionId = makeTransactionId(transactionSecret, {
      bookingId,
      amountMinor: totalMinor,
      currency,
      paidAt,
    });
    const ticketNumbers = tickets.map(({ placeNo }) => makeTicketNumber(eventId, placeNo, random));
    const answer = paidAnswer({ ...booking, status: 'completed', transactionId, ticketNumbers });
    const paymentId = uuidv7(paidAt, random);
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
      metadata: { actor: context.actor, correlationId: context.correlationId },
      at: paidAt,
    };
    const outcome = await submit(completeGroup, command);
    if (outcome === 'reference_used') return refuseReference(payment);
    if (outcome !== 'done') return settledOtherwise(booking, outcome);
    await endHold(booking, 'converted');
    return { status: 'completed', answer };
  }

  /** A booking whose tickets are not Reserved for it any more is for a person to look at. */
  async function submit<C extends CompleteBooking | FailBooking>(
    group: GroupCommit<C, SettleOutcome>,
    command: C,
  ): Promise<SettleOutcome> {
    try {
      return await group.submit(command);
    } catch (error) {
      if (!sqlState(error)?.startsWith('23')) throw error;
      const { bookingId, metadata, at } = command;
      await store.requestReview(bookingId, 'TICKETS_NOT_RESERVED', metadata, at);
      return 'needs_review';
    }
  }

  /** Not settled by us: if it is settled at all, the records say what became of its tickets. */
  async function settledOtherwise(booking: OpenBooking, outcome: SettleOutcome): Promise<SettledPayment> {
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
    return { status: 'unknown' };
  }

  async function refuseReference(payment: PaymentToSettle): Promise<SettledPayment> {
    // A refusal is not kept under the key: whoever asks again finds it in the booking.
    const declinedAnswer = (failureCode: string) => ({ ...payment.declinedAnswer(failureCode), kept: null });
    await fail({ ...payment, declinedAnswer }, referenceUsed);
    return { status: 'refused', refusal: { code: referenceUsed } };
  }

  async function fail(payment: PaymentToSettle, failureCode: string): Promise<SettledPayment> {
    const { booking, context, declinedAnswer } = payment;
    const { answer, kept } = declinedAnswer(failureCode);
    const at = clock.now();
    const paymentId = uuidv7(at, random);
    const outcome = await submit(failGroup, {
      ...settlementOf(payment),
      eventId: booking.eventId,
      paymentId,
      failureCode,
      ticketIds: booking.tickets.map(({ ticketId }) => ticketId),
      failed: { type: 'PaymentFailed', data: { paymentId, failureCode } },
      answer: kept,
      metadata: { actor: context.actor, correlationId: context.correlationId },
      at,
    });
    if (outcome !== 'done') return settledOtherwise(booking, outcome);
    await endHold(booking, 'declined');
    return { status: 'declined', answer };
  }

  /** Tells the ledger; if it does not know the hold any more (a restart), it reads the tickets from the records. */
  async function endHold(
    { eventId, reservationId, tickets }: OpenBooking,
    how: 'converted' | 'declined',
  ): Promise<void> {
    const event = ledgers.loaded(eventId);
    if (!event || event.ledger.toJournal(reservationId) === undefined) {
      await ledgers.syncTickets(
        eventId,
        tickets.map(({ ticketId }) => ticketId),
      );
      // Loaded while the payment was open, the ledger has counted these as bought.
      if (how === 'declined') event?.ledger.cancelPurchase(reservationId, tickets.length);
    } else if (how === 'converted') holdEnds.convert(event.ledger, reservationId);
    else holdEnds.thaw(event.ledger, reservationId, declinedKeepMs);
  }

  return Object.assign(settle, {
    async read(bookingId: string) {
      return replay((await store.history(bookingId)) as unknown as BookingEvent[]);
    },
  });
}

async function charge({ booking, provider, detail }: PaymentToSettle): Promise<PaymentOutcome> {
  const { bookingId, organizerId, attempt, totalMinor: amountMinor, currency } = booking;
  if (amountMinor === 0) return { status: 'captured', reference: null };
  const idempotencyKey = `${bookingId}:${attempt}`;
  return provider.charge({ bookingId, organizerId, amountMinor, currency, detail, idempotencyKey, reference: null });
}

function settlementOf({ booking, provider }: PaymentToSettle): Settlement {
  const { bookingId, organizerId, totalMinor: amountMinor, currency } = booking;
  return { bookingId, organizerId, provider: provider.name, amountMinor, currency, version: booking.version + 1 };
}
