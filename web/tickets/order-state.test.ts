import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupTickets } from './group-tickets.ts';
import { moneyBack, orderState, ticketState } from './order-state.ts';

const show = (status = 'published') => ({ status }) as Parameters<typeof orderState>[0]['show'];
const refund = (status: string, amount = 10) => ({ refundId: status, amount, currency: 'EUR', status, reason: '' });

test('what is said of an order follows from the order, its show and its money', () => {
  const of = (status: string, showStatus?: string, refunds: ReturnType<typeof refund>[] = []) =>
    orderState({ status, show: show(showStatus), refunds });
  assert.equal(of('completed'), 'paid');
  assert.equal(of('completed', 'postponed'), 'paid-postponed');
  assert.equal(of('completed', 'cancelled'), 'called-off');
  assert.equal(of('cancelled', 'cancelled', [refund('due')]), 'called-off');
  assert.equal(of('cancelled'), 'cancelled');
  assert.equal(of('awaiting_payment', 'cancelled'), 'awaiting-payment');
  assert.equal(of('needs_review'), 'needs-review');
  assert.equal(of('failed'), 'failed');
  assert.equal(of('failed', 'published', [refund('due')]), 'late', 'money that came too late goes back');
});

test('a ticket is good only with a code, at a show that takes place', () => {
  assert.equal(ticketState({ status: 'Sold', code: 'x' }, show()), 'valid');
  assert.equal(ticketState({ status: 'Sold', code: 'x' }, show('postponed')), 'postponed');
  assert.equal(ticketState({ status: 'Sold', code: 'x' }, show('cancelled')), 'called-off');
  assert.equal(ticketState({ status: 'Cancelled', code: null }, show()), 'given-back');
  assert.equal(ticketState({ status: 'Reserved', code: null }, show()), 'not-paid');
});

test('money back is summed by how far it is', () => {
  const refunds = [refund('due', 1), refund('requested', 2), refund('refunded', 4), refund('failed', 8)];
  assert.deepEqual(moneyBack(refunds), { underWay: 3, made: 4, failed: 8 });
});

test('tickets stand together by order', () => {
  const ticket = (bookingId: string) =>
    ({ bookingId, event: { title: bookingId, status: 'published' } }) as unknown as Parameters<
      typeof groupTickets
    >[0][0];
  const nights = groupTickets([ticket('a'), ticket('b'), ticket('a')]);
  assert.deepEqual(
    nights.map(({ bookingId, count }) => [bookingId, count]),
    [
      ['a', 2],
      ['b', 1],
    ],
  );
});
