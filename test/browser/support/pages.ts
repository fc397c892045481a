import type { Page } from '@playwright/test';
import { linkIn } from './account.ts';
import type { Staff } from './staff.ts';
import type { Stock } from './stock.ts';

export interface LookedAt {
  readonly name: string;
  /** Brings about what the page needs, with the page's own cookies, and answers its address. */
  open(parts: { readonly page: Page; readonly staff: Staff; readonly stock: Stock }): string | Promise<string>;
}

/** A hold of the page's own guest. */
export async function holdAs(page: Page, body: object): Promise<string> {
  const answer = await page.request.post('/api/tickets/reserve', { data: body });
  if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
  return ((await answer.json()) as { reservationId: string }).reservationId;
}

/** A purchase of the page's own guest; answers the booking's id. */
export async function buyAs(page: Page, body: object): Promise<string> {
  const reservationId = await holdAs(page, body);
  const answer = await page.request.post('/api/tickets/purchase', {
    data: { reservationId, payment: { provider: 'sandbox', token: 'tok_ok' } },
    headers: { 'idempotency-key': reservationId },
  });
  if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
  return ((await answer.json()) as { bookingId: string }).bookingId;
}

/** New shows are on the home page after some seconds: it is kept ready. */
async function homeWithStock({ page }: { readonly page: Page }): Promise<string> {
  for (let i = 0; i < 60; i++) {
    if ((await (await page.request.get('/')).text()).includes('Night Tide Piano')) return '/';
    await page.waitForTimeout(500);
  }
  throw new Error('the home page does not show what is on');
}

const buyer = { customerName: 'Ana Souza', customerEmail: 'ana@example.com' };

/** Every page of the shop, and its states that have an address. */
export const pages: readonly LookedAt[] = [
  { name: 'home', open: homeWithStock },
  { name: 'nothing found', open: () => '/?q=xyzzyqux' },
  { name: 'did you mean', open: () => '/?q=riversid+opn' },
  { name: 'nothing here', open: () => '/no/such/page' },
  { name: 'no such show', open: () => '/e/999999' },
  { name: 'event, open air', open: ({ stock }) => `/e/${stock.open}` },
  { name: 'event, seated', open: ({ stock }) => `/e/${stock.seated}` },
  { name: 'event, sold out', open: ({ stock }) => `/e/${stock.soldOut}` },
  { name: 'event, not yet on sale', open: ({ stock }) => `/e/${stock.notYet}` },
  { name: 'event, called off', open: ({ stock }) => `/e/${stock.calledOff}` },
  { name: 'event, postponed', open: ({ stock }) => `/e/${stock.postponed}` },
  { name: 'event, hostile', open: ({ stock }) => `/e/${stock.hostile}` },
  { name: 'event, right to left', open: ({ stock }) => `/e/${stock.rightToLeft}` },
  { name: 'seats', open: ({ stock }) => `/e/${stock.seated}/seats` },
  { name: 'general admission', open: ({ stock }) => `/e/${stock.open}/seats` },
  {
    name: 'checkout',
    open: async ({ page, stock }) => `/pay/${await holdAs(page, { eventId: stock.open, quantity: 2 })}`,
  },
  {
    name: 'checkout, hostile',
    open: async ({ page, stock }) => `/pay/${await holdAs(page, { eventId: stock.hostile, quantity: 1 })}`,
  },
  { name: 'checkout of nobody', open: () => '/pay/RES_20300101000000_00000000' },
  {
    name: 'paid',
    async open({ page, stock }) {
      const bookingId = await buyAs(page, { eventId: stock.open, quantity: 2, ...buyer });
      return `/pay/RES_20300101000000_00000000?paid=${bookingId}`;
    },
  },
  { name: 'tickets, none', open: () => '/tickets' },
  {
    name: 'tickets',
    async open({ page, stock }) {
      await buyAs(page, { eventId: stock.open, quantity: 2, ...buyer });
      return '/tickets';
    },
  },
  {
    name: 'order',
    open: async ({ page, stock }) => `/tickets/${await buyAs(page, { eventId: stock.open, quantity: 2, ...buyer })}`,
  },
  {
    name: 'order of a mail’s link',
    async open({ page, staff, stock }) {
      const customerEmail = `link-${page.viewportSize()!.width}@example.com`;
      await buyAs(page, { eventId: stock.open, quantity: 2, ...buyer, customerEmail });
      return linkIn(await staff.mail(customerEmail, 'Your 2 tickets'), '/order');
    },
  },
  { name: 'order of a wrong link', open: () => '/order/nothing' },
  { name: 'account', open: () => '/account' },
  { name: 'sign in', open: () => '/sign-in' },
  { name: 'register', open: () => '/register' },
  { name: 'verify', open: () => '/verify?token=nothing' },
  { name: 'reset', open: () => '/reset?token=nothing' },
  { name: 'mail address', open: () => '/mail-address?token=nothing' },
  { name: 'invitation', open: () => '/invitation?token=nothing' },
];
