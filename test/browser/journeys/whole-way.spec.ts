import { cards, expectPaid, pay } from '../support/buyer.ts';
import { readCode } from '../support/read-code.ts';
import { expect, test } from '../support/test.ts';

test('the whole way: search, show, tickets, a card that asks the bank, the code on the screen, one ticket back', async ({
  page,
  staff,
}, { project }) => {
  const title = `Sardine Orchestra ${project.name}`;
  const { eventId } = await staff.show({ title });
  await expect(async () => {
    await page.goto(`/?q=${encodeURIComponent(title)}`);
    await page.getByRole('link', { name: title }).first().click({ timeout: 2_000 });
  }).toPass();
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await page
    .getByRole('link', { name: /^Choose/ })
    .locator('visible=true')
    .first()
    .click();
  await page.waitForURL(/\/seats$/);
  for (let i = 0; i < 2; i++)
    await page
      .getByRole('button', { name: /^One .* more$/ })
      .first()
      .click();
  await page.getByRole('button', { name: 'Hold 2 tickets' }).click();
  await page.waitForURL(/\/pay\//);
  await pay(page, 'whole@example.com', cards.asks);
  await page.getByRole('button', { name: 'Confirm the payment' }).click();
  await expectPaid(page);
  await page.getByRole('link', { name: 'Show tickets' }).click();
  const code = page.getByRole('img', { name: /^Code of / }).first();
  await expect(code).toBeVisible();
  const read = await readCode(code);
  const [booking] = await staff.bookings(eventId);
  const { tickets } = await staff.ask<{ tickets: { code: string }[] }>('GET', `/api/bookings/${booking!.bookingId}`);
  expect(tickets.map((ticket) => ticket.code)).toContain(read);
  await page.getByRole('button', { name: /^Give back/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox').nth(1).uncheck();
  await dialog.getByRole('button', { name: /^Give back €30\.00/ }).click();
  await expect(page.getByText('€30.00', { exact: false }).first()).toBeVisible();
  await expect
    .poll(async () => {
      const seen = await staff.ask<{ tickets: { status: string }[] }>('GET', `/api/bookings/${booking!.bookingId}`);
      return seen.tickets.filter(({ status }) => /cancel/i.test(status)).length;
    })
    .toBe(1);
});
