import { cards, expectPaid, fillCard, pay, payButton } from '../support/buyer.ts';
import { holdAs } from '../support/pages.ts';
import { expect, test } from '../support/test.ts';

const mail = (name: string) => `${name}@example.com`;

test('a card that pays: paid once, and neither a reload nor Back pays again', async ({ page, staff }) => {
  const { eventId } = await staff.show({ title: 'Paid at once' });
  await page.goto('/');
  await page.goto(`/pay/${await holdAs(page, { eventId, quantity: 2 })}`);
  await pay(page, mail('ana'));
  await expectPaid(page);
  await page.reload();
  await expectPaid(page);
  await page.goBack();
  await page.goForward();
  await expectPaid(page);
  expect(await staff.charges(eventId)).toHaveLength(1);
});

test('a press too many is one payment', async ({ page, staff }) => {
  const { eventId } = await staff.show({ title: 'Pressed twice' });
  await page.goto(`/pay/${await holdAs(page, { eventId, quantity: 2 })}`);
  await pay(page, mail('ana'), cards.isSlow);
  for (let i = 0; i < 3; i++) {
    await page
      .getByRole('button', { name: /^(Pay|Paying) / })
      .click({ force: true, timeout: 500 })
      .catch(() => undefined);
  }
  await expectPaid(page);
  expect(await staff.charges(eventId)).toHaveLength(1);
});

test('declined, then another card', async ({ page, staff }) => {
  const { eventId } = await staff.show({ title: 'Declined first' });
  await page.goto(`/pay/${await holdAs(page, { eventId, quantity: 2 })}`);
  await pay(page, mail('ben'), cards.isDeclined);
  await expect(page.getByRole('alert')).toContainText('No money has moved');
  expect(await staff.charges(eventId)).toHaveLength(0);
  await expect(page.getByLabel('Email', { exact: true })).toHaveValue(mail('ben'));
  await fillCard(page);
  await payButton(page).click();
  await expectPaid(page);
  expect(await staff.charges(eventId)).toHaveLength(1);
});

test('3-D Secure: to the bank and back', async ({ page, staff }) => {
  const { eventId } = await staff.show({ title: 'Asked by the bank' });
  await page.goto(`/pay/${await holdAs(page, { eventId, quantity: 2 })}`);
  await pay(page, mail('eve'), cards.asks);
  await page.getByRole('button', { name: 'Confirm the payment' }).click();
  await expectPaid(page);
  expect(await staff.charges(eventId)).toHaveLength(1);
});

test('3-D Secure failed: back at the card, nothing charged', async ({ page, staff }) => {
  const { eventId } = await staff.show({ title: 'Not confirmed' });
  await page.goto(`/pay/${await holdAs(page, { eventId, quantity: 2 })}`);
  await pay(page, mail('eve'), cards.asks);
  await page.getByRole('button', { name: 'Fail the check' }).click();
  await expect(page.getByRole('alert')).toContainText('No money has moved');
  await fillCard(page);
  await payButton(page).click();
  await expectPaid(page);
  expect(await staff.charges(eventId)).toHaveLength(1);
});

test('a reload while the bank is asked takes up there', async ({ page, staff }) => {
  const { eventId } = await staff.show({ title: 'Reloaded' });
  await page.goto(`/pay/${await holdAs(page, { eventId, quantity: 2 })}`);
  await pay(page, mail('ana'), cards.isSlow);
  await expect(page.getByRole('button', { name: /^Paying / })).toBeVisible();
  await page.reload();
  await expectPaid(page);
  expect(await staff.charges(eventId)).toHaveLength(1);
});

test('two tabs of one checkout pay once', async ({ page, context, staff }) => {
  const { eventId } = await staff.show({ title: 'Two tabs' });
  const path = `/pay/${await holdAs(page, { eventId, quantity: 2 })}`;
  const second = await context.newPage();
  await page.goto(path);
  await second.goto(path);
  await pay(page, mail('ana'), cards.isSlow);
  await pay(second, mail('ana'));
  await expectPaid(page);
  // The second tab is paid too, or says that these tickets are already bought.
  await expect(second.locator('body')).toContainText(/Paid\. The tickets are yours|already|It did go through/, {
    timeout: 30_000,
  });
  expect(await staff.charges(eventId)).toHaveLength(1);
});

test('a phone whose clock is wrong counts as the server does', async ({ page, staff }) => {
  const { eventId } = await staff.show({ title: 'Wrong clock' });
  await page.clock.install({ time: new Date('2034-01-01T00:00:00Z') });
  await page.goto(`/pay/${await holdAs(page, { eventId, quantity: 2 })}`);
  await expect(page.getByRole('timer')).toContainText(/1[45]:\d\d/);
});
