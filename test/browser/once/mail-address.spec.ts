import { linkIn, register, signIn } from '../support/account.ts';
import { expect, test } from '../support/test.ts';

const password = 'seven grey geese fly home';

test('an account changes its mail address: asked for on its page, had by the link of the mail', async ({
  page,
  staff,
}) => {
  const account = { email: 'mail-before@example.com', password };
  await register(page, account, staff.mail);
  await signIn(page, account.email, password);
  await page.getByRole('button', { name: 'Change the address' }).click();
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByRole('alert')).toContainText('Your mail address is needed.');
  await page.getByLabel('New mail address').fill('mail-after@example.com');
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill('not this one at all');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByRole('textbox', { name: 'Password', exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByRole('status')).toContainText('A mail is on its way to mail-after@example.com.');
  await staff.mail(account.email, 'is to have another mail address');
  const link = linkIn(await staff.mail('mail-after@example.com', 'Confirm your new'), '/mail-address');
  await page.goto(link);
  await expect(page).toHaveURL(/\/mail-address$/);
  await page.getByRole('button', { name: 'Use this address' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Address changed' })).toBeVisible();
  // Opened once more in the same tab, it asks anew, and is used.
  await page.goto(link);
  await page.getByRole('button', { name: 'Use this address' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.goto('/account');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await signIn(page, 'mail-after@example.com', password);
  await expect(page.getByRole('main')).toContainText('You sign in with mail-after@example.com');
});
