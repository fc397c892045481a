import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';
import { paymentDesk, startStripeApp } from '../support/payment-desk.ts';

type Desk = ReturnType<typeof paymentDesk>;
interface Line {
  readonly description: string;
  readonly amount: number;
}

const round = (amount: number) => Math.round(amount * 1_000) / 1_000 + 0;
const sum = (amounts: readonly number[]) => round(amounts.reduce((a, b) => a + b, 0));

/** What all receipts of a booking say together, by what each line is for. */
async function receiptsOf(desk: Desk, bookingId: string) {
  const { body } = await desk.send('GET', `/api/bookings/${bookingId}`, desk.staff);
  const made = body.refunds.filter(({ status }: { status: string }) => status !== 'failed');
  const paths = ['receipt', ...made.map(({ refundId }: { refundId: string }) => `refunds/${refundId}/receipt`)];
  // biome-ignore lint/suspicious/noExplicitAny: receipts as the wire has them
  const receipts: any[] = [];
  for (const path of paths) {
    const receipt = await desk.send('GET', `/api/bookings/${bookingId}/${path}`, desk.staff);
    assert.equal(receipt.status, 200, receipt.text);
    receipts.push(receipt.body);
  }
  const lines: Line[] = receipts.flatMap((receipt) => receipt.lines);
  const together = [...Map.groupBy(lines, ({ description }) => description)].map(([description, some]) => [
    description,
    sum(some.map(({ amount }) => amount)),
  ]);
  const of = (name: string) => sum(receipts.map((receipt) => receipt[name]));
  return { receipts, together, net: of('net'), tax: of('tax'), total: of('total') };
}

const shows = [
  { currency: 'EUR', price: 10, tax: { percent: 19, included: true } },
  { currency: 'EUR', price: 9.99, tax: { name: 'IVA', percent: 21, included: false } },
  {
    currency: 'JPY',
    price: 1_001,
    tax: { percent: 10, included: true },
    serviceFee: { percent: 3.3, paidBy: 'buyer' },
  },
  {
    currency: 'KWD',
    price: 1.115,
    tax: { percent: 5, included: false },
    serviceFee: { perTicket: 0.205, paidBy: 'buyer' },
  },
  { currency: 'EUR', price: 20, tax: null, serviceFee: { perTicket: 2, paidBy: 'organizer' } },
  {
    currency: 'USD',
    price: 33.33,
    tax: { percent: 8.875, included: false },
    serviceFee: { percent: 7, paidBy: 'organizer' },
  },
] as const;

