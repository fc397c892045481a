/**
 * Latencies in 32 steps per power of two (3 % apart), from a microsecond to an hour, as HdrHistogram keeps them:
 * recording costs nanoseconds and no memory.
 */
export interface Latencies {
  record(ms: number): void;
  readonly count: number;
  /** The latency that `share` (0 to 1) of all do not exceed; 0 if there are none. */
  percentileMs(share: number): number;
}

const steps = 32;
const powers = 32;

export function createLatencies(): Latencies {
  const counts = new Uint32Array(powers * steps);
  let count = 0;
  let max = 0;
  return {
    record(ms) {
      const micros = Math.max(1, ms * 1000);
      const power = Math.min(powers - 1, Math.floor(Math.log2(micros)));
      const step = Math.min(steps - 1, Math.floor((micros / 2 ** power - 1) * steps));
      counts[power * steps + step]! += 1;
      count += 1;
      max = Math.max(max, ms);
    },
    get count() {
      return count;
    },
    percentileMs(share) {
      if (share >= 1) return max;
      let left = Math.max(1, Math.ceil(count * share));
      for (let i = 0; i < counts.length; i++) {
        left -= counts[i]!;
        if (left <= 0) return Math.min(max, (2 ** Math.floor(i / steps) * (1 + ((i % steps) + 1) / steps)) / 1000);
      }
      return 0;
    },
  };
}
