import type { EventBody, TicketTypeBody, UnlockedTypesAnswer } from '../../../src/contract/catalog.ts';
import type { AvailabilityAnswer, TypeNumbers } from '../../../src/contract/inventory.ts';
import type { Formats } from '../../../src/kernel/formats.ts';
import type * as english from '../en/event.ts';

/** What says a page of a show: the texts and the formats of its language. */
export interface ShowLanguage extends Formats {
  readonly event: typeof english.texts;
}

/** What somebody sees of a show: the event, its numbers where they are known, and what a code of theirs unlocked. */
export interface ShownSale {
  readonly event: EventBody;
  readonly availability: AvailabilityAnswer | null;
  /** What a code is good for, hidden types too; null: there is no code. */
  readonly unlocked: Pick<UnlockedTypesAnswer, 'kind' | 'items'> | null;
  /** The server's time, in milliseconds. */
  readonly now: number;
}

/** Why nothing can be chosen; `open`: something can. */
export type SaleState =
  | 'open'
  | 'held'
  | 'paying'
  | 'sold out'
  | 'not yet'
  | 'closed'
  | 'over'
  | 'postponed'
  | 'called off'
  | 'nothing';

/** A ticket type as its row says it. */
export interface TypeRow {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  /** Of the first rate, all in. */
  readonly price: string;
  /** Its rates in a line, the first without its price, which stands above. */
  readonly rates: string;
  /** All rates with their rules, where a line does not hold them. */
  readonly allRates: readonly { readonly name: string; readonly price: string; readonly rule: string }[];
  readonly state: 'on sale' | 'few left' | 'held' | 'paying' | 'sold out' | 'opens' | 'closed';
  readonly words: string;
  /** When the next hold may lapse, in milliseconds; null: not known, or nothing is held. */
  readonly returnsAt: number | null;
  readonly opensAt: number | null;
  readonly isByCode: boolean;
  /** Its colour: 1 to 8, the dearest first. */
  readonly rank: number;
}

export interface SaleWords {
  readonly state: SaleState;
  readonly types: readonly TypeRow[];
  /** How many places can be bought now. */
  readonly free: number;
  /** How many are free, or will be when the sale opens; empty: nobody can have them. */
  readonly freeWords: string;
  /** What the least costs; empty: nothing is for sale. */
  readonly from: string;
  /** Why nothing can be chosen; empty: something can. */
  readonly why: string;
  readonly opensAt: number | null;
  /** What stands beside the price at the bottom of a phone. */
  readonly leftWords: string;
  readonly action: string;
  readonly terms: string;
}

/** Less than this share of a house is few. */
const fewShare = 0.1;
const colours = 8;
const ratesInLine = 3;

export function describeSale(shown: ShownSale, language: ShowLanguage): SaleWords {
  const { event } = shown;
  const { event: texts, money, count } = language;
  const types = shownTypes(shown);
  const numbersOf = new Map(shown.availability?.ticketTypes.map((numbers) => [numbers.ticketTypeId, numbers]));
  const ranks = ranksOf(types);
  const rows = types.map((type) => {
    const known = numbersOf.get(type.ticketTypeId);
    return rowOf(type, { numbers: known ?? numbersSaid(type), rank: ranks.get(type.ticketTypeId)!, shown }, language);
  });
  const state = saleState(shown, rows);
  const { free, waiting, held, paying } = countPlaces(rows, types, numbersOf);
  const opensAt = state === 'not yet' ? nextOpening(shown, rows) : null;
  const opening = opensAt === null ? '' : momentWords(opensAt, event, language);
  const lowest = Math.min(...types.flatMap(({ rates }) => rates.map(({ totalPrice }) => totalPrice)));
  const isSeated = event.seatingPlanId !== null;
  const places = state === 'not yet' ? waiting : free;
  const isForSale = !['closed', 'over', 'postponed', 'called off', 'nothing'].includes(state);
  const freeWords = isForSale ? (isSeated ? texts.seatsFree : texts.placesFree)(count(places), places === 1) : '';
  const why = {
    open: '',
    held: texts.why.held(count(held)),
    paying: texts.why.paying,
    'sold out': texts.why.soldOut,
    'not yet': texts.why.notYet(opening),
    closed: texts.why.closed,
    over: texts.why.over,
    postponed: texts.why.postponed,
    'called off': texts.why.calledOff,
    nothing: texts.why.nothing,
  }[state];
  const shortly = {
    held: texts.noneFree(count(held)),
    paying: texts.nonePaying(count(paying)),
    'sold out': texts.soldOut,
    'not yet': texts.opensAt(opening),
    closed: texts.closed,
    over: texts.states.over,
    postponed: texts.states.postponed,
    'called off': texts.states.calledOff,
    nothing: texts.closed,
  };
  return {
    state,
    types: rows,
    free,
    freeWords,
    from: Number.isFinite(lowest) ? (lowest === 0 ? texts.free : texts.from(money(lowest, event.currency))) : '',
    why,
    opensAt,
    leftWords: state === 'open' ? `${texts.feesIncluded} · ${texts.left(count(free))}` : shortly[state],
    action: isSeated ? texts.chooseSeats : texts.chooseTickets,
    terms: termsOf(event, language),
  };
}

