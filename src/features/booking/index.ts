import type { CommandContext } from '../../kernel/context.ts';
import type { Decision } from '../../kernel/decision.ts';
import type { RandomBytes } from '../../kernel/ids.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { createGroupCommit } from '../../platform/group-commit/group-commit.ts';
import type { Message } from '../../platform/message-bus/outbox-relay.ts';
import type { Queryable, WalledDatabase } from '../../platform/postgres/database.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { showChanged } from '../catalog/index.ts';
import type { EventLedgers, HoldEnds, PlacedHold, PlaceHoldInput, PlaceHoldRefusal } from '../inventory/index.ts';
import { createDeclineLimits, type GuardedPaymentProvider } from '../payments/index.ts';
import { createAbandonedBookings } from './commands/abandoned-bookings.ts';
import { createCancelBooking } from './commands/cancel-booking.ts';
import { createCapturePayment } from './commands/capture-payment.ts';
import { createChangeBooking } from './commands/change-booking.ts';
import { createEndPayment } from './commands/end-payment.ts';
import { createGiveComplimentary, type Unblock } from './commands/give-complimentary.ts';
import type { Answer } from './commands/known-keys.ts';
import { createAcceptLatePayment } from './commands/late-payment.ts';
import { createMatchPayments } from './commands/match-payments.ts';
import { createMatchRefunds } from './commands/match-refunds.ts';
import { createPurchase, type DeclinedFacts } from './commands/purchase.ts';
import { createRefundBooking } from './commands/refund-booking.ts';
import { createFrozenHolds } from './commands/settle-frozen-holds.ts';
import { createSettlePayment } from './commands/settle-payment.ts';
import { createSettleStuckBookings } from './commands/settle-stuck-bookings.ts';
import { createWorkOffShowChanges } from './commands/work-off-show-changes.ts';
import { createPurchaseRoutes, type PurchaseRoutes } from './http.ts';
import { createBookingRoutes } from './http-bookings.ts';
import { createCancelRoutes } from './http-cancel.ts';
import { createMyRoutes } from './http-me.ts';
import { createOrderRoutes } from './http-orders.ts';
import { createBookingStaffRoutes } from './http-staff.ts';
import type { OrderLinks } from './queries/order-links.ts';
import type { BookingStore } from './store/booking-store.ts';
import { noteShowChanges } from './store/show-changes.ts';
import { loadTransactionSecrets, type TransactionSecret } from './store/transaction-secrets.ts';

export { claimBookings } from './commands/claim-bookings.ts';
export type { Answer } from './commands/known-keys.ts';
export type { DeclinedFacts } from './commands/purchase.ts';
export { type RebuildProgress, rebuildBookings } from './commands/rebuild-bookings.ts';
export { makeTicketNumber } from './domain/ticket-number.ts';
export { findFor, readers } from './http-access.ts';
export { createOrderLinks, type OrderLinks } from './queries/order-links.ts';
export { type VerifiedTransaction, verifyTransaction } from './queries/verify-transaction.ts';
export { appendBookingEvent } from './store/append-booking-event.ts';
export type { BookingRow, BookingStore } from './store/booking-store.ts';
export { rotateLinkSecret } from './store/link-secrets.ts';
export { createPostgresBookingStore } from './store/postgres-booking-store.ts';
export { loadTransactionSecrets, rotateTransactionSecret } from './store/transaction-secrets.ts';

const settleStuckEveryMs = 5_000;
const matchPaymentsEveryMs = 20_000;
const matchPaymentsFirstMs = 2_000;
const matchRefundsEveryMs = 60_000;
const readSecretsEveryMs = 30_000;
const settleFrozenEveryMs = 5_000;
const workOffShowChangesEveryMs = 1_000;
const carryOutWishesEveryMs = 2_000;
const forgetKeysEveryMs = 3_600_000;
/** How long an idempotency key is honoured. */
const keyLifeMs = 24 * 3_600_000;

