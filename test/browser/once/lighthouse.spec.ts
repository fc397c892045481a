import { runLighthouse } from '../support/lighthouse.ts';
import { expect, shopUrl, test } from '../support/test.ts';

/** Speed is not judged here, where other tests run beside: `npm run bench:web` does. */
const goals = { accessibility: 98, 'best-practices': 95, seo: 95 } as const;

for (const [name, pathOf] of [
  ['home', () => '/'],
  ['event', (event: number) => `/e/${event}`],
] as const) {
  test(`${name}: Lighthouse, without speed`, async ({ stock }) => {
    test.setTimeout(120_000);
    const categories = Object.keys(goals) as (keyof typeof goals)[];
    const { scores, faults } = await runLighthouse(shopUrl() + pathOf(stock.seated), categories);
    process.stdout.write(`   ${name}: ${categories.map((one) => `${one} ${scores[one]}`).join(', ')}\n`);
    for (const one of categories) expect.soft(scores[one], faults.join('\n')).toBeGreaterThanOrEqual(goals[one]);
  });
}
