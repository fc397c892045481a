import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { toDecimal, toMinorUnits } from '../../../kernel/money.ts';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import type { Placed, Timed } from './event-times.ts';
import { fault, type InputFault, type TicketTypeFault } from './refusals.ts';

export interface Rate {
  readonly name: string;
  readonly priceMinor: number;
  /** At most so many in one reservation. */
  readonly limit?: number;
  /** Only together with a ticket of this rate. */
  readonly onlyWith?: string;
}

export interface RateInput {
  readonly name: string;
  readonly price: number;
  readonly limitPerReservation?: number | null;
  readonly onlyWith?: string | null;
}

/** What an organiser says about a ticket type. */
export interface TicketTypeDetails {
  readonly name: string;
  readonly description: string | null;
  /** At least one. */
  readonly rates: readonly Rate[];
  readonly capacity: number;
  /** The plan's categories it sells; null: general admission. */
  readonly categories: readonly string[] | null;
  readonly salesFrom: Instant | null;
  readonly salesUntil: Instant | null;
  readonly isActive: boolean;
  /** Only who names a code that unlocks it knows of it. */
  readonly isHidden: boolean;
}

/** What a request says about a ticket type. What is absent is left as it is, or to its default. */
export interface TicketTypeInput {
  readonly name?: string;
  readonly description?: string | null;
  readonly price?: number;
  readonly rates?: readonly RateInput[];
  readonly capacity?: number;
  readonly categories?: readonly string[] | null;
  readonly salesFrom?: Timed | null;
  readonly salesUntil?: Timed | null;
  readonly isActive?: boolean;
  readonly isHidden?: boolean;
}

const onlyRateName = 'standard';

/** A new ticket type in `currency`; `at` is where the input stands in the request (`/ticketTypes/0`). */
export function newTicketType(
  input: Placed<TicketTypeInput> & { readonly name: string },
  currency: string,
  geometry: SeatGeometry | null,
  at: string,
): Decision<TicketTypeDetails, TicketTypeFault> {
  const rates = readRates(input, null, currency, at);
  if (!rates.accepted) return rates;
  const categories = input.categories ?? null;
  const capacity = readCapacity({ capacity: input.capacity, categories }, geometry, at);
  if (!capacity.accepted) return capacity;
  return checkWindow(
    {
      name: input.name,
      description: input.description || null,
      rates: rates.value,
      capacity: capacity.value,
      categories,
      salesFrom: input.salesFrom ?? null,
      salesUntil: input.salesUntil ?? null,
      isActive: input.isActive ?? true,
      isHidden: input.isHidden ?? false,
    },
    at,
  );
}

/** The ticket type after a change. Places are made and withdrawn by the caller. */
export function changedTicketType(
  before: TicketTypeDetails,
  input: Placed<TicketTypeInput>,
  currency: string,
  geometry: SeatGeometry | null,
): Decision<TicketTypeDetails, TicketTypeFault> {
  const rates = readRates(input, before.rates, currency, '');
  if (!rates.accepted) return rates;
  const categories = input.categories === undefined ? before.categories : input.categories;
  const capacity = readChangedCapacity(before, input.capacity, categories, geometry);
  if (!capacity.accepted) return capacity;
  return checkWindow(
    {
      name: input.name ?? before.name,
      description: (input.description === undefined ? before.description : input.description) || null,
      rates: rates.value,
      capacity: capacity.value,
      categories,
      salesFrom: input.salesFrom === undefined ? before.salesFrom : input.salesFrom,
      salesUntil: input.salesUntil === undefined ? before.salesUntil : input.salesUntil,
      isActive: input.isActive ?? before.isActive,
      isHidden: input.isHidden ?? before.isHidden,
    },
    '',
  );
}

function checkWindow(details: TicketTypeDetails, at: string): Decision<TicketTypeDetails, TicketTypeFault> {
  const { salesFrom, salesUntil } = details;
  if (salesFrom !== null && salesUntil !== null && salesUntil <= salesFrom) {
    return refuse(fault('DATES_CONTRADICT', `${at}/salesUntil`, 'must be after salesFrom'));
  }
  return accept(details);
}

/**
 * One price or several rates. In a change, rates that differ from the present ones decide; else a price that differs
 * becomes that of the first rate. A new type may give both only if they agree.
 */
function readRates(
  input: Placed<TicketTypeInput>,
  present: readonly Rate[] | null,
  currency: string,
  at: string,
): Decision<readonly Rate[], TicketTypeFault> {
  const read = input.rates === undefined ? accept(undefined) : toRates(input.rates, currency, at);
  if (!read.accepted) return read;
  const price = input.price === undefined ? accept(undefined) : toPrice(input.price, currency, `${at}/price`);
  if (!price.accepted) return price;
  const rates = read.value;
  const first = present?.[0];
  const ratesChanged = rates !== undefined && JSON.stringify(rates) !== JSON.stringify(present);
  const priceChanged = price.value !== undefined && price.value !== first?.priceMinor;
  if (ratesChanged) {
    if (priceChanged && price.value !== rates[0]?.priceMinor) {
      return refuse(fault('PRICE_CONTRADICTS', `${at}/price`, 'differs from the first rate'));
    }
    return accept(rates);
  }
  if (priceChanged) {
    const changed = { ...first, name: first?.name ?? onlyRateName, priceMinor: price.value! };
    return accept([changed, ...(present ?? []).slice(1)]);
  }
  if (present) return accept(present);
  return refuse(fault('FIELD_MISSING', `${at}/price`, 'price (or rates) is needed'));
}

