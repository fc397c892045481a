import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp, testStart } from '../support/app.ts';
import { type BoxOffice, boxOffice, goesBack, type Held } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

let app: TestApp;
let office: BoxOffice;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
});

const hour = 3_600_000;
/** What somebody decided about a booking, and what is due from then on. */
const decided = new Set(['TicketsCancelled', 'BookingCancelled', 'RefundDue']);

async function buy(show: { eventId: number }, quantity = 1, more: object = {}) {
  const held = await office.hold({ eventId: show.eventId, quantity, ...more });
  const bought = await office.pay(held, { key: held.reservationId });
  assert.equal(bought.status, 201, bought.text);
  return { held, bookingId: bought.body.bookingId as string, bought };
}

const cancel = (held: Held, bookingId: string, query = '') =>
  office.send('DELETE', `/api/bookings/${bookingId}${query}`, office.owner(held));
const cancelTicket = (held: Held, ticketId: string, payload?: object) =>
  office.send('POST', `/api/tickets/${ticketId}/cancel`, office.owner(held), payload);
const historyOf = async (bookingId: string) =>
  (await office.send('GET', `/api/bookings/${bookingId}/history`, office.staff)).body.items as {
    type: string;
    actor: string;
    reason?: string;
    causationId: string;
    data: Record<string, unknown>;
  }[];

