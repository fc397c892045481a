/**
 * The one place where prices are rounded. A share of an amount is rounded half up to a whole minor unit, once for the
 * whole order; it is then dealt out over the tickets, so that the parts always add up to it. Nothing is rounded twice.
 */

/** A rate in parts per million: 8.875 % is 88,750. Four decimals of a percent are kept exactly. */
export type Ppm = number;

const onePpm = 1_000_000;

/** `amount × numerator ÷ denominator`, rounded half up. All three are whole and not negative; exact at any size. */
export function portion(amount: number, numerator: number, denominator: number): number {
  const whole = Math.floor(amount / denominator);
  const rest = amount - whole * denominator;
  const product = rest * numerator * 2 + denominator;
  if (Number.isSafeInteger(product)) return whole * numerator + Math.floor(product / (denominator * 2));
  const exact = BigInt(rest) * BigInt(numerator) * 2n + BigInt(denominator);
  return whole * numerator + Number(exact / (BigInt(denominator) * 2n));
}

/** A share of an amount: 21 % of 10.05 is 2.11. */
export function shareOf(amountMinor: number, rate: Ppm): number {
  return portion(amountMinor, rate, onePpm);
}

/** The share that is inside an amount already: of 12.10 with 21 % in it, 2.10. */
export function shareWithin(amountMinor: number, rate: Ppm): number {
  return portion(amountMinor, rate, onePpm + rate);
}

/**
 * Deals an amount out over weights. The parts add up to the amount, each is within one minor unit of its exact share, a
 * weight of zero gets nothing, and none gets more than its weight unless the amount is more than all weights together.
 * With no weight at all the first gets everything. (Differences of rounded running sums.)
 */
export function dealOut(amountMinor: number, weights: readonly number[]): number[] {
  let sum = 0;
  for (const weight of weights) sum += weight;
  if (sum === 0) return weights.map((_, i) => (i === 0 ? amountMinor : 0));
  let running = 0;
  let dealt = 0;
  return weights.map((weight) => {
    running += weight;
    const until = portion(amountMinor, running, sum);
    const part = until - dealt;
    dealt = until;
    return part;
  });
}

/** A percentage as JSON carries it, 0 to 100 with at most four decimals; undefined for anything else. */
export function toPpm(percent: number): Ppm | undefined {
  const rate = Math.round(percent * 10_000);
  const isExact = Math.abs(rate / 10_000 - percent) < 1e-9;
  return isExact && rate >= 0 && rate <= onePpm ? rate : undefined;
}

/** The percentage as JSON shows it. */
export function toPercent(rate: Ppm): number {
  return rate / 10_000;
}
