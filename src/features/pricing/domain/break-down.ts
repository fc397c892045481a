import { dealOut, type Ppm, shareOf, shareWithin } from './rounding.ts';

/** What the organiser charges for its service: so much per ticket that costs something, or a share of its price. */
export interface ServiceFee {
  readonly perTicketMinor: number | null;
  /** Exactly one of the two is set. */
  readonly rate: Ppm | null;
  /** `buyer`: added to the price. `organizer`: kept from what the organiser is paid out; the buyer sees no difference. */
  readonly paidBy: 'buyer' | 'organizer';
}

export interface Tax {
  readonly name: string | null;
  readonly rate: Ppm;
  /** True: prices contain it. False: it is added to them. */
  readonly isIncluded: boolean;
}

/** How an event's prices become what a buyer pays. */
export interface PriceTerms {
  readonly serviceFee: ServiceFee | null;
  readonly tax: Tax | null;
}

/** What a promo code takes off. Exactly one is set. */
export interface Discount {
  readonly rate: Ppm | null;
  /** Off the order as a whole, at most the price of the tickets it counts for. */
  readonly amountMinor: number | null;
}

/** One ticket's share. `total = price − discount + the fee the buyer pays + the tax that is added`. */
export interface PriceLine {
  readonly priceMinor: number;
  readonly discountMinor: number;
  readonly feeMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
}

/**
 * How an order's total came about: `total = tickets − discount + fee (if the buyer pays it) + tax (if it is added)`, and
 * `net + tax = total`. Each figure is the sum of its lines.
 */
export interface PriceBreakdown {
  readonly ticketsMinor: number;
  readonly discountMinor: number;
  readonly feeMinor: number;
  readonly feePaidBy: 'buyer' | 'organizer';
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly taxRate: Ppm;
  readonly taxIncluded: boolean;
  readonly taxName: string | null;
  readonly totalMinor: number;
  readonly promoCode: string | null;
  /** In the order of the tickets. */
  readonly lines: readonly PriceLine[];
}

export interface PricedTicket {
  readonly priceMinor: number;
  /** Whether the discount counts for it. */
  readonly isDiscounted: boolean;
}

export const plainTerms: PriceTerms = { serviceFee: null, tax: null };

/**
 * Works out what an order costs. First the discount, over the tickets that it counts for; then the fee, of which tickets
 * that cost nothing (any more) are free; then the tax, on what is left. Pure; each figure is rounded once.
 */
export function breakDown(
  tickets: readonly PricedTicket[],
  { serviceFee, tax }: PriceTerms,
  promo: { readonly code: string; readonly discount: Discount } | null,
): PriceBreakdown {
  const discounts = dealDiscount(tickets, promo?.discount ?? null);
  const reduced = tickets.map(({ priceMinor }, i) => priceMinor - discounts[i]!);
  const fees = dealFee(reduced, serviceFee);
  const feePaidBy = serviceFee?.paidBy ?? 'buyer';
  const bases = reduced.map((price, i) => price + (feePaidBy === 'buyer' ? fees[i]! : 0));
  const taxes = dealTax(bases, tax);
  const isIncluded = tax?.isIncluded ?? true;
  const lines = tickets.map(({ priceMinor }, i) => ({
    priceMinor,
    discountMinor: discounts[i]!,
    feeMinor: fees[i]!,
    taxMinor: taxes[i]!,
    totalMinor: bases[i]! + (isIncluded ? 0 : taxes[i]!),
  }));
  const taxMinor = sum(taxes);
  const totalMinor = sum(bases) + (isIncluded ? 0 : taxMinor);
  return {
    ticketsMinor: sum(tickets.map(({ priceMinor }) => priceMinor)),
    discountMinor: sum(discounts),
    feeMinor: sum(fees),
    feePaidBy,
    netMinor: totalMinor - taxMinor,
    taxMinor,
    taxRate: tax?.rate ?? 0,
    taxIncluded: isIncluded,
    taxName: tax?.name ?? null,
    totalMinor,
    promoCode: promo?.code ?? null,
    lines,
  };
}

function dealDiscount(tickets: readonly PricedTicket[], discount: Discount | null): number[] {
  if (discount === null) return tickets.map(() => 0);
  const weights = tickets.map(({ priceMinor, isDiscounted }) => (isDiscounted ? priceMinor : 0));
  const most = sum(weights);
  if (most === 0) return tickets.map(() => 0);
  const wanted = discount.rate === null ? (discount.amountMinor ?? 0) : shareOf(most, discount.rate);
  return dealOut(Math.min(wanted, most), weights);
}

function dealFee(prices: readonly number[], fee: ServiceFee | null): number[] {
  if (fee === null) return prices.map(() => 0);
  const { perTicketMinor, rate } = fee;
  if (perTicketMinor !== null) return prices.map((price) => (price > 0 ? perTicketMinor : 0));
  const base = sum(prices);
  return base === 0 ? prices.map(() => 0) : dealOut(shareOf(base, rate ?? 0), prices);
}

function dealTax(bases: readonly number[], tax: Tax | null): number[] {
  const base = sum(bases);
  if (tax === null || base === 0) return bases.map(() => 0);
  return dealOut(tax.isIncluded ? shareWithin(base, tax.rate) : shareOf(base, tax.rate), bases);
}

function sum(amounts: readonly number[]): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}
