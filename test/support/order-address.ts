import type { TestApp } from './app.ts';

/** Where programs read the order that the link of its mail opens. */
export function orderAddress({ core }: Pick<TestApp, 'core'>, bookingId: string, linkVersion = 0): string {
  return core.slices.booking.orderLinks.path({ bookingId, linkVersion }).replace('/order/', '/api/orders/');
}

/** The same out of the mail that went to its buyer, as anybody reads it. */
export async function mailedOrder({ app, runJobs }: Pick<TestApp, 'app' | 'runJobs'>, email: string): Promise<string> {
  for (let i = 0; i < 3; i++) await runJobs();
  const { items } = (await app.inject(`/dev/mail?to=${encodeURIComponent(email)}`)).json();
  for (const { mailId } of items as { readonly mailId: string }[]) {
    const token = /\/order\/([\w.-]+)/.exec((await app.inject(`/dev/mail/${mailId}`)).body)?.[1];
    if (token !== undefined) return `/api/orders/${token}`;
  }
  throw new Error(`No mail to ${email} opens an order`);
}
