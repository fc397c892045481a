import { holdButton, openSeatList, seatButton } from '../support/buyer.ts';
import { expect, shopUrl, test } from '../support/test.ts';

test('two buyers press for one seat: one gets it, the other an offer', async ({ browser, staff }) => {
  const { eventId } = await staff.seatedShow({ title: 'One seat for two' });
  const contexts = await Promise.all([0, 1].map(() => browser.newContext({ baseURL: shopUrl(), locale: 'en-GB' })));
  const [ana, ben] = await Promise.all(contexts.map((context) => context.newPage()));
  // What the live channel says comes after both have pressed: else the slower page hears that the seat is gone, and cannot press.
  const pressed = Promise.withResolvers<void>();
  for (const page of [ana!, ben!]) {
    await page.routeWebSocket(/\/live/, (socket) => {
      socket.connectToServer().onMessage((frame) => void pressed.promise.then(() => socket.send(frame)));
    });
  }
  for (const page of [ana!, ben!]) {
    await openSeatList(page, eventId);
    await seatButton(page, 'Row C, seat 5').click();
  }
  await Promise.all([ana!, ben!].map((page) => holdButton(page).click()));
  pressed.resolve();
  const hasIt = (url: string) => url.includes('/pay/');
  await expect.poll(() => [ana!, ben!].filter((page) => hasIt(page.url())).length).toBe(1);
  const loser = [ana!, ben!].find((page) => !hasIt(page.url()))!;
  await expect(loser.getByRole('alert')).toContainText('Somebody was faster');
  await expect(loser.getByRole('alert')).toContainText('No money has moved');
  await loser.waitForTimeout(500);
  // The live channel says it too by now: it is said once.
  await expect(loser.getByRole('alert')).toHaveCount(1);
  expect([ana!, ben!].filter((page) => hasIt(page.url()))).toHaveLength(1);
  // What is free close by is named, taken by one press, and held.
  await expect(loser.getByRole('alert')).toContainText(/C \d+ is free close by, at the same price\./);
  await loser.getByRole('button', { name: /^Take C \d+$/ }).click();
  await expect(loser.getByRole('alert')).toHaveCount(0);
  await holdButton(loser).click();
  await loser.waitForURL(/\/pay\//);
  await Promise.all(contexts.map((context) => context.close()));
});

test('seats that go before the press: others in the same rates are named at once', async ({ page, staff }) => {
  const show = await staff.seatedShow({ title: 'Gone before the press' });
  await openSeatList(page, show.eventId);
  await seatButton(page, 'Row C, seat 5').click();
  await seatButton(page, 'Row C, seat 6').click();
  await page.getByRole('combobox', { name: 'Rate of Row C, seat 6' }).selectOption('Child');
  await staff.hold(show, { seatGuids: [staff.seat('C', '6')] });
  const lost = page.getByRole('alert');
  await expect(lost).toContainText('Somebody was faster on C 6.');
  await expect(lost).toContainText(/are free close by, at the same price\./);
  await page.getByRole('button', { name: /^Take [A-I] \d+ and / }).click();
  await expect(lost).toHaveCount(0);
  await expect(page.getByText('€57.00')).toBeVisible();
  await holdButton(page).click();
  await page.waitForURL(/\/pay\//);
  await expect(page.getByRole('button', { name: 'Pay €57.00' })).toBeVisible();
});

test('whoever looks on sees a seat go as it is held', async ({ browser, page, staff }) => {
  const { eventId } = await staff.seatedShow({ title: 'Seen going' });
  await openSeatList(page, eventId);
  const seat = seatButton(page, 'Row D, seat 7');
  await expect(seat).toBeVisible();
  const other = await browser.newPage({ baseURL: shopUrl(), locale: 'en-GB' });
  await openSeatList(other, eventId);
  await seatButton(other, 'Row D, seat 7').click();
  const answered = other.waitForResponse((answer) => answer.url().endsWith('/api/tickets/reserve'));
  await holdButton(other).click();
  await answered;
  const held = performance.now();
  await expect(seat).toBeHidden();
  process.stdout.write(`   seen ${Math.round(performance.now() - held)} ms after the hold was answered\n`);
  await other.close();
});
