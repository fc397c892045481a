import type { Instant } from '../../../kernel/instant.ts';
import { mailKey } from '../../../kernel/mail-address.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { SaleCode, ServiceFee, Tax } from '../../pricing/index.ts';
import { heldPerCustomer } from '../domain/held-limits.ts';
import {
  type HoldLimits,
  type JournaledHold,
  type PlaceRow,
  type PlaceState,
  type Purchase,
  placeState,
  type Rate,
  type ReadHold,
} from '../domain/types.ts';
import { saveJournal } from './hold-journal.ts';
import type { EventForSale, InventoryStore } from './inventory-store.ts';

/** Some ten milliseconds of this thread. */
const placesPerChunk = 5_000;
const placeNoMax = 2_147_483_647;
/** Holds that expired this recently are read too: their owners hear "expired" and not "unknown" after a restart. */
const rememberExpiredMs = 15 * 60_000;

const version = `e.version || ':' || coalesce((SELECT string_agg(t.ticket_type_id || '.' || t.version, ' ' ORDER BY t.ticket_type_id)
  FROM ticket_types t WHERE t.event_id = e.event_id), '') AS version`;
const selectVersions = {
  name: 'inventory-versions',
  text: `SELECT e.event_id, ${version} FROM events e WHERE e.event_id = ANY($1::int[])`,
};

const selectEvent = {
  name: 'inventory-event',
  text: `SELECT event_id, e.organizer_id, title, e.currency, status, is_active, starts_at, ends_at, on_sale_from, on_sale_until,
      e.hold_minutes, limit_per_reservation, limit_per_customer, asks_attendee_names,
      coalesce(e.guests, o.guests) AS guests, e.seating_plan_id, published_at, p.content_hash,
      service_fee, tax, edition, hold_limits, total_capacity, ${version}
    FROM events e JOIN organizers o USING (organizer_id) LEFT JOIN seating_plans p ON p.seating_plan_id = e.seating_plan_id WHERE event_id = $1`,
};

const selectTypes = {
  name: 'inventory-types',
  text: `SELECT ticket_type_id, name, rates, is_active, sales_from, sales_until, is_hidden, categories IS NOT NULL AS seated
    FROM ticket_types WHERE event_id = $1 ORDER BY position, ticket_type_id`,
};

const selectCodes = {
  name: 'inventory-codes',
  text: `SELECT promo_code_id AS "codeId", kind, code, discount_rate AS rate, discount_minor AS "amountMinor",
      ticket_type_ids AS "ticketTypeIds", valid_from AS "validFrom", valid_until AS "validUntil", uses_max AS "usesMax",
      uses_per_customer AS "usesPerCustomer"
    FROM promo_codes WHERE event_id = $1 AND is_active`,
};

/** A booking counts for its tickets, and for its codes even when all its tickets were taken from it one by one. */
const selectPurchases = {
  name: 'inventory-purchases',
  text: `SELECT b.reservation_id AS "reservationId", b.session_id AS session, c.email, t.count, u.codes,
      a.email AS verified
    FROM (SELECT booking_id, count(*) FILTER (WHERE status IN ('Reserved', 'Sold')) AS count FROM tickets
          WHERE event_id = $1 AND booking_id IS NOT NULL GROUP BY booking_id) t
    JOIN bookings b USING (booking_id)
    LEFT JOIN booking_contacts c USING (booking_id)
    LEFT JOIN accounts a ON a.verified_at IS NOT NULL
      AND a.account_id = CASE WHEN b.session_id LIKE 'account:%' THEN substr(b.session_id, 9)::uuid END
    LEFT JOIN (SELECT booking_id, array_agg(promo_code_id) AS codes FROM promo_code_uses
               WHERE event_id = $1 AND NOT given_back GROUP BY booking_id) u USING (booking_id)
    WHERE (t.count > 0 OR u.codes IS NOT NULL) AND b.status NOT IN ('failed', 'expired', 'cancelled')`,
};

const placeColumns = `place_no AS "placeNo", ticket_id AS "ticketId", ticket_type_id AS "ticketTypeId",
  CASE WHEN status = 'Available' THEN ${placeState.available}
    WHEN status = 'Sold' THEN ${placeState.sold}
    WHEN booking_id IS NULL THEN ${placeState.blocked}
    ELSE ${placeState.reserved} END AS state`;

const selectPlaces = {
  name: 'inventory-places',
  text: `SELECT ${placeColumns} FROM tickets WHERE event_id = $1 AND live AND place_no < $2 ORDER BY place_no DESC LIMIT $3`,
};

const selectPlacesOf = {
  name: 'inventory-places-of',
  text: `SELECT ${placeColumns} FROM tickets WHERE event_id = $1 AND ticket_id = ANY($2::uuid[]) AND live`,
};

const isOpen = `status IN ('pending', 'awaiting_payment')`;

/**
 * One that was bought has ended, although the journal may not know it yet: were its booking cancelled meanwhile, or its tickets void
 * because the money could not be taken, its places would be free, and it would come back to life on them.
 */
