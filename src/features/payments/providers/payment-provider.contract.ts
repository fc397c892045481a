import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PaymentProvider } from './payment-provider.ts';

/** What every payment provider must do. The adapter's test hands in a detail that pays, and one that is declined if it knows any. */
export function paymentProviderContract(
  make: () => PaymentProvider,
  details: { readonly pays: string; readonly declines?: string; readonly refused?: string },
): void {
  const charge = (detail: string) => ({
    bookingId: '01900000-0000-7000-8000-000000000001',
    amountMinor: 4_500,
    currency: 'EUR',
    detail,
    idempotencyKey: '01900000-0000-7000-8000-000000000001:1',
  });

  test('a good payment is captured with a reference', async () => {
    const outcome = await make().charge(charge(details.pays));
    assert.equal(outcome.status, 'captured');
    assert.ok(outcome.status === 'captured' && outcome.reference);
  });

  test('the same key again answers the outcome of the first charge', async () => {
    const provider = make();
    const first = await provider.charge(charge(details.pays));
    assert.deepEqual(await provider.charge(charge(details.pays)), first);
  });

  if (details.declines !== undefined) {
    test('a declined card says why and is no error', async () => {
      const outcome = await make().charge(charge(details.declines!));
      assert.ok(outcome.status === 'declined' && outcome.failureCode.length > 0);
    });
  }

  if (details.refused !== undefined) {
    test('a detail it does not know is refused before anything is charged', () => {
      assert.deepEqual(make().refuse(details.refused!), { code: 'PAYMENT_TOKEN_UNKNOWN' });
    });
  }
}
