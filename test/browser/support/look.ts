import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Waits until a page shows what it has: its heading, its fonts, no answer under way. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('h1').first()).toBeAttached();
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.fonts.ready);
}

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with each finding of axe in one line. */
export async function expectAccessible(page: Page, how: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
  const findings = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
  expect.soft(findings, `axe, ${how}`).toEqual([]);
}

/** Fails if the page can be pushed sideways, and names what sticks out. */
export async function expectNoSidewaysScroll(page: Page, how: string): Promise<void> {
  const stickingOut = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const isCut = (element: Element): boolean => {
      for (let one = element.parentElement; one; one = one.parentElement) {
        if (getComputedStyle(one).overflowX !== 'visible') return one !== document.body;
      }
      return false;
    };
    const out = [...document.body.querySelectorAll('*')].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && (right > clientWidth + 1 || left < -1) && !isCut(element);
    });
    const named = out.slice(-3).map((element) => `<${element.tagName.toLowerCase()} class="${element.className}">`);
    return [`${scrollWidth} > ${clientWidth}`, ...named];
  });
  expect.soft(stickingOut, `scrolls sideways, ${how}`).toEqual([]);
}

/** Fails unless the page has one h1 and a title that says more than whose shop it is. */
export async function expectNamed(page: Page): Promise<void> {
  await expect.soft(page.locator('h1')).toHaveCount(1);
  await expect.soft(page).toHaveTitle(/\S+ · Onsale$/);
}