/** What anybody sees, and what a code adds. Types that were taken off sale are left out. */
function shownTypes({ event, unlocked }: ShownSale): TicketTypeBody[] {
  const known = event.ticketTypes.filter(({ isActive, isHidden }) => isActive && !isHidden);
  const added = (unlocked?.items ?? []).filter(({ isActive, ticketTypeId }) => {
    return isActive && !known.some((type) => type.ticketTypeId === ticketTypeId);
  });
  return [...known, ...added];
}

/** Until the live numbers are there, those of the catalogue. */
function numbersSaid({ ticketTypeId, capacity, availableCount }: TicketTypeBody): TypeNumbers {
  const sold = Math.max(0, capacity - availableCount);
  return { ticketTypeId, capacity, available: availableCount, held: 0, reserved: 0, sold };
}

function ranksOf(types: readonly TicketTypeBody[]): Map<number, number> {
  const byPrice = types.toSorted((a, b) => b.price - a.price);
  return new Map(byPrice.map(({ ticketTypeId }, i) => [ticketTypeId, Math.min(colours, i + 1)]));
}

function rowOf(
  type: TicketTypeBody,
  {
    numbers,
    rank,
    shown,
  }: {
    readonly numbers: TypeNumbers & { readonly nextExpiryAt?: string | null };
    readonly rank: number;
    readonly shown: ShownSale;
  },
  language: ShowLanguage,
): TypeRow {
  const { event: texts, count } = language;
  const { now, event, unlocked } = shown;
  const price = (amount: number) => (amount === 0 ? texts.free : language.money(amount, type.currency));
  const [first, ...others] = type.rates;
  const isByCode = unlocked?.items.some(({ ticketTypeId }) => ticketTypeId === type.ticketTypeId) ?? false;
  const from = Math.max(...[type.salesFrom, event.onSaleFrom].map((at) => (at === null ? 0 : Date.parse(at))));
  // A promo code takes something off, and opens nothing before its time.
  const opensEarly = isByCode && unlocked?.kind === 'access';
  const opensAt = !opensEarly && from > now ? from : null;
  const hasRules = type.rates.some((rate) => rate.limitPerReservation !== undefined || rate.onlyWith !== undefined);
  const isLong = type.rates.length > ratesInLine || hasRules;
  const { state, words } = stateOf();
  return {
    id: type.ticketTypeId,
    name: type.name,
    description: type.description,
    price: first ? price(first.totalPrice) : '',
    rates:
      type.rates.length > ratesInLine
        ? texts.allRates(type.rates.length)
        : [others.length > 0 && first?.name, ...others.map((rate) => texts.rate(rate.name, price(rate.totalPrice)))]
            .filter((one) => one)
            .join(' · '),
    allRates: isLong
      ? type.rates.map((rate) => ({
          name: rate.name,
          price: price(rate.totalPrice),
          rule: [
            rate.limitPerReservation !== undefined && texts.rateLimit(rate.limitPerReservation),
            rate.onlyWith !== undefined && texts.onlyWith(rate.onlyWith),
          ]
            .filter(Boolean)
            .join(' · '),
        }))
      : [],
    state,
    words,
    returnsAt: state === 'held' && numbers.nextExpiryAt ? Date.parse(numbers.nextExpiryAt) : null,
    opensAt: state === 'opens' ? opensAt : null,
    isByCode,
    rank,
  };

  function stateOf(): Pick<TypeRow, 'state' | 'words'> {
    const { available, held, reserved, capacity } = numbers;
    if (opensAt !== null) return { state: 'opens', words: texts.opensAt(momentWords(opensAt, event, language)) };
    if (type.salesUntil !== null && Date.parse(type.salesUntil) <= now) return { state: 'closed', words: texts.closed };
    if (available > 0 && available < capacity * fewShare)
      return { state: 'few left', words: texts.onlyLeft(count(available)) };
    if (available > 0) return { state: 'on sale', words: texts.left(count(available)) };
    if (held > 0) return { state: 'held', words: texts.noneFree(count(held)) };
    if (reserved > 0) return { state: 'paying', words: texts.nonePaying(count(reserved)) };
    return { state: 'sold out', words: texts.soldOut };
  }
}

