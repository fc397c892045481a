import type { RefusalOf } from '../../../contract/problems.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Language } from '../../../kernel/language.ts';
import type { Said } from '../../../kernel/reason.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { GroupCommit } from '../../../platform/group-commit/group-commit.ts';
import type { FrozenHold, HoldContact, Inventory, PlaceHoldInput, PlaceHoldRefusal } from '../../inventory/index.ts';
import type { GuardedPaymentProvider } from '../../payments/index.ts';
import { paymentGraceMs } from '../domain/payment-times.ts';
import type { ClaimedKey } from '../domain/purchase-request.ts';
import type { BookingStore, ReserveOutcome, ReserveTickets } from '../store/booking-store.ts';
import type { ChargeBooking } from './charge-booking.ts';
import type { FrozenHolds } from './reconcile-holds.ts';

/** What complimentary tickets have instead of a rate. */
const complimentary = 'complimentary';

export interface ComplimentaryRequest {
  readonly selection: PlaceHoldInput['request'];
  readonly contact: HoldContact | null;
  /** What whoever gets them reads. */
  readonly language?: Language | undefined;
  /** As it was typed. */
  readonly reason: string;
  readonly key: ClaimedKey | null;
}

/** Why places that are kept back could not be had: the database says otherwise. */
export type UnblockRefusal = RefusalOf<
  | 'EVENT_NOT_FOUND'
  | 'TICKETS_CHANGED'
  | 'TICKET_UNKNOWN'
  | 'TICKET_VERSION_MISMATCH'
  | 'TICKET_IN_PAYMENT'
  | 'TICKET_MOVE_FORBIDDEN'
>;

/** Puts blocked places back on sale in the database. */
export type Unblock = (
  request: { readonly eventId: number; readonly ticketIds: readonly string[]; readonly reason: Said },
  context: CommandContext,
) => Promise<Decision<unknown, UnblockRefusal>>;

export type ComplimentaryRefusal =
  | PlaceHoldRefusal
  | { readonly code: 'SEATS_TAKEN'; readonly ids: readonly string[] }
  | UnblockRefusal
  | { readonly code: 'OWNER_CHANGED' }
  | { readonly code: 'IDEMPOTENCY_KEY_REUSED' }
  | { readonly code: 'IDEMPOTENCY_IN_FLIGHT' };

/**
 * Gives tickets away: a booking like any other, that costs nothing and says why. Places are chosen and held as for a
 * buyer, so two can never have the same; sale windows, codes and limits are for buyers. Exact tickets may be kept back
 * (blocked, in an allocation): then they leave that. Refuses as a hold does, and a key that was used for something else.
 */
export function createGiveComplimentary(parts: {
  readonly inventory: Inventory;
  readonly unblock: Unblock;
  readonly store: BookingStore;
  readonly reserveGroup: GroupCommit<ReserveTickets, ReserveOutcome>;
  readonly chargeBooking: ChargeBooking;
  readonly frozenHolds: FrozenHolds;
  readonly free: GuardedPaymentProvider;
  readonly clock: Clock;
  readonly random?: RandomBytes;
}) {
  const { inventory, unblock, store, reserveGroup, chargeBooking, frozenHolds, free, clock } = parts;
  const { random = systemRandom } = parts;

  return async function give(
    request: ComplimentaryRequest,
    context: CommandContext,
  ): Promise<Decision<{ readonly bookingId: string }, ComplimentaryRefusal>> {
    const earlier = await findEarlier(request.key);
    if (earlier) return earlier;
    const { eventId } = request.selection;
    // Nobody's, so that no limit per customer counts it.
    const customer = `staff:${uuidv7(clock.now(), random)}`;
    const { selection, contact } = request;
    const hold = { eventId, customer, byStaff: true, request: selection, contact, idempotency: null };
    const placed = await inventory.holdForStaff(hold, {
      organizerId: context.organizerId,
      unblock: (ticketIds) => unblock({ eventId, ticketIds, reason: { typed: request.reason } }, context),
    });
    if (!placed.accepted) return placed;
    const bookingId = uuidv7(clock.now(), random);
    // Nobody tries again: were it not booked, its places would be free.
    const payment = { bookingId, keepMs: 0 };
    const frozen = inventory.freeze(placed.value.hold, customer, { graceMs: paymentGraceMs, payment });
    if (!frozen.accepted) throw new Error(`The hold ${placed.value.hold.reservationId} ended at once`);
    return frozenHolds.during(frozen.value.hold, () => book(request, frozen.value, bookingId, context));
  };

  async function findEarlier(
    key: ClaimedKey | null,
  ): Promise<Decision<{ readonly bookingId: string }, ComplimentaryRefusal> | null> {
    const kept = key && (await store.findKey(key.scope, key.key));
    if (!kept) return null;
    if (kept.requestHash !== key.requestHash) return refuse({ code: 'IDEMPOTENCY_KEY_REUSED' });
    return accept({ bookingId: kept.bookingId });
  }

  async function book(
    request: ComplimentaryRequest,
    frozen: FrozenHold,
    bookingId: string,
    context: CommandContext,
  ): Promise<Decision<{ readonly bookingId: string }, ComplimentaryRefusal>> {
    const { hold } = frozen;
    // Before the booking that refers to it; where that comes to nothing, it is forgotten like what was typed about others that did.
    const reason = await store.keepText(request.reason, { bookingId, organizerId: context.organizerId }, clock.now());
    const command = toCommand({ ...request, reason }, frozen, context, bookingId, clock.now());
    const outcome = await reserveGroup.submit(command);
    if (outcome !== 'reserved') {
      const ids = hold.places.map(({ ticketId }) => ticketId);
      await inventory.abandon(hold, ids);
      if (outcome === 'owner_changed') return refuse({ code: 'OWNER_CHANGED' });
      return (await findEarlier(request.key)) ?? refuse({ code: 'SEATS_TAKEN', ids });
    }
    inventory.markReserved(hold);
    const { data } = command.created;
    await chargeBooking({
      booking: { ...data, organizerId: command.organizerId, version: 1, begun: null },
      provider: free,
      detail: '',
      context,
      buyer: null,
    });
    return accept({ bookingId: command.bookingId });
  }
}

function toCommand(
  { contact, reason, key, language }: ComplimentaryRequest,
  { hold, fence }: FrozenHold,
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
  const money = { attempt, totalMinor: 0, currency };
  const booking = { bookingId, eventId, reservationId, ...money };
  return {
    ...booking,
    owner: null,
    organizerId,
    provider: 'free',
    detail: null,
    key,
    contact: contact && { ...contact, notes: null },
    codeIds: [],
    tickets,
    created: {
      type: 'BookingCreated',
      data: {
        bookingId,
        eventId,
        reservationId,
        sessionId: null,
        ...money,
        tickets,
        provider: 'free',
        ...(edition > 0 && { edition }),
        ...(language !== undefined && { language }),
      },
    },
    metadata: { actor, correlationId, causationId: correlationId, reason },
    at,
    fence,
  };
}
