import assert from 'node:assert/strict';
import { openStripeCards } from '../../src/features/payments/providers/open-stripe-cards.ts';
import { createManualClock } from '../../src/platform/clock/clock.ts';
import type { OutsideCallSettings } from '../../src/platform/outside-call/outside-call.ts';
import type { Database } from '../../src/platform/postgres/database.ts';
import { startTestApp, type TestApp, testStart } from './app.ts';
import { boxOffice, type Held, type Reply } from './box-office.ts';
import type { FakeEvent } from './fake-stripe/books.ts';
import { type FakeStripe, startFakeStripe } from './fake-stripe/fake-stripe.ts';
import type { JoinedProcess } from './joined-processes.ts';
import { unguarded } from './needs.ts';

/** An Onsale whose cards are taken by a Stripe with a memory. */
export async function startStripeApp(
  options: {
    readonly database?: Database;
    readonly fake?: FakeStripe;
    readonly clock?: TestApp['clock'];
    readonly isMortal?: boolean;
    readonly outsideCalls?: Partial<OutsideCallSettings>;
    /** Those of one of several processes. */
    readonly ports?: JoinedProcess['ports'];
  } = {},
) {
  const clock = unguarded(options.clock ?? createManualClock(testStart));
  const fake = options.fake ?? (await startFakeStripe(() => clock.now()));
  const { webhookSecret, apiBase } = fake;
  const { database, isMortal = false } = options;
  const cards = openStripeCards({
    secretKey: 'sk_test_fake',
    apiBase,
    publishableKey: 'pk_test_fake',
    webhookSecrets: ['whsec_of_another_endpoint', webhookSecret],
    returnUrl: () => 'https://tickets.example',
  });
  const testApp = await startTestApp({
    cards,
    ...(options.outsideCalls && { outsideCalls: options.outsideCalls }),
    clock,
    isMortal,
    ...(database && { database }),
    ...options.ports,
  });
  return { ...testApp, fake };
}

/** What buyers and staff do about money. */
export function paymentDesk(testApp: TestApp) {
  const office = boxOffice(testApp);
  const { database, core, staff } = testApp;

  async function runJob(...names: string[]): Promise<void> {
    for (const name of names) {
      const job = core.jobs.find((one) => one.name === name);
      assert.ok(job, `there is no job ${name}`);
      await job.run();
    }
  }

  return {
    ...office,
    runJob,
    /** As a minute and a half passes: whatever stopped halfway is found and finished. */
    async reconcile(): Promise<void> {
      testApp.clock.advance(45_000);
      await runJob(
        'reconcile bookings',
        'reconcile holds',
        'reconcile payments',
        'reconcile refunds',
        'process payment work',
      );
      testApp.clock.advance(45_000);
      await runJob(
        'reconcile bookings',
        'reconcile payments',
        'process payment work',
        'relay messages',
        'expire holds',
      );
    },
    buy: (held: Held, token: string, key = '', more: object = {}): Promise<Reply> =>
      office.send(
        'POST',
        '/api/tickets/purchase',
        { ...office.owner(held), ...(key !== '' && { 'idempotency-key': key }) },
        { reservationId: held.reservationId, payment: { token }, ...more },
      ),
    refund: (id: string, body: object = {}, headers: Record<string, string> = {}) =>
      office.send('POST', `/api/payments/${id}/refund`, { ...staff, ...headers }, body),
    payments: async (bookingId: string) =>
      (await office.send('GET', `/api/payments?bookingId=${bookingId}`, staff)).body.items,
    reviews: async () => (await office.send('GET', '/api/payments/reviews', staff)).body.items,
    async statusOf(bookingId: string): Promise<string> {
      const [row] = await database.query<{ status: string }>('SELECT status FROM bookings WHERE booking_id = $1', [
        bookingId,
      ]);
      return row!.status;
    },
    async eventsOf(bookingId: string): Promise<string[]> {
      const rows = await database.query<{ type: string }>(
        'SELECT type FROM event_store WHERE stream = $1 ORDER BY version',
        [`booking-${bookingId}`],
      );
      return rows.map(({ type }) => type);
    },
  };
}

/** Sends a webhook of the fake as Stripe would. */
export async function deliver(testApp: TestApp & { fake: FakeStripe }, event: FakeEvent): Promise<number> {
  const { body, headers } = testApp.fake.webhookOf(event, testApp.clock.now());
  const typed = { 'content-type': 'application/json; charset=utf-8', ...headers };
  const answer = await testApp.client.send('POST', '/api/payments/webhook/stripe', typed, body);
  return answer.status;
}