describe('money that goes back', () => {
  let app: TestApp;
  let desk: Desk;
  before(async () => {
    app = await startTestApp();
    desk = paymentDesk(app);
  });
  const settle = async (eventId: number) =>
    (await desk.send('GET', `/api/events/${eventId}/settlement`, desk.staff)).body;
  const cancelOne = (ticketId: string, more: object = {}) =>
    desk.send('POST', `/api/tickets/${ticketId}/cancel`, desk.staff, more);

  for (const { price, ...terms } of shows) {
    const what = `${terms.currency} ${price}, ${JSON.stringify({ ...terms, currency: undefined })}`;
    test(`a part, a ticket, the rest: receipts and settlement end at nothing (${what})`, needs('jobs'), async () => {
      const { eventId, ticketTypes } = await desk.show({
        ...terms,
        ticketTypes: [
          { name: 'Adult', price, capacity: 20 },
          { name: 'Child', price: Math.floor(price / 3), capacity: 20 },
        ],
      });
      const code = { code: 'SAVE', percentOff: 12.5 };
      const made = await desk.send('POST', `/api/events/${eventId}/promo-codes`, desk.staff, code);
      assert.equal(made.status, 201, made.text);
      const items = ticketTypes.map(({ ticketTypeId }: { ticketTypeId: number }, i: number) => ({
        ...{ ticketTypeId, quantity: 3 - i },
      }));
      for (const promo of [{}, { promoCode: 'SAVE' }]) {
        const held = await desk.hold({ eventId, items, ...promo });
        const bought = await desk.buy(held, 'tok_ok');
        assert.equal(bought.status, 201, bought.text);
        const { bookingId, totalPrice } = bought.body;
        const part = Math.max(1, Math.floor(totalPrice / 7));
        assert.equal((await desk.refund(bookingId, { amount: part })).status, 201);
        assert.equal((await cancelOne(held.tickets[1]!.ticketId)).status, 200);
        const half = await settle(eventId);
        assertSettled(half);
        assert.ok(half.taxRefunded <= half.tax && half.feesRefunded <= half.fees);
        assert.equal((await cancelOne(held.tickets[4]!.ticketId)).status, 200);
        assert.equal((await desk.refund(bookingId)).status, 201);
        await app.runJobs();
        const { receipts, together, ...left } = await receiptsOf(desk, bookingId);
        assert.ok(receipts.length >= 4);
        assert.deepEqual(left, { net: 0, tax: 0, total: 0 });
        assert.deepEqual(
          together.filter(([, amount]) => amount !== 0),
          [],
        );
      }
      const settled = await settle(eventId);
      assertSettled(settled);
      for (const one of [settled, ...settled.ticketTypes]) {
        assert.deepEqual(
          [one.tickets - one.ticketsRefunded, one.discounts - one.discountsRefunded, one.fees - one.feesRefunded],
          [0, 0, 0],
        );
        assert.deepEqual([one.tax - one.taxRefunded, one.taken - one.refunded, one.due, one.feesKept], [0, 0, 0, 0]);
      }
    });
  }

  /** Each line is right by itself, the types add up to the whole, and the CSV says the same. */
  // biome-ignore lint/suspicious/noExplicitAny: the settlement as the wire has it
  function assertSettled(settled: any) {
    for (const one of [settled, ...settled.ticketTypes]) {
      const { taken, refunded, refundDue, lostToDisputes, feesKept } = one;
      assert.equal(one.due, sum([taken, -refunded, -refundDue, -lostToDisputes, -feesKept]));
    }
    for (const name of Object.keys(settled.ticketTypes[0]).filter((key) => !['ticketTypeId', 'name'].includes(key))) {
      assert.equal(
        sum(settled.ticketTypes.map((type: Record<string, number>) => type[name]!)),
        round(settled[name]),
        name,
      );
    }
  }

  test('a fee that the organiser pays is kept from what is due; half kept of a ticket keeps half of its tax', async () => {
    const fee = await desk.show({
      serviceFee: { perTicket: 2, paidBy: 'organizer' },
      ticketTypes: [{ name: 'Entry', price: 22, capacity: 10 }],
    });
    const held = await desk.hold({ eventId: fee.eventId, quantity: 3 });
    const { body } = await desk.buy(held, 'tok_ok');
    const settled = await settle(fee.eventId);
    assert.deepEqual([settled.taken, settled.fees, settled.feesKept, settled.due], [66, 6, 6, 60]);
    await cancelOne(held.tickets[0]!.ticketId);
    const after = await settle(fee.eventId);
    assert.deepEqual([after.fees, after.feesRefunded, after.feesKept, after.due], [6, 2, 4, 40]);
    assert.equal((await receiptsOf(desk, body.bookingId)).total, 44);

    const halves = await desk.show({
      tax: { percent: 20, included: true },
      cancellation: { allowed: true, feePercent: 50 },
      ticketTypes: [{ name: 'Entry', price: 60, capacity: 10 }],
    });
    const other = await desk.hold({ eventId: halves.eventId, quantity: 1 });
    const bought = await desk.buy(other, 'tok_ok');
    await desk.send('DELETE', `/api/bookings/${bought.body.bookingId}`, desk.owner(other));
    const kept = await settle(halves.eventId);
    assert.deepEqual([kept.tax, kept.taxRefunded, kept.refundDue, kept.due], [10, 5, 30, 30]);
  });

  test('the CSV has the columns of the JSON, type by type', async () => {
    const { eventId, ticketTypes } = await desk.show({
      tax: { percent: 19, included: true },
      ticketTypes: [
        { name: 'A', price: 10, capacity: 10 },
        { name: 'B', price: 7, capacity: 10 },
      ],
    });
    const [a, b] = ticketTypes.map(({ ticketTypeId }: { ticketTypeId: number }) => ticketTypeId);
    const items = [
      { ticketTypeId: a, quantity: 2 },
      { ticketTypeId: b, quantity: 1 },
    ];
    const held = await desk.hold({ eventId, items });
    await desk.buy(held, 'tok_ok');
    await cancelOne(held.tickets[0]!.ticketId);
    const settled = await settle(eventId);
    const url = `/api/events/${eventId}/settlement?format=csv`;
    const { body } = await app.app.inject({ url, headers: desk.staff });
    const [header, ...rows] = body
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    assert.equal(rows.length, 3);
    for (const [i, row] of rows.entries()) {
      const one = settled.ticketTypes[i] ?? { ...settled, ticketTypeId: '', name: settled.title };
      const said = Object.fromEntries(header!.map((name, column) => [name, row[column]]));
      for (const [name, value] of Object.entries(said)) {
        assert.equal(value, String(name === 'currency' ? settled.currency : one[name]), `${name} of row ${i}`);
      }
    }
    assert.deepEqual(
      [settled.ticketTypes[0].refundDue, settled.ticketTypes[0].taxRefunded, settled.ticketTypes[1].taxRefunded],
      [10, 1.6, 0],
    );
  });

  test(
    'a refund that failed has no receipt, and one that was issued before says that it is void',
    needs('database', 'jobs'),
    async () => {
      const show = await desk.show({
        tax: { percent: 19, included: true },
        ticketTypes: [{ name: 'Entry', price: 10, capacity: 10 }],
      });
      const held = await desk.hold({ eventId: show.eventId, quantity: 3 });
      const { bookingId } = (await desk.buy(held, 'tok_refund_fails')).body;
      const cancelled = await cancelOne(held.tickets[0]!.ticketId);
      const [{ refundId }] = cancelled.body.refunds;
      const path = `/api/bookings/${bookingId}/refunds/${refundId}/receipt`;
      const issued = await desk.send('GET', path, desk.staff);
      assert.deepEqual([issued.status, issued.body.isVoid], [200, false], issued.text);
      await desk.runJob('process payment work');
      const voided = await desk.send('GET', path, desk.staff);
      assert.deepEqual([voided.body.number, voided.body.isVoid], [issued.body.number, true]);
      const text = await app.app.inject({ url: path, headers: { ...desk.staff, accept: 'text/plain' } });
      assert.match(text.body, /Void: this refund failed/);
      const failed = await desk.refund(bookingId, { amount: 10 });
      assert.equal(failed.body.status, 'failed');
      const none = `/api/bookings/${bookingId}/refunds/${failed.body.refundId}/receipt`;
      assert.deepEqual((await desk.send('GET', none, desk.staff)).body.code, 'REFUND_NOT_MADE');
      const settled = await settle(show.eventId);
      assert.deepEqual([settled.refunded + settled.refundDue, settled.taxRefunded, settled.due], [0, 0, 30]);
      await desk.assertSound();
    },
  );

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await app.runJobs();
    await desk.assertSound();
  });
});

