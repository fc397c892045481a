/** One workload measured against another in the same window. */
export interface Comparison {
  /** Medians of all rounds. */
  readonly product: number;
  readonly reference: number;
  /** Median of the rounds' ratios: noise that slows a whole round slows both sides of it. */
  readonly ratio: number;
  readonly ratios: readonly number[];
}

/** Product, reference, product, reference …: the machine's mood changes by the minute, so neighbours are compared. */
export async function alternate(
  rounds: number,
  product: () => Promise<number>,
  reference: () => Promise<number>,
): Promise<Comparison> {
  const pairs: { product: number; reference: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const measured = await product();
    pairs.push({ product: measured, reference: await reference() });
  }
  const ratios = pairs.map((pair) => pair.product / pair.reference);
  return {
    product: median(pairs.map((pair) => pair.product)),
    reference: median(pairs.map((pair) => pair.reference)),
    ratio: median(ratios),
    ratios,
  };
}

/** The middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
