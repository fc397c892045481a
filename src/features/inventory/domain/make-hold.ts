import type { Instant } from '../../../kernel/instant.ts';
import { breakDown, type PriceBreakdown, plainTerms } from '../../pricing/domain/break-down.ts';
import { countsFor, type HeldCode, type SaleCode } from '../../pricing/domain/sale-codes.ts';
import type { Choice } from './choose-places.ts';
import type { HoldRecord } from './hold-book.ts';
import { extendOnce } from './hold-in-payment.ts';
import type { PlaceTable } from './place-table.ts';
import { noCodes, noSaleCodes, toHeldCode } from './requested-codes.ts';
import {
  type HeldPlace,
  type Hold,
  type HoldPayment,
  type HoldRequest,
  type JournaledHold,
  placeState,
  type ReadHold,
  type SaleRules,
} from './types.ts';

type Asker = Pick<HoldRequest, 'reservationId' | 'customer' | 'contact' | 'idempotency' | 'account' | 'language'>;

/** A new active hold of the chosen places, at the prices of this moment: they are promised until it ends. */
export function makeHold(
  { reservationId, customer, account = null, contact, idempotency, language }: Asker,
  { placeNos, rates }: Choice,
  expiresAt: Instant,
  table: PlaceTable,
  rules: SaleRules,
  codes: readonly SaleCode[] = noSaleCodes,
): Hold {
  const places: HeldPlace[] = [];
  let sumMinor = 0;
  for (let i = 0; i < placeNos.length; i++) {
    const placeNo = placeNos[i]!;
    const type = table.types[table.typeNo(placeNo)]!;
    const { name: rate, priceMinor } = rates[i]!;
    sumMinor += priceMinor;
    places.push({
      placeNo,
      ticketId: table.ticketId(placeNo)!,
      ticketTypeId: type.ticketTypeId,
      typeName: type.name,
      rate,
      priceMinor,
      seat: table.seatAt(placeNo),
    });
  }
  const price = priceOf(places, rules, table, codes);
  return {
    reservationId,
    eventId: rules.eventId,
    customer,
    account,
    status: 'active',
    places,
    totalMinor: price === null ? sumMinor : price.totalMinor,
    price,
    codes: codes.length === 0 ? noCodes : codes.map(toHeldCode),
    currency: rules.currency,
    edition: rules.edition ?? 0,
    expiresAt,
    renewals: 0,
    attempts: 0,
    contact,
    idempotency,
    ...(language !== undefined && { language }),
  };
}

/** Null where prices are simply added up: most events have neither fee nor tax, and most buyers no code. */
export function priceOf(
  places: readonly HeldPlace[],
  { terms }: SaleRules,
  table: PlaceTable,
  codes: readonly SaleCode[],
): PriceBreakdown | null {
  const promo = codes.find(({ discount }) => discount !== null);
  if (terms === undefined && promo === undefined) return null;
  const tickets = places.map(({ placeNo, ticketTypeId, priceMinor }) => {
    const isHidden = table.types[table.typeNo(placeNo)]?.isHidden ?? false;
    return { priceMinor, isDiscounted: promo !== undefined && countsFor(promo, ticketTypeId, isHidden) };
  });
  const discount = promo === undefined ? null : { code: promo.code, discount: promo.discount! };
  return breakDown(tickets, terms ?? plainTerms, discount);
}

/** What the journal keeps of a live hold. */
export function toJournal(record: HoldRecord): JournaledHold {
  const { hold, placeNos, extended, partial, network } = record;
  const { reservationId, customer, account, places, renewals, attempts, idempotency, contact } = hold;
  const { price, codes, edition, language, payment, expiresAt: until } = hold;
  const expiresAt = hold.status === 'paying' ? record.deadlineBeforePayment : until;
  const rates = places.map(({ rate }) => rate);
  return {
    reservationId,
    customer,
    placeNos,
    rates,
    expiresAt,
    renewals,
    attempts,
    idempotency,
    contact,
    extended,
    partial,
    ...(account !== null && { account }),
    ...(network !== null && { network }),
    ...(codes.length > 0 && { codes }),
    ...(price !== null && { price }),
    ...(edition > 0 && { edition }),
    ...(language !== undefined && { language }),
    ...(payment !== undefined && { payment: { ...payment, until } }),
  };
}