test(
  'money that was set aside and could not be taken is in no settlement, and has no receipt',
  needs('clock', 'database', 'jobs', 'process'),
  async () => {
    const app = await startStripeApp();
    const desk = paymentDesk(app);
    const { eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 30, capacity: 10 }] });
    const held = await desk.hold({ eventId, quantity: 1 });
    await desk.buy(held, 'pm_card_captureFail');
    await desk.reconcile();
    const [{ bookingId }] = (await desk.send('GET', '/api/bookings', desk.staff)).body.items;
    assert.equal(await desk.statusOf(bookingId), 'needs_review');
    const { body } = await desk.send('GET', `/api/events/${eventId}/settlement`, desk.staff);
    assert.deepEqual([body.taken, body.due, body.bookings], [0, 0, 0]);
    const receipt = await desk.send('GET', `/api/bookings/${bookingId}/receipt`, desk.staff);
    assert.deepEqual([receipt.status, receipt.body.code], [409, 'BOOKING_NOT_PAID']);
    const cancelled = await desk.send('DELETE', `/api/bookings/${bookingId}`, desk.staff);
    assert.equal(cancelled.status, 200, cancelled.text);
    assert.equal((await desk.send('GET', `/api/events/${eventId}/settlement`, desk.staff)).body.due, 0);
    await desk.assertSound();
  },
);
