import type { CommandContext } from '../../../kernel/context.ts';
import type { RandomBytes } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { ownReasons } from '../../../kernel/reason.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { requestMail } from '../../../platform/mail/request-mail.ts';
import { OutsideUnavailable } from '../../../platform/outside-call/outside-call.ts';
import type { Queryable, TenantDatabase } from '../../../platform/postgres/database.ts';
import {
  type GuardedPaymentProvider,
  type MoneyOfPayment,
  openReview,
  paymentsOfBooking,
  type ReconcileRefunds as ReconcileRefundsPort,
} from '../../payments/index.ts';
import type { Booking, BookingEvent } from '../domain/booking.ts';
import { refundedMinor } from '../domain/booking-changes.ts';
import type { BookingStore } from '../store/booking-store.ts';
import type { ChangeBooking } from './change-booking.ts';

/** The first listing after a start looks back this far: refunds are few. Later ones overlap by a little. */
const lookBackMs = 30 * 24 * 3_600_000;
const overlapMs = 15 * 60_000;

export interface ReconcileRefunds extends ReconcileRefundsPort {
  /** Lists what went back lately at every provider, and holds it against the bookings. */
  all(): Promise<void>;
}

/**
 * The refunds in the providers' books against ours: money that somebody gave back in the provider's own pages, or that a bank
 * took back, reaches history, settlement and the list of staff, whether its webhook came or not. What is known already
 * changes nothing.
 */
export function createReconcileRefunds(parts: {
  readonly database: TenantDatabase;
  readonly store: Pick<BookingStore, 'find'>;
  readonly changeBooking: ChangeBooking;
  /** Every provider whose books may hold something that ours have not. */
  readonly listed: () => Promise<readonly GuardedPaymentProvider[]>;
  readonly providerOf: (name: string) => GuardedPaymentProvider | undefined;
  readonly clock: Clock;
  readonly onFailure: (what: string, error: unknown) => void;
  readonly random?: RandomBytes;
}): ReconcileRefunds {
  const { database, store, changeBooking, listed, providerOf, clock, onFailure, random } = parts;
  const listedUntil = new Map<string, Instant>();

  async function reconcileAll(): Promise<void> {
    for (const provider of await listed()) {
      const now = clock.now();
      const since = (listedUntil.get(provider.name) ?? now - lookBackMs + overlapMs) - overlapMs;
      try {
        for (const reference of (await provider.refundedSince?.(since)) ?? [])
          await ofPayment(provider.name, reference);
        listedUntil.set(provider.name, now);
      } catch (error) {
        // It is listed from the same moment the next time.
        if (!(error instanceof OutsideUnavailable)) onFailure(`reconciling refunds of ${provider.name}`, error);
      }
    }
  }

  async function ofPayment(name: string, reference: string): Promise<void> {
    const money = await providerOf(name)?.refundsOf?.(reference);
    if (money) await note(name, money);
  }

  async function note(name: string, { bookingId, reference, found }: MoneyOfPayment): Promise<void> {
    const row = await store.find(bookingId);
    // Any account may write our marks on payments of its own: they are none of this booking's.
    if (row?.provider !== name) return;
    const { eventId, organizerId, currency } = row;
    const payments = await paymentsOfBooking(database.as(row), bookingId);
    const payment = payments.find((one) => one.reference === reference && one.state === 'captured');
    if (!payment) return;
    const { paymentId, amountMinor } = payment;
    const context = { actor: `provider:${name}`, correlationId: `refunds-${reference}`, now: clock.now(), organizerId };
    await changeBooking(
      {
        ...{ bookingId, eventId, organizerId, reason: ownReasons.givenBackElsewhere },
        payment: { paymentId, amountMinor },
        command: ({ show: { isAhead }, newId }) => ({
          ...{ type: 'NoteMoneyFound', payment: { paymentId, amountMinor }, isAhead, newId },
          found: found.filter((one) => one.currency === currency),
        }),
        alongside: (tx, booking, events) => notify(tx, { booking, events, paymentId, amountMinor }, context),
      },
      context,
    );
  }

  /** Whoever is to know of it: staff of what they should look at, the buyer of money that is on its way. */
  async function notify(
    tx: Queryable,
    change: {
      readonly booking: Booking;
      readonly events: readonly BookingEvent[];
      readonly paymentId: string;
      readonly amountMinor: number;
    },
    { organizerId, now }: CommandContext,
  ): Promise<void> {
    const { booking, events, paymentId, amountMinor: paidMinor } = change;
    const { bookingId, currency, refunds } = booking;
    const leftMinor = paidMinor - refundedMinor({ refunds, paymentId });
    for (const event of events) {
      if (event.type === 'RefundFound' && event.data.origin === 'provider') {
        const { refundId, amountMinor, reference } = event.data;
        const facts = { refundId, paymentId, amountMinor, currency, reference, leftMinor };
        const review = { organizerId, kind: 'REFUNDED_ELSEWHERE', subject: reference, bookingId, facts } as const;
        if (leftMinor > 0) await openReview(tx, review, now, random);
        const mailed = { bookingId, amountMinor, currency };
        await requestMail(tx, { cause: `refund-${refundId}-completed`, kind: 'refund', organizerId, facts: mailed });
      }
      if (event.type === 'RefundFailed' && event.data.failureCode === 'REFUND_CAME_BACK') {
        const { refundId } = event.data;
        const { amountMinor, reason } = refunds.find((one) => one.refundId === refundId)!;
        const facts = { refundId, paymentId, amountMinor, currency, reason, detail: event.data.failureCode };
        await openReview(tx, { organizerId, kind: 'REFUND_FAILED', subject: refundId, bookingId, facts }, now, random);
      }
    }
  }

  return { all: reconcileAll, ofPayment, note };
}
