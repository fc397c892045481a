import { blocksPlan } from '../../../bench/web/seat-map.ts';
import { expectPaid, pay } from '../support/buyer.ts';
import { expect, test } from '../support/test.ts';

test('seats of a large hall picked by touch: part, seats, a tap that takes and one that leaves, pinch, pay', async ({
  page,
  staff,
}) => {
  test.setTimeout(120_000);
  const { seatingPlanId } = await staff.ask<{ seatingPlanId: number }>(
    'POST',
    '/api/seating-plans',
    blocksPlan(18_000),
  );
  const { eventId } = await staff.show({
    title: 'By finger',
    seatingPlanId,
    ticketTypes: ['A', 'B', 'C'].map((name, i) => ({ name, categories: [name], price: 90 - i * 10 })),
  });
  await page.goto(`/e/${eventId}/seats`);
  const map = page.getByRole('region', { name: 'Seat map' });
  await page.waitForFunction(() => performance.getEntriesByName('seat-map picture').length > 0);
  const box = (await map.boundingBox())!;
  const sheet = (await page.getByRole('complementary', { name: 'Your seats' }).boundingBox())!;
  // In the middle of the hall, which lies between two parts of it.
  const finger = { x: box.x + box.width / 2, y: (box.y + sheet.y) / 2 - 14 };
  const leave = page.getByRole('button', { name: /^Leave / }).locator('visible=true');
  // From the whole hall to a part of it, to its seats: so many taps, and each brings one nearer.
  let taps = 0;
  for (; taps < 5 && (await leave.count()) === 0; taps++) {
    await page.touchscreen.tap(finger.x, finger.y);
    await page.waitForTimeout(900);
  }
  await expect(leave).toHaveCount(1);
  expect(taps, 'taps from the whole hall to a seat').toBeGreaterThanOrEqual(2);
  await page.touchscreen.tap(finger.x, finger.y);
  await expect(leave).toHaveCount(0);
  await page.touchscreen.tap(finger.x, finger.y);
  await expect(leave).toHaveCount(1);

  // Two fingers that come together show more of the hall, and take nothing.
  const devtools = await page.context().newCDPSession(page);
  const fingers = (apart: number) => [-1, 1].map((side, id) => ({ x: finger.x + side * apart, y: finger.y, id }));
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(110) });
  for (let apart = 100; apart >= 20; apart -= 10)
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(apart) });
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await expect(leave).toHaveCount(1);
  const seat = (await leave.getAttribute('aria-label'))!.replace('Leave ', '');

  await page.getByRole('button', { name: 'Hold this seat' }).click();
  await page.waitForURL(/\/pay\//);
  await pay(page, 'finger@example.com');
  await expectPaid(page);
  const [booking] = await staff.bookings(eventId);
  const { tickets } = await staff.order<{ tickets: { seat: { row: string; number: string } }[] }>(booking!.bookingId);
  expect(tickets.map(({ seat: sold }) => `Row ${sold.row}, seat ${sold.number}`)).toEqual([seat]);
});