const selectHolds = {
  name: 'inventory-holds',
  text: `SELECT hold, b.booking_id AS open, b.attempt, f.booking_id AS failed, f.updated_at AS "failedAt",
      f.failure_code IS DISTINCT FROM 'PAYMENT_TIMED_OUT' AS "mayRetry"
    FROM hold_journal h
    LEFT JOIN bookings b ON b.reservation_id = h.reservation_id AND b.holds_reservation
    LEFT JOIN bookings f ON f.booking_id = (h.hold -> 'payment' ->> 'bookingId')::uuid AND NOT f.holds_reservation
    WHERE h.event_id = $1 AND (b.booking_id IS NULL OR b.${isOpen})
      AND (h.expires_at > $2 OR b.booking_id IS NOT NULL OR f.updated_at > $2)`,
};

const selectBought = {
  name: 'inventory-bought-holds',
  text: `SELECT h.reservation_id AS "reservationId" FROM hold_journal h
    JOIN bookings b ON b.reservation_id = h.reservation_id AND b.holds_reservation AND NOT b.${isOpen}
    WHERE h.event_id = $1`,
};

const forgetEnded = `DELETE FROM hold_journal h WHERE expires_at < $1 AND NOT EXISTS (
  SELECT FROM bookings b WHERE b.reservation_id = h.reservation_id AND b.holds_reservation AND b.${isOpen})`;

interface HoldRow {
  readonly hold: JournaledHold;
  /** The booking that is in payment, and its attempt. */
  readonly open: string | null;
  readonly attempt: number | null;
  /** The booking that the hold was frozen for, if its payment came to nothing. */
  readonly failed: string | null;
  readonly failedAt: Date | null;
  readonly mayRetry: boolean;
}

interface EventRow {
  event_id: number;
  organizer_id: number;
  title: string;
  currency: string;
  status: string;
  is_active: boolean;
  starts_at: Date;
  ends_at: Date | null;
  on_sale_from: Date | null;
  on_sale_until: Date | null;
  hold_minutes: number;
  limit_per_reservation: number;
  limit_per_customer: number | null;
  asks_attendee_names: boolean;
  guests: 'allowed' | 'refused';
  seating_plan_id: number | null;
  published_at: Date | null;
  content_hash: string | null;
  service_fee: ServiceFee | null;
  tax: Tax | null;
  edition: number;
  hold_limits: Partial<HoldLimits> | null;
  total_capacity: number;
  version: string;
}

type CodeRow = Pick<SaleCode, 'codeId' | 'kind' | 'code' | 'ticketTypeIds' | 'usesMax' | 'usesPerCustomer'> & {
  readonly rate: number | null;
  readonly amountMinor: number | null;
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
};

interface TypeRow {
  ticket_type_id: number;
  name: string;
  rates: Rate[];
  is_active: boolean;
  sales_from: Date | null;
  sales_until: Date | null;
  is_hidden: boolean;
  seated: boolean;
}

interface PurchaseRow {
  readonly reservationId: string;
  readonly session: string | null;
  readonly email: string | null;
  /** The account's own address, if it is proven. */
  readonly verified: string | null;
  readonly count: number;
  readonly codes: number[] | null;
}

export interface InventoryStoreOptions {
  /** Whether anybody is kept from holding too much at once. */
  readonly limitsHolds: boolean;
  /** Whether holds are written only under the fence of their event: several processes may write. */
  readonly isFenced: boolean;
}

