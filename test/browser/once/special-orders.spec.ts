import { expectPaid, fillCard, fillContact, holdTickets, payButton } from '../support/buyer.ts';
import { holdAs } from '../support/pages.ts';
import { expect, test } from '../support/test.ts';

interface OrderSeen {
  readonly totalPrice: number;
  readonly provider: string;
  readonly consent: { readonly terms?: number; readonly privacy?: number } | null;
  readonly priceBreakdown: { readonly promoCode: string | null; readonly discount: number };
  readonly tickets: readonly {
    readonly ticketType: string;
    readonly rate: string;
    readonly seat: object | null;
    readonly status: string;
    readonly attendeeName: string | null;
  }[];
}

test('visitors are named where the show asks, and can be named anew', async ({ page, staff }) => {
  const { eventId } = await staff.show({ title: 'Names please', asksAttendeeNames: true });
  await holdTickets(page, eventId, 2);
  await fillContact(page, 'names@example.com');
  await fillCard(page);
  await payButton(page).click();
  await expect(page.getByRole('alert')).toContainText('2 fields need you. Nothing was charged.');
  expect(await staff.charges(eventId)).toHaveLength(0);
  await page.getByRole('button', { name: 'Use my name for the first' }).click();
  await page.getByLabel(/^Visitor, General admission 2/).fill('Ben Souza');
  await payButton(page).click();
  await expectPaid(page);
  await expect(page.getByRole('listitem').filter({ hasText: 'Ben Souza' })).toBeVisible();
  await page.getByRole('link', { name: 'Show tickets' }).click();
  await page.getByRole('button', { name: /^Name the visitors/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox').nth(0)).toHaveValue('Ana Souza');
  await dialog.getByRole('textbox').nth(1).fill('');
  await dialog.getByRole('button', { name: 'Save the names' }).click();
  await expect(dialog.getByRole('alert')).toContainText('A name is needed.');
  await dialog.getByRole('textbox').nth(1).fill('Eve Lund');
  await dialog.getByRole('button', { name: 'Save the names' }).click();
  await expect(dialog).toBeHidden();
  const [booking] = await staff.bookings(eventId);
  const { tickets } = await staff.order<OrderSeen>(booking!.bookingId);
  expect(tickets.map(({ attendeeName }) => attendeeName)).toEqual(['Ana Souza', 'Eve Lund']);
});

test('free tickets: no card is asked for, nothing is charged', async ({ page, staff }) => {
  const { eventId } = await staff.show({
    title: 'For nothing',
    ticketTypes: [{ name: 'Entry', price: 0, capacity: 20 }],
  });
  await page.goto(`/e/${eventId}`);
  await expect(page.getByRole('region', { name: 'Tickets' })).toContainText('Free');
  await holdTickets(page, eventId, 2);
  await expect(page.getByText('These tickets are free: there is nothing to pay.')).toBeVisible();
  await expect(page.getByLabel('Card number', { exact: true })).toHaveCount(0);
  await fillContact(page, 'free@example.com');
  await page.getByRole('button', { name: 'Get 2 tickets' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'The tickets are yours.' })).toBeVisible();
  await expect(page.getByText(/paid, once/)).toHaveCount(0);
  const [booking] = await staff.bookings(eventId);
  const order = await staff.order<OrderSeen>(booking!.bookingId);
  expect([order.totalPrice, order.provider]).toEqual([0, 'free']);
  await staff.mail('free@example.com', 'Your 2 tickets');
});

test('the versions of the texts that a buyer could read are those of the order', async ({ page, staff }) => {
  await staff.ask('POST', '/api/organizers', { name: 'House of Texts', slug: 'texts', currency: 'EUR' });
  const publish = (kind: string, text: string) =>
    staff.ask('POST', '/api/organizers/texts/legal', { kind, language: 'en', text });
  await publish('terms', 'The first terms.');
  await publish('terms', 'No cameras.\n\nNo hats in the front row.');
  await publish('privacy', 'We keep what the law wants.');
  await publish('imprint', 'House of Texts, Letter Lane 1');
  const { eventId } = await staff.show({ title: 'With texts' }, 'texts');
  await page.goto('/');
  await page.goto(`/pay/${await holdAs(page, { eventId, quantity: 1 })}`);
  const line = page.getByText(/^By paying you accept the/).locator('visible=true');
  await line.getByRole('button', { name: 'terms of the organiser' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('No hats in the front row.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await fillContact(page, 'texts@example.com');
  await fillCard(page);
  await payButton(page).click();
  await expectPaid(page);
  const [booking] = await staff.bookings(eventId, 'texts');
  const { consent } = await staff.order<OrderSeen>(booking!.bookingId, 'texts');
  expect(consent).toEqual({ terms: 2, privacy: 1 });

  await page.goto('/o/texts');
  await expect(page.getByRole('heading', { level: 1, name: 'House of Texts' })).toBeVisible();
  await expect(page.getByRole('link', { name: /With texts/ })).toHaveAttribute('href', new RegExp(`^/e/${eventId}`));
  await page.getByRole('link', { name: 'Imprint' }).first().click();
  await expect(page.getByText('House of Texts, Letter Lane 1')).toBeVisible();
  await expect(page).toHaveURL(/\/o\/texts\/legal\/imprint$/);
});

test('several types and rates in one basket: each at its price, and one sum', async ({ page, staff }) => {
  const { eventId } = await staff.seatedShow({
    title: 'Seats and grass',
    ticketTypes: [
      {
        name: 'Stalls',
        categories: ['Stalls'],
        rates: [
          { name: 'Adult', price: 38 },
          { name: 'Child', price: 19 },
        ],
      },
      { name: 'Balcony', categories: ['Balcony'], price: 24 },
      {
        name: 'Grass',
        capacity: 50,
        rates: [
          { name: 'Adult', price: 10 },
          { name: 'Student', price: 7 },
        ],
      },
    ],
  });
  await page.goto(`/e/${eventId}/seats`);
  await page.getByText('List', { exact: true }).click();
  await page.getByRole('button', { name: 'Row A, seat 3, Stalls' }).click();
  await page.getByRole('button', { name: 'Row A, seat 4, Stalls' }).click();
  await page.getByRole('combobox', { name: 'Rate of Row A, seat 4' }).selectOption('Child');
  await page.getByRole('button', { name: 'One Student more' }).click();
  await page.getByRole('button', { name: 'One Student more' }).click();
  await page.getByRole('button', { name: 'One Adult more' }).click();
  await expect(page.getByText('€81.00')).toBeVisible();
  await page.getByRole('button', { name: 'Hold 5 tickets' }).click();
  await page.waitForURL(/\/pay\//);
  await fillContact(page, 'basket@example.com');
  await fillCard(page);
  await page.getByRole('button', { name: 'Pay €81.00' }).click();
  await expectPaid(page);
  await expect(page.getByText('€81.00 paid, once')).toBeVisible();
  const [booking] = await staff.bookings(eventId);
  const { tickets, totalPrice } = await staff.order<OrderSeen>(booking!.bookingId);
  expect(totalPrice).toBe(81);
  expect(tickets.map(({ ticketType, rate, seat }) => `${ticketType} ${rate}${seat ? ' seat' : ''}`).sort()).toEqual([
    'Grass Adult',
    'Grass Student',
    'Grass Student',
    'Stalls Adult seat',
    'Stalls Child seat',
  ]);
  expect(await staff.charges(eventId)).toHaveLength(1);
});

test('a presale code opens a hidden type and one before its time, from the page of the show to the tickets', async ({
  page,
  staff,
}) => {
  const { eventId, ticketTypes } = await staff.show({
    title: 'For friends first',
    onSaleFrom: '2033-01-05T10:00:00Z',
    ticketTypes: [
      { name: 'Entry', price: 30, capacity: 100 },
      { name: 'Friends', price: 12, capacity: 10, isHidden: true },
    ],
  });
  const [entry, friends] = ticketTypes.map(({ ticketTypeId }) => ticketTypeId);
  await staff.ask('POST', `/api/events/${eventId}/access-codes`, { code: 'FAMILY', ticketTypeIds: [entry, friends] });
  await page.goto(`/e/${eventId}`);
  const card = page.getByRole('region', { name: 'Tickets' });
  await expect(card.getByRole('button', { name: 'Choose tickets' })).toBeDisabled();
  await expect(card).not.toContainText('Friends');
  await card.getByRole('button', { name: 'I have a code' }).click();
  await card.getByLabel('Promo or presale code').fill('famly');
  await card.getByRole('button', { name: 'Use code' }).click();
  await expect(card.getByText('We don’t know this code.')).toBeVisible();
  await card.getByLabel('Promo or presale code').fill('family');
  await card.getByRole('button', { name: 'Use code' }).click();
  await expect(card).toContainText('Friends');
  await card.getByRole('link', { name: 'Choose tickets' }).click();
  await page.waitForURL(/\/seats$/);
  const more = page.getByRole('button', { name: /^One .* more$/ });
  await expect(more).toHaveCount(2);
  for (const button of await more.all()) await button.click();
  await page.getByRole('button', { name: 'Hold 2 tickets' }).click();
  await page.waitForURL(/\/pay\//);
  // Back to the seats: the code is still known, and one ticket less is held instead.
  await page.getByRole('link', { name: 'Change seats' }).click();
  await page
    .getByRole('button', { name: /^One .* fewer$/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Hold 1 ticket' }).click();
  await page.waitForURL(/\/pay\//);
  await fillContact(page, 'friends@example.com');
  await fillCard(page);
  await page.getByRole('button', { name: 'Pay €12.00' }).click();
  await expectPaid(page);
  const [booking] = await staff.bookings(eventId);
  const { tickets } = await staff.order<OrderSeen>(booking!.bookingId);
  expect(tickets.map(({ ticketType }) => ticketType)).toEqual(['Friends']);
  const { items } = await staff.ask<{ items: { uses: number }[] }>('GET', `/api/events/${eventId}/access-codes`);
  expect(items.map(({ uses }) => uses)).toEqual([1]);
});

test('a promo code: named with the show, counted in the price, taken away and typed again in the checkout', async ({
  page,
  staff,
}) => {
  const { eventId } = await staff.show({ title: 'Cheaper' });
  await staff.ask('POST', `/api/events/${eventId}/promo-codes`, { code: 'EARLY10', percentOff: 10, maxUses: 1 });
  await page.goto(`/e/${eventId}?code=early10`);
  await expect(page.getByText('EARLY10 counts.')).toBeVisible();
  await page.getByRole('link', { name: 'Choose tickets' }).locator('visible=true').first().click();
  for (let i = 0; i < 2; i++)
    await page
      .getByRole('button', { name: /^One .* more$/ })
      .first()
      .click();
  await expect(page.getByText('EARLY10 comes off at the checkout.')).toBeVisible();
  await page.getByRole('button', { name: 'Hold 2 tickets' }).click();
  await page.waitForURL(/\/pay\//);
  await expect(page.getByRole('button', { name: 'Pay €54.00' })).toBeVisible();
  const order = page.getByRole('complementary', { name: 'Your order' }).locator('visible=true');
  await order.getByRole('button', { name: 'Remove code EARLY10' }).click();
  await expect(page.getByRole('button', { name: 'Pay €60.00' })).toBeVisible();
  await order.getByRole('button', { name: 'I have a code' }).click();
  await order.getByLabel('Code', { exact: true }).fill('nonsense');
  await order.getByRole('button', { name: 'Apply' }).click();
  await expect(order.getByLabel('Code', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await order.getByLabel('Code', { exact: true }).fill('early10');
  await order.getByLabel('Code', { exact: true }).press('Enter');
  await fillContact(page, 'early@example.com');
  await fillCard(page);
  await page.getByRole('button', { name: 'Pay €54.00' }).click();
  await expectPaid(page);
  await expect(page.getByText('€54.00 paid, once')).toBeVisible();
  const [booking] = await staff.bookings(eventId);
  const { totalPrice, priceBreakdown } = await staff.order<OrderSeen>(booking!.bookingId);
  expect([totalPrice, priceBreakdown.discount, priceBreakdown.promoCode]).toEqual([54, 6, 'EARLY10']);
  // It is used up: whoever has it still can go on without it.
  await page.goto(`/e/${eventId}/seats`);
  await page
    .getByRole('button', { name: /^One .* more$/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Hold 1 ticket' }).click();
  await page.getByRole('button', { name: 'Go on without the code' }).click();
  await page.getByRole('button', { name: 'Hold 1 ticket' }).click();
  await page.waitForURL(/\/pay\//);
  await expect(page.getByRole('button', { name: 'Pay €30.00' })).toBeVisible();
});
