import type { ReserveRequest } from '../../../contract/inventory.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type RandomBytes, systemRandom } from '../../../kernel/ids.ts';
import type { Language } from '../../../kernel/language.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Metrics } from '../../../platform/telemetry/metrics.ts';
import { makeReservationId } from '../domain/reservation-id.ts';
import type { Hold, HoldContact, HoldIdempotency, HoldRefusal, SaleRules, Selection } from '../domain/types.ts';
import type { EventLedgers, LoadedEvent } from './event-ledgers.ts';
import type { HoldJournal } from './journal-holds.ts';

export interface PlacedHold {
  readonly hold: Hold;
  readonly partial: boolean;
  readonly replayed: boolean;
  /** Of one that is replayed: so long a hold of this event lasts. */
  readonly holdMs?: number;
}

export type PlaceHoldRefusal =
  | HoldRefusal
  | { readonly code: 'EVENT_NOT_FOUND' }
  /** The show is sold to who is logged in. */
  | { readonly code: 'GUESTS_REFUSED' }
  /** It could not be paid for now. */
  | { readonly code: 'UNAVAILABLE'; readonly retryAfterSeconds: number }
  | { readonly code: 'SELECTION_UNCLEAR' }
  | { readonly code: 'TICKET_TYPE_NEEDED' };

export interface PlaceHoldInput {
  readonly eventId: number;
  /** Who will own the hold: a guest session. */
  readonly customer: string;
  /** `account:<id>` of a customer who is signed in. */
  readonly account?: string | null;
  /** Staff give it away: windows, codes and limits are for buyers. */
  readonly byStaff?: boolean;
  /** Where a guest nobody knows asks from: what is held there counts together. */
  readonly network?: string | null;
  /** The organiser whose program asks, if one does: it holds for many, as far as its own shows go. */
  readonly trustedBy?: number | null;
  readonly request: ReserveRequest;
  readonly contact: HoldContact | null;
  readonly idempotency: HoldIdempotency | null;
  readonly language?: Language | undefined;
}

/** Holds places, or says why not: at once if the event's ledger is in memory. */
export type PlaceHold = ReturnType<typeof createPlaceHold>;

/** When to try again while the disk is full: that takes somebody some time. */
const fullDiskRetrySeconds = 5;

/**
 * Holds places of an event for a customer. Refuses as the ledger does, and `EVENT_NOT_FOUND` for events the public does
 * not see. Answers at once when the ledger is in memory.
 */
export function createPlaceHold(parts: {
  readonly ledgers: EventLedgers;
  readonly journal: HoldJournal;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** False while no purchase could be written. */
  readonly canWrite: () => boolean;
  readonly random?: RandomBytes;
}) {
  const { ledgers, journal, clock, metrics, canWrite, random = systemRandom } = parts;

  /** Counts what is refused; what is placed is counted where it is. */
  function counted(placed: Decision<PlacedHold, PlaceHoldRefusal>): Decision<PlacedHold, PlaceHoldRefusal> {
    if (!placed.accepted) metrics.holdsRefused.inc({ code: placed.refusal.code });
    return placed;
  }

  function placeIn(event: LoadedEvent | null, input: PlaceHoldInput): Decision<PlacedHold, PlaceHoldRefusal> {
    if (!event?.isPublic) return refuse({ code: 'EVENT_NOT_FOUND' });
    if (!canWrite()) return refuse({ code: 'UNAVAILABLE', retryAfterSeconds: fullDiskRetrySeconds });
    const { ledger } = event;
    if (ledger.rules.refusesGuests && isGuest(input, ledger.rules)) return refuse({ code: 'GUESTS_REFUSED' });
    const selection = toSelection(input.request, ledger.rules);
    if ('code' in selection) return refuse(selection);
    const now = clock.now();
    const { customer, account = null, byStaff = false, contact, idempotency, language } = input;
    const network = input.trustedBy === ledger.rules.organizerId ? null : (input.network ?? null);
    const { promoCode = null, accessCode = null } = input.request;
    const reservationId = makeReservationId(input.eventId, now, random);
    const partial = input.request.partial ?? false;
    const who = { reservationId, customer, account, byStaff, network, promoCode, accessCode };
    const placed = ledger.place({ ...who, selection, partial, contact, idempotency, language }, now);
    if (!placed.accepted) return placed;
    if (placed.value.replayed) return accept({ ...placed.value, holdMs: ledger.rules.holdMs });
    journal.begin(event, reservationId);
    metrics.holds.inc();
    return placed;
  }

  return function placeHold(
    input: PlaceHoldInput,
  ): Decision<PlacedHold, PlaceHoldRefusal> | Promise<Decision<PlacedHold, PlaceHoldRefusal>> {
    const event = ledgers.loaded(input.eventId);
    return event
      ? counted(placeIn(event, input))
      : ledgers.open(input.eventId).then((opened) => counted(placeIn(opened, input)));
  };
}

/** Nobody who is logged in, and no staff or program of the organiser. */
function isGuest({ account = null, byStaff = false, trustedBy = null }: PlaceHoldInput, rules: SaleRules): boolean {
  return account === null && !byStaff && trustedBy !== rules.organizerId;
}

/** How the places are asked for, and at which rates. */
export type RequestedPlaces = Pick<
  ReserveRequest,
  'ticketTypeId' | 'quantity' | 'rate' | 'items' | 'ticketIds' | 'seatGuids' | 'rates'
>;

/** Reads which places a request is about; it must say so in one way. */
export function toSelection(
  request: RequestedPlaces,
  rules: SaleRules,
): Selection | { readonly code: 'SELECTION_UNCLEAR' } | { readonly code: 'TICKET_TYPE_NEEDED' } {
  const { ticketTypeId, quantity, rate, items, ticketIds, seatGuids, rates } = request;
  const forms = [quantity, items, ticketIds, seatGuids].filter((form) => form !== undefined).length;
  if (
    forms !== 1 ||
    (ticketTypeId !== undefined && quantity === undefined) ||
    (rate !== undefined && items !== undefined) ||
    (rates !== undefined && (rate !== undefined || rates.length !== (ticketIds ?? seatGuids)?.length))
  ) {
    return { code: 'SELECTION_UNCLEAR' };
  }
  const withRate = { ...(rate !== undefined && { rate }), ...(rates !== undefined && { rates }) };
  if (ticketIds) return { kind: 'tickets', ticketIds, ...withRate };
  if (seatGuids) return { kind: 'seats', seatGuids, ...withRate };
  if (items) return { kind: 'items', items };
  const only = rules.types.length === 1 ? rules.types[0]!.ticketTypeId : undefined;
  const type = ticketTypeId ?? only;
  if (type === undefined) return { code: 'TICKET_TYPE_NEEDED' };
  return { kind: 'items', items: [{ ticketTypeId: type, quantity: quantity!, ...withRate }] };
}