/** The inventory's tables in PostgreSQL. Ledgers are everybody's, so they are read bypassing row-level security. */
export function createPostgresInventoryStore(
  { bypassingRls }: TenantDatabase,
  { limitsHolds, isFenced }: InventoryStoreOptions,
): InventoryStore {
  return {
    async loadEvent(eventId) {
      const [event] = await bypassingRls.query<EventRow>(selectEvent, [eventId]);
      if (!event) return null;
      const types = await bypassingRls.query<TypeRow>(selectTypes, [eventId]);
      const codes = await bypassingRls.query<CodeRow>(selectCodes, [eventId]);
      return toEventForSale(event, types, codes, limitsHolds);
    },
    async readVersions(eventIds) {
      const rows = await bypassingRls.query<Pick<EventRow, 'event_id' | 'version'>>(selectVersions, [eventIds]);
      return new Map(rows.map((row) => [row.event_id, row.version]));
    },
    async eachPlaces(eventId, take) {
      for (let before = placeNoMax; ; ) {
        const values = [eventId, before, placesPerChunk];
        const chunk = await bypassingRls.query<PlaceRow & { state: PlaceState }>(selectPlaces, values);
        if (chunk.length === 0) return;
        before = chunk.at(-1)!.placeNo;
        take(chunk);
        if (chunk.length < placesPerChunk) return;
      }
    },
    loadPlacesOf: (eventId, ticketIds) => bypassingRls.query<PlaceRow>(selectPlacesOf, [eventId, ticketIds]),
    async loadHolds(eventId, now) {
      const rows = await bypassingRls.query<HoldRow>(selectHolds, [eventId, new Date(now - rememberExpiredMs)]);
      return rows.map(toReadHold);
    },
    async loadBought(eventId) {
      const rows = await bypassingRls.query<{ reservationId: string }>(selectBought, [eventId]);
      return rows.map(({ reservationId }) => reservationId);
    },
    async loadPurchases(eventId) {
      const rows = await bypassingRls.query<PurchaseRow>(selectPurchases, [eventId]);
      return rows.map(toPurchase);
    },
    async findEventOfTicket(ticketId) {
      const statement = { name: 'event-of-ticket', text: 'SELECT event_id FROM tickets WHERE ticket_id = $1' };
      const [row] = await bypassingRls.query<{ event_id: number }>(statement, [ticketId]);
      return row?.event_id ?? null;
    },
    async findReservationOfTicket(ticketId) {
      const [row] = await bypassingRls.query<{ reservation_id: string }>(
        'SELECT reservation_id FROM tickets JOIN bookings USING (booking_id) WHERE ticket_id = $1',
        [ticketId],
      );
      return row?.reservation_id ?? null;
    },
    async forgetHolds(before) {
      await bypassingRls.query(forgetEnded, [new Date(before)]);
    },
    saveJournal: (kept, ended) => bypassingRls.transaction((tx) => saveJournal(tx, { kept, ended, isFenced })),
  };
}

function toReadHold({ hold, open, attempt, failed, failedAt, mayRetry }: HoldRow): ReadHold {
  if (open !== null) return { ...hold, booking: { state: 'open', bookingId: open, attempt: attempt! } };
  if (failed === null) return hold;
  return { ...hold, booking: { state: 'failed', bookingId: failed, at: failedAt!.getTime(), mayRetry } };
}

function toPurchase({ reservationId, session, email, verified, count, codes }: PurchaseRow): Purchase {
  // What staff give away counts for nobody's limit.
  const mails = (session === null ? [] : [email, verified]).map((address) =>
    address === null ? null : mailKey(address),
  );
  const keys = [...new Set([session, ...mails].filter((key) => key !== null))];
  return { reservationId, keys, count, codeIds: codes ?? [] };
}

function toCode({ rate, amountMinor, validFrom, validUntil, ...row }: CodeRow): SaleCode {
  const discount = row.kind === 'promo' ? { rate, amountMinor } : null;
  return { ...row, discount, validFrom: toInstant(validFrom), validUntil: toInstant(validUntil) };
}

function toHoldLimits({ hold_limits: own, limit_per_reservation: order }: EventRow): HoldLimits {
  return {
    perCustomer: own?.perCustomer ?? Math.max(heldPerCustomer, order),
    perNetwork: own?.perNetwork ?? null,
  };
}

function toEventForSale(
  event: EventRow,
  types: readonly TypeRow[],
  codes: readonly CodeRow[],
  limitsHolds: boolean,
): EventForSale {
  const isPublic = event.is_active && event.status !== 'draft';
  // Doors may close late, but nobody buys a ticket to a show that is over (or has begun, if its end is not known).
  const endsAt = (event.ends_at ?? event.starts_at).getTime();
  return {
    isPublic,
    capacity: event.total_capacity,
    seatingPlanId: event.seating_plan_id,
    seatMapHash: event.content_hash,
    version: event.version,
    rules: {
      eventId: event.event_id,
      organizerId: event.organizer_id,
      title: event.title,
      currency: event.currency,
      isSelling: isPublic && event.status === 'published' && event.published_at !== null,
      onSaleFrom: toInstant(event.on_sale_from),
      onSaleUntil: Math.min(endsAt, toInstant(event.on_sale_until) ?? endsAt),
      holdMs: event.hold_minutes * 60_000,
      limitPerReservation: event.limit_per_reservation,
      limitPerCustomer: event.limit_per_customer,
      asksAttendeeNames: event.asks_attendee_names,
      ...(limitsHolds && { holdLimits: toHoldLimits(event) }),
      ...(event.guests === 'refused' && { refusesGuests: true }),
      types: types.map((type) => ({
        ticketTypeId: type.ticket_type_id,
        name: type.name,
        rates: type.rates,
        isActive: type.is_active,
        salesFrom: toInstant(type.sales_from),
        salesUntil: toInstant(type.sales_until),
        seated: type.seated,
        ...(type.is_hidden && { isHidden: true }),
      })),
      ...(event.edition > 0 && { edition: event.edition }),
      ...((event.service_fee || event.tax) && { terms: { serviceFee: event.service_fee, tax: event.tax } }),
      ...(codes.length > 0 && { codes: new Map(codes.map((row) => [row.code, toCode(row)])) }),
    },
  };
}

function toInstant(date: Date | null): Instant | null {
  return date === null ? null : date.getTime();
}
