import assert from 'node:assert/strict';
import type { Instant } from '../../../kernel/instant.ts';
import type { SaleCode } from '../../pricing/domain/sale-codes.ts';
import type { SeatGeometry, SeatRow } from '../../seating/domain/geometry.ts';
import { beginLedger } from './create-ledger.ts';
import type { EventLedger } from './ledger.ts';
import type {
  Hold,
  HoldRefusal,
  HoldRequest,
  LedgerSnapshot,
  LimitRefusal,
  PlaceRow,
  Purchase,
  ReservationRefusal,
  SaleRules,
  SaleType,
  Selection,
} from './types.ts';
import { placeState } from './types.ts';

/** Makers of small events for tests and benchmarks. Seat rows are drawn as text. */

export const minute = 60_000;
/** Some noon; tests count minutes from it. */
export const noon = Date.UTC(2030, 0, 1, 12);

export interface DrawnHall {
  readonly geometry: SeatGeometry;
  /** States as drawn. */
  readonly states: Uint8Array;
}

/**
 * Rows of a hall as text, one row a line, nearest to the stage first: `.` a free seat, `x` a sold one, `w` a
 * wheelchair place, `c` a companion's, `|` or a space an aisle. A line of dashes begins a new zone.
 * The focal point lies in the middle above the first row; seats stand 1 apart, rows 2 apart.
 */
export function drawHall(...lines: readonly string[]): DrawnHall {
  const width = Math.max(...lines.map((line) => line.length));
  const kinds = { '.': 0, x: 0, w: 1, c: 2 } as Record<string, number>;
  const rows: SeatRow[] = [];
  const seats: { row: number; x: number; y: number; kind: number; beside: number; state: number }[] = [];
  let zone = 0;
  lines.forEach((line, y) => {
    if (/^-+$/.test(line)) {
      zone += 1;
      return;
    }
    const firstSeat = seats.length;
    [...line].forEach((mark, x) => {
      const kind = kinds[mark];
      if (kind === undefined) return;
      const beside = kinds[line[x + 1] ?? ' '] === undefined ? 0 : 1;
      const state = mark === 'x' ? placeState.sold : placeState.available;
      seats.push({ row: rows.length, x, y: 2 * y + 1, kind, beside, state });
    });
    rows.push({ label: `${rows.length + 1}`, zone, firstSeat, seatCount: seats.length - firstSeat });
  });
  const middle = (width - 1) / 2;
  return {
    states: Uint8Array.from(seats, (seat) => seat.state),
    geometry: {
      seatCount: seats.length,
      size: { width, height: 2 * lines.length },
      categories: [{ name: 'All', color: null }],
      zones: Array.from({ length: zone + 1 }, (_, index) => `Zone ${index + 1}`),
      rows,
      guids: seats.map((_, seat) => `seat-${seat}`),
      seatNumbers: seats.map((seat) => `${seat.x + 1}`),
      rowOf: Uint32Array.from(seats, (seat) => seat.row),
      categoryOf: new Uint16Array(seats.length),
      x: Float32Array.from(seats, (seat) => seat.x),
      y: Float32Array.from(seats, (seat) => seat.y),
      kindOf: Uint8Array.from(seats, (seat) => seat.kind),
      besideNext: Uint8Array.from(seats, (seat) => seat.beside),
      focalDistance: Float64Array.from(seats, (seat) => (seat.x - middle) ** 2 + seat.y ** 2),
    },
  };
}

export function saleType(ticketTypeId: number, changes: Partial<SaleType> = {}): SaleType {
  return {
    ticketTypeId,
    name: `Type ${ticketTypeId}`,
    rates: [
      { name: 'Adult', priceMinor: 5000 },
      { name: 'Child', priceMinor: 2500 },
    ],
    isActive: true,
    salesFrom: null,
    salesUntil: null,
    seated: false,
    ...changes,
  };
}

export function saleRules(changes: Partial<SaleRules> = {}): SaleRules {
  return {
    eventId: 7,
    organizerId: 1,
    title: 'A show',
    currency: 'EUR',
    isSelling: true,
    onSaleFrom: null,
    onSaleUntil: null,
    holdMs: 15 * minute,
    limitPerReservation: 10,
    limitPerCustomer: null,
    types: [saleType(1)],
    ...changes,
  };
}

