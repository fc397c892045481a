import type { Page } from '@playwright/test';
import { expectPaid } from '../support/buyer.ts';
import { expect, test } from '../support/test.ts';

/** What has the focus, as a screen reader names it: label, else text. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement)) return '';
    const labelled = (element as HTMLInputElement).labels?.[0]?.textContent;
    return (element.getAttribute('aria-label') ?? labelled ?? element.textContent ?? '').trim().replaceAll(/\s+/g, ' ');
  });

/** Presses Tab until something has the focus that is named so, with a ring that one sees. */
async function tabTo(page: Page, name: RegExp, most = 120): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (name.test(now)) {
      const hasRing = await page.evaluate(() => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement!);
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      });
      expect.soft(hasRing, `the focus is seen on ${now}`).toBe(true);
      return;
    }
    passed.push(now);
  }
  throw new Error(`Tab never comes to ${name}: ${passed.join(' | ')}`);
}

test('a purchase by keyboard alone, from the seats to the tickets', async ({ page, staff }) => {
  const { eventId } = await staff.seatedShow({ title: 'By keyboard' });
  await page.goto(`/e/${eventId}/seats`);
  await expect(page.locator('h1')).toBeVisible();
  await tabTo(page, /^List$/);
  await page.keyboard.press('Enter');
  await tabTo(page, /^Row A, seat 3, /);
  await page.keyboard.press('Space');
  await tabTo(page, /^Row A, seat 4, /);
  await page.keyboard.press('Enter');
  await tabTo(page, /^Hold these 2 seats/, 300);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/pay\//);
  await expect(page.getByLabel('Email', { exact: true })).toBeVisible();
  for (const [field, text] of [
    ['Name', 'Ana Souza'],
    ['Email', 'keys@example.com'],
    ['Card number', '4242424242424242'],
    ['Expires', '1234'],
    ['Security code', '123'],
  ] as const) {
    await tabTo(page, new RegExp(`^${field}\\b`));
    await page.keyboard.type(text);
  }
  await tabTo(page, /^Pay €/);
  await page.keyboard.press('Enter');
  await expectPaid(page);
  // Whoever reads by ear hears how it ended: the focus is on the heading.
  expect(await focused(page)).toMatch(/^Paid/);
  expect(await staff.charges(eventId)).toHaveLength(1);
});

test('the map by keyboard: arrows move, Enter takes, and each seat is said', async ({ page, staff }) => {
  const { eventId } = await staff.seatedShow({ title: 'The map by keyboard' });
  await page.goto(`/e/${eventId}/seats`);
  await page.waitForFunction(() => performance.getEntriesByName('seat-map picture').length > 0);
  await page.getByRole('application', { name: 'Seat map' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText(/^Row .*, seat \d+, .*, €\d+\.00, free$/).first()).toBeAttached();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Hold this seat/ })).toBeEnabled();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Hold these 2 seats/ })).toBeEnabled();
  await expect(page.getByText(/^Row .*, seat \d+ taken\. 2 tickets chosen\.$/)).toBeAttached();
});

test('what a screen reader reads of the seat list and of the checkout', async ({ page, staff }) => {
  const { eventId } = await staff.seatedShow({ title: 'By ear' });
  await page.goto(`/e/${eventId}/seats`);
  await page.getByText('List', { exact: true }).click();
  await page.getByRole('button', { name: 'Row A, seat 3, Stalls' }).click();
  await expect(page.locator('body')).toMatchAriaSnapshot(`
    - banner:
      - heading "By ear" [level=1]
      - group "How to choose":
        - button "List" [pressed]
    - main:
      - region "List":
        - group:
          - heading "Stalls" [level=2]
          - heading "Row A" [level=3]
          - button "Row A, seat 1, Stalls, €38.00, wheelchair place"
          - button "Row A, seat 3, Stalls, €38.00" [pressed]
          - button "Row A, seat 4, Stalls, €38.00"
      - complementary "Your seats":
        - heading "Your seats" [level=2]
        - list:
          - listitem:
            - combobox "Rate of Row A, seat 3"
            - button "Leave Row A, seat 3"
        - button "Hold this seat"
  `);
  await page.getByRole('button', { name: 'Hold this seat' }).click();
  await page.waitForURL(/\/pay\//);
  await expect(page.locator('body')).toMatchAriaSnapshot(`
    - banner:
      - timer "Time that your seats are held"
      - button "More time"
    - main:
      - heading "Pay for 1 ticket to By ear" [level=1]
      - region "Where we send the tickets":
        - textbox "Name"
        - textbox "Email"
      - region "How you pay":
        - textbox "Card number"
        - textbox "Expires"
        - textbox "Security code"
      - button /Pay €\\d+/
  `);
  // A press with nothing filled in: each field says what it misses, and the sum of it is said at once.
  await page.getByRole('button', { name: /^Pay €/ }).click();
  await expect(page.getByRole('alert').first()).toContainText('Nothing was charged');
  await expect(page.getByLabel('Email', { exact: true })).toHaveAccessibleDescription(/missing/);
  await expect(page.getByLabel('Email', { exact: true })).toHaveAttribute('aria-invalid', 'true');
});
