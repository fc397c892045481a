import { linkIn } from '../support/account.ts';
import { expect, test } from '../support/test.ts';

interface OrderSeen {
  readonly tickets: readonly { readonly rate: string; readonly status: string }[];
  readonly customer: { readonly name: string; readonly email: string };
  readonly refundDue: number;
  readonly refunded: number;
}

test('by the link of a mail: some of the tickets go back for the sum that was named, and a wrong address is corrected', async ({
  page,
  staff,
}) => {
  const show = await staff.show({
    title: 'Some go back',
    cancellation: { allowed: true, hoursBefore: 24, feePercent: 0, feePerTicket: 2 },
  });
  const { ticketTypeId } = show.ticketTypes[0]!;
  const items = [
    { ticketTypeId, rate: 'Adult', quantity: 2 },
    { ticketTypeId, rate: 'Child', quantity: 1 },
  ];
  const held = await staff.hold(show, { items, customerName: 'Ana Souza', customerEmail: 'ana@wrong.example' });
  const { bookingId } = await staff.pay(held);
  const link = linkIn(await staff.mail('ana@wrong.example', 'Your 3 tickets'), '/order');
  await page.goto(link);

  await page.getByRole('button', { name: /^Give back/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Give back €69.00' })).toBeEnabled();
  await dialog.getByRole('checkbox', { name: /^All 3 tickets/ }).uncheck();
  await expect(dialog.getByRole('button', { name: 'Choose tickets first' })).toBeDisabled();
  await dialog.getByRole('checkbox', { name: /Adult/ }).first().check();
  await dialog.getByRole('checkbox', { name: /Child/ }).check();
  await expect(dialog.getByText('Paid').locator('..')).toContainText('€45.00');
  await expect(dialog.getByText('Kept by the organiser').locator('..')).toContainText('€4.00');
  await dialog.getByRole('button', { name: 'Give back €41.00' }).click();
  await expect(dialog).toContainText('€41.00 returns in 2–5 working days');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  const order = await staff.order<OrderSeen>(bookingId);
  expect(order.refundDue + order.refunded).toBe(41);
  expect(order.tickets.map(({ rate, status }) => `${rate} ${status}`).sort()).toEqual([
    'Adult Cancelled',
    'Adult Sold',
    'Child Cancelled',
  ]);

  await page.getByRole('button', { name: /^Correct name or address/ }).click();
  await dialog.getByLabel('Mail address').fill('ana@right');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Mail address')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Mail address').fill('ana@right.example');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The tickets are on their way to ana@right.example.')).toBeVisible();
  expect(new URL(page.url()).pathname).not.toBe(link);
  await page.reload();
  await expect(page.getByRole('button', { name: /^Send once more/ })).toContainText('ana@right.example');
  expect((await staff.order<OrderSeen>(bookingId)).customer.email).toBe('ana@right.example');
  await page.goto(linkIn(await staff.mail('ana@right.example', 'Your'), '/order'));
  await expect(page.getByRole('heading', { level: 1, name: 'Tickets for Some go back' })).toBeVisible();
  await page.goto(link);
  await expect(page.getByRole('heading', { level: 2, name: 'Find your order' })).toBeVisible();
});
