import { test as base, expect, type Page } from '@playwright/test';
import { createStaff, type Staff } from './staff.ts';
import type { Stock } from './stock.ts';

/** What a page complained about. Whoever looks at it, or expects some, empties it. */
export type Complaints = string[];

interface Fixtures {
  readonly staff: Staff;
  readonly stock: Stock;
  /** Of all pages of the test. Must be empty at its end; refusals of the API are no complaints. */
  readonly complaints: Complaints;
}

export { expect };
export const shopUrl = () => process.env.ONSALE_BROWSER_URL!;

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
  baseURL: async ({}, use) => use(shopUrl()),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  staff: async ({}, use) => use(createStaff(shopUrl(), process.env.ONSALE_BROWSER_KEY!)),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  stock: async ({}, use) => use(JSON.parse(process.env.ONSALE_BROWSER_STOCK!) as Stock),
  complaints: [
    async ({ context }, use) => {
      const complaints: Complaints = [];
      for (const page of context.pages()) listen(page, complaints);
      context.on('page', (page) => listen(page, complaints));
      await use(complaints);
      expect(complaints, 'what the console says').toEqual([]);
    },
    { auto: true },
  ],
});

function listen(page: Page, complaints: Complaints): void {
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    const { url } = message.location();
    // The browser notes each answer from 400 on: of the API they are refusals, of pages addresses where nothing is. A test's
    // own cuts look the same.
    const isAnswer =
      message.text().startsWith('Failed to load resource') && !new URL(url).pathname.startsWith('/assets/');
    if (!isAnswer) complaints.push(`${page.url()}: ${message.text()} (${url})`);
  });
}
