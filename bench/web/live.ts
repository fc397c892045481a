import type { Browser, Page } from '@playwright/test';

const times = 10;

/**
 * Milliseconds from the moment a browser holds a seat (its request is answered) until another, which looks at the same list of
 * seats, no longer offers it.
 */
export async function measureLive(
  browser: Browser,
  baseUrl: string,
  eventId: number,
): Promise<{ readonly median: number; readonly max: number }> {
  const watcher = await openList(browser, baseUrl, eventId);
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const seat = `Row B, seat ${i + 2}, Stalls`;
    const gone = watcher.evaluate(
      (label) =>
        new Promise<number>((done) => {
          const isThere = () => document.querySelector(`button[aria-label^="${label}"]`) !== null;
          if (!isThere()) throw new Error(`${label} is not there`);
          const watch = new MutationObserver(() => {
            if (isThere()) return;
            watch.disconnect();
            done(Date.now());
          });
          watch.observe(document.body, { childList: true, subtree: true });
        }),
      seat,
    );
    const page = await openList(browser, baseUrl, eventId);
    await page.getByRole('button', { name: seat }).click();
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/api/tickets/reserve'));
    await page.getByRole('button', { name: /^Hold th/ }).click();
    const timing = (await answered).request().timing();
    taken.push((await gone) - (timing.startTime + timing.responseStart));
    // Chromium that is closed while it goes to another page may take minutes for that.
    await page.waitForURL('**/pay/**');
    await page.context().close();
  }
  await watcher.context().close();
  const sorted = taken.map(Math.round).toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(times / 2)]!, max: sorted.at(-1)! };
}

async function openList(browser: Browser, baseUrl: string, eventId: number): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(new URL(`/e/${eventId}/seats`, baseUrl).href);
  await page.getByText('List', { exact: true }).click();
  await page.getByText('Seats change live').waitFor();
  return page;
}
