import type { Page } from '@playwright/test';
import { cards, openSeatList, paidWords, pay, payButton, seatButton } from '../support/buyer.ts';
import { refuseUpgrades } from '../support/refuse-upgrades.ts';
import { type ShopServer, startShopServer } from '../support/shop-server.ts';
import { createStaff } from '../support/staff.ts';
import { expect, shopUrl, test } from '../support/test.ts';

test.describe('the server is killed and started again in the middle of a payment', () => {
  test.describe.configure({ mode: 'serial' });
  test.skip(process.env.ONSALE_TEST_URL !== undefined, 'it kills a server of its own');
  let server: ShopServer;
  test.beforeAll(async () => {
    server = await startShopServer();
  });
  test.afterAll(async () => {
    await server.verify();
    await server.stop();
  });

  /** Holds two tickets of a show of this server; ends in their checkout. */
  async function inCheckout(page: Page, title: string) {
    const staff = createStaff(server.url, server.ownerKey);
    const { eventId } = await staff.show({ title });
    await page.goto(`${server.url}/e/${eventId}`);
    const [type] = (await staff.ask<{ ticketTypes: { ticketTypeId: number }[] }>('GET', `/api/events/${eventId}`))
      .ticketTypes;
    const held = await page.request.post(`${server.url}/api/tickets/reserve`, {
      data: { eventId, ticketTypeId: type!.ticketTypeId, quantity: 2 },
    });
    const { reservationId } = (await held.json()) as { reservationId: string };
    await page.goto(`${server.url}/pay/${reservationId}`);
    await expect(payButton(page)).toBeEnabled();
    return { staff, eventId };
  }

  /** What the page says of the end is what happened, and it says something. */
  async function expectOneEnd(page: Page, { staff, eventId }: Awaited<ReturnType<typeof inCheckout>>) {
    const paid = page.getByRole('heading', { level: 1, name: paidWords });
    const notPaid = page.getByRole('alert').filter({ hasText: /No money has moved|Nothing (is|was) charged/ });
    await expect(paid.or(notPaid).first()).toBeVisible({ timeout: 45_000 });
    const isPaid = await paid.isVisible();
    expect(await staff.charges(eventId)).toHaveLength(isPaid ? 1 : 0);
    const { items } = await staff.ask<{ items: { status: string }[] }>('GET', `/api/bookings?eventId=${eventId}`);
    expect(items.filter(({ status }) => status === 'completed')).toHaveLength(isPaid ? 1 : 0);
    return isPaid;
  }

  test('while the bank is asked: one charge or none, and the page says which', async ({ page }) => {
    test.setTimeout(120_000);
    const made = await inCheckout(page, 'Killed while the bank is asked');
    const sent = page.waitForRequest((request) => request.url().endsWith('/api/tickets/purchase'));
    await pay(page, 'killed@example.com', cards.isSlow);
    await sent;
    await page.waitForTimeout(800);
    await server.kill();
    await expect(page.getByText('The network went away while you were paying.')).toBeVisible();
    await expect(page.getByText('Not known yet. Seats kept meanwhile')).toBeVisible();
    await server.startAgain();
    await expectOneEnd(page, made);
  });

  test('before the press: what was typed is kept, and the press pays once', async ({ page }) => {
    test.setTimeout(120_000);
    const made = await inCheckout(page, 'Killed before the press');
    await server.kill();
    await pay(page, 'before@example.com');
    await expect(page.getByText('The network went away while you were paying.')).toBeVisible();
    await server.startAgain();
    expect(await expectOneEnd(page, made)).toBe(true);
  });

  test('while the buyer is at the bank @deep', async ({ page }) => {
    test.setTimeout(120_000);
    const made = await inCheckout(page, 'Killed at the bank');
    await pay(page, 'at-the-bank@example.com', cards.asks);
    await expect(page.getByRole('button', { name: 'Confirm the payment' })).toBeVisible();
    await server.kill();
    await server.startAgain();
    await page.getByRole('button', { name: 'Confirm the payment' }).click();
    expect(await expectOneEnd(page, made)).toBe(true);
  });
});

test('where no WebSocket gets through, seats are looked up, and the page says so', async ({
  browser,
  staff,
  complaints,
}) => {
  const proxy = await refuseUpgrades(shopUrl());
  const context = await browser.newContext({ baseURL: proxy.url, locale: 'en-GB' });
  const page = await context.newPage();
  const show = await staff.seatedShow({ title: 'Looked up' });
  await openSeatList(page, show.eventId);
  const seat = seatButton(page, 'Row D, seat 7');
  await expect(seat).toBeVisible();
  await page.getByText('Map', { exact: true }).click();
  await expect(page.getByText('Seats are looked up every 2 seconds')).toBeVisible();
  expect(proxy.refused()).toBeGreaterThanOrEqual(2);
  await page.getByText('List', { exact: true }).click();
  await staff.hold(show, { seatGuids: [staff.seat('D', '7')] });
  await expect(seat).toBeHidden({ timeout: 6_000 });
  await context.close();
  await proxy.stop();
  // The browser says of each socket that it failed.
  complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes('WebSocket connection to')));
});

test('a tab from before a deploy loads itself again, once, and comes to where it wanted', async ({
  page,
  complaints,
}) => {
  const loads: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loads.push(new URL(request.url()).pathname);
  });
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached();
  await page.waitForLoadState('networkidle');
  // What is asked for until the next load is not served any more.
  await page.route('**/assets/*.js', (route) => (loads.length > 1 ? route.continue() : route.fulfill({ status: 404 })));
  await page.getByRole('banner').getByRole('link', { name: 'My tickets' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Find your order' })).toBeVisible();
  expect(loads).toEqual(['/', '/tickets']);
  complaints.length = 0;
});

test('addresses where nothing is: 404 with a way to search, 410 for a show that was taken away, the API says it as JSON', async ({
  page,
  staff,
}) => {
  const nowhere = await page.goto('/no/such/page');
  expect(nowhere!.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1, name: 'There is nothing at this address.' })).toBeVisible();
  await page.getByRole('searchbox').locator('visible=true').first().fill('piano');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/\?.*q=piano/);

  const show = await staff.show({ title: 'Taken away' });
  const { eventId, ticketTypes } = show;
  await page.goto(`/e/${eventId}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Taken away' })).toBeVisible();
  const [type] = ticketTypes;
  await staff.pay(await staff.hold(show, { ticketTypeId: type!.ticketTypeId, quantity: 1 }));
  await staff.ask('DELETE', `/api/events/${eventId}`);
  // Pages are kept for some seconds.
  await expect(async () => expect((await page.goto(`/e/${eventId}`))!.status()).toBe(410)).toPass();
  await expect(page.getByRole('heading', { level: 1, name: 'This show is not here any more.' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'See all shows' })).toBeVisible();
  for (const id of [eventId, 999_999]) {
    await page.goto(`/e/${id}/seats`);
    await expect(page.getByRole('heading', { level: 1, name: 'This show is no longer here.' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'See all shows' })).toBeVisible();
  }
  const api = await page.request.get('/api/no/such/route');
  expect([api.status(), api.headers()['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
});
