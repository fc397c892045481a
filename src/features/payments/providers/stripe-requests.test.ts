import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fakeStripeRoutes } from '../../../../test/support/fake-stripe/fake-stripe-server.ts';
import { readForm } from '../../../../test/support/fake-stripe/form.ts';
import { openWireTap, type WireTap } from '../../../../test/support/wire-tap.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Charge, PaymentProvider } from './payment-provider.ts';
import { createStripePaymentProvider, openStripe } from './stripe-payment-provider.ts';

// stripe-mock of ../shared/services where the run names it: it holds every request against Stripe's own description of its
// API and refuses what does not fit. It remembers nothing, so what a payment comes to is tried on our fake instead.
const { ONSALE_TEST_STRIPE_MOCK_BASE: base } = process.env;
const returnUrl = () => 'https://tickets.example';
const now = Date.UTC(2027, 0, 15, 12);

describe('requests to Stripe, held against its description by stripe-mock', {
  skip: !base && 'no stripe-mock named',
}, () => {
  let tap: WireTap;
  let provider: PaymentProvider;
  let made = 0;
  before(async () => {
    tap = await openWireTap(base!);
    const stripe = openStripe({ secretKey: 'sk_test_123', apiBase: tap.base });
    provider = createStripePaymentProvider({ stripe, webhookSecrets: [], returnUrl });
  });

  const newCharge = (more: Partial<Charge> = {}): Charge => {
    const bookingId = uuidv7(now + ++made);
    const idempotencyKey = `${bookingId}:1`;
    const amount = { amountMinor: 4_500, currency: 'EUR' };
    return { bookingId, organizerId: 7, ...amount, detail: 'pm_card_visa', idempotencyKey, reference: null, ...more };
  };
  const refundOf = ({ bookingId, currency, amountMinor }: Charge, reference: string) => {
    return { refundId: uuidv7(now + ++made), bookingId, reference, amountMinor, currency };
  };
  /** What was sent while `work` ran; none of it was refused. */
  const sentBy = async (work: () => Promise<unknown>) => {
    const from = tap.requests.length;
    await work();
    const sent = tap.requests.slice(from);
    for (const { method, path, status, answer } of sent) assert.equal(status, 200, `${method} ${path}: ${answer}`);
    assert.ok(sent.length > 0);
    return sent;
  };

  test('a payment is made with our booking id, its amount and a key of its own', async () => {
    const charge = newCharge();
    const [sent] = await sentBy(() => provider.begin!(charge));
    const { amount, currency, metadata } = readForm(sent!.body);
    assert.deepEqual([amount, currency], ['4500', 'eur']);
    const { bookingId, idempotencyKey } = charge;
    assert.deepEqual(metadata, { booking_id: bookingId, organizer_id: '7', key: idempotencyKey });
    assert.equal(sent!.headers['idempotency-key'], `${idempotencyKey}:create`);
  });

  for (const [currency, amountMinor, counted] of [
    ['JPY', 700, '700'],
    ['KWD', 12_340, '12340'],
    ['ISK', 700, '70000'],
    ['UGX', 9_000, '900000'],
    ['MGA', 50_000, '500'],
  ] as const) {
    test(`${currency} is asked for and given back as Stripe counts it`, async () => {
      const charge = newCharge({ currency, amountMinor });
      const sent = await sentBy(async () => provider.refund(refundOf(charge, await provider.begin!(charge))));
      const amounts = sent.filter(({ method }) => method === 'POST').map(({ body }) => readForm(body).amount);
      assert.deepEqual(amounts, [counted, counted]);
    });
  }

  test('every step of a payment is understood, and carries its key where money moves', async () => {
    const charge = newCharge();
    const reference = await provider.begin!(charge);
    const known = { ...charge, reference };
    const refund = refundOf(charge, reference);
    const sent = await sentBy(async () => {
      for (const step of ['charge', 'look', 'cancel', 'capture'] as const) await provider[step](known);
      await provider.refund(refund);
    });
    const keys = new Map(sent.map(({ path, headers }) => [path.split('/')[4] ?? path, headers['idempotency-key']]));
    assert.equal(keys.get('confirm'), `${charge.idempotencyKey}:confirm`);
    assert.equal(keys.get('capture'), `${charge.idempotencyKey}:capture`);
    assert.equal(keys.get('/v1/refunds'), refund.refundId);
  });

  test('a buyer who confirms in the browser is looked for', async () => {
    const charge = newCharge({ detail: '' });
    const reference = await provider.begin!(charge);
    await sentBy(async () => provider.charge({ ...charge, reference }));
  });

  test('payments are listed page after page, and searched by booking', async () => {
    tap.change = (answer, { query }) =>
      query.includes('starting_after') ? answer : answer.replace(/"has_more": *false/, '"has_more": true');
    const sent = await sentBy(async () => {
      await provider.list(now - 3_600_000);
      await provider.look(newCharge());
    });
    tap.change = (answer) => answer;
    assert.equal(sent.filter(({ query }) => query.includes('starting_after=pi_')).length, 2);
  });

  test('what is an organiser’s own is asked under its account', async () => {
    const account = 'acct_ofAnOrganiser';
    const stripe = openStripe({ secretKey: 'sk_test_123', apiBase: tap.base }, account);
    const own = createStripePaymentProvider({ stripe, account, webhookSecrets: [], returnUrl });
    const charge = newCharge();
    const sent = await sentBy(async () => {
      const known = { ...charge, reference: await own.begin!(charge) };
      for (const step of ['charge', 'look', 'cancel', 'capture'] as const) await own[step](known);
      await own.refund(refundOf(charge, known.reference));
      await own.look(charge);
      await own.list(now);
      await own.readDispute!('du_1');
      await own.refundsOf!(known.reference);
      await own.refundedSince!(now);
      await own.disputesSince!(now);
    });
    assert.deepEqual([...new Set(sent.map(({ headers }) => headers['stripe-account']))], [account]);
    assert.ok(
      tap.requests.some(({ headers }) => headers['stripe-account'] === undefined),
      'and the platform’s under none',
    );
  });

  test('a dispute is read with its payment', async () => {
    const [sent] = await sentBy(() => provider.readDispute!('du_1'));
    const { payment_intent: intent } = JSON.parse(sent!.answer);
    assert.equal(intent.object, 'payment_intent', 'shown in full');
  });

  test('refunds and disputes are listed with their payments', async () => {
    for (const list of [
      () => provider.refundsOf!('pi_1'),
      () => provider.refundedSince!(now),
      () => provider.disputesSince!(now),
    ]) {
      const [sent] = await sentBy(list);
      const { data } = JSON.parse(sent!.answer);
      assert.equal(
        data[0].payment_intent?.object ?? 'payment_intent',
        'payment_intent',
        'shown in full, if there is one',
      );
    }
  });

  test('nothing is asked of our fake that was not asked here', () => {
    const asked = tap.requests.map(({ method, path }) => {
      const [, , kind, id, verb] = path.split('/');
      return `${method} ${kind}${id ? '/id' : ''}${verb ? `/${verb}` : ''}`;
    });
    assert.deepEqual([...new Set(asked)].sort(), fakeStripeRoutes.toSorted());
  });

  test('a request that does not fit is refused: this could have failed', async () => {
    const stripe = openStripe({ secretKey: 'sk_test_123', apiBase: base });
    const good = { amount: 100, currency: 'eur' };
    const wrong = [
      { currency: 'eur' },
      { ...good, amount: 1.5 },
      { ...good, booking_id: 'x' },
      { ...good, payment_method_options: { card: { capture_method: 'sometimes' } } },
    ];
    await stripe.paymentIntents.create(good);
    for (const params of wrong) {
      await assert.rejects(
        stripe.paymentIntents.create(params as typeof good),
        { statusCode: 400 },
        JSON.stringify(params),
      );
    }
    await assert.rejects(stripe.paymentIntents.list({ since: 1 } as object), { statusCode: 400 });
    const keyless = await fetch(`${base}/v1/payment_intents`);
    assert.equal(keyless.status, 401);
  });
});
