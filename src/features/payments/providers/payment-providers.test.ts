import { describe } from 'node:test';
import { createExternalPaymentProvider } from './external-payment-provider.ts';
import { paymentProviderContract } from './payment-provider.contract.ts';
import { createSandboxPaymentProvider } from './sandbox-payment-provider.ts';

describe('the sandbox', () => {
  paymentProviderContract(createSandboxPaymentProvider, {
    pays: 'tok_ok',
    declines: 'tok_declined',
    refused: 'toString',
  });
});

describe('payments made elsewhere', () => {
  paymentProviderContract(createExternalPaymentProvider, { pays: 'till 4, receipt 1017' });
});