/** Bookings and their payments: from a hold to tickets. */
export function createBooking(parts: {
  readonly database: WalledDatabase;
  readonly store: BookingStore;
  readonly ledgers: EventLedgers;
  readonly holdEnds: HoldEnds;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** What signs transaction ids, oldest first; never empty. */
  readonly transactionSecrets: readonly TransactionSecret[];
  readonly providers: PurchaseRoutes['providers'];
  /** Every provider whose books may hold something that ours have not. */
  readonly listed: () => Promise<readonly GuardedPaymentProvider[]>;
  /** By the name that a booking remembers; undefined for one that is not known any more. */
  readonly providerOf: (name: string) => GuardedPaymentProvider | undefined;
  readonly declinedAnswer: (facts: DeclinedFacts, context: CommandContext) => Answer;
  readonly placeHold: (
    input: PlaceHoldInput,
  ) => Decision<PlacedHold, PlaceHoldRefusal> | Promise<Decision<PlacedHold, PlaceHoldRefusal>>;
  readonly unblock: Unblock;
  readonly orderLinks: OrderLinks;
  readonly findReservationOfTicket: (ticketId: string) => Promise<string | null>;
  readonly onFailure: (what: string, error: unknown) => void;
  readonly random?: RandomBytes;
}) {
  const { store, clock, metrics } = parts;
  const group = <Command, Result>(
    name: string,
    execute: (commands: readonly Command[]) => Promise<readonly Result[]>,
  ) =>
    createGroupCommit<Command, Result>({
      execute,
      onBatch(size, seconds) {
        metrics.batchSize.observe({ group: name }, size);
        metrics.batchSeconds.observe({ group: name }, seconds);
      },
      clock,
    });
  const reserveGroup = group('reserve', store.reserve);
  const completeGroup = group('complete', store.complete);
  const failGroup = group('fail', store.fail);
  const authorizeGroup = group('authorize', store.authorize);
  let secret = parts.transactionSecrets.at(-1)!.value;
  const payment = { ...parts, transactionSecret: () => secret };
  const capturePayment = createCapturePayment(payment);
  const acceptLatePayment = createAcceptLatePayment(payment);
  const endPayment = createEndPayment({ ...payment, completeGroup, authorizeGroup, failGroup });
  const settlePayment = createSettlePayment({ ...payment, ...endPayment, capturePayment, acceptLatePayment });
  const frozenHolds = createFrozenHolds(parts);
  const abandoned = createAbandonedBookings();
  const settleStuckBookings = createSettleStuckBookings({
    ...parts,
    settlePayment,
    frozenHolds,
    abandoned,
    onFailure: (bookingId, error) => parts.onFailure(`settle booking ${bookingId}`, error),
  });
  const purchase = createPurchase({
    ...parts,
    reserveGroup,
    settlePayment,
    frozenHolds,
    abandoned,
    settleOpen: settleStuckBookings.one,
    declines: createDeclineLimits(),
    onFailure: (error) => parts.onFailure('looking for the outcome of a payment', error),
  });
  const matchPayments = createMatchPayments({ ...parts, settleStuckBookings, acceptLatePayment });
  const changeBooking = createChangeBooking(parts);
  const cancelBooking = createCancelBooking({ ...parts, changeBooking });
  const matchRefunds = createMatchRefunds({ ...parts, changeBooking });
  const refundBooking = createRefundBooking({ ...parts, changeBooking });
  const free = parts.providers.free;
  const giveComplimentary = createGiveComplimentary({ ...parts, reserveGroup, settlePayment, frozenHolds, free });
  const workOffShowChanges = createWorkOffShowChanges({ ...parts, cancelBooking, changeBooking });
  return {
    routes: [
      createPurchaseRoutes({
        ...parts,
        purchase,
        findReservationOfBooking: async (bookingId) => (await store.find(bookingId))?.reservationId ?? null,
      }),
      createBookingRoutes(parts),
      createCancelRoutes({ ...parts, cancelBooking }),
      createOrderRoutes({ ...parts, cancelBooking }),
      createMyRoutes(parts),
      createBookingStaffRoutes({ ...parts, giveComplimentary, changeBooking }),
    ],
    consumers: [
      {
        name: 'booking-show-changes',
        topics: [showChanged],
        handle: (tx: Queryable, messages: readonly Message[]) => noteShowChanges(tx, messages, clock.now()),
      },
    ],
    cancelBooking,
    refundBooking,
    matchRefunds,
    /** Brings one booking to the end that its payment has come to, if it has. */
    settleBooking: matchPayments.one,
    capture: capturePayment.asWork,
    /** Brings to an end what an earlier process left open. Called once, before requests are taken. */
    settleLeftovers: () => settleStuckBookings(true),
    jobs: [
      {
        name: 'settle stuck bookings',
        everyMs: settleStuckEveryMs,
        run: async () => void (await settleStuckBookings()),
      },
      {
        name: 'match payments',
        everyMs: matchPaymentsEveryMs,
        firstAfterMs: matchPaymentsFirstMs,
        run: () => matchPayments(),
      },
      {
        name: 'match refunds',
        everyMs: matchRefundsEveryMs,
        firstAfterMs: matchPaymentsFirstMs,
        run: () => matchRefunds(),
      },
      {
        name: 'read transaction secrets',
        everyMs: readSecretsEveryMs,
        async run() {
          secret = (await loadTransactionSecrets(parts.database.system)).at(-1)!.value;
        },
      },
      { name: 'settle frozen holds', everyMs: settleFrozenEveryMs, run: () => frozenHolds.settleAll() },
      {
        name: 'tell of shows that were called off or moved',
        everyMs: workOffShowChangesEveryMs,
        run: async () => void (await workOffShowChanges()),
      },
      {
        name: 'carry out cancellations that waited for a payment',
        everyMs: carryOutWishesEveryMs,
        run: async () => void (await cancelBooking.carryOutWishes(clock.now())),
      },
      {
        name: 'forget old idempotency keys',
        everyMs: forgetKeysEveryMs,
        run: async () => void (await store.forgetKeys(clock.now() - keyLifeMs)),
      },
    ],
    drain: async () => {
      await Promise.all([reserveGroup, completeGroup, authorizeGroup, failGroup].map((one) => one.drain()));
    },
  };
}
