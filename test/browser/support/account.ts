import { expect, type Page } from '@playwright/test';
import { totpCode } from '../../../src/features/identity/domain/totp.ts';

/** The page's own path in the link of a mail that stands alone on its line. */
export function linkIn(mail: string, path: string): string {
  const found = new RegExp(`^\\S*(${path}[#/?]\\S+)$`, 'm').exec(mail)?.[1];
  if (!found) throw new Error(`no link to ${path} in: ${mail}`);
  return found;
}

export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Mail address').fill(email);
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** What an authenticator app shows for a secret as the page shows it; `stepsAhead`: that of 30 seconds later, which counts too. */
export function appCode(secret: string, stepsAhead = 0): string {
  let bits = '';
  for (const letter of secret.replaceAll(' ', ''))
    bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  const bytes = Uint8Array.from(bits.match(/.{8}/g)!, (byte) => Number.parseInt(byte, 2));
  return totpCode(bytes, Math.floor(Date.now() / 30_000) + stepsAhead);
}

/** Makes an account by the pages and the link of the mail; ends on the page that says so. */
export async function register(
  page: Page,
  account: { readonly email: string; readonly password: string },
  mail: (to: string, subject: string) => Promise<string>,
): Promise<void> {
  await page.goto('/register');
  await page.getByLabel('Name (optional)').fill('Nora Vik');
  await page.getByLabel('Mail address').fill(account.email);
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await expect(page.getByRole('status')).toContainText(`A mail is on its way to ${account.email}.`);
  await page.goto(linkIn(await mail(account.email, 'Confirm'), '/verify'));
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Address confirmed' })).toBeVisible();
}
