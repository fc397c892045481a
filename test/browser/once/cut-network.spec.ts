import type { Browser, Request } from '@playwright/test';
import { buyPatiently, paidWords } from '../support/buyer.ts';
import { expect, shopUrl, test } from '../support/test.ts';

/** A request as it is found again in the next purchase: its ids differ, its turn does not. */
interface Turn {
  readonly name: string;
  readonly nth: number;
}

const nameOf = (request: Request) =>
  `${request.method()} ${new URL(request.url()).pathname.replace(/\d{3,}|RES_\w+|[0-9a-f]{8}-[0-9a-f-]{27,}/g, '*').replace(/\/\d+/g, '/*')}`;
const isCheckout = (request: Request) => ['document', 'fetch', 'xhr'].includes(request.resourceType());

/** The requests of one purchase from the choice to the tickets, in their order. */
async function turnsOf(browser: Browser, eventId: number): Promise<Turn[]> {
  const context = await browser.newContext({ baseURL: shopUrl(), locale: 'en-GB' });
  const page = await context.newPage();
  const counts = new Map<string, number>();
  const turns: Turn[] = [];
  page.on('request', (request) => {
    if (!isCheckout(request)) return;
    const name = nameOf(request);
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    turns.push({ name, nth });
  });
  await buyPatiently(page, eventId, 'first@example.com');
  await expect(page.getByRole('heading', { level: 1, name: paidWords })).toBeVisible();
  await page.waitForLoadState('networkidle');
  await context.close();
  return turns;
}

// Each request of a purchase takes minutes; those that change something are tried with every change.
const cases = [
  { cut: 'the request is lost', of: 'each request that changes something', isTried: /^POST / },
  { cut: 'the answer is lost', of: 'each request that changes something', isTried: /^POST / },
  { cut: 'the request is lost', of: 'each other request @deep', isTried: /^GET / },
  { cut: 'the answer is lost', of: 'each other request @deep', isTried: /^GET / },
] as const;
for (const { cut, of, isTried } of cases) {
  test(`the network is cut at ${of} of a purchase, ${cut}: one charge, and the page says so`, async ({
    browser,
    staff,
  }) => {
    test.setTimeout(300_000);
    const turns = await turnsOf(browser, (await staff.show({ title: 'Not cut' })).eventId);
    process.stdout.write(
      `   ${turns.length} requests: ${turns.map(({ name, nth }) => `${name} (${nth})`).join(', ')}\n`,
    );
    expect(turns.map(({ name }) => name)).toContain('POST /api/tickets/purchase');
    for (const { name, nth } of turns.filter((turn) => isTried.test(turn.name))) {
      await test.step(`${name}, ${nth}.`, async () => {
        const { eventId } = await staff.show({ title: `Cut at ${name}` });
        const context = await browser.newContext({ baseURL: shopUrl(), locale: 'en-GB' });
        const page = await context.newPage();
        let seen = 0;
        let wasCut = false;
        await page.route('**/*', async (route, request) => {
          if (!isCheckout(request) || nameOf(request) !== name || ++seen !== nth) return route.continue();
          wasCut = true;
          if (cut === 'the answer is lost') await route.fetch().catch(() => undefined);
          await route.abort('connectionreset');
        });
        await buyPatiently(page, eventId, 'cut@example.com');
        await expect
          .soft(page.getByRole('heading', { level: 1, name: paidWords }), `says how ${name} (${nth}) ended`)
          .toBeVisible();
        expect.soft(await staff.charges(eventId), `charges, cut at ${name} (${nth})`).toHaveLength(1);
        expect.soft(wasCut, `${name} (${nth}) was sent`).toBe(true);
        await context.close();
      });
    }
  });
}
