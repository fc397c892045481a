import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrivalShapes, planArrivals } from './arrivals.ts';
import { seededRandom } from './seeded-random.ts';

const plan = (shape: (typeof arrivalShapes)[number], seed = 1) =>
  planArrivals(shape, { buyers: 10_000, durationMs: 30_000, random: seededRandom(seed) });

test('a seed fixes every arrival, another seed moves them', () => {
  for (const shape of arrivalShapes) {
    assert.deepEqual(plan(shape), plan(shape));
    assert.notDeepEqual(plan(shape), plan(shape, 2));
  }
});

test('all arrive within the duration, in order', () => {
  for (const shape of arrivalShapes) {
    const times = plan(shape);
    assert.equal(times.length, 10_000);
    assert(times[0]! >= 0 && times.at(-1)! <= 30_000);
    assert(times.every((time, i) => i === 0 || times[i - 1]! <= time));
  }
});

test('in a flash half are there at once, on a ramp most come late, independent buyers come evenly', () => {
  const median = (shape: (typeof arrivalShapes)[number]) => plan(shape)[5_000]!;
  assert(median('flash') < 3_000);
  assert(median('ramp') > 20_000);
  assert(Math.abs(median('poisson') - 15_000) < 1_000);
});

test('the gaps between independent buyers are exponential: as wide on average as they vary', () => {
  const times = plan('poisson');
  const gaps = Array.from({ length: times.length - 1 }, (_, i) => times[i + 1]! - times[i]!);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  assert(Math.abs(deviation / mean - 1) < 0.1);
});
