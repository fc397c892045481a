/** Randomness that a seed repeats: each call answers the next number of its own sequence. */
export interface SeededRandom {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** From `low` to `high`. */
  between(low: number, high: number): number;
  /** A whole number from 0 to `count - 1`. */
  below(count: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of the entries, each as likely as its weight says. The weights need not add up to anything. */
  weighted<T>(entries: readonly (readonly [T, number])[]): T;
  /** `byteCount` bytes as hex text. */
  hex(byteCount: number): string;
}

/** sfc32 (Chris Doty-Humphrey, PractRand), seeded by splitmix32 from the seed and the number of the stream. */
export function seededRandom(seed: number, stream = 0): SeededRandom {
  let mix = (seed ^ Math.imul(stream + 1, 0x9e3779b9)) >>> 0;
  const split = () => {
    mix = (mix + 0x9e3779b9) | 0;
    let t = mix ^ (mix >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) | 0;
  };
  let [a, b, c, d] = [split(), split(), split(), 1];
  const word = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) word();
  const next = () => word() / 0x1_0000_0000;
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    below: (count) => Math.floor(next() * count),
    chance: (probability) => next() < probability,
    weighted(entries) {
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of entries) {
        left -= weight;
        if (left < 0) return value;
      }
      return entries.at(-1)![0];
    },
    hex: (byteCount) =>
      Array.from({ length: Math.ceil(byteCount / 4) }, () => word().toString(16).padStart(8, '0'))
        .join('')
        .slice(0, byteCount * 2),
  };
}