/** `count` free places of one type from `from` on; ticket ids read `ticket-<place>`. */
export function freePlaces(count: number, ticketTypeId = 1, from = 0): PlaceRow[] {
  const places: PlaceRow[] = [];
  for (let placeNo = from; placeNo < from + count; placeNo++) {
    places.push({ placeNo, ticketId: `ticket-${placeNo}`, ticketTypeId, state: placeState.available });
  }
  return places;
}

export function snapshot(changes: Partial<LedgerSnapshot> = {}): LedgerSnapshot {
  return {
    epoch: 'e1',
    rules: saleRules(),
    geometry: null,
    places: freePlaces(10),
    holds: [],
    purchases: [],
    ...changes,
  };
}

/** An event that sells every seat of a drawn hall as type 1. */
export function seatedSnapshot(hall: DrawnHall, changes: Partial<SaleRules> = {}): LedgerSnapshot {
  const places = freePlaces(hall.geometry.seatCount).map((place) => ({
    ...place,
    state: hall.states[place.placeNo] as PlaceRow['state'],
  }));
  const rules = saleRules({ types: [saleType(1, { seated: true })], ...changes });
  return snapshot({ geometry: hall.geometry, places, rules });
}

/** Tickets that somebody bought, as the database has them. */
export function bought(key: string, count: number, more: Partial<Purchase> = {}): Purchase {
  return { reservationId: `RES_BOUGHT_${key}`, keys: [key], count, codeIds: [], ...more };
}

/** A promo code that takes 10 % off everything. */
export function promoCode(code: string, changes: Partial<SaleCode> = {}): SaleCode {
  return {
    codeId: 1,
    kind: 'promo',
    code,
    discount: { rate: 100_000, amountMinor: null },
    ticketTypeIds: null,
    validFrom: null,
    validUntil: null,
    usesMax: null,
    usesPerCustomer: null,
    ...changes,
  };
}

/** An access code for everything. */
export function accessCode(code: string, changes: Partial<SaleCode> = {}): SaleCode {
  return promoCode(code, { codeId: 2, kind: 'access', discount: null, ...changes });
}

export function codesOf(...codes: readonly SaleCode[]): ReadonlyMap<string, SaleCode> {
  return new Map(codes.map((code) => [code.code, code]));
}

export function quantityOf(quantity: number, ticketTypeId = 1, rate?: string): Selection {
  return { kind: 'items', items: [rate === undefined ? { ticketTypeId, quantity } : { ticketTypeId, quantity, rate }] };
}

export function holdRequest(reservationId: string, changes: Partial<HoldRequest> = {}): HoldRequest {
  return {
    reservationId,
    customer: 'ada',
    selection: quantityOf(1),
    partial: false,
    contact: null,
    idempotency: null,
    ...changes,
  };
}

/** A ledger at once, from all that the database and the journal say. */
export function createLedger({ places, holds, purchases, ...start }: LedgerSnapshot, now: Instant): EventLedger {
  const begun = beginLedger({ ...start, expectedPlaces: places.length });
  begun.add(places.toReversed());
  return begun.finish({ holds, purchases }, now);
}

/** A ledger of ten general-admission places at noon. */
export function ledgerOf(changes: Partial<LedgerSnapshot> = {}, rules: Partial<SaleRules> = {}): EventLedger {
  return createLedger(snapshot({ rules: saleRules(rules), ...changes }), noon);
}

/** Places a hold that must be granted. */
export function held(ledger: EventLedger, id: string, changes: Partial<HoldRequest> = {}, now = noon): Hold {
  const answer = ledger.place(holdRequest(id, changes), now);
  assert.ok(answer.accepted, JSON.stringify(answer));
  return answer.value.hold;
}

/** The refusal of an answer that must be one. */
export function refusal(answer: { accepted: boolean; refusal?: HoldRefusal | ReservationRefusal | LimitRefusal }) {
  assert.equal(answer.accepted, false);
  return answer.refusal!;
}

export function seatsOf(hold: Hold): number[] {
  return hold.places.map(({ placeNo }) => placeNo);
}
