import { readFile } from 'node:fs/promises';
import { appCode, linkIn, register, signIn } from '../support/account.ts';
import { buyAs } from '../support/pages.ts';
import { expect, shopUrl, test } from '../support/test.ts';

const password = 'seven grey geese fly home';
const newPassword = 'nine blue boats sail away';

test('an account from its first mail to its end: verify, second factor, reset, logins, guest orders, export, erase', async ({
  page,
  browser,
  staff,
}, { project }) => {
  test.setTimeout(90_000);
  const email = `nora-${project.name}@example.com`;
  const title = `Bought before ${project.name}`;
  const { eventId } = await staff.show({ title });
  const guest = await browser.newContext({ baseURL: shopUrl(), locale: 'en-GB' });
  const buyAsGuest = async () =>
    buyAs(await guest.newPage(), { eventId, quantity: 1, customerName: 'Nora Vik', customerEmail: email });
  const before = await buyAsGuest();

  // Until the address is proven nobody signs in with it.
  await register(page, { email, password }, staff.mail);
  await expect(page).toHaveURL(/\/verify$/);
  await page.getByRole('link', { name: 'Sign in' }).last().click();
  await page.getByLabel('Mail address').fill(email);
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill('not this one at all');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('Mail address')).toHaveValue(email);
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible();

  // What was bought as a guest is there, and what is bought later comes by a press.
  await page.getByRole('main').getByRole('link', { name: 'My tickets' }).click();
  await expect(page.getByRole('link', { name: new RegExp(title) })).toHaveAttribute('href', `/tickets/${before}`);
  await buyAsGuest();
  await page.goto('/account');
  await page.getByRole('button', { name: 'Look for orders' }).click();
  await expect(page.getByText('1 order is in your account now.')).toBeVisible();

  // The second factor.
  await page.getByRole('button', { name: 'Set it up' }).click();
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
  await page.getByRole('button', { name: 'Go on' }).click();
  const secret = (await page.getByText('Scan this with your authenticator app').locator('span').textContent())!;
  await page.getByLabel('Code of your second factor').fill('000000');
  await page.getByRole('button', { name: 'Turn it on' }).click();
  await expect(page.getByLabel('Code of your second factor')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Code of your second factor').fill(appCode(secret));
  await page.getByRole('button', { name: 'Turn it on' }).click();
  const codes = page.getByRole('list', { name: 'Recovery codes' });
  await expect(codes).toBeVisible();
  const recovery = await codes.getByRole('listitem').allTextContents();
  expect(recovery.length).toBeGreaterThanOrEqual(8);
  await page.getByRole('button', { name: 'I have kept them' }).click();

  // Another device, and its login ended from here.
  const elsewhere = await browser.newContext({ baseURL: shopUrl(), locale: 'en-GB' });
  const other = await elsewhere.newPage();
  await signIn(other, email, password);
  await other.getByLabel('Code of your second factor').fill(recovery[0]!);
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(other.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: /^End the login of / }).click();
  await expect(page.getByRole('button', { name: /^End the login of / })).toHaveCount(0);
  await other.reload();
  await expect(other.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();

  // Forgotten: the link of the mail sets another password and ends every login.
  await other.getByRole('link', { name: 'Forgot the password?' }).click();
  await other.getByLabel('Mail address').fill(email);
  await other.getByRole('button', { name: 'Send the link' }).click();
  await expect(other.getByRole('status')).toContainText(email);
  await other.goto(linkIn(await staff.mail(email, 'assword'), '/reset'));
  await other.getByLabel('New password').fill('password');
  await other.getByRole('button', { name: 'Set the password' }).click();
  await expect(other.getByLabel('New password')).toHaveAttribute('aria-invalid', 'true');
  await other.getByLabel('New password').fill(newPassword);
  await other.getByRole('button', { name: 'Set the password' }).click();
  await expect(other.getByRole('heading', { level: 1, name: 'The new password counts' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await signIn(page, email, password);
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(newPassword);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  // Each code is good once: that of the app was used when it was turned on, the next one counts already.
  await page.getByLabel('Code of your second factor').fill(appCode(secret, 1));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible();

  // Taken along, then erased.
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const kept = await readFile(await (await downloading).path(), 'utf8');
  expect(JSON.parse(kept)).toMatchObject({ account: { email } });
  expect(kept).toContain(before);
  await page.getByRole('button', { name: 'Erase the account' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Password', exact: true }).fill(newPassword);
  await dialog.getByLabel('Code of your second factor').fill(recovery[1]!);
  await dialog.getByRole('button', { name: `Erase ${email}` }).click();
  await expect(page).toHaveURL(/\/$/);
  await signIn(page, email, newPassword);
  await expect(page.getByRole('alert')).toBeVisible();
  const { customer, tickets } = await staff.ask<{ customer: object | null; tickets: { status: string }[] }>(
    'GET',
    `/api/bookings/${before}`,
  );
  expect(JSON.stringify(customer)).not.toContain(email);
  expect(tickets.map(({ status }) => status)).toEqual(['Sold']);
  await guest.close();
  await elsewhere.close();
});