function toRates(
  rates: readonly RateInput[],
  currency: string,
  at: string,
): Decision<readonly Rate[], TicketTypeFault> {
  const result: Rate[] = [];
  for (const [i, rate] of rates.entries()) {
    if (result.some((other) => other.name === rate.name)) {
      return refuse(fault('RATES_REPEAT', `${at}/rates/${i}/name`, 'names a rate twice'));
    }
    const price = toPrice(rate.price, currency, `${at}/rates/${i}/price`);
    if (!price.accepted) return price;
    const { name, limitPerReservation: limit = null, onlyWith = null } = rate;
    if (onlyWith === name) return refuse(fault('RATE_NEEDS_ITSELF', `${at}/rates/${i}/onlyWith`, 'names another rate'));
    result.push(toRate({ name, priceMinor: price.value, limit, onlyWith }));
  }
  return accept(result);
}

/** A rate with its members in one order, so that two are the same if their texts are. */
export function toRate(rate: {
  readonly name: string;
  readonly priceMinor: number;
  readonly limit?: number | null;
  readonly onlyWith?: string | null;
}): Rate {
  const { name, priceMinor, limit, onlyWith } = rate;
  return { name, priceMinor, ...(limit && { limit }), ...(onlyWith && { onlyWith }) };
}

/** A decimal price in minor units; refused with the field that it stands in. */
export function toPrice(price: number, currency: string, field: string): Decision<number, TicketTypeFault> {
  const minor = toMinorUnits(price, currency);
  if (minor.accepted) return minor;
  const { refusal } = minor;
  if (refusal.code === 'TOO_MANY_DECIMALS') {
    return refuse(fault(refusal.code, field, `${currency} has ${refusal.decimals} decimals`));
  }
  if (refusal.code === 'CURRENCY_UNKNOWN') return refuse(fault(refusal.code, '/currency', 'is no ISO 4217 currency'));
  return refuse(fault(refusal.code, field, 'is out of range'));
}

/** The same decimal prices in another currency: 45.00 EUR becomes 45 JPY. Refuses decimals that it does not have. */
export function changeRatesCurrency(
  rates: readonly Rate[],
  from: string,
  to: string,
): Decision<readonly Rate[], TicketTypeFault> {
  const result: Rate[] = [];
  for (const rate of rates) {
    const price = toPrice(toDecimal(rate.priceMinor, from), to, '/currency');
    if (!price.accepted) return price;
    result.push({ ...rate, priceMinor: price.value });
  }
  return accept(result);
}

/** General admission says its capacity; that of a seated type is the count of its seats. */
function readCapacity(
  { capacity, categories }: { capacity: number | undefined; categories: readonly string[] | null },
  geometry: SeatGeometry | null,
  at: string,
): Decision<number, TicketTypeFault> {
  if (categories === null) {
    if (capacity !== undefined) return accept(capacity);
    return refuse(fault('FIELD_MISSING', `${at}/capacity`, 'capacity is needed (or categories of the seating plan)'));
  }
  const known = checkCategories(categories, geometry, at);
  if (!known.accepted) return known;
  const seats = countSeats(categories, geometry!);
  if (capacity !== undefined && capacity !== seats) {
    return refuse({ ...fault('CAPACITY_INVALID', `${at}/capacity`, `the plan has ${seats} such seats`), seats });
  }
  return accept(seats);
}

/** A body read from us carries the old capacity along with new categories: then it is no contradiction. */
function readChangedCapacity(
  before: TicketTypeDetails,
  capacity: number | undefined,
  categories: readonly string[] | null,
  geometry: SeatGeometry | null,
): Decision<number, TicketTypeFault> {
  const isSame = JSON.stringify(categories) === JSON.stringify(before.categories);
  if (isSame && (capacity === undefined || capacity === before.capacity)) return accept(before.capacity);
  const meant = categories !== null && capacity === before.capacity ? undefined : capacity;
  return readCapacity({ capacity: meant, categories }, geometry, '');
}

function checkCategories(
  categories: readonly string[],
  geometry: SeatGeometry | null,
  at: string,
): Decision<true, TicketTypeFault> {
  if (!geometry) {
    return refuse(fault('CATEGORY_UNKNOWN', `${at}/categories`, 'the event has no seating plan'));
  }
  const names = new Set(geometry.categories.map((category) => category.name));
  const unknown = categories.findIndex((name) => !names.has(name));
  if (unknown < 0) return accept(true);
  const message = `the plan has no category ${JSON.stringify(categories[unknown])}; it has ${[...names].join(', ')}`;
  return refuse(fault('CATEGORY_UNKNOWN', `${at}/categories/${unknown}`, message.slice(0, 500)));
}

/** A seat is sold by one type only: refuses a category that two types claim. `at` names the field per type. */
export function checkCategoriesApart(
  types: readonly { readonly categories: readonly string[] | null; readonly at: string }[],
): Decision<true, InputFault<'CATEGORY_TAKEN'>> {
  const owner = new Set<string>();
  for (const { categories, at } of types) {
    for (const name of categories ?? []) {
      if (owner.has(name)) {
        return refuse(fault('CATEGORY_TAKEN', `${at}/categories`, `${name} is sold by another ticket type`));
      }
      owner.add(name);
    }
  }
  return accept(true);
}

/** Place numbers of the seats of some categories, in the plan's order. */
export function seatsOf(categories: readonly string[], geometry: SeatGeometry): number[] {
  const wanted = new Set<number>();
  for (const [i, category] of geometry.categories.entries()) if (categories.includes(category.name)) wanted.add(i);
  const seats: number[] = [];
  for (let seat = 0; seat < geometry.seatCount; seat++) if (wanted.has(geometry.categoryOf[seat]!)) seats.push(seat);
  return seats;
}

function countSeats(categories: readonly string[], geometry: SeatGeometry): number {
  return seatsOf(categories, geometry).length;
}