function countPlaces(
  rows: readonly TypeRow[],
  types: readonly TicketTypeBody[],
  numbersOf: ReadonlyMap<number, TypeNumbers>,
) {
  let [free, waiting, held, paying] = [0, 0, 0, 0];
  for (const [i, { state }] of rows.entries()) {
    const numbers = numbersOf.get(types[i]!.ticketTypeId) ?? numbersSaid(types[i]!);
    if (state === 'on sale' || state === 'few left') free += numbers.available;
    if (state === 'opens') waiting += numbers.available;
    if (state === 'held') held += numbers.held;
    if (state === 'held' || state === 'paying') paying += numbers.reserved;
  }
  return { free, waiting, held, paying };
}

function saleState({ event, now }: ShownSale, rows: readonly TypeRow[]): SaleState {
  if (event.status === 'cancelled') return 'called off';
  const endsAt = Date.parse(event.endsAt ?? event.startsAt);
  if (event.status === 'postponed') return 'postponed';
  if (now >= endsAt) return 'over';
  if (event.onSaleUntil !== null && now >= Date.parse(event.onSaleUntil)) return 'closed';
  const has = (...states: readonly TypeRow['state'][]) => rows.some(({ state }) => states.includes(state));
  if (has('on sale', 'few left')) return 'open';
  if (has('held')) return 'held';
  if (has('opens')) return 'not yet';
  if (has('paying')) return 'paying';
  if (has('sold out')) return 'sold out';
  return has('closed') ? 'closed' : 'nothing';
}

function nextOpening({ event }: ShownSale, rows: readonly TypeRow[]): number {
  const first = Math.min(...rows.flatMap(({ opensAt }) => opensAt ?? []));
  return Number.isFinite(first) ? first : Date.parse(event.onSaleFrom ?? event.startsAt);
}

/** A moment on the calendar and clock of the venue: Sat 16 Jan 2027, 10:00. */
export function momentWords(moment: number, { timeZone }: EventBody, { event: texts, date }: ShowLanguage): string {
  const at = new Date(moment);
  return texts.when.at(date(at, timeZone, 'medium'), date(at, timeZone, 'time'));
}

function termsOf(event: EventBody, { event: texts, money, count, list }: ShowLanguage): string {
  const { terms } = texts;
  const { serviceFee, tax } = event;
  const isPaidByBuyer = serviceFee?.paidBy === 'buyer';
  const fee =
    isPaidByBuyer && serviceFee.perTicket
      ? terms.feePerTicket(money(serviceFee.perTicket, event.currency))
      : isPaidByBuyer && serviceFee.percent
        ? terms.feePercent(count(serviceFee.percent))
        : null;
  const parts = [fee, tax && tax.percent > 0 && terms.tax(count(tax.percent), tax.name ?? terms.taxName)];
  const named = parts.filter((one): one is string => Boolean(one));
  const split = named.length === 0 ? '.' : `: ${list([terms.ticket, ...named])}.`;
  return [
    `${terms.start}${split}`,
    terms.perOrder(count(event.limitPerReservation), event.limitPerReservation === 1),
    event.limitPerCustomer !== null && terms.perPerson(count(event.limitPerCustomer)),
    terms.held(event.holdMinutes, event.seatingPlanId !== null),
    !event.guestsAllowed && terms.account,
  ]
    .filter(Boolean)
    .join(' ');
}
