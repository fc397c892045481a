import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Charge, PaymentOutcome, PaymentProvider } from './payment-provider.ts';

/** A provider as the contract meets it, with what only its own world knows. */
export interface ProviderOnTrial {
  readonly provider: PaymentProvider;
  now(): number;
  /** Details that pay, that are declined, that ask the buyer first; what it has not is left out. */
  readonly details: {
    readonly pays: string;
    readonly declines?: string;
    readonly asks?: string;
    readonly refused?: string;
    readonly refundFails?: string;
  };
  /** The buyer answers at the bank. */
  readonly choose?: (outcome: PaymentOutcome, choice: 'succeed' | 'fail') => Promise<void>;
  /** Money taken for a booking and not given back, as the provider counts it. */
  readonly taken?: (bookingId: string) => number;
  /** A webhook about this payment, as it is sent at `at`. */
  readonly webhook?: (
    charge: Charge,
    reference: string,
    at: number,
  ) => { body: string; headers: Record<string, string> };
  /** Never asks anybody, so it cannot say that it does not know a payment. */
  readonly takesAnyWord?: true;
}

/** What every way to be paid must do, however the money moves. */
export function paymentProviderContract(onTrial: () => ProviderOnTrial): void {
  let made = 0;
  const newCharge = (detail: string, more: Partial<Charge> = {}): Charge => {
    const bookingId = uuidv7(onTrial().now() + ++made);
    const idempotencyKey = `${bookingId}:1`;
    const amount = { amountMinor: 4_500, currency: 'EUR' };
    return { bookingId, organizerId: 1, ...amount, detail, idempotencyKey, reference: null, ...more };
  };
  const begun = async (charge: Charge): Promise<Charge> => {
    const { provider } = onTrial();
    return provider.begin ? { ...charge, reference: await provider.begin(charge) } : charge;
  };
  /** Begun, charged, and captured where that is apart. */
  const pay = async (charge: Charge) => {
    const { provider } = onTrial();
    const known = await begun(charge);
    const outcome = await provider.charge(known);
    const captured = outcome.status === 'authorized' ? await provider.capture(known) : outcome;
    assert.equal(captured.status, 'captured');
    assert.ok(captured.status === 'captured' && captured.reference, 'with a reference');
    return { charge: known, reference: captured.reference, paid: captured.paid };
  };
  const refundOf = (charge: Charge, reference: string, amountMinor: number) => {
    const { bookingId, currency } = charge;
    return { refundId: uuidv7(onTrial().now() + ++made), bookingId, reference, amountMinor, currency };
  };

  test('a good payment is captured, for exactly its amount', async () => {
    const { details, taken } = onTrial();
    const { charge, paid } = await pay(newCharge(details.pays));
    if (paid) assert.deepEqual(paid, { amountMinor: 4_500, currency: 'EUR' });
    if (taken) assert.equal(taken(charge.bookingId), 4_500);
  });

  for (const [currency, amountMinor] of [
    ['JPY', 700],
    ['ISK', 700],
    ['KWD', 12_340],
  ] as const) {
    test(`${currency} comes back as it was sent, in its own decimals`, async () => {
      const { details } = onTrial();
      const { paid } = await pay(newCharge(details.pays, { amountMinor, currency }));
      if (paid) assert.deepEqual(paid, { amountMinor, currency });
    });
  }

  test('each step again answers the same, and moves no money twice', async () => {
    const { provider, details, taken } = onTrial();
    const { charge, reference } = await pay(newCharge(details.pays));
    assert.equal(provider.begin ? await provider.begin({ ...charge, reference: null }) : null, charge.reference);
    const again = await provider.charge(charge);
    assert.ok(again.status === 'captured' || again.status === 'authorized', again.status);
    const captured = await provider.capture(charge);
    assert.ok(captured.status === 'captured' && captured.reference === reference);
    if (taken) assert.equal(taken(charge.bookingId), 4_500);
  });

  test('whoever looks finds what was paid: by reference, or by our booking id', async () => {
    const { provider, details } = onTrial();
    const { charge, reference } = await pay(newCharge(details.pays));
    for (const asked of [charge, { ...charge, reference: null }]) {
      const outcome = await provider.look(asked);
      assert.ok(outcome.status === 'captured' && outcome.reference === reference, outcome.status);
    }
    const tooLate = await provider.cancel(charge);
    assert.equal(tooLate.status, 'captured', 'too late to let go');
  });

  test('a payment that was never made is absent, and one only begun moved nothing', async (t) => {
    const { provider, details, takesAnyWord } = onTrial();
    if (takesAnyWord) return t.skip('it asks nobody');
    const charge = newCharge(details.asks ?? details.pays);
    assert.deepEqual(await provider.look(charge), { status: 'absent' });
    if (!provider.begin) return;
    const known = await begun(newCharge(details.pays));
    assert.deepEqual(await provider.look(known), { status: 'absent' });
    assert.deepEqual(await provider.cancel(known), { status: 'cancelled' });
    assert.deepEqual(await provider.look(known), { status: 'cancelled' });
  });

  test('a declined card says why, is no error, and is over', async (t) => {
    const { provider, details, taken } = onTrial();
    if (details.declines === undefined) return t.skip('it declines nobody');
    const charge = await begun(newCharge(details.declines));
    const outcome = await provider.charge(charge);
    assert.ok(outcome.status === 'declined' && /^[A-Z_0-9]+$/.test(outcome.failureCode), JSON.stringify(outcome));
    const { status } = await provider.look(charge);
    assert.ok(status === 'declined' || status === 'cancelled', status);
    if (taken) assert.equal(taken(charge.bookingId), 0);
  });

  test('a card that asks the buyer says where, and pays once the buyer has confirmed', async (t) => {
    const { provider, details, choose } = onTrial();
    if (details.asks === undefined) return t.skip('it asks no buyer');
    const charge = await begun(newCharge(details.asks));
    const outcome = await provider.charge(charge);
    assert.ok(outcome.status === 'action' && (outcome.action.url ?? outcome.action.clientSecret), outcome.status);
    assert.deepEqual(await provider.look(charge), outcome);
    await choose!(outcome, 'succeed');
    const { status } = await provider.look(charge);
    assert.ok(status === 'captured' || status === 'authorized', status);
    assert.equal((await provider.capture({ ...charge, reference: outcome.reference })).status, 'captured');
  });

  test('a buyer who fails the check is declined', async (t) => {
    const { provider, details, choose, taken } = onTrial();
    if (details.asks === undefined) return t.skip('it asks no buyer');
    const charge = await begun(newCharge(details.asks));
    await choose!(await provider.charge(charge), 'fail');
    assert.equal((await provider.look(charge)).status, 'declined');
    if (taken) assert.equal(taken(charge.bookingId), 0);
  });

  test('a payment that waits for the buyer can be let go, and then nobody can pay it any more', async (t) => {
    const { provider, details, choose, taken } = onTrial();
    if (details.asks === undefined) return t.skip('it asks no buyer');
    const charge = await begun(newCharge(details.asks));
    const outcome = await provider.charge(charge);
    assert.deepEqual(await provider.cancel(charge), { status: 'cancelled' });
    await choose!(outcome, 'succeed').catch(() => {});
    assert.deepEqual(await provider.look(charge), { status: 'cancelled' });
    if (taken) assert.equal(taken(charge.bookingId), 0);
  });

  test('a refund gives money back once, however often it is asked for', async () => {
    const { provider, details, taken } = onTrial();
    const { charge, reference } = await pay(newCharge(details.pays));
    const refund = refundOf(charge, reference, 1_500);
    const outcomes = [await provider.refund(refund), await provider.refund(refund)];
    const expected = provider.name === 'external' ? 'by_hand' : 'refunded';
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      [expected, expected],
    );
    if (taken) assert.equal(taken(charge.bookingId), 3_000);
    await provider.refund(refundOf(charge, reference, 3_000));
    if (taken) assert.equal(taken(charge.bookingId), 0);
  });

  test('a refund that is refused says why', async (t) => {
    const { provider, details } = onTrial();
    if (details.refundFails === undefined) return t.skip('it refunds nothing itself');
    const { charge, reference } = await pay(newCharge(details.refundFails));
    const outcome = await provider.refund(refundOf(charge, reference, 4_500));
    assert.ok(outcome.status === 'failed' && outcome.failureCode.length > 0, JSON.stringify(outcome));
  });

  test('a detail it does not know is refused before anything is charged', (t) => {
    const { provider, details } = onTrial();
    if (details.refused === undefined) return t.skip('it knows any detail');
    assert.deepEqual(provider.refuse(details.refused), { code: 'PAYMENT_TOKEN_UNKNOWN' });
    assert.equal(provider.refuse(details.pays, { amountMinor: 4_500, currency: 'EUR' }), null);
  });

  test('it lists the payments it was asked for', async () => {
    const { provider, details, now } = onTrial();
    if (details.asks === undefined) return assert.deepEqual(await provider.list(0), []);
    const before = now() - 1_000;
    const charge = await begun(newCharge(details.asks));
    await provider.charge(charge);
    const listed = (await provider.list(before)).find(({ bookingId }) => bookingId === charge.bookingId);
    assert.equal(listed?.status, 'open');
    assert.deepEqual(listed?.paid, { amountMinor: 4_500, currency: 'EUR' });
  });

  test('a webhook counts only with its signature, whole, and at about the time that it was sent', async () => {
    const { provider, details, now, webhook } = onTrial();
    if (!webhook) return assert.equal(provider.readNotice(Buffer.from('{}'), {}, now()), null);
    const { charge, reference } = await pay(newCharge(details.pays));
    const { body, headers } = webhook(charge, reference, now());
    const notice = { kind: 'payment', provider: provider.name, bookingId: charge.bookingId, reference };
    assert.deepEqual(provider.readNotice(Buffer.from(body), headers, now()), notice);
    assert.equal(provider.readNotice(Buffer.from(body.replace(charge.bookingId, uuidv7(1))), headers, now()), null);
    assert.equal(provider.readNotice(Buffer.from(body), {}, now()), null);
    assert.equal(provider.readNotice(Buffer.from(body), headers, now() + 301_000), null, 'recorded and sent again');
    assert.equal(provider.readNotice(Buffer.from(body), headers, now() - 301_000), null, 'signed for later');
    for (const [name, value] of Object.entries(headers)) {
      const forged = value.replace(/v1=(.)/, (_, digit) => `v1=${digit === '0' ? '1' : '0'}`);
      for (const bad of ['', 'x', 't=,v1=', forged, value.replace('v1', 'v0')]) {
        assert.equal(provider.readNotice(Buffer.from(body), { [name]: bad }, now()), null, bad);
      }
    }
  });
}
