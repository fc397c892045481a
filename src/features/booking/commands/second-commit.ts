import type { CommandContext } from '../../../kernel/context.ts';
import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { GroupCommit } from '../../../platform/group-commit/group-commit.ts';
import { sqlState } from '../../../platform/postgres/database.ts';
import type { PayingHolds } from '../../inventory/index.ts';
import { referenceUsed } from '../domain/failure-codes.ts';
import type { OpenBooking, OpenPayment } from '../domain/open-payment.ts';
import { declinedKeepMs, keepMsAfter } from '../domain/payment-times.ts';
import type { DeclinedFacts, PaidBooking } from '../domain/purchase-outcome.ts';
import { makeTicketNumber } from '../domain/ticket-number.ts';
import { makeTransactionId } from '../domain/transaction-id.ts';
import type {
  BookingStore,
  RecordedPayment,
  RecordPaid,
  RecordResult,
  RecordUnpaid,
  ReviewRequest,
} from '../store/booking-store.ts';

/** What the second commit has written. */
export type Written =
  | { readonly as: 'paid'; readonly booking: PaidBooking; readonly paymentId: string }
  | { readonly as: 'unpaid'; readonly declined: DeclinedFacts }
  /** Its external reference has paid for another booking: it is written as unpaid. */
  | { readonly as: 'reference_used' }
  /** Nothing: somebody else was first, and the booking is as its row says. */
  | { readonly as: 'otherwise'; readonly found: RecordResult };

/** How a payment that came to nothing ends. */
export interface Unpaid {
  /** Nothing is kept under the key: a retry with it may try again. */
  readonly freesKey?: true;
}

export interface SecondCommitParts {
  readonly inventory: PayingHolds;
  readonly store: BookingStore;
  readonly paidGroup: GroupCommit<RecordPaid, RecordResult>;
  readonly authorizedGroup: GroupCommit<RecordPaid, RecordResult>;
  readonly unpaidGroup: GroupCommit<RecordUnpaid, RecordResult>;
  readonly clock: Clock;
  /** Signs transaction ids: the newest. */
  readonly transactionSecret: () => Uint8Array;
  readonly random?: RandomBytes;
}

/** The second commit of a purchase, paid or not, and the end of its hold. */
export interface SecondCommit {
  /** `authorized`: the money is set aside, the tickets are sold for it, and taking it is left as work. */
  paid(payment: OpenPayment, reference: string | null, state: 'captured' | 'authorized'): Promise<Written>;
  /** Tickets are free again; what it came to is kept under the key of whoever waits for it. */
  unpaid(payment: OpenPayment, failureCode: string, how?: Unpaid): Promise<Written>;
  /** What a purchase is answered whose payment came to nothing. */
  declinedFacts(payment: OpenPayment, failureCode: string): DeclinedFacts;
  /** Money was taken that does not fit the booking: it is for a person to look at; tickets stay as they are. */
  review(payment: OpenPayment, reason: ReviewRequest['reason'], taken: ReviewRequest['taken']): Promise<void>;
}

export function createSecondCommit(parts: SecondCommitParts): SecondCommit {
  const { inventory, store, clock, transactionSecret, random = systemRandom } = parts;

  async function paid(
    payment: OpenPayment,
    providerReference: string | null,
    state: 'captured' | 'authorized',
  ): Promise<Written> {
    const { booking, context } = payment;
    const { bookingId, eventId, totalMinor, currency, tickets, begun } = booking;
    const paidAt = clock.now();
    const transactionId = makeTransactionId(transactionSecret(), {
      bookingId,
      amountMinor: totalMinor,
      currency,
      paidAt,
    });
    const ticketNumbers = tickets.map(({ placeNo }) => makeTicketNumber(eventId, placeNo, random));
    const paymentId = begun?.paymentId ?? uuidv7(paidAt, random);
    const command: RecordPaid = {
      ...paymentOf(payment),
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
    const group = state === 'captured' ? parts.paidGroup : parts.authorizedGroup;
    const taken = state === 'captured' ? { amountMinor: totalMinor, currency, reference: providerReference } : null;
    const outcome = await submit(group, command, payment, taken);
    if (outcome === 'reference_used') return refuseReference(payment);
    if (outcome !== 'done') return leaveAsFound(booking, outcome);
    await inventory.endPayment(booking, { how: 'paid' });
    return { as: 'paid', booking: { ...booking, status: 'completed', transactionId, ticketNumbers }, paymentId };
  }

  /** A booking whose tickets are not Reserved for it any more is for a person to look at. */
  async function submit<C extends RecordPaid | RecordUnpaid>(
    group: GroupCommit<C, RecordResult>,
    command: C,
    payment: OpenPayment,
    taken: ReviewRequest['taken'],
  ): Promise<RecordResult> {
    try {
      return await group.submit(command);
    } catch (error) {
      if (!sqlState(error)?.startsWith('23')) throw error;
      await review(payment, 'TICKETS_NOT_RESERVED', taken);
      return 'needs_review';
    }
  }

  async function review(
    { booking, provider, context }: OpenPayment,
    reason: ReviewRequest['reason'],
    taken: ReviewRequest['taken'],
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

  /** Somebody else was first, if anybody: the database says what became of its tickets. */
  async function leaveAsFound(booking: OpenBooking, outcome: RecordResult): Promise<Written> {
    if (outcome !== 'awaiting_payment') {
      await inventory.giveUp(
        booking,
        booking.tickets.map(({ ticketId }) => ticketId),
      );
    }
    return { as: 'otherwise', found: outcome };
  }

  async function refuseReference(payment: OpenPayment): Promise<Written> {
    // A refusal is not kept under the key: whoever asks again finds it in the booking.
    await unpaid(payment, referenceUsed, { freesKey: true });
    return { as: 'reference_used' };
  }

  async function unpaid(payment: OpenPayment, failureCode: string, how: Unpaid = {}): Promise<Written> {
    const { booking, buyer, context } = payment;
    const declined = declinedFacts(payment, failureCode);
    const key = how.freesKey || !buyer ? null : buyer.key;
    const at = clock.now();
    const paymentId = booking.begun?.paymentId ?? uuidv7(at, random);
    const command: RecordUnpaid = {
      ...paymentOf(payment),
      eventId: booking.eventId,
      paymentId,
      failureCode,
      ticketIds: booking.tickets.map(({ ticketId }) => ticketId),
      failed: { type: 'PaymentFailed', data: { paymentId, failureCode } },
      key,
      declined,
      metadata: causedBy(booking, context),
      at,
    };
    const outcome = await submit(parts.unpaidGroup, command, payment, null);
    if (outcome !== 'done') return leaveAsFound(booking, outcome);
    await inventory.endPayment(booking, { how: 'not_paid', keepMs: keepMsAfter(failureCode, declinedKeepMs) });
    return { as: 'unpaid', declined };
  }

  function declinedFacts({ booking, buyer, context }: OpenPayment, failureCode: string): DeclinedFacts {
    const { bookingId } = booking;
    const deadline = buyer?.deadline ?? clock.now();
    const expiresAt = inventory.deadlineIfDeclined(booking, deadline, keepMsAfter(failureCode, declinedKeepMs));
    const attemptsLeft = inventory.attemptsLeft(booking);
    return { bookingId, failureCode, expiresAt, attemptsLeft, traceId: context.correlationId };
  }

  return { paid, unpaid, declinedFacts, review };
}

function paymentOf({ booking, provider }: OpenPayment): RecordedPayment {
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
