import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import { ownReasons } from '../../../kernel/reason.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { type Queryable, sqlState, type TenantDatabase } from '../../../platform/postgres/database.ts';
import type { Inventory } from '../../inventory/index.ts';
import {
  addPaymentWork,
  type Charge,
  type GuardedPaymentProvider,
  openReview,
  type PaymentOutcome,
  writeDueRefund,
} from '../../payments/index.ts';
import type { Booking } from '../domain/booking.ts';
import { makeTicketNumber } from '../domain/ticket-number.ts';
import { makeTransactionId } from '../domain/transaction-id.ts';
import { appendBookingEvent } from '../store/append-booking-event.ts';
import { lockBooking } from '../store/booking-rows.ts';
import type { BookingStore } from '../store/booking-store.ts';
import { statesOfPayment } from '../store/known-payments.ts';
import {
  insertPayment,
  type LatePayment,
  lockTicketsForLatePayment,
  sellForLatePayment,
} from '../store/late-payment.ts';
import { reopenShowChanges, takeTurn } from '../store/show-changes.ts';

export interface ArrivedPayment {
  readonly bookingId: string;
  readonly provider: GuardedPaymentProvider;
  readonly detail: string;
  readonly charge: Charge;
  readonly outcome: Extract<PaymentOutcome, { status: 'captured' | 'authorized' }>;
}

/** `known`: it is in the books already. `let_go`: it was only set aside, and has been given up at the provider. */
export type LateVerdict = 'known' | 'completed' | 'refunding' | 'let_go' | 'review';

/**
 * Money that comes for a booking which has ended: the booking is completed after all if the same places are still free
 * (and nobody holds them); else the money is let go or given back by itself, the refund being due in the transaction that
 * refuses the booking; else, where money cannot be given back that way, a person is asked. Safe to run again.
 */
export type RecordLatePayment = (arrived: ArrivedPayment) => Promise<LateVerdict>;

export function createRecordLatePayment(parts: {
  readonly database: TenantDatabase;
  readonly store: BookingStore;
  readonly inventory: Pick<Inventory, 'areFree' | 'completeLate'>;
  readonly clock: Clock;
  readonly transactionSecret: () => Uint8Array;
  readonly random?: RandomBytes;
}): RecordLatePayment {
  const {
    database: { bypassingRls },
    store,
    inventory,
    clock,
    transactionSecret,
    random = systemRandom,
  } = parts;

  async function record(arrived: ArrivedPayment): Promise<LateVerdict> {
    const row = await store.find(arrived.bookingId);
    if (!row) return 'known';
    const ids = row.ticketIds;
    // A place that somebody holds is not free, though the database does not know of it.
    const isFree = await inventory.areFree(row.eventId, ids);
    const verdict = await decide(arrived, row, isFree).catch((error) => {
      // Another booking took the reservation, or the last use of its code, at the same moment.
      if (!sqlState(error)?.startsWith('23')) throw error;
      return decide(arrived, row, false);
    });
    if (verdict === 'completed') await inventory.completeLate(row, ids);
    if (verdict !== 'let_go') return verdict;
    const { status } = await arrived.provider.cancel(arrived.charge);
    return status === 'captured' ? record({ ...arrived, outcome: { ...arrived.outcome, status } }) : verdict;
  }

  function decide(
    arrived: ArrivedPayment,
    { organizerId, eventId }: { readonly organizerId: number; readonly eventId: number },
    isFree: boolean,
  ): Promise<LateVerdict> {
    const { bookingId, provider, outcome } = arrived;
    return bypassingRls.transaction(async (tx) => {
      await takeTurn(tx, eventId);
      const locked = (await lockBooking(tx, bookingId))!;
      const { booking } = locked;
      if (booking.status === 'awaiting_payment' || (await isKnown(tx, booking, outcome.reference))) return 'known';
      const late = toLate(booking, organizerId, arrived);
      const now = clock.now();
      const by = { actor: `provider:${provider.name}`, correlationId: `late-${bookingId}`, now };
      const isFitting = late.amountMinor === booking.totalMinor && late.currency === booking.currency;
      const isOver = booking.status === 'failed';
      if (isFree && isFitting && isOver && (await lockTicketsForLatePayment(tx, late))) {
        await sellForLatePayment(tx, late, locked, by);
        await reopenShowChanges(tx, eventId, booking.edition ?? 0);
        if (late.state === 'authorized') {
          const work = {
            workId: late.paid.paymentId,
            kind: 'capture' as const,
            organizerId,
            bookingId,
            createdAt: now,
          };
          await addPaymentWork(tx, work);
        }
        return 'completed';
      }
      if (late.state === 'authorized') return 'let_go';
      return giveBack(tx, late, by);
    });
  }

  async function giveBack(
    tx: Queryable,
    late: LatePayment,
    by: { readonly actor: string; readonly correlationId: string; readonly now: number },
  ): Promise<LateVerdict> {
    const { bookingId, organizerId, amountMinor, currency, provider, paid } = late;
    const { paymentId, providerReference: reference } = paid;
    await insertPayment(tx, { ...late, state: 'captured', paymentId, reference }, by.now);
    const refundId = uuidv7(by.now, random);
    const reason = ownReasons.lateAndGone;
    if (provider !== 'external') {
      const refund = { refundId, organizerId, bookingId, paymentId, amountMinor, currency, reason };
      await writeDueRefund(tx, appendBookingEvent, { ...refund, state: 'due', failureCode: null }, by);
      return 'refunding';
    }
    const facts = { paymentId, amountMinor, currency, provider, reference };
    await openReview(tx, { organizerId, kind: 'LATE_PAYMENT', subject: paymentId, bookingId, facts }, by.now, random);
    return 'review';
  }

  function toLate(booking: Booking, organizerId: number, { provider, outcome }: ArrivedPayment): LatePayment {
    const { bookingId, eventId, reservationId, tickets, totalMinor } = booking;
    const { amountMinor, currency } = outcome.paid ?? { amountMinor: totalMinor, currency: booking.currency };
    const paidAt = clock.now();
    const paymentId = uuidv7(paidAt, random);
    const transactionId = makeTransactionId(transactionSecret(), { bookingId, amountMinor, currency, paidAt });
    const ticketNumbers = tickets.map(({ placeNo }) => makeTicketNumber(eventId, placeNo, random));
    const providerReference = outcome.reference;
    return {
      bookingId,
      organizerId,
      eventId,
      reservationId,
      provider: provider.name,
      state: outcome.status,
      amountMinor,
      currency,
      tickets,
      paid: { paymentId, providerReference, amountMinor, transactionId, paidAt, ticketNumbers },
    };
  }

  return record;
}

/** Whether this very payment is in the books as taken or set aside, and the booking stands by it. */
async function isKnown(tx: Queryable, booking: Booking, reference: string | null): Promise<boolean> {
  const states = await statesOfPayment(tx, { bookingId: booking.bookingId, reference });
  if (states.includes('captured')) return true;
  return states.includes('authorized') && booking.status === 'completed';
}
