import type { Instant } from '../../../kernel/instant.ts';
import type { Choice } from './choose-places.ts';
import type { HoldRecord } from './hold-book.ts';
import type { PlaceTable } from './place-table.ts';
import {
  type HeldPlace,
  type Hold,
  type HoldRequest,
  type JournaledHold,
  placeState,
  type SaleRules,
} from './types.ts';

type Asker = Pick<HoldRequest, 'reservationId' | 'customer' | 'contact' | 'idempotency'>;

/** A new active hold of the chosen places, at the prices of this moment: they are promised until it ends. */
export function makeHold(
  { reservationId, customer, contact, idempotency }: Asker,
  { placeNos, rates }: Choice,
  expiresAt: Instant,
  table: PlaceTable,
  { eventId, currency }: SaleRules,
): Hold {
  const places: HeldPlace[] = [];
  let totalMinor = 0;
  for (let i = 0; i < placeNos.length; i++) {
    const placeNo = placeNos[i]!;
    const type = table.types[table.typeNo(placeNo)]!;
    const { name: rate, priceMinor } = rates[i]!;
    totalMinor += priceMinor;
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
  return {
    reservationId,
    eventId,
    customer,
    status: 'active',
    places,
    totalMinor,
    currency,
    expiresAt,
    renewals: 0,
    attempts: 0,
    contact,
    idempotency,
  };
}

/** What the journal keeps of a live hold. */
export function toJournal({ hold, placeNos, extended, partial }: HoldRecord): JournaledHold {
  const { reservationId, customer, places, expiresAt, renewals, attempts, idempotency, contact } = hold;
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
  };
}

/**
 * The active hold that a journal entry describes; undefined unless every one of its places is free. A rate that is gone
 * becomes the first of its type.
 */
export function fromJournal(journaled: JournaledHold, table: PlaceTable, rules: SaleRules): Hold | undefined {
  const { placeNos, expiresAt, renewals, attempts } = journaled;
  if (placeNos.length === 0 || new Set(placeNos).size < placeNos.length) return undefined;
  const choice: Choice = { placeNos: [...placeNos], rates: [] };
  for (let i = 0; i < placeNos.length; i++) {
    const place = placeNos[i]!;
    if (table.state(place) !== placeState.available) return undefined;
    const type = table.types[table.typeNo(place)];
    const rate = type?.rates.find(({ name }) => name === journaled.rates[i]) ?? type?.rates[0];
    if (rate === undefined) return undefined;
    choice.rates.push(rate);
  }
  return { ...makeHold(journaled, choice, expiresAt, table, rules), renewals, attempts };
}
