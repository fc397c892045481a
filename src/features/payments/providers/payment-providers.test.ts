import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createTestDatabase } from '../../../../test/support/database.ts';
import { startFakeStripe } from '../../../../test/support/fake-stripe/fake-stripe.ts';
import { systemRandom } from '../../../kernel/ids.ts';
import { createManualClock } from '../../../platform/clock/clock.ts';
import { createExternalPaymentProvider } from './external-payment-provider.ts';
import { type ProviderOnTrial, paymentProviderContract } from './payment-provider.contract.ts';
import { createSandboxBank } from './sandbox-bank.ts';
import { createSandboxPaymentProvider, sandboxSignatureHeader } from './sandbox-payment-provider.ts';
import { createStripePaymentProvider, openStripe } from './stripe-payment-provider.ts';
import { signWebhook } from './webhook-signature.ts';

const start = Date.UTC(2027, 0, 15, 12);

describe('the sandbox', () => {
  let onTrial: ProviderOnTrial;
  before(async () => {
    const { database } = await createTestDatabase();
    const clock = createManualClock(start);
    const baseUrl = () => 'http://bank';
    const bank = createSandboxBank({ database, clock, random: systemRandom, baseUrl, async deliver() {} });
    const webhookSecret = systemRandom(32);
    onTrial = {
      provider: createSandboxPaymentProvider({ bank, webhookSecret, clock }),
      now: clock.now,
      details: {
        pays: 'tok_ok',
        declines: 'tok_declined',
        asks: 'tok_3ds',
        refused: 'toString',
        refundFails: 'tok_refund_fails',
      },
      async choose(outcome, choice) {
        if (outcome.status === 'action') await bank.choose(outcome.action.clientSecret!, choice);
      },
      webhook({ bookingId }, reference, at) {
        const body = JSON.stringify({ bookingId, reference });
        return { body, headers: { [sandboxSignatureHeader]: signWebhook(body, webhookSecret, at) } };
      },
    };
  });
  paymentProviderContract(() => onTrial);
});

describe('payments made elsewhere', () => {
  const provider = createExternalPaymentProvider();
  const details = { pays: 'till 4, receipt 1017' };
  paymentProviderContract(() => ({ provider, now: () => start, details, takesAnyWord: true }));
});

for (const account of [null, 'acct_ofAnOrganiser']) {
  describe(`Stripe${account === null ? '' : ', an account of an organiser'}, played by a fake with a memory`, () => {
    let onTrial: ProviderOnTrial;
    before(async () => {
      const fake = await startFakeStripe(() => start);
      const { webhookSecret, apiBase } = fake;
      const stripe = openStripe({ secretKey: 'sk_test_fake', apiBase }, account);
      const books = account === null ? fake.books : fake.booksOf(account);
      const webhookSecrets = [webhookSecret];
      onTrial = {
        provider: createStripePaymentProvider({
          stripe,
          account,
          webhookSecrets,
          returnUrl: () => 'https://tickets.example',
        }),
        now: () => start,
        details: {
          pays: 'pm_card_visa',
          declines: 'pm_card_chargeDeclined',
          asks: 'pm_card_threeDSecureRequired',
          refused: 'tok_ok',
          refundFails: 'pm_card_refundFail',
        },
        async choose(outcome, choice) {
          if (outcome.status === 'action') books.settle(outcome.reference, choice);
        },
        taken: (bookingId) => books.takenBy(bookingId),
        webhook(_charge, reference, at) {
          const event = books.events.findLast((one) => (one.object as { id: string }).id === reference)!;
          return fake.webhookOf(event, at);
        },
      };
    });
    paymentProviderContract(() => onTrial);
  });
}

test('Stripe’s test cards are everybody’s: their declines stop no card', () => {
  const stripe = openStripe({ secretKey: 'sk_test_fake', apiBase: undefined });
  const provider = createStripePaymentProvider({ stripe, account: null, webhookSecrets: [], returnUrl: () => '' });
  assert.deepEqual(['pm_card_visa', '', 'pm_1Qx'].map(provider.cardOf), [null, null, 'pm_1Qx']);
});
