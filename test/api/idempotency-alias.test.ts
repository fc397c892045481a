import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';

const testApp = await startTestApp();
const office = boxOffice(testApp);
const { send, owner, staff } = office;
const show = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 60 }] });
const { eventId } = show;
const payment = { provider: 'sandbox', token: 'tok_ok' };
const hold = () => office.hold({ eventId, quantity: 1 });

describe('idempotencyKey in the body', () => {
  for (const url of ['/api/tickets/purchase', '/api/ticket/purchase', '/api/bookings', '/api/payments']) {
    test(`is the header's alias at ${url}`, async () => {
      const held = await hold();
      const body = { reservationId: held.reservationId, payment, idempotencyKey: `alias-${held.reservationId}` };
      const first = await send('POST', url, owner(held), body);
      assert.equal(first.status, 201, first.text);
      assert.equal((await send('POST', url, owner(held), body)).text, first.text);
      const { idempotencyKey, ...same } = body;
      const byHeader = { ...owner(held), 'idempotency-key': idempotencyKey };
      assert.equal((await send('POST', url, byHeader, same)).text, first.text, 'the key is no part of what is asked');
      assert.equal((await send('POST', url, byHeader, body)).text, first.text);
      const other = await send('POST', url, owner(held), { ...body, notes: 'other' });
      assert.deepEqual([other.status, other.body.code], [422, 'IDEMPOTENCY_KEY_REUSED']);
      const differing = await send('POST', url, { ...owner(held), 'idempotency-key': 'another' }, body);
      assert.deepEqual([differing.status, differing.body.code], [400, 'IDEMPOTENCY_KEYS_DIFFER']);
    });
  }

  test('counts where a ticket is confirmed', async () => {
    const held = await hold();
    const body = { ticketId: held.tickets[0]!.ticketId, payment, idempotencyKey: 'confirmed-once' };
    const confirm = (more = {}) => send('PUT', '/booking/confirm', owner(held), { ...body, ...more });
    // The short name finds the reservation of a ticket that is booked.
    await office.pay(held, { card: 'tok_declined' });
    const answers = [await confirm(), await confirm()];
    assert.equal(answers[0]!.text, answers[1]!.text);
  });

  test('counts where one reserves, and where staff give away and give back', async () => {
    const idempotencyKey = 'twenty-two-characters-or-more';
    const [first, again] = [
      await office.reserve({ eventId, quantity: 1, idempotencyKey }),
      await office.reserve({ eventId, quantity: 1 }, { 'idempotency-key': idempotencyKey }),
    ];
    assert.deepEqual([first.status, again.body.reservationId], [201, first.body.reservationId]);
    const weak = await office.reserve({ eventId, quantity: 1, idempotencyKey: 'short' });
    assert.equal(weak.body.code, 'IDEMPOTENCY_KEY_WEAK');

    const gift = { eventId, quantity: 1, reason: 'press', idempotencyKey };
    const gifts = [1, 2].map(() => send('POST', '/api/bookings/complimentary', staff, gift));
    const [one, two] = [await gifts[0]!, await gifts[1]!];
    assert.ok(one.status === 201 || two.status === 201, one.text + two.text);
    const last = await send('POST', '/api/bookings/complimentary', staff, gift);
    const { bookingId } = (one.status === 201 ? one : two).body;
    assert.equal(last.body.bookingId, bookingId, last.text);

    const bought = await office.pay(await hold());
    const refund = { amount: 2, idempotencyKey };
    const url = `/api/payments/${bought.body.bookingId}/refund`;
    const refunded = await send('POST', url, staff, refund);
    assert.equal(refunded.status, 201, refunded.text);
    assert.equal((await send('POST', url, staff, refund)).body.refundId, refunded.body.refundId);
    const differing = await send('POST', url, { ...staff, 'idempotency-key': 'another' }, refund);
    assert.equal(differing.body.code, 'IDEMPOTENCY_KEYS_DIFFER');
  });

  test('is 1 to 200 printable characters', async () => {
    for (const idempotencyKey of ['', 'with a space', 'x'.repeat(201), 'ü', 7]) {
      const { body } = await office.reserve({ eventId, quantity: 1, idempotencyKey });
      assert.equal(body.code, 'VALIDATION_FAILED', String(idempotencyKey));
    }
  });
});
