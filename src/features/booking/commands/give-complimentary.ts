import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Said } from '../../../kernel/reason.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { GroupCommit } from '../../../platform/group-commit/group-commit.ts';
import {
  type EventLedger,
  type EventLedgers,
  type Hold,
  type HoldContact,
  type PlacedHold,
  type PlaceHoldInput,
  type PlaceHoldRefusal,
  placeState,
} from '../../inventory/index.ts';
import type { GuardedPaymentProvider } from '../../payments/index.ts';
import { paymentGraceMs } from '../domain/payment-times.ts';
import { toPurchaseAnswer } from '../domain/purchase-answer.ts';
import type { BookingStore, ClaimedKey, ReserveOutcome, ReserveTickets } from '../store/booking-store.ts';
import type { FrozenHolds } from './settle-frozen-holds.ts';
import type { SettlePayment } from './settle-payment.ts';

/** What complimentary tickets have instead of a rate. */
const complimentary = 'complimentary';

export interface ComplimentaryRequest {
  readonly selection: PlaceHoldInput['request'];
  readonly contact: HoldContact | null;
  /** As it was typed. */
  readonly reason: string;
  readonly key: ClaimedKey | null;
}

/** Why places that are kept back could not be had: the records say otherwise. */
type UnblockRefusal = { readonly code: string };

/** Puts blocked places back on sale in the records. */
export type Unblock = (
  request: { readonly eventId: number; readonly ticketIds: readonly string[]; readonly reason: Said },
  context: CommandContext,
) => Promise<Decision<unknown, UnblockRefusal>>;

export type ComplimentaryRefusal =
  | PlaceHoldRefusal
  | { readonly code: 'SEATS_TAKEN'; readonly ids: readonly string[] }
  | UnblockRefusal
  | { readonly code: 'IDEMPOTENCY_KEY_REUSED' }
  | { readonly code: 'IDEMPOTENCY_IN_FLIGHT' };

/**
 * Gives tickets away: a booking like any other, that costs nothing and says why. Places are chosen and held as for a
 * buyer, so two can never have the same; sale windows, codes and limits are for buyers. Exact tickets may be kept back
 * (blocked, in an allocation): then they leave that. Refuses as a hold does, and a key that was used for something else.
 */