describe('cancelling a booking', () => {
  test('gives all the money back and puts the places on sale at once', async () => {
    const show = await office.show({ ticketTypes: [{ name: 'Entry', price: 25.5, capacity: 2 }] });
    const { held, bookingId } = await buy(show, 2);
    await office.hasFree(show.eventId, 0);
    const cancelled = await cancel(held, bookingId);
    assert.equal(cancelled.status, 200, cancelled.text);
    assert.match(cancelled.body.status, /^(cancelled|refunded)$/);
    assert.equal(goesBack(cancelled.body), 51);
    const [refund, ...others] = cancelled.body.refunds;
    assert.deepEqual([refund.amount, others], [51, []]);
    assert.match(refund.status, /^(due|requested|refunded)$/);
    assert.deepEqual(
      cancelled.body.tickets.map(({ status }: { status: string }) => status),
      ['Cancelled', 'Cancelled'],
    );
    // No job has to run before: the ledger knows already. Strangers may read it elsewhere, a moment later.
    await office.hasFree(show.eventId, 2);
    const again = await buy(show, 2);
    assert.notDeepEqual(
      again.held.tickets.map(({ ticketId }) => ticketId),
      held.tickets.map(({ ticketId }) => ticketId),
    );
    const ticket = await office.send('GET', `/api/tickets/${held.tickets[0]!.ticketId}`, office.owner(held));
    assert.equal(ticket.body.status, 'Cancelled');
  });

  test('is recorded in events with actor, reason, correlation and cause', async () => {
    const show = await office.show();
    const { held, bookingId } = await buy(show);
    await cancel(held, bookingId, '?reason=ill');
    const items = await historyOf(bookingId);
    assert.deepEqual(items.map(({ type }) => type).slice(0, 4), [
      'BookingCreated',
      'PaymentCompleted',
      'BookingCancelled',
      'RefundDue',
    ]);
    const [, , cancelled, due] = items;
    assert.match(cancelled!.actor, /^guest:/);
    assert.equal(cancelled!.reason, 'ill');
    assert.ok(cancelled!.causationId);
    assert.equal(due!.data.amountMinor, 2550);
  });

  test('asked again, answers the same and refunds once', async () => {
    const show = await office.show();
    const { held, bookingId } = await buy(show);
    const answers = await Promise.all(Array.from({ length: 20 }, () => cancel(held, bookingId)));
    for (const { status, body } of answers) {
      assert.equal(status, 200);
      assert.equal(body.refunds.length, 1);
    }
    assert.equal(goesBack((await cancel(held, bookingId)).body), 25.5);
  });

  test('leaves the replay of its purchase as it was', needs('process'), async () => {
    const show = await office.show();
    const { held, bookingId, bought } = await buy(show, 2);
    await cancelTicket(held, held.tickets[0]!.ticketId);
    await cancel(held, bookingId);
    // By another process: what the first remembers is not asked.
    const other = boxOffice(await startTestApp({ database: app.database }));
    const replay = await other.pay(held, { key: held.reservationId });
    assert.equal(replay.status, 201);
    assert.equal(replay.text, bought.text);
    const newKey = await other.pay(held, { key: 'another-key' });
    assert.equal(newKey.status, 201);
    assert.equal(newKey.text, bought.text);
  });

  test('cancels single tickets and keeps the others', async () => {
    const show = await office.show();
    const { held, bookingId } = await buy(show, 3);
    const [first, second, third] = held.tickets.map(({ ticketId }) => ticketId);
    const one = await cancelTicket(held, first!);
    assert.equal(one.status, 200, one.text);
    assert.equal(one.body.status, 'completed');
    assert.equal(goesBack(one.body), 25.5);
    assert.equal(goesBack((await cancelTicket(held, first!)).body), 25.5);
    assert.equal(goesBack((await cancelTicket(held, second!, { reason: 'ill' })).body), 51);
    assert.match((await cancelTicket(held, third!)).body.status, /^(cancelled|refunded)$/);
    // The money goes by itself, and its steps stand in between.
    const types = (await historyOf(bookingId)).map(({ type }) => type).filter((type) => decided.has(type));
    assert.deepEqual(types, [
      'TicketsCancelled',
      'RefundDue',
      'TicketsCancelled',
      'RefundDue',
      'BookingCancelled',
      'RefundDue',
    ]);
  });

  test('follows the policy of the show: deadline, fee, or never', needs('clock', 'database'), async () => {
    const startsAt = new Date(testStart + 48 * hour).toISOString();
    const fee = await office.show({
      eventDate: startsAt,
      cancellation: { allowed: true, hoursBefore: 24, feePercent: 10, feePerTicket: 1 },
    });
    const early = await buy(fee, 2);
    const charged = await cancel(early.held, early.bookingId);
    // 25.50 less 2.55 and 1, twice.
    assert.equal(charged.body.refundDue, 43.9);
    const late = await buy(fee);
    const never = await office.show({ cancellation: { allowed: false } });
    const bound = await buy(never);
    const refused = await cancel(bound.held, bound.bookingId);
    assert.deepEqual([refused.status, refused.body.code], [409, 'CANCELLATION_NOT_ALLOWED']);
    app.clock.advance(24 * hour - 1);
    const lastMoment = await buy(fee);
    assert.equal((await cancel(lastMoment.held, lastMoment.bookingId)).status, 200);
    app.clock.advance(1);
    const tooLate = await cancel(late.held, late.bookingId);
    assert.deepEqual([tooLate.status, tooLate.body.code], [409, 'CANCELLATION_TOO_LATE']);
    assert.equal(tooLate.body.deadline, new Date(testStart + 24 * hour).toISOString());
    for (const { bookingId, refundDue } of [
      { bookingId: late.bookingId, refundDue: 25.5 },
      { bookingId: bound.bookingId, refundDue: 25.5 },
    ]) {
      const byStaff = await office.send('DELETE', `/api/bookings/${bookingId}`, office.staff);
      assert.equal(byStaff.status, 200, byStaff.text);
      assert.equal(byStaff.body.refundDue, refundDue);
    }
    const kept = await buy(never);
    const nothing = await office.send('DELETE', `/api/bookings/${kept.bookingId}?refund=none`, office.staff);
    assert.deepEqual([nothing.status, nothing.body.refundDue], [200, 0]);
    await office.assertSound();
  });

  test('does not open other people’s bookings, nor what only staff may say', async () => {
    const show = await office.show();
    const { held, bookingId } = await buy(show);
    const stranger = await office.hold({ eventId: show.eventId, quantity: 1 });
    assert.equal((await cancel(stranger, bookingId)).status, 404);
    assert.equal((await cancelTicket(stranger, held.tickets[0]!.ticketId)).body.code, 'TICKET_NOT_FOUND');
    assert.equal((await office.send('DELETE', `/api/bookings/${bookingId}`, {})).status, 404);
    assert.equal((await cancel(held, bookingId, '?refund=full')).status, 403);
    assert.equal((await cancel(held, bookingId, '?colour=red')).status, 400);
    const free = await office.send('POST', `/api/tickets/${stranger.tickets[0]!.ticketId}/cancel`, office.staff);
    assert.deepEqual([free.status, free.body.code], [409, 'TICKET_NOT_BOOKED']);
    const stale = { ...office.owner(held), 'if-match': '"1"' };
    assert.equal((await office.send('DELETE', `/api/bookings/${bookingId}`, stale)).status, 412);
    const fresh = { ...office.owner(held), 'if-match': '"2"' };
    assert.equal((await office.send('DELETE', `/api/bookings/${bookingId}`, fresh)).status, 200);
  });

  test('lets staff give money back, never more than was paid', async () => {
    const show = await office.show();
    const { held, bookingId } = await buy(show, 2);
    const refund = (payload: object) =>
      office.send('POST', `/api/payments/${bookingId}/refund`, office.staff, { reason: 'goodwill', ...payload });
    const tooMuch = await refund({ amount: 51.01 });
    assert.deepEqual([tooMuch.status, tooMuch.body.left], [409, 51]);
    assert.equal((await refund({ amount: 0.001 })).status, 400);
    assert.equal((await refund({ amount: 20 })).status, 201);
    const again = { amount: 20, confirm: true };
    const twice = await Promise.all([refund(again), refund(again)]);
    assert.deepEqual(twice.map(({ status }) => status).sort(), [201, 409]);
    const all = await Promise.all([cancel(held, bookingId), refund({}), cancel(held, bookingId)]);
    assert.equal(all[0]!.status, 200);
    const { body } = await office.send('GET', `/api/bookings/${bookingId}`, office.staff);
    assert.equal(body.refundDue + body.refunded, 51);
    assert.equal((await refund({})).status, 409);
    const look = async () => (await office.send('GET', `/api/bookings/${bookingId}`, office.staff)).body;
    await app.eventually(async () => (await look()).refundDue === 0, 'that all money is back');
    assert.equal((await look()).refunded, 51);
  });

  test('leaves no child without the adult it was sold with, and names what must go too', async () => {
    const rates = [
      { name: 'Adult', price: 10 },
      { name: 'Child', price: 1, onlyWith: 'Adult' },
    ];
    const show = await office.show({ ticketTypes: [{ name: 'Entry', rates, capacity: 20 }] });
    const { ticketTypeId } = show.ticketTypes[0];
    const items = [
      { ticketTypeId, quantity: 1, rate: 'Adult' },
      { ticketTypeId, quantity: 2, rate: 'Child' },
    ];
    const held = await office.hold({ eventId: show.eventId, items });
    const { tickets } = (await office.pay(held)).body;
    const idsOf = (rate: string): string[] =>
      tickets
        .filter((one: { rate: string }) => one.rate === rate)
        .map(({ ticketId }: { ticketId: string }) => ticketId);
    const giveBack = (ticketId: string, headers: Record<string, string> = office.owner(held)) =>
      office.send('POST', `/api/tickets/${ticketId}/cancel`, headers);
    const [adult, [first, second]] = [idsOf('Adult')[0]!, idsOf('Child')];
    const refused = await giveBack(adult);
    assert.deepEqual([refused.status, refused.body.code], [409, 'CANCELLATION_BREAKS_RATE'], refused.text);
    assert.deepEqual(
      refused.body.tickets.map(({ ticketId, rate }: { ticketId: string; rate: string }) => [ticketId, rate]),
      [first, second].map((ticketId) => [ticketId, 'Child']),
    );
    for (const ticketId of [first!, second!, adult]) assert.equal((await giveBack(ticketId)).status, 200);

    const other = await office.hold({ eventId: show.eventId, items });
    const bought = await office.pay(other);
    const mother = bought.body.tickets.find((one: { rate: string }) => one.rate === 'Adult').ticketId;
    assert.equal((await giveBack(mother, office.staff)).status, 200, 'staff may, as they may sell it so');
    const rest = await office.send('DELETE', `/api/bookings/${bought.body.bookingId}`, office.owner(other));
    assert.equal(rest.status, 200, rest.text);
  });

  test('gives no fresh tickets for a show that is over', needs('clock', 'database'), async () => {
    const startsAt = new Date(app.clock.now() + hour).toISOString();
    const show = await office.show({ eventDate: startsAt });
    const { bookingId } = await buy(show);
    app.clock.advance(2 * hour);
    assert.equal((await office.send('DELETE', `/api/bookings/${bookingId}`, office.staff)).status, 200);
    const rows = await app.database.query('SELECT 1 FROM tickets WHERE event_id = $1', [show.eventId]);
    assert.equal(rows.length, 10);
    await app.runJobs();
    await office.assertSound();
  });

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await app.runJobs();
    await office.assertSound();
  });
});

