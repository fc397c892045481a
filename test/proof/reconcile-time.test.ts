import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/cli/simulate/seeded-random.ts';
import { createTestDatabase } from '../support/database.ts';
import type { FakeBooks } from '../support/fake-stripe/books.ts';
import { assertSound } from './payment-scene.ts';
import { openTimeline } from './reconcile-timeline.ts';

/** Whatever stopped halfway is finished, released or given back within this time, but for one in a hundred. */
const p99MaxMs = 60_000;
const roundCount = 40;
const buyersAtOnce = 5;

/** Ways in which the end of a purchase is not heard: what Stripe is asked for, and what becomes of that. */
const losses = [
  { path: /POST \/v1\/payment_intents$/, fault: 'unheard' },
  { path: /POST \/v1\/payment_intents$/, fault: 'lost' },
  { path: /\/confirm$/, fault: 'lost' },
  { path: /\/confirm$/, fault: 'unheard' },
  { path: /\/confirm$/, fault: 'broken' },
  { path: /\/capture$/, fault: 'lost' },
  { path: /\/capture$/, fault: 'unheard' },
  { path: /\/capture$/, fault: 'broken' },
] as const;

test(`purchases that are interrupted anywhere come to an end within ${p99MaxMs / 1000} seconds (p99)`, async (t) => {
  const { database } = await createTestDatabase();
  const random = seededRandom(20_261_121);
  const timeline = await openTimeline(database, random);
  const { fake, buy, pass } = timeline;
  for (let i = 0; i < roundCount; i++) {
    // Anywhere in the rounds of the jobs, which are 2, 5 and 20 seconds apart.
    await pass(random.below(20_000), random.chance(0.2) ? random.below(40) : null);
    const cards = Array.from({ length: buyersAtOnce }, () =>
      random.weighted([
        ['pm_card_visa', 4],
        ['pm_card_chargeDeclined', 1],
        ['pm_bank', 1],
        ['pm_card_threeDSecureRequired', 1],
      ] as const),
    );
    if (random.chance(0.5)) {
      const diesAt = random.below(20 * buyersAtOnce);
      await buy(cards, diesAt, `dies at await ${diesAt}`);
    } else {
      const { path, fault } = losses[random.below(losses.length)]!;
      fake.fail(path, fault, Number.POSITIVE_INFINITY);
      await buy(cards, null, `${fault} ${path.source}`);
    }
  }
  await pass(20 * 60_000);
  const times = timeline.times().sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.ceil(share * times.length) - 1)]!;
  const [p50, p99, max] = [at(0.5), at(0.99), at(1)].map((ms) => ms / 1000);
  t.diagnostic(`${times.length} interrupted: p50 ${p50} s, p99 ${p99} s, longest ${max} s of virtual time`);
  t.diagnostic(timeline.slowest(5).join('\n'));
  assert.ok(times.length > 100, 'most of them were interrupted');
  assert.ok(at(0.99) <= p99MaxMs, `p99 is ${p99} s`);
  await timeline.relay();
  await assertSound(database);
  assert.deepEqual(openIn(fake.books), []);
});

/** Payments that somebody could still make, or that are set aside. */
function openIn({ intents }: FakeBooks): string[] {
  return [...intents.values()].filter(({ status }) => !['succeeded', 'canceled'].includes(status)).map(({ id }) => id);
}
