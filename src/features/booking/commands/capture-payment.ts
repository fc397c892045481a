import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import { ownReasons } from '../../../kernel/reason.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { WalledDatabase } from '../../../platform/postgres/database.ts';
import type { EventLedgers } from '../../inventory/index.ts';
import {
  endPaymentWork,
  findBegunPayment,
  type GuardedPaymentProvider,
  openReview,
  type PaymentWork,
  postponePaymentWork,
  takeOnePaymentWork,
} from '../../payments/index.ts';
import { type BookingEvent, captureRefused, type PaymentCompleted } from '../domain/booking.ts';
import { toCharge } from '../domain/charge.ts';
import { appendToBooking, lockBooking } from '../store/booking-rows.ts';
import type { BookingStore } from '../store/booking-store.ts';
import { writeCancelledTickets } from '../store/cancel-tickets.ts';
import { insertPayment } from '../store/late-payment.ts';

export type CaptureVerdict = 'captured' | 'refused' | 'later';

export interface CapturePayment {
  /** Takes the money for tickets that were just given. Never throws: what fails is left as work. */
  now(paymentId: string): Promise<CaptureVerdict>;
  /** The same as a piece of work that is due. */
  asWork(work: PaymentWork): Promise<CaptureVerdict>;
}

/**
 * The last step of a purchase whose money was only set aside: take it. An unknown outcome is asked about again until it is
 * known. Definitely refused: the tickets are void, their places go back on sale, and a person looks at the booking.
 */
export function createCapturePayment(parts: {
  readonly database: WalledDatabase;
  readonly store: BookingStore;
  readonly ledgers: EventLedgers;
  readonly providerOf: (name: string) => GuardedPaymentProvider | undefined;
  readonly clock: Clock;
  readonly onFailure: (what: string, error: unknown) => void;
  readonly random?: RandomBytes;
}): CapturePayment {
  const {
    database: { system: database },
    store,
    ledgers,
    providerOf,
    clock,
    onFailure,
    random = systemRandom,
  } = parts;

  async function asWork(work: PaymentWork): Promise<CaptureVerdict> {
    const row = await store.find(work.bookingId);
    const payment = await findBegunPayment(database, work.bookingId);
    const provider = payment && providerOf(payment.provider);
    if (!row || !payment || !provider) {
      await postponePaymentWork(database, work, clock.now());
      return 'later';
    }
    const outcome = await provider.capture(toCharge(row, payment, row.detail, payment.reference));
    if (outcome.status === 'captured') {
      await noteCaptured(work);
      return 'captured';
    }
    if (outcome.status === 'declined' || outcome.status === 'cancelled') {
      await voidTickets(work, outcome.status === 'declined' ? outcome.failureCode : 'CAPTURE_REFUSED');
      return 'refused';
    }
    await postponePaymentWork(database, work, clock.now());
    return 'later';
  }

  function noteCaptured(work: PaymentWork): Promise<void> {
    return database.transaction(async (tx) => {
      const locked = await lockBooking(tx, work.bookingId);
      if (!locked || !(await endPaymentWork(tx, work.workId))) return;
      const payment = (await findBegunPayment(tx, work.bookingId))!;
      await insertPayment(tx, { ...payment, state: 'captured' }, clock.now());
      const authorized = await findAuthorized(tx, work);
      await appendToBooking(tx, locked, [{ type: 'PaymentCompleted', data: authorized }], by(work));
    });
  }

  async function voidTickets(work: PaymentWork, failureCode: string): Promise<void> {
    const voided = await database.transaction(async (tx) => {
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
    if (voided) await ledgers.syncTickets(voided.eventId, voided.ids);
  }

  async function findAuthorized(
    tx: Parameters<typeof lockBooking>[0],
    { bookingId, workId }: PaymentWork,
  ): Promise<PaymentCompleted> {
    const [event] = await tx.query<{ data: PaymentCompleted }>(
      `SELECT data FROM event_store WHERE stream = $1 AND type = 'PaymentAuthorized' AND data ->> 'paymentId' = $2`,
      [`booking-${bookingId}`, workId],
    );
    return event!.data;
  }

  function by({ workId }: PaymentWork) {
    return { actor: 'system', correlationId: `capture-${workId}`, now: clock.now() };
  }

  return {
    asWork,
    async now(paymentId) {
      try {
        const work = await takeOnePaymentWork(database, paymentId, clock.now());
        return work ? await asWork(work) : 'later';
      } catch (error) {
        onFailure(`capture ${paymentId}`, error);
        return 'later';
      }
    },
  };
}