export function createGiveComplimentary(parts: {
  readonly ledgers: EventLedgers;
  readonly placeHold: (
    input: PlaceHoldInput,
  ) => Decision<PlacedHold, PlaceHoldRefusal> | Promise<Decision<PlacedHold, PlaceHoldRefusal>>;
  readonly unblock: Unblock;
  readonly store: BookingStore;
  readonly reserveGroup: GroupCommit<ReserveTickets, ReserveOutcome>;
  readonly settlePayment: SettlePayment;
  readonly frozenHolds: FrozenHolds;
  readonly free: GuardedPaymentProvider;
  readonly clock: Clock;
  readonly random?: RandomBytes;
}) {
  const { ledgers, placeHold, unblock, store, reserveGroup, settlePayment, frozenHolds, free, clock } = parts;
  const { random = systemRandom } = parts;

  return async function give(
    request: ComplimentaryRequest,
    context: CommandContext,
  ): Promise<Decision<{ readonly bookingId: string }, ComplimentaryRefusal>> {
    const earlier = await givenBefore(request.key);
    if (earlier) return earlier;
    const { eventId } = request.selection;
    const event = await ledgers.open(eventId);
    if (event?.ledger.rules.organizerId !== context.organizerId) return refuse({ code: 'EVENT_NOT_FOUND' });
    const { ledger } = event;
    // Nobody's, so that no limit per customer counts it.
    const customer = `staff:${uuidv7(clock.now(), random)}`;
    const { selection, contact } = request;
    const hold = { eventId, customer, byStaff: true, request: selection, contact, idempotency: null };
    const kept = keptBack(ledger, selection.ticketIds ?? []);
    const placed =
      kept.length === 0 ? await placeHold(hold) : await holdKept(hold, kept, ledger, request.reason, context);
    if (!placed.accepted) return placed;
    const { reservationId } = placed.value.hold;
    const frozen = ledger.freeze(reservationId, customer, clock.now(), paymentGraceMs);
    if (!frozen.accepted) throw new Error(`The hold ${reservationId} ended at once`);
    return frozenHolds.during(frozen.value, () => book(request, ledger, frozen.value, context));
  };

  /**
   * Holds places of which some are kept back: these are freed in the records first, while the ledger still calls them
   * blocked, and held in the turn in which the ledger learns it, so that nobody comes between.
   */
  function holdKept(
    hold: PlaceHoldInput,
    kept: readonly KeptPlace[],
    ledger: EventLedger,
    reason: string,
    context: CommandContext,
  ): Promise<Decision<PlacedHold, PlaceHoldRefusal | UnblockRefusal>> {
    const ticketIds = kept.map(({ ticketId }) => ticketId);
    return ledgers.withholding(ticketIds, async () => {
      const freed = await unblock({ eventId: hold.eventId, ticketIds, reason: { typed: reason } }, context);
      if (!freed.accepted) return freed;
      ledger.sync(kept.map((place) => ({ ...place, state: placeState.available })));
      return placeHold(hold);
    });
  }

  async function givenBefore(
    key: ClaimedKey | null,
  ): Promise<Decision<{ readonly bookingId: string }, ComplimentaryRefusal> | null> {
    const kept = key && (await store.findKey(key.scope, key.key));
    if (!kept) return null;
    if (kept.requestHash !== key.requestHash) return refuse({ code: 'IDEMPOTENCY_KEY_REUSED' });
    return accept({ bookingId: kept.bookingId });
  }

  async function book(
    request: ComplimentaryRequest,
    ledger: EventLedger,
    hold: Hold,
    context: CommandContext,
  ): Promise<Decision<{ readonly bookingId: string }, ComplimentaryRefusal>> {
    const bookingId = uuidv7(clock.now(), random);
    // Before the booking that refers to it; where that comes to nothing, it is forgotten like what was typed about others that did.
    const reason = await store.keepText(request.reason, { bookingId, organizerId: context.organizerId }, clock.now());
    const command = toCommand({ ...request, reason }, hold, context, bookingId, clock.now());
    const outcome = await reserveGroup.submit(command);
    if (outcome !== 'reserved') {
      const ids = hold.places.map(({ ticketId }) => ticketId);
      ledger.unfreeze(hold.reservationId);
      ledger.release(hold.reservationId, null, clock.now());
      await ledgers.syncTickets(hold.eventId, ids);
      return (await givenBefore(request.key)) ?? refuse({ code: 'SEATS_TAKEN', ids });
    }
    ledger.markReserved(hold.reservationId);
    const { data } = command.created;
    await settlePayment({
      booking: { ...data, organizerId: command.organizerId, version: 1, begun: null },
      provider: free,
      detail: '',
      context,
      paidAnswer: (paid) => ({ status: 201, body: JSON.stringify(toPurchaseAnswer(paid)) }),
      declinedAnswer: () => ({ answer: { status: 402, body: '' }, kept: null }),
    });
    return accept({ bookingId: command.bookingId });
  }
}

interface KeptPlace {
  readonly ticketId: string;
  readonly placeNo: number;
  readonly ticketTypeId: number;
}

/** Those of the tickets that are blocked. */
function keptBack(ledger: EventLedger, ticketIds: readonly string[]): readonly KeptPlace[] {
  return ticketIds.flatMap((ticketId) => {
    const place = ledger.stateOf(ticketId);
    if (place?.state !== placeState.blocked) return [];
    return [{ ticketId, placeNo: place.placeNo, ticketTypeId: place.ticketTypeId }];
  });
}

function toCommand(
  { contact, reason, key }: ComplimentaryRequest,
  hold: Hold,
  { actor, correlationId, organizerId }: CommandContext,
  bookingId: string,
  at: number,
): ReserveTickets {
  const { eventId, reservationId, currency, edition, attempts: attempt } = hold;
  const tickets = hold.places.map(({ ticketId, placeNo, ticketTypeId, typeName, seat }) => ({
    ...{ ticketId, placeNo, ticketTypeId, seat },
    ticketType: typeName,
    rate: complimentary,
    priceMinor: 0,
  }));
  const booking = { bookingId, eventId, reservationId, sessionId: null, attempt, totalMinor: 0, currency };
  return {
    ...booking,
    organizerId,
    provider: 'free',
    detail: null,
    key,
    contact: contact && { ...contact, notes: null },
    codeIds: [],
    tickets,
    created: {
      type: 'BookingCreated',
      data: { ...booking, tickets, provider: 'free', ...(edition > 0 && { edition }) },
    },
    metadata: { actor, correlationId, causationId: correlationId, reason },
    at,
  };
}
