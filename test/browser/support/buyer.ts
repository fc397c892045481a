import { expect, type Page } from '@playwright/test';

/** Numbers of the sandbox's cards, as they are typed. */
export const cards = {
  pays: '4242 4242 4242 4242',
  asks: '4000 0025 0000 3155',
  isDeclined: '4000 0000 0000 0002',
  isSlow: '4000 0000 0000 0077',
  hasPaidUnheard: '4000 0000 0000 0127',
} as const;

export const paidWords = /^(Paid\. The tickets are yours\.|It did go through\.|The tickets are yours\.)$/;

/** Chooses so many tickets of a show without seats and holds them; ends in the checkout. */
export async function holdTickets(page: Page, eventId: number, count: number): Promise<void> {
  await page.goto(`/e/${eventId}/seats`);
  for (let i = 0; i < count; i++)
    await page
      .getByRole('button', { name: /^One .* more$/ })
      .first()
      .click();
  await page.getByRole('button', { name: `Hold ${count} ticket${count === 1 ? '' : 's'}` }).click();
  await page.waitForURL(/\/pay\//);
}

/** Chooses seats in the list by their names (`Row A, seat 3`) and holds them; ends in the checkout. */
export async function holdSeats(page: Page, eventId: number, ...seats: readonly string[]): Promise<void> {
  await openSeatList(page, eventId);
  for (const seat of seats) await seatButton(page, seat).click();
  await holdButton(page).click();
  await page.waitForURL(/\/pay\//);
}

export async function openSeatList(page: Page, eventId: number): Promise<void> {
  await page.goto(`/e/${eventId}/seats`);
  await page.getByText('List', { exact: true }).click();
}

export const seatButton = (page: Page, seat: string) => page.getByRole('button', { name: `${seat}, Stalls` });
export const holdButton = (page: Page) => page.getByRole('button', { name: /^Hold th/ });
export const payButton = (page: Page) => page.getByRole('button', { name: /^Pay €/ });

export async function fillContact(page: Page, email: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill('Ana Souza');
  await page.getByLabel('Email', { exact: true }).fill(email);
}

export async function fillCard(page: Page, number: string = cards.pays): Promise<void> {
  await page.getByLabel('Card number', { exact: true }).fill(number);
  await page.getByLabel('Expires', { exact: true }).fill('12 / 34');
  await page.getByLabel('Security code', { exact: true }).fill('123');
}

/** Fills in the checkout and presses Pay. */
export async function pay(page: Page, email: string, number?: string): Promise<void> {
  await fillContact(page, email);
  await fillCard(page, number);
  await payButton(page).click();
}

export async function expectPaid(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: paidWords })).toBeVisible({ timeout: 30_000 });
}

/**
 * Buys two tickets of a show without seats as somebody patient does whom the network plays tricks: loads again what did not load,
 * presses again what may be pressed, pays only where the page offers it. Ends when the page says how it ended.
 */
export async function buyPatiently(page: Page, eventId: number, email: string, patienceMs = 45_000): Promise<void> {
  const first = `/e/${eventId}/seats`;
  const end = Date.now() + patienceMs;
  let wanted = first;
  await page.goto(first).catch(() => undefined);
  while (Date.now() < end) {
    if (page.url().startsWith('http')) wanted = page.url();
    if (await page.getByRole('heading', { level: 1, name: paidWords }).isVisible()) return;
    if (
      !(await page
        .locator('#app > *')
        .first()
        .isVisible()
        .catch(() => false))
    ) {
      await page.waitForTimeout(500);
      if (
        await page
          .locator('#app > *')
          .first()
          .isVisible()
          .catch(() => false)
      )
        continue;
      await page.goto(wanted).catch(() => undefined);
      continue;
    }
    for (const again of ['Try again', 'Ask again now', 'Load it again']) {
      const button = page.getByRole('button', { name: again });
      if (await button.first().isVisible())
        await button
          .first()
          .click({ timeout: 1_000 })
          .catch(() => undefined);
    }
    if (new URL(page.url(), 'http://x').pathname.endsWith('/seats')) await choose(page);
    else await fillAndPay(page, email).catch(() => undefined);
    await page.waitForTimeout(150);
  }
}

async function choose(page: Page): Promise<void> {
  const hold = page.getByRole('button', { name: /^Hold 2 tickets/ });
  if (await hold.isEnabled({ timeout: 200 }).catch(() => false)) {
    await hold.click({ timeout: 1_000 }).catch(() => undefined);
    return;
  }
  const more = page.getByRole('button', { name: /^One .* more$/ }).first();
  if ((await page.getByRole('button', { name: /^Hold 2 tickets|Holding/ }).count()) === 0) {
    await more.click({ timeout: 500 }).catch(() => undefined);
  }
}

async function fillAndPay(page: Page, email: string): Promise<void> {
  const button = payButton(page);
  if (!(await button.isVisible())) return;
  if ((await page.getByLabel('Email', { exact: true }).inputValue({ timeout: 500 })) === '')
    await fillContact(page, email);
  if ((await page.getByLabel('Card number', { exact: true }).inputValue({ timeout: 500 })) === '') await fillCard(page);
  await button.click({ timeout: 1_000 });
}