describe('bookings of one’s own', () => {
  test('a guest lists what it bought, staff what their organiser sold', async () => {
    const show = await office.show();
    const { held, bookingId } = await buy(show);
    const mine = await office.send('GET', '/api/bookings', office.owner(held));
    assert.deepEqual(
      mine.body.items.map((one: { bookingId: string }) => one.bookingId),
      [bookingId],
    );
    assert.equal((await office.send('GET', '/api/bookings', {})).status, 401);
    const ofShow = await office.send('GET', `/api/bookings?eventId=${show.eventId}&status=completed`, office.staff);
    assert.equal(ofShow.body.items.length, 1);
    const scanned = await office.send('GET', `/api/bookings?eventId=${show.eventId}`, office.staff);
    assert.equal(scanned.body.items.length, 1);
    const paged = await office.send('GET', '/api/bookings?limit=1', office.staff);
    assert.equal(paged.body.items.length, 1);
    const next = await office.send('GET', `/api/bookings?limit=1&cursor=${paged.body.nextCursor}`, office.staff);
    assert.notEqual(next.body.items[0].bookingId, paged.body.items[0].bookingId);
  });

  test('POST /api/bookings is the purchase', async () => {
    const show = await office.show();
    const held = await office.hold({ eventId: show.eventId, quantity: 1 });
    const payload = { reservationId: held.reservationId, payment: { provider: 'sandbox', token: 'tok_ok' } };
    const headers = { ...office.owner(held), 'idempotency-key': 'same' };
    const made = await office.send('POST', '/api/bookings', headers, payload);
    assert.equal(made.status, 201, made.text);
    const again = await office.send('POST', '/api/tickets/purchase', headers, payload);
    assert.equal(again.text, made.text);
  });
});
