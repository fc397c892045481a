import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { plainPrice } from '../support/plain-price.ts';

const minute = 60_000;

describe('buying what a reservation holds', () => {
  let desk: TestApp;
  let office: BoxOffice;
  before(async () => {
    desk = await startTestApp();
    office = boxOffice(desk);
  });

  test('a guest reserves two tickets of a show, buys them, and reads them', async () => {
    const { eventId, ticketTypes } = await office.show();
    const { ticketTypeId } = ticketTypes[0];
    const held = await office.hold({ eventId, ticketTypeId, quantity: 2 });
    const bought = await office.pay(held);
    assert.equal(bought.status, 201, bought.text);
    const { bookingId, transactionId, tickets, ...rest } = bought.body;
    assert.deepEqual(rest, {
      success: true,
      message: 'Paid. The 2 tickets are yours.',
      status: 'completed',
      totalPrice: 51,
      priceBreakdown: plainPrice(51),
      currency: 'EUR',
    });
    assert.deepEqual(
      tickets.map(({ ticketId }: { ticketId: string }) => ticketId),
      held.tickets.map(({ ticketId }) => ticketId),
    );
    for (const { ticketNumber, seat, ticketType, rate, price, status } of tickets) {
      assert.match(ticketNumber, /^[2-9A-HJ-NP-Z]{3,}-[2-9A-HJ-NP-Z]{4,}-[2-9A-HJ-NP-Z]{6}$/);
      assert.deepEqual([seat, ticketType, rate, price, status], [null, 'Entry', 'standard', 25.5, 'Sold']);
    }
    const booking = await office.send('GET', `/api/bookings/${bookingId}`, office.owner(held));
    assert.equal(booking.status, 200, booking.text);
    assert.deepEqual([booking.body.status, booking.body.transactionId], ['completed', transactionId]);
    // Their codes are made when they are read: a purchase does not wait for signatures.
    const read = booking.body.tickets as { code: string; totalPrice: number; giveBack: number }[];
    assert.deepEqual(
      read.map(({ code: _, totalPrice: _1, giveBack: _2, ...ticket }) => ticket),
      tickets,
    );
    // With fees and tax, and all of it comes back until the show begins.
    assert.deepEqual(
      read.map(({ totalPrice, giveBack }) => [totalPrice, giveBack]),
      [
        [25.5, 25.5],
        [25.5, 25.5],
      ],
    );
    assert.equal(new Set(read.map(({ code }) => code)).size, 2);
    for (const { code } of read) assert.match(code, /^[\w-]{120}$/);
    await office.hasFree(eventId, 8);
  });

  test('the transaction id is the HMAC-SHA512 of booking, amount and time', needs('clock', 'database'), async () => {
    const { eventId } = await office.show();
    const { body } = await office.pay(await office.hold({ eventId, quantity: 1 }));
    const [row] = await desk.database.query<{ value: Buffer }>(
      'SELECT value FROM transaction_secrets ORDER BY secret_no DESC LIMIT 1',
    );
    const signed = `${body.bookingId}|2550|EUR|${new Date(desk.clock.now()).toISOString()}`;
    assert.equal(body.transactionId, createHmac('sha512', row!.value).update(signed).digest('hex'));
  });

  test('history says who did what, under which request', async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 1 });
    const headers = { ...office.owner(held), 'x-request-id': 'my-request-7' };
    const payload = { reservationId: held.reservationId, payment: { token: 'tok_ok' } };
    const bought = await office.send('POST', '/api/tickets/purchase', headers, payload);
    assert.equal(bought.headers['x-request-id'], 'my-request-7');
    const history = await office.send('GET', `/api/bookings/${bought.body.bookingId}/history`, office.owner(held));
    assert.deepEqual(
      history.body.items.map((item: Record<string, unknown>) => [item.version, item.type, item.correlationId]),
      [
        [1, 'BookingCreated', 'my-request-7'],
        [2, 'PaymentCompleted', 'my-request-7'],
      ],
    );
    const session = held.sessionToken.split('.')[0];
    assert.ok(history.body.items.every(({ actor }: { actor: string }) => actor === `guest:${session}`));
  });

  test('a declined card leaves the hold for another try', needs('database'), async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 2 });
    const declined = await office.pay(held, { card: 'tok_declined' });
    assert.equal(declined.status, 402);
    assert.match(String(declined.headers['content-type']), /application\/problem\+json/);
    const { code, failureCode, expiresAt, attemptsLeft } = declined.body;
    assert.deepEqual(
      [code, failureCode, expiresAt, attemptsLeft],
      ['PAYMENT_DECLINED', 'CARD_DECLINED', held.expiresAt, 4],
    );
    assert.equal((await office.look(held)).body.attemptsLeft, 4);
    assert.deepEqual((await office.look(held)).body.status, 'active');
    assert.equal((await office.availability(eventId)).ticketTypes[0].held, 2);
    const poor = await office.pay(held, { card: 'tok_insufficient_funds' });
    assert.deepEqual([poor.status, poor.body.failureCode, poor.body.attemptsLeft], [402, 'INSUFFICIENT_FUNDS', 3]);
    assert.equal((await office.pay(held)).status, 201);
    assert.deepEqual(await office.bookingsOf(held), { completed: 1, failed: 2 });
    await office.assertSound();
  });

  test('says how many more cards may be tried, and the same again under its key', async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 1 });
    for (const left of [4, 3, 2, 1, 0]) {
      const key = `attempt-${eventId}-${left}`;
      const declined = await office.pay(held, { card: 'tok_declined', key });
      assert.deepEqual([declined.body.code, declined.body.attemptsLeft], ['PAYMENT_DECLINED', left]);
      assert.match(declined.body.detail, left === 0 ? /No other card can be tried/ : /Try another card/);
      assert.equal((await office.pay(held, { card: 'tok_declined', key })).text, declined.text);
    }
    assert.equal((await office.look(held)).body.attemptsLeft, 0);
    const more = await office.pay(held);
    assert.deepEqual([more.status, more.body.code, more.body.limit], [409, 'TOO_MANY_ATTEMPTS', 5]);
  });

  test('a decline shortly before the end gives two more minutes, once, and says so truly', needs('clock'), async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 1 });
    desk.clock.advance(14 * minute);
    const first = await office.pay(held, { card: 'tok_declined' });
    const extendedTo = desk.clock.now() + 2 * minute;
    assert.equal(first.body.expiresAt, new Date(extendedTo).toISOString());
    assert.equal((await office.look(held)).body.expiresAt, first.body.expiresAt);
    desk.clock.advance(90_000);
    const second = await office.pay(held, { card: 'tok_declined' });
    assert.equal(second.body.expiresAt, first.body.expiresAt, 'no second extension');
    assert.equal((await office.look(held)).body.expiresAt, first.body.expiresAt);
    desk.clock.advance(extendedTo - desk.clock.now() - 1);
    assert.equal((await office.look(held)).status, 200);
    desk.clock.advance(1);
    const late = await office.pay(held);
    assert.deepEqual([late.status, late.body.code], [410, 'RESERVATION_EXPIRED']);
  });

  test('five cards may be tried, a sixth is refused', needs('clock'), async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 1 });
    for (let attempt = 1; attempt <= 5; attempt++) {
      assert.equal((await office.pay(held, { card: 'tok_declined' })).status, 402);
    }
    const sixth = await office.pay(held);
    assert.deepEqual([sixth.status, sixth.body.code, sixth.body.limit], [409, 'TOO_MANY_ATTEMPTS', 5]);
    assert.equal((await office.look(held)).status, 200, 'the hold itself runs out in its own time');
    desk.clock.advance(15 * minute);
    await office.hasFree(eventId, 10);
  });

  test(
    'after its deadline a reservation is expired, for a stranger and for a made-up id it is unknown',
    needs('clock', 'database'),
    async () => {
      const { eventId } = await office.show();
      const held = await office.hold({ eventId, quantity: 1 });
      const stranger = await office.hold({ eventId, quantity: 1 });
      const code = async (reply: ReturnType<typeof office.pay>) => {
        const { status, body } = await reply;
        return `${status} ${body.code}`;
      };
      const foreign = { ...held, sessionToken: stranger.sessionToken };
      assert.equal(await code(office.pay(foreign)), '404 RESERVATION_UNKNOWN');
      const invented = { ...held, reservationId: `${held.reservationId.slice(0, -4)}2222` };
      assert.equal(await code(office.pay(invented)), '404 RESERVATION_UNKNOWN');
      assert.equal(
        await code(office.pay({ ...held, reservationId: 'RES_20270115120000_zzzzzzzz' })),
        '404 RESERVATION_UNKNOWN',
      );
      const { reservationId } = held;
      const nobody = office.send('POST', '/api/tickets/purchase', {}, { reservationId, payment: { token: 'tok_ok' } });
      assert.equal(await code(nobody), '404 RESERVATION_UNKNOWN');
      desk.clock.advance(15 * minute - 1);
      assert.equal((await office.look(held)).status, 200);
      desk.clock.advance(1);
      assert.equal(await code(office.pay(held)), '410 RESERVATION_EXPIRED');
      assert.equal(await code(office.pay(foreign)), '404 RESERVATION_UNKNOWN');
      assert.deepEqual(await office.bookingsOf(held), {});
    },
  );

  test('another buyer cannot read the booking', async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 1 });
    const { body } = await office.pay(held);
    const stranger = await office.hold({ eventId, quantity: 1 });
    for (const path of ['', '/history']) {
      const url = `/api/bookings/${body.bookingId}${path}`;
      assert.equal((await office.send('GET', url, office.owner(stranger))).status, 404);
      assert.equal((await office.send('GET', url, {})).status, 404);
      // The organiser's own, who lack the right, learn that.
      assert.equal((await office.send('GET', url, await office.keyWith('catalog'))).status, 403);
      assert.equal((await office.send('GET', url, await office.keyWith('tickets'))).status, 200);
    }
  });

  test('what costs nothing needs no payment, what costs something does', async () => {
    const ticketTypes = [
      { name: 'Guest list', price: 0, capacity: 5 },
      { name: 'Entry', price: 10, capacity: 5 },
    ];
    const show = await office.show({ ticketTypes });
    const [free, paid] = show.ticketTypes.map((type: { ticketTypeId: number }) => type.ticketTypeId);
    const withoutPayment = async (ticketTypeId: number) => {
      const held = await office.hold({ eventId: show.eventId, ticketTypeId, quantity: 2 });
      const { reservationId } = held;
      return office.send('POST', '/api/tickets/purchase', office.owner(held), { reservationId });
    };
    const gift = await withoutPayment(free);
    assert.deepEqual([gift.status, gift.body.totalPrice], [201, 0], gift.text);
    const missing = await withoutPayment(paid);
    assert.deepEqual([missing.status, missing.body.code], [400, 'PAYMENT_MISSING']);
  });

  test('notes and customer fields stand apart: the history holds none of them', needs('database'), async () => {
    const { eventId } = await office.show();
    const customer = { customerName: 'Zora Quill', customerEmail: 'zora@example.org', customerPhone: '+49 30 12345' };
    const held = await office.hold({ eventId, quantity: 1, ...customer });
    const bought = await office.pay(held, { notes: 'wheelchair at the aisle' });
    const { body } = await office.send('GET', `/api/bookings/${bought.body.bookingId}`, office.owner(held));
    assert.deepEqual(body.customer, {
      name: 'Zora Quill',
      email: 'zora@example.org',
      phone: '+49 30 12345',
      notes: 'wheelchair at the aisle',
    });
    await desk.runJobs();
    const found = await desk.database.query(
      `SELECT 1 FROM event_store WHERE (data::text || metadata::text) ~ 'Zora|zora@|12345|wheelchair'
       UNION ALL SELECT 1 FROM bookings b WHERE b::text ~ 'Zora|zora@|12345|wheelchair'
       UNION ALL SELECT 1 FROM hold_journal WHERE hold::text ~ 'Zora|zora@|12345|wheelchair'`,
    );
    assert.deepEqual(found, []);
  });

  test('customer fields of the purchase go before those of the reservation', async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 1, customer: { name: 'Ada', email: 'ada@example.org' } });
    const bought = await office.pay(held, { customer: { name: 'Grace' } });
    const { body } = await office.send('GET', `/api/bookings/${bought.body.bookingId}`, office.owner(held));
    assert.deepEqual(body.customer, { name: 'Grace', email: null, phone: null, notes: null });
  });

  test('a payment made elsewhere needs a key with the scope payments', async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 1 });
    const payload = { reservationId: held.reservationId, paymentReference: 'till 4, receipt 1017' };
    const claim = (headers: Record<string, string>) => office.send('POST', '/api/tickets/purchase', headers, payload);
    for (const headers of [office.owner(held), { ...office.owner(held), ...(await office.keyWith('tickets')) }]) {
      const refused = await claim(headers);
      assert.deepEqual([refused.status, refused.body.code], [403, 'SCOPE_MISSING'], refused.text);
    }
    const nobody = await claim({});
    assert.ok(nobody.status === 403 || nobody.status === 404, nobody.text);
    assert.equal((await claim(await office.keyWith('payments'))).status, 201);
  });

  test('a payment made elsewhere pays for one booking only, also when two claim it at once', async () => {
    const { eventId } = await office.show();
    const payments = await office.keyWith('payments');
    const claim = (reservationId: string, paymentReference: string, key = '') =>
      office.send(
        'POST',
        '/api/tickets/purchase',
        { ...payments, ...(key !== '' && { 'idempotency-key': key }) },
        { reservationId, paymentReference },
      );
    const [a, b, c] = await Promise.all([1, 2, 3].map(() => office.hold({ eventId, quantity: 1 })));
    const both = await Promise.all([claim(a!.reservationId, 'wire 9'), claim(b!.reservationId, 'wire 9')]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409]);
    const loser = both[0]!.status === 409 ? a! : b!;
    assert.equal(both.find(({ status }) => status === 409)!.body.code, 'PAYMENT_REFERENCE_USED');
    const third = await claim(c!.reservationId, 'wire 9', 'third');
    assert.deepEqual([third.status, third.body.code], [409, 'PAYMENT_REFERENCE_USED']);
    const again = await claim(c!.reservationId, 'wire 9', 'third');
    assert.deepEqual(
      [again.status, again.body.code],
      [409, 'PAYMENT_REFERENCE_USED'],
      'asked again, answered the same',
    );
    assert.equal((await claim(loser.reservationId, 'wire 10')).status, 201, 'the hold is still there');
  });

  test('staff who may take payments act for any guest, and the booking stays the guest’s', async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 1 });
    const payload = { reservationId: held.reservationId, paymentReference: 'cash 1' };
    const bought = await office.send('POST', '/api/tickets/purchase', await office.keyWith('payments'), payload);
    assert.equal(bought.status, 201, bought.text);
    const url = `/api/bookings/${bought.body.bookingId}`;
    assert.equal((await office.send('GET', url, office.owner(held))).status, 200);
  });

  test(
    'an unknown card, two ways to pay and an unknown field are refused before anything happens',
    needs('database'),
    async () => {
      const { eventId } = await office.show();
      const held = await office.hold({ eventId, quantity: 1 });
      const code = async (more: object) => {
        const { status, body } = await office.pay(held, { ...more });
        return `${status} ${body.code}`;
      };
      assert.equal(await code({ card: 'tok_unheard_of' }), '400 PAYMENT_TOKEN_UNKNOWN');
      assert.equal(await code({ card: 'constructor' }), '400 PAYMENT_TOKEN_UNKNOWN');
      assert.equal(await code({ paymentDetails: { token: 'tok_ok' } }), '400 PAYMENT_UNCLEAR');
      assert.equal(await code({ discount: 100 }), '400 VALIDATION_FAILED');
      assert.equal(await code({ notes: 'x'.repeat(501) }), '400 VALIDATION_FAILED');
      assert.equal(await code({ payment: { provider: 'stripe', token: 'tok_ok' } }), '400 PAYMENT_PROVIDER_OFF');
      assert.equal(await code({ payment: { provider: 'paypal', token: 'tok_ok' } }), '400 VALIDATION_FAILED');
      assert.deepEqual(await office.bookingsOf(held), {});
      assert.equal((await office.pay(held)).status, 201, 'none of them used up an attempt');
    },
  );

  test('the short names of other designs buy the same way', async () => {
    const { eventId } = await office.show();
    const [a, b] = [await office.hold({ eventId, quantity: 1 }), await office.hold({ eventId, quantity: 2 })];
    const alias = await office.send('POST', '/api/ticket/purchase', office.owner(a), {
      reservationId: a.reservationId,
      paymentDetails: { provider: 'sandbox', token: 'tok_ok' },
    });
    assert.equal(alias.status, 201, alias.text);
    const ticketId = b.tickets[1]!.ticketId;
    const paymentDetails = { provider: 'sandbox', token: 'tok_ok' };
    const confirm = (headers: Record<string, string>) =>
      office.send('PUT', '/booking/confirm', headers, { ticketId, paymentDetails });
    assert.equal((await confirm(office.owner(a))).status, 404, 'it is somebody else’s');
    const confirmed = await confirm({ ...office.owner(b), 'idempotency-key': 'confirm-1' });
    assert.equal(confirmed.status, 201, confirmed.text);
    assert.equal(confirmed.body.tickets.length, 2, 'the whole reservation that holds it');
    const byOtherName = await office.send(
      'POST',
      '/api/tickets/purchase',
      { ...office.owner(b), 'idempotency-key': 'confirm-1' },
      { reservationId: b.reservationId, paymentDetails },
    );
    assert.equal(byOtherName.text, confirmed.text, 'aliases share their keys');
    const nothing = await office.send('PUT', '/booking/confirm', office.owner(b), {
      ticketId: '01900000-0000-7000-8000-000000000000',
      paymentDetails,
    });
    assert.equal(nothing.status, 404);
  });

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await desk.runJobs();
    await office.assertSound();
  });
});
