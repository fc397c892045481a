import type { TestApp } from './app.ts';
import { mailsTo } from './kept-mails.ts';

/** Where programs read the order that the link of its mail opens. */
export function orderAddress({ core }: Pick<TestApp, 'core'>, bookingId: string, linkVersion = 0): string {
  return core.slices.booking.orderLinks.path({ bookingId, linkVersion }).replace('/order/', '/api/orders/');
}

/** The same out of the mail that went to its buyer. */
export async function mailedOrder(app: TestApp, email: string): Promise<string> {
  return app.eventually(async () => {
    const texts = (await mailsTo(app, email)).map(({ text }) => /\/order\/([\w.-]+)/.exec(text)?.[1]);
    const token = texts.findLast((one) => one !== undefined);
    return token && `/api/orders/${token}`;
  }, `a mail to ${email} that opens an order`);
}
