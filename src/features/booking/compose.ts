import type { RandomBytes } from '../../kernel/ids.ts';
import type { AttemptCounter } from '../../platform/attempt-counter/attempt-counter.ts';
import type { Cache } from '../../platform/cache/cache.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { createGroupCommit } from '../../platform/group-commit/group-commit.ts';
import { withoutLedgers } from '../../platform/http/event-of.ts';
import { createConsumer } from '../../platform/messages/create-consumer.ts';
import type { AtOwner } from '../../platform/ownership/at-owner.ts';
import type { Ownership } from '../../platform/ownership/ownership.ts';
import type { TenantDatabase } from '../../platform/postgres/database.ts';
import type { SliceShape } from '../../platform/slice.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { FindReservationOfTicket, Inventory } from '../inventory/index.ts';
import type { KnowsConsent } from '../organizers/index.ts';
import { declineLimits, type PaymentProviders } from '../payments/index.ts';
import type { TicketCodes } from '../ticket-codes/index.ts';
import { createAbandonedBookings } from './commands/abandoned-bookings.ts';
import { createCancellations } from './commands/cancel-booking.ts';
import { createCapturePayment } from './commands/capture-payment.ts';
import { createChangeBooking } from './commands/change-booking.ts';
import { createChargeBooking } from './commands/charge-booking.ts';
import { createGiveComplimentary, type Unblock } from './commands/give-complimentary.ts';
import { createKnownKeys } from './commands/known-keys.ts';
import { createPayReserved } from './commands/pay-reserved.ts';
import { createPaymentsElsewhere, noPaymentsElsewhere } from './commands/payments-elsewhere.ts';
import { createProcessShowChanges } from './commands/process-show-changes.ts';
import { createPurchase } from './commands/purchase.ts';
import { createPaymentsForOthers, createPurchaseElsewhere, endingForOthers } from './commands/purchase-elsewhere.ts';
import { createReconcileBookings } from './commands/reconcile-bookings.ts';
import { createFrozenHolds } from './commands/reconcile-holds.ts';
import { createReconcilePayments } from './commands/reconcile-payments.ts';
import { createReconcileRefunds } from './commands/reconcile-refunds.ts';
import { createRecordLatePayment } from './commands/record-late-payment.ts';
import { createRecordOutcome } from './commands/record-outcome.ts';
import { createRefundBooking } from './commands/refund-booking.ts';
import { createSecondCommit } from './commands/second-commit.ts';
import { orderMailLimits } from './domain/mailing-limits.ts';
import type { LinkSecret } from './domain/order-link.ts';
import { createBookingRoutes } from './http/bookings.ts';
import { createCancelRoutes } from './http/cancel.ts';
import { createContactRoutes } from './http/contact.ts';
import { createMyRoutes } from './http/my-bookings.ts';
import { createOrderMailRoutes } from './http/order-mails.ts';
import { createOrderRoutes } from './http/orders.ts';
import { createPurchaseRoutes } from './http/purchase.ts';
import { createBookingStaffRoutes } from './http/staff.ts';
import { keepingSales } from './queries/keeping-sales.ts';
import { createKeptTickets } from './queries/kept-tickets.ts';
import { createOrderLinks } from './queries/order-links.ts';
import { readCodes } from './queries/read-codes.ts';
import { readGiveBack } from './queries/read-give-back.ts';
import { appendBookingEvent } from './store/append-booking-event.ts';
import type { BookingStore } from './store/booking-store.ts';
import { noteShowChanges } from './store/show-changes.ts';
import { loadTransactionSecrets, type TransactionSecret } from './store/transaction-secrets.ts';

const reconcileBookingsEveryMs = 5_000;
const reconcilePaymentsEveryMs = 20_000;
const reconcileFirstMs = 2_000;
const reconcileRefundsEveryMs = 60_000;
const readSecretsEveryMs = 30_000;
const reconcileHoldsEveryMs = 5_000;
const processShowChangesEveryMs = 1_000;
const carryOutWishesEveryMs = 2_000;
const forgetKeysEveryMs = 3_600_000;
/** How long an idempotency key is honoured. */
const keyLifeMs = 24 * 3_600_000;

