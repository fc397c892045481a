import type { SeededRandom } from './seeded-random.ts';

export const arrivalShapes = ['flash', 'ramp', 'poisson'] as const;
export type ArrivalShape = (typeof arrivalShapes)[number];

/**
 * When each buyer arrives, in milliseconds from the opening, ascending: fixed beforehand, whatever the server answers
 * (an open loop). `flash`: the doors open and most are there at once, half of them in the first 7 % of the time.
 * `ramp`: more and more come. `poisson`: they come independently at an even rate (exponential gaps).
 */
export function planArrivals(
  shape: ArrivalShape,
  { buyers, durationMs, random }: { buyers: number; durationMs: number; random: SeededRandom },
): Float64Array {
  const times = new Float64Array(buyers);
  for (let i = 0; i < buyers; i++) times[i] = oneArrival(shape, random) * durationMs;
  return times.sort();
}

/** The mean of the flash's exponential decay, as a share of the duration. */
const flashMean = 0.1;

/** As a share of the duration. Many independent even draws, sorted, are a Poisson process with that many arrivals. */
function oneArrival(shape: ArrivalShape, random: SeededRandom): number {
  if (shape === 'poisson') return random.next();
  if (shape === 'ramp') return Math.sqrt(random.next());
  // Inverse of the distribution function of an exponential cut off at the end.
  const cut = 1 - Math.exp(-1 / flashMean);
  return -flashMean * Math.log(1 - random.next() * cut);
}