/** A hold of the journal lasts no longer than what was left of it when it was written, whatever the clock says now. */
export function withTimeLeft(read: ReadHold, now: Instant): ReadHold {
  const { expiresAt, leftMs } = read;
  return leftMs === undefined || expiresAt - now <= leftMs ? read : { ...read, expiresAt: now + leftMs };
}

/** A hold as it goes on after its ledger was loaded. */
export interface RestoredHold {
  readonly hold: Hold;
  readonly extended: boolean;
  readonly deadlineBeforePayment: Instant;
}

/**
 * The hold that a journal entry describes: active if every one of its places is free, in payment if its payment is under way and
 * has reserved every one; else undefined. A rate that is gone becomes the first of its type. Codes and a price that came of terms
 * are as they were promised.
 */
export function fromJournal(read: ReadHold, table: PlaceTable, rules: SaleRules): RestoredHold | undefined {
  const { placeNos, renewals, codes = noCodes, price, edition = 0, booking } = read;
  if (placeNos.length === 0 || new Set(placeNos).size < placeNos.length) return undefined;
  const isReserved = table.state(placeNos[0]!) === placeState.reserved;
  if (isReserved && booking?.state !== 'open') return undefined;
  const choice: Choice = { placeNos: [...placeNos], rates: [] };
  for (let i = 0; i < placeNos.length; i++) {
    const place = placeNos[i]!;
    if (table.state(place) !== (isReserved ? placeState.reserved : placeState.available)) return undefined;
    const type = table.types[table.typeNo(place)];
    const rate = type?.rates.find(({ name }) => name === read.rates[i]) ?? type?.rates[0];
    if (rate === undefined) return undefined;
    choice.rates.push(rate);
  }
  const { expiresAt, ...going } = goingOn(read, isReserved);
  const made = makeHold(read, choice, expiresAt, table, rules);
  const { payment, attempts, extended } = going;
  const status = isReserved ? 'paying' : 'active';
  const now = { status, codes: codes as readonly HeldCode[], edition, renewals, attempts } as const;
  const hold = { ...made, ...promised(made, price), ...now, ...(payment && { payment }) };
  return { hold, extended, deadlineBeforePayment: read.expiresAt };
}

/**
 * What became of a hold since it was written down: its payment may have begun, or come to nothing, or never have begun, without
 * anybody there to note it. `isReserved`: the first commit of its payment is there, and the second is not.
 */
function goingOn(
  { expiresAt, attempts, extended = false, payment: noted, booking }: ReadHold,
  isReserved: boolean,
): Pick<Hold, 'expiresAt' | 'attempts'> & { readonly extended: boolean; readonly payment: HoldPayment | undefined } {
  const keepMs = noted?.keepMs ?? 0;
  if (booking?.state === 'open') {
    // Whoever ends the payment says so by its booking, also if it has ended since that was read.
    const payment = { bookingId: booking.bookingId, keepMs };
    const until = isReserved && noted !== undefined ? Math.max(expiresAt, noted.until) : expiresAt;
    return { expiresAt: until, attempts: booking.attempt, extended, payment };
  }
  const payment = undefined;
  if (noted === undefined) return { expiresAt, attempts, extended, payment };
  if (booking?.bookingId !== noted.bookingId) return { expiresAt, attempts: attempts - 1, extended, payment };
  const record = { extended };
  return {
    expiresAt: extendOnce(record, expiresAt, booking.at + (booking.mayRetry ? keepMs : 0)),
    attempts,
    extended: record.extended,
    payment,
  };
}

/** The price of before, with its places; without one (there were no terms then) the sum of the prices of now. */
function promised({ places }: Hold, price: PriceBreakdown | undefined): Partial<Hold> {
  if (price?.lines.length !== places.length) {
    return { price: null, totalMinor: places.reduce((total, { priceMinor }) => total + priceMinor, 0) };
  }
  const then = places.map((place, i) => ({ ...place, priceMinor: price.lines[i]!.priceMinor }));
  return { places: then, price, totalMinor: price.totalMinor };
}