/** Bookings and their payments: from a hold to tickets. */
export function createBooking(parts: {
  readonly database: TenantDatabase;
  readonly knowsConsent: KnowsConsent;
  readonly store: BookingStore;
  readonly inventory: Inventory;
  readonly clock: Clock;
  readonly attemptCounter: AttemptCounter;
  readonly metrics: Metrics;
  readonly cache: Cache;
  /** What signs the links of orders, newest first; never empty. */
  readonly linkSecrets: readonly LinkSecret[];
  /** What signs transaction ids, oldest first; never empty. */
  readonly transactionSecrets: readonly TransactionSecret[];
  readonly providers: Pick<PaymentProviders, 'cardsOf' | 'external' | 'free' | 'listed' | 'providerOf'>;
  readonly unblock: Unblock;
  readonly ownership: Ownership;
  /** Asks the owners of events; null where this process owns all. */
  readonly atOwner: AtOwner | null;
  readonly ticketCodes: TicketCodes;
  readonly findReservationOfTicket: FindReservationOfTicket;
  readonly onFailure: (what: string, error: unknown) => void;
  readonly random: RandomBytes;
}) {
  const { database, store, inventory, ticketCodes, clock, metrics, providers, onFailure, random } = parts;
  const { ownership, atOwner } = parts;
  const { listed, providerOf } = providers;
  const keptTickets = createKeptTickets({ database, cache: parts.cache, counts: metrics.caches.myTickets, clock });
  const orderLinks = createOrderLinks({ bypassingRls: database.bypassingRls, clock, secrets: parts.linkSecrets });
  const mailings = parts.attemptCounter.attempts('mails about orders', orderMailLimits);
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
  const paidGroup = group('complete', store.recordPaid);
  const unpaidGroup = group('fail', store.recordUnpaid);
  const authorizedGroup = group('authorize', store.recordAuthorized);
  let secret = parts.transactionSecrets.at(-1)!.value;
  const transactionSecret = () => secret;
  const capturePayment = createCapturePayment({ database, store, inventory, providerOf, clock, onFailure, random });
  const recordLatePayment = createRecordLatePayment({ database, store, inventory, clock, transactionSecret, random });
  const paymentsForOthers = atOwner && createPaymentsForOthers(atOwner);
  const secondCommit = createSecondCommit({
    inventory: paymentsForOthers ? endingForOthers(inventory, paymentsForOthers) : inventory,
    store,
    paidGroup,
    authorizedGroup,
    unpaidGroup,
    clock,
    transactionSecret,
    random,
  });
  const recordOutcome = createRecordOutcome({
    store,
    secondCommit,
    capturePayment,
    recordLatePayment,
  });
  const chargeBooking = createChargeBooking({ database, recordOutcome, clock, random });
  const abandoned = createAbandonedBookings();
  const knownKeys = createKnownKeys();
  const elsewhere = atOwner
    ? createPaymentsElsewhere({ inventory, ownership, atOwner, knownKeys, abandoned, clock })
    : noPaymentsElsewhere;
  const frozenHolds = createFrozenHolds({ inventory, store, elsewhere, clock });
  ownership.beforeHandOver(() => reserveGroup.written());
  const reconcileBookings = createReconcileBookings({
    database,
    store,
    recordOutcome,
    frozenHolds,
    abandoned,
    isOurs: (eventId) => ownership.fenceOf(eventId) !== null,
    providerOf,
    clock,
    onFailure: (bookingId, error) => onFailure(`reconcile booking ${bookingId}`, error),
  });
  const charges = parts.attemptCounter.attempts('declines', declineLimits);
  const onLookFailure = (error: unknown) => onFailure('looking for the outcome of a payment', error);
  const payReserved = createPayReserved({
    inventory,
    chargeBooking,
    reconcileOpen: reconcileBookings.one,
    clock,
    metrics,
    onBought: keptTickets.forget,
    onFailure: onLookFailure,
  });
  const purchaseHere = createPurchase({
    inventory,
    store,
    reserveGroup,
    payReserved,
    knownKeys,
    frozenHolds,
    elsewhere,
    reconcileOpen: reconcileBookings.one,
    abandoned,
    charges,
    clock,
    random,
  });
  const purchase =
    atOwner && paymentsForOthers
      ? createPurchaseElsewhere({
          here: purchaseHere,
          inventory,
          ownership,
          atOwner,
          payments: paymentsForOthers,
          reserveGroup,
          payReserved,
          frozenHolds,
          charges,
          clock,
          onFailure: onLookFailure,
          random,
        })
      : purchaseHere;
  const reconcilePayments = createReconcilePayments({
    database,
    store,
    reconcileBookings,
    recordLatePayment,
    listed,
    providerOf,
    clock,
    onFailure,
    random,
  });
  const changeBooking = createChangeBooking({ database, inventory, onChanged: keptTickets.forget, random });
  const cancellations = createCancellations({ database, changeBooking, random });
  const reconcileRefunds = createReconcileRefunds({
    database,
    store,
    changeBooking,
    listed,
    providerOf,
    clock,
    onFailure,
    random,
  });
  const requestRefund = createRefundBooking({ database, store, changeBooking });
  const giveComplimentary = createGiveComplimentary({
    inventory,
    unblock: parts.unblock,
    store,
    reserveGroup,
    chargeBooking,
    frozenHolds,
    free: providers.free,
    clock,
    random,
  });
  const processShowChanges = createProcessShowChanges({
    database,
    inventory,
    cancellations,
    changeBooking,
    clock,
    onFailure,
  });
  const settleLeftovers = () => reconcileBookings.leftovers();
  return {
    routes: [
      createPurchaseRoutes({
        database,
        knowsConsent: parts.knowsConsent,
        purchase,
        providers,
        findReservationOfTicket: parts.findReservationOfTicket,
        findReservationOfBooking: async (bookingId) => (await store.find(bookingId))?.reservationId ?? null,
        inventory: atOwner ? { ...inventory, saleOf: keepingSales(inventory, ownership) } : inventory,
        isHere: (eventId) => ownership.fenceOf(eventId) !== null,
        clock,
      }),
      withoutLedgers(createBookingRoutes({ database, store, ticketCodes, clock })),
      createCancelRoutes({ database, store, ticketCodes, cancellations, clock }),
      createOrderRoutes({ database, store, ticketCodes, orderLinks, cancellations, clock }),
      withoutLedgers(
        createOrderMailRoutes({
          database,
          store,
          orderLinks,
          clock,
          mailings,
        }),
      ),
      createContactRoutes({ database, store, ticketCodes, clock, orderLinks, changeBooking, mailings }),
      withoutLedgers(createMyRoutes({ database, ticketCodes, keptTickets, clock })),
      createBookingStaffRoutes({ database, store, ticketCodes, giveComplimentary, changeBooking, clock }),
    ],
    consumers: [
      createConsumer({
        name: 'booking-show-changes',
        topic: 'show.changed',
        handle: (tx, messages) => noteShowChanges(tx, messages, clock.now()),
      }),
    ],
    /** Links by which guests find their orders. */
    orderLinks,
    /** The codes of its tickets that are sold, by ticket. */
    codes: (bookingId: string) => readCodes(store, ticketCodes, bookingId),
    /** What its buyer gets who gives all of a booking back now; null where that is not to be had. */
    giveBack: (bookingId: string) => readGiveBack(store, bookingId, clock.now()),
    cancellations,
    /** Of an account that is no more. */
    forgetTicketsOf: keptTickets.forget,
    /** The event of a booking; null if there is no such booking. */
    findEventOfBooking: async (bookingId: string) => (await store.find(bookingId))?.eventId ?? null,
    /** Promises money back, and cancels the tickets that it stood for. */
    requestRefund,
    reconcileRefunds,
    appendBookingEvent,
    /** Brings one booking to the end that its payment has come to, if it has. */
    reconcileBooking: reconcilePayments.one,
    capture: capturePayment.asWork,
    /** Brings to an end what an earlier process left open; answers how many bookings that were. */
    settleLeftovers,
    jobs: [
      {
        name: 'reconcile bookings',
        runs: 'where the event is owned',
        everyMs: reconcileBookingsEveryMs,
        run: async () => void (await reconcileBookings.stuck()),
      },
      {
        name: 'reconcile payments',
        runs: 'once in the cluster',
        everyMs: reconcilePaymentsEveryMs,
        firstAfterMs: reconcileFirstMs,
        run: () => reconcilePayments.all(),
      },
      {
        name: 'reconcile refunds',
        runs: 'once in the cluster',
        everyMs: reconcileRefundsEveryMs,
        firstAfterMs: reconcileFirstMs,
        run: () => reconcileRefunds.all(),
      },
      {
        name: 'read transaction secrets',
        runs: 'in every process',
        everyMs: readSecretsEveryMs,
        async run() {
          secret = (await loadTransactionSecrets(database.bypassingRls)).at(-1)!.value;
        },
      },
      {
        name: 'reconcile holds',
        runs: 'where the event is owned',
        everyMs: reconcileHoldsEveryMs,
        run: () => frozenHolds.reconcileAll(),
      },
      {
        name: 'notify buyers of shows that were called off or moved',
        runs: 'once in the cluster',
        everyMs: processShowChangesEveryMs,
        run: async () => void (await processShowChanges()),
      },
      {
        name: 'carry out cancellations that waited for a payment',
        runs: 'once in the cluster',
        everyMs: carryOutWishesEveryMs,
        run: async () => void (await cancellations.carryOutWishes(clock.now())),
      },
      {
        name: 'forget old idempotency keys',
        runs: 'once in the cluster',
        everyMs: forgetKeysEveryMs,
        run: async () => void (await store.forgetKeys(clock.now() - keyLifeMs)),
      },
    ],
    start: async ({ isAlone }) => void (await (isAlone ? reconcileBookings.abandoned() : settleLeftovers())),
    drain: async () => {
      await Promise.all([reserveGroup, paidGroup, authorizedGroup, unpaidGroup].map((one) => one.drain()));
    },
  } satisfies SliceShape;
}
