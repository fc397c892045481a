import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import { ownReasons } from '../../../kernel/reason.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { Inventory } from '../../inventory/index.ts';
import {
  endPaymentWork,
  findBegunPayment,
  type GuardedPaymentProvider,
  openReview,
  type PaymentWork,
  postponePaymentWork,
  takeOnePaymentWork,
} from '../../payments/index.ts';
import type { BookingEvent } from '../domain/booking.ts';
import { toCharge } from '../domain/charge.ts';
import { captureRefused } from '../domain/failure-codes.ts';
import { appendToBooking, lockBooking } from '../store/booking-rows.ts';
import type { BookingStore } from '../store/booking-store.ts';
import { writeCancelledTickets } from '../store/cancel-tickets.ts';
import { findAuthorized } from '../store/known-payments.ts';
import { insertPayment } from '../store/late-payment.ts';

export type CaptureVerdict = 'captured' | 'refused' | 'later';

export interface CapturePayment {
  /** Takes the money for tickets that were just sold. Never throws: what fails is left as work. */
  now(paymentId: string): Promise<CaptureVerdict>;
  /** The same as a piece of work that is due. */
  asWork(work: PaymentWork): Promise<CaptureVerdict>;
}

/**
 * The last step of a purchase whose money was only set aside: take it. An unknown outcome is asked about again until it is
 * known. Definitely refused: the tickets are void, their places go back on sale, and a person looks at the booking.
 */
export function createCapturePayment(parts: {
  readonly database: TenantDatabase;
  readonly store: BookingStore;
  readonly inventory: Pick<Inventory, 'syncTickets'>;
  readonly providerOf: (name: string) => GuardedPaymentProvider | undefined;
  readonly clock: Clock;
  readonly onFailure: (what: string, error: unknown) => void;
  readonly random?: RandomBytes;
}): CapturePayment {
  const {
    database: { bypassingRls },
    store,
    inventory,
    providerOf,
    clock,
    onFailure,
    random = systemRandom,
  } = parts;

  async function asWork(work: PaymentWork): Promise<CaptureVerdict> {
    const row = await store.find(work.bookingId);
    const payment = await findBegunPayment(bypassingRls, work.bookingId);
    const provider = payment && providerOf(payment.provider);
    if (!row || !payment || !provider) {
      await postponePaymentWork(bypassingRls, work, clock.now());
      return 'later';
    }
    const outcome = await provider.capture(toCharge(row, payment, row.detail, payment.reference));
    if (outcome.status === 'captured') {
      await recordCaptured(work);
      return 'captured';
    }
    if (outcome.status === 'declined' || outcome.status === 'cancelled') {
      await voidTickets(work, outcome.status === 'declined' ? outcome.failureCode : captureRefused);
      return 'refused';
    }
    await postponePaymentWork(bypassingRls, work, clock.now());
    return 'later';
  }

  function recordCaptured(work: PaymentWork): Promise<void> {
    return bypassingRls.transaction(async (tx) => {
      const locked = await lockBooking(tx, work.bookingId);
      if (!locked || !(await endPaymentWork(tx, work.workId))) return;
      const payment = (await findBegunPayment(tx, work.bookingId))!;
      await insertPayment(tx, { ...payment, state: 'captured' }, clock.now());
      const authorized = await findAuthorized(tx, { bookingId: work.bookingId, paymentId: work.workId });
      await appendToBooking(tx, locked, [{ type: 'PaymentCompleted', data: authorized }], by(work));
    });
  }

  async function voidTickets(work: PaymentWork, failureCode: string): Promise<void> {
    const voided = await bypassingRls.transaction(async (tx) => {
      const locked = await lockBooking(tx, work.bookingId);
      if (!locked || !(await endPaymentWork(tx, work.workId))) return null;
      const { booking, organizerId } = locked;
      const { bookingId, eventId, tickets, cancelledTicketIds } = booking;
      const now = clock.now();
      const payment = (await findBegunPayment(tx, bookingId))!;
      await insertPayment(tx, { ...payment, state: 'failed', failureCode }, now);
      const ticketIds = tickets.map(({ ticketId }) => ticketId).filter((id) => !cancelledTicketIds.includes(id));
      const freshTicketIds = ticketIds.map(() => uuidv7(now, random));
      const cancelled = { ticketIds, freshTicketIds, by: 'staff' as const, refundMinor: 0, keptMinor: 0 };
      const reason = ownReasons.notTaken;
      await writeCancelledTickets(tx, { bookingId, eventId, organizerId }, cancelled, { reason, now });
      const events: BookingEvent[] = [
        { type: 'TicketsCancelled', data: cancelled },
        { type: 'ReviewRequested', data: { reason: captureRefused } },
      ];
      await appendToBooking(tx, locked, events, by(work), reason);
      const { paymentId, amountMinor, currency, reference } = payment;
      const facts = { paymentId, amountMinor, currency, reference, failureCode };
      const review = { organizerId, kind: captureRefused, subject: paymentId, bookingId, facts } as const;
      await openReview(tx, review, now, random);
      return { eventId, ids: [...ticketIds, ...freshTicketIds] };
    });
    if (voided) await inventory.syncTickets(voided.eventId, voided.ids);
  }

  function by({ workId }: PaymentWork) {
    return { actor: 'system', correlationId: `capture-${workId}`, now: clock.now() };
  }

  return {
    asWork,
    async now(paymentId) {
      try {
        const work = await takeOnePaymentWork(bypassingRls, paymentId, clock.now());
        return work ? await asWork(work) : 'later';
      } catch (error) {
        onFailure(`capture ${paymentId}`, error);
        return 'later';
      }
    },
  };
}
