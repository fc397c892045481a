import type { SeededRandom } from '../../src/cli/simulate/seeded-random.ts';
import type { Fate } from './wire.ts';

/**
 * What kind of world a seed makes. Each seed draws its own mixture (swarm testing): many calm worlds in which every
 * promise can be checked sharply, some stormy ones in which strange faults meet.
 */
export interface Weather {
  readonly stepCount: number;
  readonly buyerCount: number;
  /** Requests under way at the same time, about. */
  readonly crowding: number;
  readonly faultRate: number;
  readonly crashRate: number;
  readonly slowRate: number;
  readonly impatience: number;
  readonly staffRate: number;
  readonly seated: boolean;
  readonly places: number;
  readonly holdMinutes: number;
  readonly limitPerCustomer: number | null;
  /** How many processes sell together; 1: one that is alone, without leases and fences. */
  readonly processes: number;
  /** How often one of them meets with trouble: it is stopped, cut off, killed, drained. */
  readonly troubleRate: number;
  /**
   * What the clocks of their machines do: go about right; are set; stand still with their machine; or both at once, and that of
   * PostgreSQL as well: then leases prove nothing, and fences alone keep the promises.
   */
  readonly clocks: 'right' | 'set' | 'still' | 'wild';
}

/** The weather of several processes. */
export function drawCluster(random: SeededRandom): Pick<Weather, 'stepCount' | 'processes' | 'troubleRate' | 'clocks'> {
  return {
    stepCount: 20 + random.below(40),
    processes: 2 + random.below(3),
    troubleRate: [0.02, 0.05, 0.1][random.below(3)]!,
    clocks: random.weighted([
      ['right', 2],
      ['set', 1],
      ['still', 2],
      ['wild', 2],
    ] as const),
  };
}

export function drawWeather(random: SeededRandom): Weather {
  const pick = <T>(...values: readonly T[]) => values[random.below(values.length)]!;
  return {
    stepCount: 30 + random.below(60),
    buyerCount: 3 + random.below(10),
    crowding: pick(1, 3, 8),
    faultRate: pick(0, 0, 0.01, 0.05, 0.2),
    crashRate: pick(0, 0, 0.01, 0.04),
    slowRate: pick(0, 0.1, 0.4),
    impatience: pick(0, 0, 0.1),
    staffRate: pick(0, 0.05, 0.15),
    seated: random.chance(0.5),
    places: 6 + random.below(20),
    holdMinutes: pick(1, 2, 15),
    limitPerCustomer: pick(null, null, 4),
    processes: 1,
    troubleRate: 0,
    clocks: 'right',
  };
}

export function drawFate(random: SeededRandom, { faultRate, slowRate }: Weather): Fate {
  if (random.chance(faultRate)) {
    return random.weighted<Fate>([
      ['refused', 3],
      ['unknown', 3],
      ['deadlock', 1],
    ]);
  }
  return random.chance(slowRate) ? 'slow' : 'fine';
}
